#include "likvard/study/run.hpp"

#include "likvard/study/block.hpp"
#include "likvard/study/collect.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/interval.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

using namespace likvard;
using namespace likvard::test;

namespace {

Scenario scenario(std::uint32_t replicates = 256) {
  Scenario s;
  s.title = "test";
  s.replicates = replicates;
  s.quantiles = {0.05, 0.5, 0.95};
  s.policies = {policy(Linear{}, 0), policy(Linear{}, 0.1), policy(Label{0.2}, 0.2)};
  for (double target : {0.0, 0.05, 0.1}) {
    Parameters town = small_town();
    town.sorting.targets[0].value = target;
    town.outcome.theta = Normal{0.03, 0.02};
    town.outcome.use_sd = 0.67;
    s.points.push_back({"point " + std::to_string(target), {}, 0, town});
  }
  return s;
}

bool same_bits(std::vector<double> const& a, std::vector<double> const& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

void expect_same(Result const& a, Result const& b) {
  EXPECT_TRUE(same_bits(a.mean, b.mean));
  EXPECT_TRUE(same_bits(a.variance, b.variance));
  EXPECT_TRUE(same_bits(a.standard_error, b.standard_error));
  EXPECT_TRUE(same_bits(a.difference, b.difference));
  EXPECT_TRUE(same_bits(a.difference_variance, b.difference_variance));
  EXPECT_TRUE(same_bits(a.difference_standard_error, b.difference_standard_error));
  EXPECT_TRUE(same_bits(a.quantiles, b.quantiles));
  EXPECT_TRUE(same_bits(a.difference_quantiles, b.difference_quantiles));
  for (std::size_t g = 0; g < a.units.size(); ++g) EXPECT_TRUE(same_bits(a.units[g].money, b.units[g].money));
  EXPECT_EQ(a.replicates, b.replicates);
}

std::size_t measure_index(Result const& r, std::string const& key) {
  for (std::size_t k = 0; k < r.measures.size(); ++k)
    if (r.measures[k].key == key) return k;
  throw std::out_of_range(key);
}

} // namespace

TEST(Run, SameBitsForAnyNumberOfThreads) {
  auto const one = run(scenario(), {.threads = 1});
  expect_same(one, run(scenario(), {.threads = 2}));
  expect_same(one, run(scenario(), {.threads = 8}));
}

TEST(Run, AnotherSeedGivesOtherNumbers) {
  auto other = scenario();
  other.seed = 2;
  EXPECT_FALSE(same_bits(run(scenario()).mean, run(other).mean));
}

// More replicates keep the earlier ones: the first blocks of the longer run are those of the shorter.
TEST(Run, APointAloneIsThePointAmongOthers) {
  auto alone = scenario();
  auto points = alone.points.list();
  points.erase(points.begin());
  alone.points = points;
  auto const all = run(scenario()), some = run(alone);
  std::size_t const row = all.policy_name.size() * all.measures.size();
  EXPECT_TRUE(same_bits({all.mean.begin() + static_cast<long>(row), all.mean.end()}, some.mean));
}

TEST(Run, IndependentLuckDiffersBetweenEqualPoints) {
  auto twins = scenario(128);
  twins.points = {twins.points[0], twins.points[0]};
  auto const common = run(twins);
  twins.luck = Luck::independent;
  auto const independent = run(twins);
  std::size_t const i = common.index(0, 1, measure_index(common, "money_gap")),
                    j = common.index(1, 1, measure_index(common, "money_gap"));
  EXPECT_EQ(common.mean[i], common.mean[j]);
  EXPECT_NE(independent.mean[i], independent.mean[j]);
}

// The block's values against a replicate done alone, and the merged moments against a plain pass over all
// replicates.
TEST(Run, MomentsAreThoseOfTheReplicates) {
  auto const s = scenario(128);
  auto const result = run(s);
  std::size_t const k = measure_index(result, "not_qualified_gap");
  Moments values, differences;
  for (std::uint32_t r = 0; r < 128; ++r) {
    auto const rows = repeat_replicate(s, 1, r);
    double const x = rows[2 * measure_count + static_cast<std::size_t>(Measure::not_qualified_gap)],
                 reference = rows[static_cast<std::size_t>(Measure::not_qualified_gap)];
    values.add(x);
    differences.add(x - reference);
  }
  std::size_t const i = result.index(1, 2, k);
  EXPECT_NEAR(result.mean[i], values.mean, 1e-12);
  EXPECT_NEAR(result.variance[i], values.variance(), 1e-10);
  EXPECT_NEAR(result.difference[i], differences.mean, 1e-12);
  EXPECT_NEAR(result.difference_variance[i], differences.variance(), 1e-10);
  EXPECT_EQ(result.replicates[1], 128U);
  EXPECT_EQ(result.degrees_of_freedom[1], 1);
}

TEST(Run, QuantilesAreThoseOfTheReplicates) {
  auto const s = scenario(128);
  auto const result = run(s);
  std::vector<double> values;
  for (std::uint32_t r = 0; r < 128; ++r)
    values.push_back(repeat_replicate(s, 0, r)[measure_count + static_cast<std::size_t>(Measure::gap)]);
  std::sort(values.begin(), values.end());
  std::size_t const i = result.index(0, 1, measure_index(result, "gap"));
  // Type 7: place .05·127 = 6.35
  // Values are kept as the reference's and a difference in single precision: 6e-8 of the difference.
  EXPECT_NEAR(result.quantiles[i], values[6] + 0.35 * (values[7] - values[6]), 1e-8);
  EXPECT_NEAR(result.quantiles[result.mean.size() + i], 0.5 * (values[63] + values[64]), 1e-8);
}

TEST(Run, KeepsTheMeasuresAskedFor) {
  auto s = scenario(128);
  s.measures = {"share_moved", "gap"};
  auto const result = run(s);
  ASSERT_EQ(result.measures.size(), 2U);
  EXPECT_EQ(result.measures[0].key, "share_moved");
  auto const all = run(scenario(128));
  EXPECT_EQ(result.mean[result.index(2, 1, 1)], all.mean[all.index(2, 1, measure_index(all, "gap"))]);
}

TEST(Run, ReplicatesAreRoundedUpToWholeBlocks) {
  EXPECT_EQ(run(scenario(130)).replicates[0], 192U);
}

TEST(Run, StopsWhenAsked) {
  std::atomic<bool> const stop{true};
  auto const result = run(scenario(), {.stop = &stop});
  EXPECT_FALSE(result.complete);
  EXPECT_EQ(result.replicates[0], 0U);
  EXPECT_TRUE(std::isnan(result.mean[0]));
}

TEST(Run, StopsInTheMiddleWithWhatItHas) {
  std::atomic<bool> stop{false};
  constexpr std::uint32_t many = 64 * 400; // long against the 0.1 s between two tellings
  auto s = scenario(many);
  s.quantiles.clear();
  auto const result =
      run(s, {.threads = 2, .stop = &stop, .on_progress = [&](Progress const& p) { stop = p.done > 0; }});
  EXPECT_FALSE(result.complete);
  EXPECT_LT(result.replicates[2], many);
}

TEST(Run, ReachesThePrecisionAskedFor) {
  auto s = scenario(128);
  s.answer.measure = "gap";
  s.precision = {{"gap", 2e-4}};
  s.max_replicates = 16384;
  auto const result = run(s);
  std::size_t const k = measure_index(result, "gap");
  for (std::size_t g = 0; g < 3; ++g)
    for (std::size_t m = 1; m < 3; ++m)
      if (result.replicates[g] * 2 <= s.max_replicates)
        EXPECT_LE(result.difference_standard_error[result.index(g, m, k)], 2e-4);
  EXPECT_GT(result.replicates[2], 128U);
  // Decisions fall at fixed block counts: another number of threads stops at the same place.
  expect_same(result, run(s, {.threads = 1}));
}

TEST(Run, BudgetEndsAnImpossiblePrecision) {
  auto s = scenario(128);
  s.precision = {{s.answer.measure, 1e-12}};
  s.max_replicates = 512;
  EXPECT_EQ(run(s).replicates[1], 512U);
}

TEST(Run, UnreachableTargetsAreTheUsersErrors) {
  auto s = scenario();
  s.path = "s.toml";
  Parameters unreachable = s.points[1].parameters.all();
  unreachable.sorting.targets[0].value = 0.99;
  auto points = s.points.list();
  points[1].parameters = unreachable;
  s.points = points;
  try {
    run(s);
    FAIL();
  } catch (ScenarioError const& error) {
    EXPECT_NE(std::string(error.what()).find("s.toml: point 'point 0.05"), std::string::npos) << error.what();
  }
  EXPECT_EQ(plan_problems(s).size(), 1U);
}

TEST(Stratified, EveryStratumOnceAndBlocksDiffer) {
  auto const a = draw_parameters({1, 0, 0}, ParameterDraws::latin),
             b = draw_parameters({1, 0, 1}, ParameterDraws::latin);
  EXPECT_NE(a, b);
  for (std::size_t j = 0; j < coefficient_count; ++j) {
    std::set<int> strata;
    for (auto const& u : a) strata.insert(static_cast<int>(u[j] * block_size));
    EXPECT_EQ(strata.size(), block_size);
  }
}

// Standard errors from block means are right: over 400 short studies of 8 blocks, the nominal 95 % t-interval
// covers the long-run mean. Coverage has sd sqrt(.95·.05/400) = 1.1 %; the z-bound gives 6.7 points.
TEST(SlowRun, StandardErrorsAreCalibrated) {
  auto s = scenario(64 * 8);
  Point town = s.points[0];
  Parameters small = town.parameters.all();
  small.municipality.pupils = 300;
  small.municipality.units = 3;
  town.parameters = small;
  s.points = {town};
  s.measures = {"gap"};
  s.quantiles.clear();
  auto reference = s;
  reference.seed = 999;
  reference.replicates = 64 * 4000;
  auto const truth = run(reference);
  std::size_t const i = truth.index(0, 1, 0);
  int covered = 0;
  int const studies = 400;
  for (int study = 0; study < studies; ++study) {
    s.seed = 1000 + static_cast<std::uint64_t>(study);
    auto const result = run(s);
    double const half = t_quantile(0.975, result.degrees_of_freedom[0]) * result.difference_standard_error[i];
    covered += std::abs(result.difference[i] - truth.difference[i]) <= half;
  }
  EXPECT_NEAR(covered / double(studies), 0.95, z_bound() * std::sqrt(0.95 * 0.05 / studies));
}
