#include "likvard/model/replicate.hpp"

#include "likvard/model/segregation.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

using namespace likvard;
using namespace likvard::test;

namespace {

std::array<double, coefficient_count> middle() {
  std::array<double, coefficient_count> u;
  u.fill(0.5);
  return u;
}

std::vector<Policy> policies() {
  return {policy(Linear{}, 0), policy(Linear{}, 0.1), policy(Threshold{1}, 0.1), policy(Label{0.2}, 0.2)};
}

std::vector<double> rows_of(Parameters const& parameters, std::uint32_t replicate,
                            std::vector<Policy> const& list = policies(), std::uint64_t seed = 1) {
  Plan const plan = make_plan(parameters, seed);
  Workspace work;
  std::vector<double> rows(list.size() * measure_count);
  simulate(plan, list, {seed, 0, replicate}, middle(), {}, work, rows);
  return rows;
}

double cell(std::vector<double> const& rows, std::size_t m, Measure k) {
  return rows[m * measure_count + static_cast<std::size_t>(k)];
}

std::vector<Parameters> many_towns() {
  std::vector<Parameters> towns;
  for (Mechanism mechanism :
       {Mechanism::random, Mechanism::rank, Mechanism::tilt, Mechanism::dirichlet, Mechanism::choice})
    for (SizeRule sizes : {SizeRule::drawn, SizeRule::equal, SizeRule::quantiles})
      for (Totals totals : {Totals::fixed, Totals::free}) {
        Parameters town = small_town();
        town.sorting.mechanism = mechanism;
        if (mechanism == Mechanism::random || mechanism == Mechanism::choice) town.sorting.targets.clear();
        town.municipality.sizes = sizes;
        town.municipality.totals = totals;
        town.needs[0].missing = 0.1;
        town.outcome.use_sd = 0.67;
        towns.push_back(town);
      }
  return towns;
}

} // namespace

TEST(Replicate, IsAFunctionOfItsKey) {
  for (auto const& town : many_towns()) {
    EXPECT_EQ(rows_of(town, 3), rows_of(town, 3));
    EXPECT_NE(rows_of(town, 3), rows_of(town, 4));
    EXPECT_NE(rows_of(town, 3), rows_of(town, 3, policies(), 2));
  }
}

// A workspace used for other replicates before leaves no trace.
TEST(Replicate, DoesNotDependOnWhatTheWorkspaceHeld) {
  Plan const plan = make_plan(small_town(), 1);
  auto const list = policies();
  Workspace fresh, used;
  std::vector<double> a(list.size() * measure_count), b(a);
  for (std::uint32_t r = 0; r < 5; ++r) simulate(plan, list, {1, 0, r}, middle(), {}, used, b);
  simulate(plan, list, {1, 0, 9}, middle(), {}, used, b);
  simulate(plan, list, {1, 0, 9}, middle(), {}, fresh, a);
  EXPECT_EQ(a, b);
}

// A minimally different world: one policy more changes nothing for the others.
TEST(Replicate, AnotherPolicyChangesNoOther) {
  auto list = policies();
  auto const before = rows_of(small_town(), 5, list);
  list.push_back(policy(Power{2}, 0.3));
  auto const after = rows_of(small_town(), 5, list);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
}

TEST(Replicate, EveryValueIsFinite) {
  for (auto const& town : many_towns())
    for (std::uint32_t r = 0; r < 5; ++r)
      for (double v : rows_of(town, r)) EXPECT_TRUE(std::isfinite(v));
}

TEST(Replicate, SmallestTownsAreDefined) {
  Parameters town = small_town();
  town.municipality.smallest_unit = 1;
  town.sorting.mechanism = Mechanism::random;
  town.sorting.targets.clear();
  for (auto const& [pupils, units] : {std::pair{1U, 1U}, {2U, 2U}, {5U, 5U}, {40U, 1U}}) {
    town.municipality.pupils = pupils;
    town.municipality.units = units;
    for (std::uint32_t r = 0; r < 20; ++r)
      for (double v : rows_of(town, r)) EXPECT_TRUE(std::isfinite(v));
  }
}

TEST(Replicate, MoneyWithoutEffectChangesNoOutcome) {
  Parameters town = small_town();
  town.outcome.theta = Fixed{0};
  auto const rows = rows_of(town, 1);
  for (std::size_t m = 1; m < 4; ++m)
    for (auto k = static_cast<std::size_t>(Measure::mean_outcome);
         k < static_cast<std::size_t>(Measure::undefined); ++k)
      EXPECT_NEAR(rows[m * measure_count + k], rows[k], 1e-12) << measure_table()[k].key;
}

// With a positive effect, no noise in the index and one effect for all, giving by need narrows the gap in
// every replicate.
TEST(Replicate, GivingByNeedNarrowsTheGap) {
  Parameters town = small_town();
  town.needs[0].lag = 0;
  town.needs[0].marker = Member{0};
  for (std::uint32_t r = 0; r < 50; ++r) {
    auto const rows = rows_of(town, r);
    EXPECT_LT(cell(rows, 1, Measure::gap), cell(rows, 0, Measure::gap));
    EXPECT_LT(cell(rows, 1, Measure::not_qualified_need), cell(rows, 0, Measure::not_qualified_need));
  }
}

// ε² of the drawn pupils has the target as its mean: 3,000 replicates for each mechanism with fixed totals.
// The expectation holds up to O(1/N): 1,200 pupils.
TEST(Replicate, SegregationIsOnTargetOnAverage) {
  for (Mechanism mechanism : {Mechanism::rank, Mechanism::tilt}) {
    Parameters town = small_town();
    town.sorting.mechanism = mechanism;
    town.municipality.sizes = SizeRule::quantiles;
    Plan const plan = make_plan(town, 1);
    std::vector<Policy> const list{policy(Linear{}, 0)};
    Workspace work;
    std::vector<double> rows(measure_count);
    Moments eps2;
    for (std::uint32_t r = 0; r < 3'000; ++r) {
      simulate(plan, list, {1, 0, r}, middle(), {false, false}, work, rows);
      eps2.add(rows[static_cast<std::size_t>(Measure::eps2)]);
    }
    EXPECT_LT(std::abs(eps2.mean - 0.06), 1.0 / 1200 + z_bound() * eps2.standard_error()) << eps2.mean;
  }
}

// Random sorting: dissimilarity has its exact expectation, ε² is 0 on average.
TEST(Replicate, RandomSortingHasTheUnevennessOfChance) {
  Parameters town = small_town();
  town.sorting = {Mechanism::random, {}, {}};
  town.municipality.sizes = SizeRule::equal;
  Plan const plan = make_plan(town, 1);
  std::vector<Policy> const list{policy(Linear{}, 0)};
  Workspace work;
  std::vector<double> rows(measure_count);
  Moments difference, eps2;
  for (std::uint32_t r = 0; r < 5'000; ++r) {
    simulate(plan, list, {1, 0, r}, middle(), {false, false}, work, rows);
    difference.add(rows[static_cast<std::size_t>(Measure::dissimilarity)] -
                   rows[static_cast<std::size_t>(Measure::dissimilarity_by_chance)]);
    eps2.add(rows[static_cast<std::size_t>(Measure::eps2)]);
  }
  EXPECT_TRUE(mean_agrees(difference, 0));
  EXPECT_TRUE(mean_agrees(eps2, 0));
}

// Index noise alone moves money when all units are alike: about 0.399 w sqrt((1-P)/(P n)) (MODEL.md §5),
// binary need, one lagged cohort, P n = 72 a unit. The normal approximation of a binomial mean deviation is
// good to 1/(2nPQ) = 1 %, and the units' common mean takes 1/(2K) = 2.5 % of it.
TEST(Replicate, NoiseBaselineOfTheIndex) {
  Parameters town = small_town();
  town.sorting = {Mechanism::random, {}, {}};
  town.municipality.sizes = SizeRule::equal;
  town.municipality.pupils = 4000;
  town.municipality.units = 20;
  town.needs[0].marker = Member{0};
  Plan const plan = make_plan(town, 1);
  std::vector<Policy> const list{policy(Linear{}, 0.1)};
  Workspace work;
  std::vector<double> rows(measure_count);
  Moments moved;
  for (std::uint32_t r = 0; r < 3'000; ++r) {
    simulate(plan, list, {1, 0, r}, middle(), {false, false}, work, rows);
    moved.add(rows[static_cast<std::size_t>(Measure::share_moved)]);
  }
  double const P = 0.36,
               expected = 100 * 0.3989423 * 0.1 * std::sqrt((1 - P) / (P * 200)) * std::sqrt(19.0 / 20);
  EXPECT_NEAR(moved.mean, expected, 0.012 * expected + z_bound() * moved.standard_error());
}

// Realised readings scatter around the expected ones.
TEST(Replicate, RealisedReadingsAreUnbiased) {
  Parameters town = small_town();
  town.outcome.cohort_sd = 0;
  Plan const plan = make_plan(town, 1);
  auto const list = policies();
  Workspace work;
  std::vector<double> rows(list.size() * measure_count);
  Moments gap, below, spread;
  for (std::uint32_t r = 0; r < 4'000; ++r) {
    simulate(plan, list, {1, 0, r}, middle(), {}, work, rows);
    gap.add(cell(rows, 2, Measure::gap_realised) - cell(rows, 2, Measure::gap));
    below.add(cell(rows, 3, Measure::not_qualified_gap_realised) - cell(rows, 3, Measure::not_qualified_gap));
    spread.add(cell(rows, 1, Measure::largest_unit_difference_chance));
  }
  EXPECT_TRUE(mean_agrees(gap, 0));
  EXPECT_TRUE(mean_agrees(below, 0));
  EXPECT_GT(spread.mean, 0); // chance widens the largest difference on average
}

TEST(Plan, GivenUnitsKeepTheirCounts) {
  Parameters town = small_town();
  town.sorting = {Mechanism::given, {}, {}};
  town.municipality.given = {{"a", "b", "c"}, {100, 200, 300}, {0, 0, 1}, {{0.3, 0.6, 0.9}, {}}};
  town.municipality.units = 3;
  town.municipality.pupils = 600;
  town.needs[0].lag = 1;
  Plan const plan = make_plan(town, 1);
  EXPECT_EQ(plan.given.row(0).sum(), 100U);
  EXPECT_EQ(plan.given(0, 2) + plan.given(0, 3), 70U); // low education: 70 % of 100
  auto const a = rows_of(town, 1), b = rows_of(town, 2);
  EXPECT_EQ(cell(a, 0, Measure::dissimilarity), cell(b, 0, Measure::dissimilarity));
  EXPECT_NE(cell(a, 1, Measure::money_gap),
            cell(b, 1, Measure::money_gap)); // the index still sees another cohort
}

// Money is misplaced only where the register shows something else than the truth.
TEST(Replicate, MisallocatedIsTheDistanceToWhatTrueNeedWouldGive) {
  Parameters town = small_town();
  town.needs[0].lag = 0;
  EXPECT_NEAR(cell(rows_of(town, 1), 1, Measure::misallocated), 0, 1e-10);
  town.needs[0].lag = 1;
  EXPECT_GT(cell(rows_of(town, 1), 1, Measure::misallocated), 0.01);
}

// Typical sizes are dealt at random to the places: each size is as often in the first place as any other.
TEST(Replicate, EverySizeIsAsLikelyInEveryPlace) {
  Parameters town = small_town();
  town.sorting = {Mechanism::random, {}, {}};
  town.municipality.sizes = SizeRule::quantiles;
  Plan const plan = make_plan(town, 1);
  std::vector<Policy> const list{policy(Linear{}, 0)};
  Workspace work;
  std::vector<double> rows(measure_count);
  std::array<std::vector<double>, 2> observed;
  for (auto& counts : observed) counts.resize(6);
  int const draws = 3'000;
  for (std::uint32_t r = 0; r < draws; ++r) {
    simulate(plan, list, {8, 0, r}, middle(), {false, false}, work, rows);
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t place : {std::size_t{0}, std::size_t{5}})
        if (work.sizes[place] == plan.sizes[i]) observed[place / 5][i] += 1;
  }
  for (auto const& counts : observed) EXPECT_TRUE(counts_agree(counts, std::vector<double>(6, draws / 6.0)));
}

TEST(Plan, TheIndexAveragesTheGroupAskedFor) {
  Parameters town = small_town();
  town.needs[0].marker = Member{1}; // foreign background: every second profile
  EXPECT_EQ(make_plan(town, 1).need_values[0], (std::vector<double>{0, 1, 0, 1}));
  town.needs[0].marker = Risk{};
  Plan const plan = make_plan(town, 1);
  EXPECT_EQ(plan.need_values[0], plan.profiles.risk);
}

// The closed forms of measures_test hold for a whole replicate: units are ranked from the neediest.
TEST(Replicate, MoneyIsRankedByNeed) {
  Parameters town = small_town();
  town.needs[0].marker = Member{0};
  town.needs[0].lag = 0;
  Plan const plan = make_plan(town, 1);
  std::vector<Policy> const list{policy(Linear{}, 0), policy(Linear{}, 0.1)};
  Workspace work;
  std::vector<double> rows(2 * measure_count);
  for (std::uint32_t r = 0; r < 20; ++r) {
    simulate(plan, list, {9, 0, r}, middle(), {false, false}, work, rows);
    double const P = cell(rows, 1, Measure::need_share) / 100,
                 gini = segregation_gini(work.pupils_of_unit, work.needy);
    EXPECT_NEAR(cell(rows, 1, Measure::money_gini), 0.1 * (1 - P) * gini, 1e-12);
    EXPECT_NEAR(cell(rows, 1, Measure::money_kakwani), -0.9 * (1 - P) * gini, 1e-12);
  }
}
