// Laws that hold whatever the municipality: property tests over random ones.
#include "likvard/model/inequality.hpp"
#include "likvard/model/replicate.hpp"
#include "likvard/model/response.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace likvard;
using namespace likvard::test;

namespace {

std::vector<Response> each_response() {
  return {Linear{},
          Threshold{0.8},
          Concentration{1.2, 0.65},
          Ramp{0.8, 1.5, 0.47, 0.57},
          Power{2},
          Quadratic{1.5},
          Label{0.3},
          Bands{{0.7, 1.0, 1.4}, {0.2, 0.5, 1, 2}},
          Brackets{{0.5, 1.2}, {1, 2, 3}, {}, {}}};
}

Parameters random_town(std::uint32_t r) {
  Stream stream({91, 0, r}, Purpose::parameters);
  Parameters town = small_town();
  town.municipality.units = 2 + static_cast<std::uint32_t>(uniform01(stream) * 10);
  town.municipality.pupils =
      town.municipality.units * (20 + static_cast<std::uint32_t>(uniform01(stream) * 200));
  town.municipality.size_log_sd = uniform01(stream);
  town.background = two_by_two(0.1 + 0.5 * uniform01(stream), 0.05 + 0.4 * uniform01(stream));
  town.sorting.targets.clear();
  town.sorting.strength = 0.9 * uniform01(stream);
  town.outcome.theta = Fixed{0.01 + 0.1 * uniform01(stream)};
  return town;
}

std::array<double, coefficient_count> middle() {
  std::array<double, coefficient_count> u;
  u.fill(0.5);
  return u;
}

double cell(std::vector<double> const& rows, std::size_t policy, Measure measure) {
  return rows[policy * measure_count + static_cast<std::size_t>(measure)];
}

std::vector<Policy> with_per_head(std::vector<Response> const& responses, double share) {
  std::vector<Policy> policies{Policy{.name = "per_head", .title = ""}};
  for (auto const& response : responses) policies.push_back(policy(response, share));
  return policies;
}

std::vector<double> simulate_rows(Parameters const& town, std::vector<Policy> const& policies,
                                  std::uint32_t r) {
  Plan const plan = make_plan(town, 1);
  Workspace work;
  std::vector<double> rows(policies.size() * measure_count);
  simulate(plan, policies, {1, 0, r}, middle(), {}, work, rows);
  return rows;
}

} // namespace

// Money goes by the index relative to the municipality: in other units of measure it is the same money.
TEST(Laws, ScaleFreeInTheIndex) {
  for (std::uint32_t r = 0; r < 300; ++r) {
    Stream stream({92, 0, r}, Purpose::parameters);
    std::vector<std::uint32_t> pupils;
    std::vector<double> index, scaled;
    double const scale = std::exp(6 * uniform01(stream) - 3);
    for (int s = 0; s < 8; ++s) {
      pupils.push_back(1 + static_cast<std::uint32_t>(uniform01(stream) * 300));
      index.push_back(uniform01(stream));
      scaled.push_back(scale * index.back());
    }
    make_relative(pupils, index);
    make_relative(pupils, scaled);
    AllocationScratch scratch;
    std::vector<double> a(8), b(8), need(8);
    for (auto const& response : each_response()) {
      IndexView const one{index, index}, other{scaled, scaled};
      // A band's edge is a jump: an index that rounding carries over it would be another case.
      bool const jumps = std::holds_alternative<Bands>(response);
      if (jumps && std::any_of(index.begin(), index.end(), [](double x) {
            return std::abs(x - 0.7) < 1e-9 || std::abs(x - 1.0) < 1e-9 || std::abs(x - 1.4) < 1e-9;
          }))
        continue;
      allocate(policy(response, 0.3), {&one, 1}, {.pupils = pupils}, scratch, a, need);
      allocate(policy(response, 0.3), {&other, 1}, {.pupils = pupils}, scratch, b, need);
      for (std::size_t s = 0; s < 8; ++s) EXPECT_NEAR(a[s], b[s], 1e-10);
    }
  }
}

// The gap falls by what the extra money for the needy buys: with a linear response, perfect use and nothing
// lost on the way, Δgap = -θ · (money gap / 10 %), whatever the model, when it is the need group that is paid
// for.
TEST(Laws, TheGapFallsByWhatTheMoneyBuys) {
  for (std::uint32_t r = 0; r < 100; ++r) {
    Parameters town = random_town(r);
    town.needs[0].marker = Member{0};
    town.outcome.effect_ratio = Fixed{1};
    auto const rows = simulate_rows(town, with_per_head(each_response(), 0.15), r);
    double const theta = std::get<Fixed>(town.outcome.theta).value;
    for (std::size_t m = 1; m < 1 + each_response().size(); ++m) {
      double const change = cell(rows, m, Measure::gap) - cell(rows, 0, Measure::gap);
      EXPECT_NEAR(change, -theta * cell(rows, m, Measure::money_gap) / 10, 1e-11);
    }
  }
}

// Need seen as it is, and a model that gives more the greater the need: money cannot lie against the needy,
// and with a positive effect the gap never widens; with none it does not move by a bit.
TEST(Laws, GivingByNeedNeverWidensTheGap) {
  for (std::uint32_t r = 0; r < 150; ++r) {
    Parameters town = random_town(r);
    town.needs[0].marker = Member{0};
    town.outcome.effect_ratio = Fixed{1};
    auto const policies = with_per_head(each_response(), 0.2);
    auto const rows = simulate_rows(town, policies, r);
    town.outcome.theta = Fixed{0};
    auto const idle = simulate_rows(town, policies, r);
    for (std::size_t m = 1; m < policies.size(); ++m) {
      EXPECT_GE(cell(rows, m, Measure::money_gap), -1e-9);
      EXPECT_LE(cell(rows, m, Measure::gap), cell(rows, 0, Measure::gap) + 1e-12);
      EXPECT_EQ(cell(idle, m, Measure::gap), cell(idle, 0, Measure::gap));
      EXPECT_EQ(cell(idle, m, Measure::not_qualified_gap), cell(idle, 0, Measure::not_qualified_gap));
    }
  }
}

// A stronger mechanism never lowers the systematic unevenness; with the same luck the drawn indices rise on
// average.
TEST(Laws, MoreSegregationNeverLowersTheIndex) {
  for (std::uint32_t r = 0; r < 60; ++r) {
    Parameters town = random_town(r);
    auto const profiles = make_profiles(town.background, town.outcome.not_qualified);
    std::vector<double> weight;
    Stream stream({93, 0, r}, Purpose::sizes);
    for (std::uint32_t s = 0; s < town.municipality.units; ++s) weight.push_back(0.2 + uniform01(stream));
    double const sum = std::accumulate(weight.begin(), weight.end(), 0.0);
    for (double& w : weight) w /= sum;
    for (Mechanism mechanism : {Mechanism::rank, Mechanism::tilt}) {
      town.sorting.mechanism = mechanism;
      double before = -1e-12;
      for (double strength : {0.0, 0.1, 0.3, 0.5, 0.7, 0.9}) {
        town.sorting.strength = mechanism == Mechanism::rank ? strength : 5 * strength;
        Sorter const sorter = make_sorter(town, profiles, weight, 1);
        Table pi;
        sort_units(sorter, weight, profiles, {1, 0, 0}, pi);
        double const v = index_of(Index::eps2, weight, pi, profiles.in_group[0], profiles.score);
        EXPECT_GE(v, before - 1e-12);
        before = v;
        for (Eigen::Index p = 0; p < pi.cols(); ++p) { // margins are kept
          double margin = 0;
          for (Eigen::Index s = 0; s < pi.rows(); ++s) margin += weight[s] * pi(s, p);
          EXPECT_NEAR(margin, profiles.share[p], 1e-9);
        }
      }
    }
  }
}

// Units in another order: the same numbers in another order, and the same measures.
TEST(Laws, UnitsAndProfilesHaveNoNames) {
  for (std::uint32_t r = 0; r < 100; ++r) {
    Stream stream({94, 0, r}, Purpose::parameters);
    Parameters const town = random_town(r);
    auto const profiles = make_profiles(town.background, town.outcome.not_qualified);
    auto const model = make_pupil_model(town.outcome, profiles);
    Eigen::Index const units = 6;
    Counts n(units, 4), turned(units, 4);
    std::vector<double> level(6), turned_level(6), effect(12), turned_effect(12);
    for (Eigen::Index s = 0; s < units; ++s) {
      for (Eigen::Index p = 0; p < 4; ++p) n(s, p) = 1 + static_cast<std::uint32_t>(uniform01(stream) * 40);
      level[s] = standard_normal(stream) * 0.2;
      effect[2 * s] = standard_normal(stream) * 0.05;
      effect[2 * s + 1] = standard_normal(stream) * 0.05;
    }
    for (Eigen::Index s = 0; s < units; ++s) {
      turned.row(s) = n.row(units - 1 - s);
      turned_level[s] = level[units - 1 - s];
      turned_effect[2 * s] = effect[2 * (units - 1 - s)];
      turned_effect[2 * s + 1] = effect[2 * (units - 1 - s) + 1];
    }
    OutcomeBase base, turned_base;
    std::array<double, measure_count> row{}, turned_row{};
    make_outcome_base(model, profiles, n, level, base);
    make_outcome_base(model, profiles, turned, turned_level, turned_base);
    measure_outcome(model, town.outcome, 1, profiles, n, base, effect, {}, row);
    measure_outcome(model, town.outcome, 1, profiles, turned, turned_base, turned_effect, {}, turned_row);
    for (std::size_t k = 0; k < measure_count; ++k)
      EXPECT_NEAR(row[k], turned_row[k], 1e-9 * (1 + std::abs(row[k]))) << measure_table()[k].key;
  }
  // Variables in another order: the same profiles in another order, with the same shares, risks and ranks.
  auto background = two_by_two();
  auto const one = make_profiles(background, 0.156);
  std::swap(background.variables[0], background.variables[1]);
  background.groups = {{"low", "", 1, {1}}, {"foreign", "", 0, {1}}};
  auto const other = make_profiles(background, 0.156);
  std::size_t const place[] = {0, 2, 1, 3};
  for (std::size_t p = 0; p < 4; ++p) {
    EXPECT_NEAR(one.share[p], other.share[place[p]], 1e-12);
    EXPECT_NEAR(one.risk[p], other.risk[place[p]], 1e-12);
    EXPECT_NEAR(one.rank[p], other.rank[place[p]], 1e-12);
    EXPECT_EQ(one.in_group[0][p], other.in_group[0][place[p]]);
  }
}

// A minimally different world: another unit behind the others, another policy, another year of the index
// leave every draw that has nothing to do with it as it was, to the bit.
TEST(Laws, UnrelatedDrawsStayTheSame) {
  std::vector<std::uint32_t> const pupils{40, 50, 60}, more{40, 50, 60, 70};
  Table pi(3, 2), larger(4, 2);
  pi << 0.3, 0.7, 0.5, 0.5, 0.8, 0.2;
  larger << 0.3, 0.7, 0.5, 0.5, 0.8, 0.2, 0.1, 0.9;
  for (std::uint32_t r = 0; r < 50; ++r) {
    StreamKey const key{7, 0, r};
    SamplingScratch scratch;
    Counts a, b;
    draw_counts_free(pupils, pi, key, scratch, a);
    draw_counts_free(more, larger, key, scratch, b);
    for (Eigen::Index s = 0; s < 3; ++s)
      for (Eigen::Index p = 0; p < 2; ++p) EXPECT_EQ(a(s, p), b(s, p));
    Cohorts two, five;
    draw_cohorts(2, pupils, pi, key, two);
    draw_cohorts(5, more, larger, key, five);
    for (std::size_t c = 0; c < 2; ++c)
      for (Eigen::Index s = 0; s < 3; ++s)
        for (Eigen::Index p = 0; p < 2; ++p) EXPECT_EQ(two.earlier[c](s, p), five.earlier[c](s, p));
  }
  // Unit effects and use of money: by unit, so that one unit more changes no other's.
  Parameters const town = small_town();
  auto const profiles = make_profiles(town.background, 0.156);
  Outcome outcome = town.outcome;
  outcome.use_sd = 0.5;
  outcome.peer = outcome.selection = Fixed{0};
  Coefficients const c = draw_coefficients(outcome, middle());
  Counts n(3, 4), n4(4, 4);
  n.setConstant(10);
  n4.setConstant(10);
  Table q(3, 4), q4(4, 4);
  q.setConstant(0.25);
  q4.setConstant(0.25);
  UnitLuck three, four;
  draw_unit_luck(outcome, c, profiles, n, q, {7, 0, 1}, three);
  draw_unit_luck(outcome, c, profiles, n4, q4, {7, 0, 1}, four);
  for (std::size_t s = 0; s < 3; ++s) {
    EXPECT_EQ(three.use[s], four.use[s]);
    EXPECT_EQ(three.level[s], four.level[s]);
  }
  // A policy more, also one that looks at another index of earlier cohorts: the others' rows are the same
  // bits.
  Parameters plain = small_town(), longer = small_town();
  longer.needs.push_back(Need{.name = "long", .marker = Member{1}, .lag = 3, .years = 4});
  auto policies = with_per_head({Linear{}}, 0.1);
  auto const few = simulate_rows(plain, policies, 3);
  policies.push_back(policy(Power{2}, 0.2));
  policies.back().blocks.front().index = 1;
  auto const many = simulate_rows(longer, policies, 3);
  for (std::size_t i = 0; i < few.size(); ++i)
    EXPECT_EQ(few[i], many[i]) << measure_table()[i % measure_count].key;
}

// One unit, one pupil each, an empty profile, everybody or nobody in need, all units alike: numbers, never
// NaN.
TEST(Laws, TheSmallestWorldsAreDefined) {
  for (std::uint32_t units : {1U, 2U, 3U})
    for (std::uint32_t each : {1U, 2U, 30U})
      for (double low : {0.0, 1.0, 0.5})
        for (Mechanism mechanism : {Mechanism::random, Mechanism::rank}) {
          Parameters town = small_town();
          town.municipality.units = units;
          town.municipality.pupils = units * each;
          town.municipality.smallest_unit = 1;
          town.municipality.sizes = SizeRule::equal;
          town.background = two_by_two(low, 0.3);
          town.sorting = {mechanism, mechanism == Mechanism::rank ? std::optional(0.5) : std::nullopt, {}};
          town.needs[0].marker = Member{0};
          auto const rows = simulate_rows(town, with_per_head(each_response(), 0.2), units * 100 + each);
          for (std::size_t i = 0; i < rows.size(); ++i)
            ASSERT_TRUE(std::isfinite(rows[i])) << measure_table()[i % measure_count].key << ", " << units
                                                << " units of " << each << ", share " << low;
          if (low == 0.0 || low == 1.0) {
            EXPECT_EQ(cell(rows, 0, Measure::undefined), 100);
            EXPECT_EQ(cell(rows, 1, Measure::gap), 0);
            EXPECT_EQ(cell(rows, 1, Measure::dissimilarity), 0);
          }
          if (low == 0.0) {
            EXPECT_EQ(cell(rows, 1, Measure::per_head_fallback), 100);
            EXPECT_NEAR(cell(rows, 1, Measure::share_moved), 0, 1e-12);
          }
        }
}

// What noise does to convex formulas (engine/MODEL.md §5), index of one lagged cohort, binomial: the
// threshold pays its expectation over the binomial law, near τφ(z) + (x-θ)Φ(z); the square x² + τ²; a label
// between two units falls wrong with the probability that the noise turns their order.
TEST(Noise, ConvexFormulasPayIt) {
  std::vector<std::uint32_t> const pupils{100, 100};
  Table pi(2, 2);
  pi << 0.45, 0.55, 0.35, 0.65;
  Counts n(2, 2);
  n << 45, 55, 35, 65;
  std::vector<double> const member{0, 1};
  Need const need{.marker = Member{0}, .lag = 1};
  constexpr int replicates = 40'000;
  Moments kink, square, wrong;
  NeedScratch scratch;
  Cohorts cohorts;
  std::vector<double> seen(2);
  for (std::uint32_t r = 0; r < replicates; ++r) {
    draw_cohorts(1, pupils, pi, {3, 0, r}, cohorts);
    observe(need, member, n, cohorts, {3, 0, r}, scratch, seen);
    kink.add(respond(Threshold{0.55}, seen[0]));
    square.add(respond(Power{2}, seen[0]));
    wrong.add(seen[0] > seen[1] || seen[0] == seen[1] ? 1.0 : 0.0); // ties go to the unit that stands first
  }
  auto const mass = [](int k, double p) {
    return std::exp(std::lgamma(101) - std::lgamma(k + 1) - std::lgamma(101 - k) + k * std::log(p) +
                    (100 - k) * std::log(1 - p));
  };
  double kink_exact = 0, wrong_exact = 0;
  for (int k = 0; k <= 100; ++k) {
    kink_exact += mass(k, 0.55) * std::max(0.0, k / 100.0 - 0.55);
    for (int j = 0; j <= k; ++j) wrong_exact += mass(k, 0.55) * mass(j, 0.65);
  }
  EXPECT_TRUE(mean_agrees(kink, kink_exact));
  EXPECT_TRUE(mean_agrees(square, 0.55 * 0.55 + 0.55 * 0.45 / 100));
  EXPECT_TRUE(mean_agrees(wrong, wrong_exact));
  double const tau = std::sqrt(0.55 * 0.45 / 100);
  EXPECT_NEAR(kink_exact, tau * 0.3989423,
              0.01 * tau); // the normal closed form at the kink, to the order 1/n
  EXPECT_NEAR(wrong_exact, 0.5 * std::erfc(0.1 / std::sqrt(0.55 * 0.45 + 0.65 * 0.35) * 10 / std::sqrt(2.0)),
              0.02);
}

// Empirical Bayes over many units: mean squared error σ²τ²/(σ²+τ²) instead of τ². True shares normal about .3
// with sd .06, 60 pupils each, 600 units; the estimated weight costs a relative 4/S more (James & Stein
// 1961), below 1 %, and the binomial variance differs between units by a few per cent: 3 % in all.
TEST(Noise, ShrinkageHasItsErrorVariance) {
  constexpr std::size_t units = 600;
  std::vector<std::uint32_t> const pupils(units, 60);
  Table pi(units, 2);
  Counts n(units, 2);
  Stream stream({4, 0, 0}, Purpose::sorting);
  double tau2 = 0, sigma2 = 0, mean = 0;
  std::vector<double> truth(units);
  for (std::size_t s = 0; s < units; ++s) {
    truth[s] = std::clamp(0.3 + 0.06 * standard_normal(stream), 0.05, 0.6);
    pi.row(static_cast<Eigen::Index>(s)) << 1 - truth[s], truth[s];
    tau2 += truth[s] * (1 - truth[s]) / 60 / units;
    mean += truth[s] / units;
  }
  for (double p : truth) sigma2 += (p - mean) * (p - mean) / units;
  n.setConstant(30);
  Moments raw, shrunk;
  NeedScratch scratch;
  Cohorts cohorts;
  std::vector<double> seen(units);
  std::vector<double> const member{0, 1};
  for (std::uint32_t r = 0; r < 300; ++r) {
    draw_cohorts(1, pupils, pi, {5, 0, r}, cohorts);
    for (auto const shrinkage : {Shrinkage::none, Shrinkage::empirical_bayes}) {
      observe({.lag = 1, .shrinkage = shrinkage}, member, n, cohorts, {5, 0, r}, scratch, seen);
      double error = 0;
      for (std::size_t s = 0; s < units; ++s) error += (seen[s] - truth[s]) * (seen[s] - truth[s]) / units;
      (shrinkage == Shrinkage::none ? raw : shrunk).add(error);
    }
  }
  EXPECT_TRUE(mean_agrees(raw, tau2));
  double const expected = sigma2 * tau2 / (sigma2 + tau2);
  EXPECT_NEAR(shrunk.mean, expected, 0.03 * expected + z_bound() * shrunk.standard_error());
}
