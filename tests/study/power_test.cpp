#include "likvard/study/power.hpp"

#include "likvard/model/measures.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/run.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

namespace likvard {
namespace {

Scenario power_scenario(double effect = 0.3) {
  Scenario s;
  s.replicates = 512;
  s.policies = {test::policy(Linear{}, 0), test::policy(Linear{}, 0.2)};
  s.policies[0].name = "per_head";
  s.answer.policy = "test";
  s.power = {.effect = effect, .years = 3, .years_before = 2, .pooled = {1, 4, 16}};
  Parameters town = test::small_town();
  town.outcome.use_sd = 0.67;
  town.years.measured = 0.5;
  s.points.push_back({"town", {}, 0, town});
  return s;
}

TEST(PowerStudy, SameBitsForAnyNumberOfThreads) {
  auto const one = run_power(power_scenario(), 1), two = run_power(power_scenario(), 2);
  EXPECT_EQ(one.power, two.power);
  EXPECT_EQ(one.standard_error, two.standard_error);
}

TEST(PowerStudy, WithoutEffectItIsTheLevel) {
  auto const none = run_power(power_scenario(0));
  for (double p : none.power) EXPECT_NEAR(p, 0.05, 1e-9);
}

TEST(PowerStudy, GrowsWithYearsAndMunicipalities) {
  auto const power = run_power(power_scenario());
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t t = 1; t < 3; ++t)
      EXPECT_GT(power.power[power.index(0, k, t)], power.power[power.index(0, k, t - 1)]);
  EXPECT_GT(power.power[power.index(0, 2, 0)], power.power[power.index(0, 0, 2)]);
}

TEST(PowerStudy, TheFirstYearEnoughIsTheFirst) {
  PowerResult power{.wanted = 0.8, .years = 3, .pooled = {1, 2}, .power = {0.1, 0.8, 0.9, 0.1, 0.2, 0.3}};
  EXPECT_EQ(first_year_enough(power, 0, 0), 2U);
  EXPECT_EQ(first_year_enough(power, 0, 1), 0U);
}

TEST(PowerStudy, StandardErrorsAreHonest) {
  // 16 seeds: the spread of their results against the mean stated variance. The sample variance of 16 values
  // has relative sd √(2/15); the bound is z of that.
  Moments value, variance;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    auto s = power_scenario();
    s.seed = seed;
    auto const power = run_power(s);
    std::size_t const at = power.index(0, 1, 2);
    value.add(power.power[at]);
    variance.add(power.standard_error[at] * power.standard_error[at]);
  }
  EXPECT_LT(value.variance() / variance.mean, 1 + test::z_bound() * std::sqrt(2.0 / 15));
  EXPECT_GT(value.variance() / variance.mean, 0.1);
}

TEST(PowerStudy, RefusesWhatCannotBeAnswered) {
  auto no_policy = power_scenario();
  no_policy.answer.policy = "other";
  EXPECT_THROW(run_power(no_policy), ScenarioError);
  auto pools = power_scenario();
  pools.power.pooled = {1, 300};
  EXPECT_THROW(run_power(pools), ScenarioError);
}

TEST(RunYears, SameBitsForAnyNumberOfThreads) {
  auto s = power_scenario();
  s.years = 4;
  s.replicates = 256;
  Parameters town = s.points[0].parameters.all();
  town.years.count = 4;
  town.years.drift_sd = 0.3;
  town.interventions = {{"a", "A", 0.1, 0.05, 0.05, 3000, 0}, {"b", "B", 0.0, 0.05, 0.05, 3000, 0}};
  s.points = {{"town", {}, 0, town}};
  s.policies[1].follow_up = {.rule = FollowUpRule::bandit};
  auto const one = run(s, {.threads = 1}), two = run(s, {.threads = 2});
  EXPECT_EQ(one.year.mean, two.year.mean);
  EXPECT_EQ(one.year.difference_standard_error, two.year.difference_standard_error);
  EXPECT_EQ(one.mean, two.mean);
  // A replicate repeated alone is the one that was run: the mean of all repeats is the result's.
  auto const k = static_cast<std::size_t>(Measure::intervention_effect);
  double sum = 0;
  for (std::uint32_t r = 0; r < 256; ++r) sum += repeat_replicate(s, 0, r)[measure_count + k];
  EXPECT_NEAR(sum / 256, one.mean[one.index(0, 1, k)], 1e-12);
}

} // namespace
} // namespace likvard
