#include "likvard/model/allocation.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/random.hpp"
#include "likvard/model/response.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <numeric>

using namespace likvard;
using test::policy;

namespace {

struct System {
  std::vector<double> index;
  std::vector<std::uint32_t> pupils;
};

/// The six units of the worked example of allocation models: need shares over their mean.
System six_units() {
  System system{{0.10, 0.20, 0.45, 0.15, 0.60, 0.35}, {200, 300, 150, 400, 250, 100}};
  double sum = 0;
  for (std::size_t s = 0; s < 6; ++s) sum += system.index[s] * system.pupils[s];
  for (double& x : system.index) x *= 1400 / sum;
  return system;
}

std::vector<double> money_of(Policy const& p, System const& system) {
  AllocationScratch scratch;
  std::vector<double> money(system.index.size());
  std::vector<double> need(money.size());
  IndexView const index{system.index, system.index};
  allocate(p, {&index, 1}, {.pupils = system.pupils}, scratch, money, need);
  return money;
}

double spent(System const& system, std::vector<double> const& money) {
  double sum = 0;
  for (std::size_t s = 0; s < money.size(); ++s) sum += system.pupils[s] * money[s];
  return sum;
}

System random_system(std::uint32_t r) {
  Stream stream({77, 0, r}, Purpose::sizes);
  System system;
  auto const units = 1 + static_cast<std::size_t>(uniform01(stream) * 12);
  double sum = 0, pupils = 0;
  for (std::size_t s = 0; s < units; ++s) {
    system.pupils.push_back(1 + static_cast<std::uint32_t>(uniform01(stream) * 400));
    system.index.push_back(uniform01(stream) < 0.1 ? 0.0 : uniform01(stream));
    sum += system.index[s] * system.pupils[s];
    pupils += system.pupils[s];
  }
  if (sum > 0)
    for (double& x : system.index) x *= pupils / sum;
  return system;
}

std::vector<Response> all_responses() {
  return {Linear{},
          Threshold{1.0},
          Concentration{1.2, 0.65},
          Ramp{0.8, 1.5, 0.47, 0.57},
          Power{2},
          Quadratic{1.5},
          Bands{{0.7, 0.9, 1.1, 1.4}, {0, 0.5, 1, 1.5, 2.5}},
          Label{0.2}};
}

} // namespace

// Allocation models §2.4: six units at w = .10 and b = 100 (computed with R there).
TEST(Allocation, SixUnitReference) {
  auto const money = money_of(policy(Linear{}, 0.1), six_units());
  double const reference[] = {93.56687898, 97.13375796, 106.0509554, 95.35031847, 111.4012739, 102.4840764};
  for (std::size_t s = 0; s < 6; ++s) EXPECT_NEAR(100 * money[s], reference[s], 1e-7);
}

// Allocation models §6.7: water-filling between floor .98 and cap 1.03 of last year's money, targets of w =
// .1 at b = 100 (computed with R there): units 1 and 4 end at their floors, 3 and 5 at their caps.
TEST(Allocation, WaterFillingReference) {
  std::vector<double> before{97.72079772, 96.72364672, 102.7065527, 98.71794872, 104.7008547, 103.7037037};
  for (double& f : before) f /= 100;
  auto const system = six_units();
  Policy p = policy(Linear{}, 0.1);
  p.largest_loss = 0.02;
  p.largest_gain = 0.03;
  AllocationScratch scratch;
  std::vector<double> money(6), need(6);
  IndexView const index{system.index, system.index};
  auto const report =
      allocate(p, {&index, 1}, {.pupils = system.pupils, .before = before}, scratch, money, need);
  double const expected[] = {95.76638177, 96.96636366, 105.7877493, 96.74358974, 107.8418803, 102.3074617};
  for (std::size_t s = 0; s < 6; ++s) EXPECT_NEAR(100 * money[s], expected[s], 2e-7);
  EXPECT_EQ(report.bound_units, 4U);
}

TEST(Allocation, BoundsHoldAndTheBudgetIsSpent) {
  for (std::uint32_t r = 0; r < 500; ++r) {
    auto const system = random_system(r);
    for (auto const& response : all_responses()) {
      Policy p = policy(response, 0.25);
      p.largest_loss = 0.02;
      p.largest_gain = 0.03;
      auto const money = money_of(p, system);
      EXPECT_NEAR(spent(system, money), std::accumulate(system.pupils.begin(), system.pupils.end(), 0.0),
                  1e-7);
      for (double f : money) {
        EXPECT_GE(f, 0.98 - 1e-12);
        EXPECT_LE(f, 1.03 + 1e-12);
      }
    }
  }
}

// Hand-worked: two equal units, f = (.7, 1.3), floor .9: λ·1.3 must give 1.1.
TEST(Allocation, HoldHarmlessHandWorked) {
  std::vector<double> money{0.7, 1.3};
  TransitionScratch scratch;
  EXPECT_EQ(apply_bounds(std::vector<double>{0.9, 0.9}, std::vector<double>{10, 10},
                         std::vector<std::uint32_t>{50, 50}, scratch, money),
            1U);
  EXPECT_NEAR(money[0], 0.9, 1e-14);
  EXPECT_NEAR(money[1], 1.1, 1e-14);
}

TEST(Allocation, BudgetIsConservedByEveryModel) {
  for (std::uint32_t r = 0; r < 2'000; ++r) {
    auto const system = random_system(r);
    double const total = std::accumulate(system.pupils.begin(), system.pupils.end(), 0.0);
    for (auto const& response : all_responses()) {
      Policy p = policy(response, 0.3);
      p.lump_share = 0.1;
      p.small_share = 0.05;
      p.small_pupils = 120;
      EXPECT_NEAR(spent(system, money_of(p, system)), total, 1e-9 * total);
    }
  }
}

// 60 pupils of weight 1 and 40 of weight 1.5: 120 weighted pupils share what 100 have per head.
TEST(Allocation, PhaseWeightsKeepTheBudget) {
  Policy p{.name = "phases", .title = ""};
  p.phase_weights = {1, 1, 1.5};
  std::vector<std::uint32_t> const pupils{60, 40};
  std::vector<std::array<double, 3>> const phase{{60, 0, 0}, {0, 0, 40}};
  std::vector<double> const index{1, 1};
  std::vector<double> money(2), need(2);
  AllocationScratch scratch;
  IndexView const view{index, index};
  allocate(p, {&view, 1}, {.pupils = pupils, .phase = phase}, scratch, money, need);
  EXPECT_NEAR(money[0], 100.0 / 120, 1e-14);
  EXPECT_NEAR(money[1], 150.0 / 120, 1e-14);
  p.share = 0.2; // the need money is shared out as before
  allocate(p, {&view, 1}, {.pupils = pupils, .phase = phase}, scratch, money, need);
  EXPECT_NEAR(money[0], 0.8 * 100 / 120 + 0.2, 1e-14);
  EXPECT_NEAR(money[1], 0.8 * 150 / 120 + 0.2, 1e-14);
}

TEST(Allocation, ShareZeroIsPerHead) {
  for (std::uint32_t r = 0; r < 50; ++r)
    for (auto const& response : all_responses())
      for (double f : money_of(policy(response, 0), random_system(r))) EXPECT_EQ(f, 1.0);
}

// The index enters by its mean: any scale of the raw index gives the same money for scale-free responses.
TEST(Allocation, LinearIsScaleFree) {
  auto system = six_units();
  auto const before = money_of(policy(Linear{}, 0.2), system);
  for (double& x : system.index) x *= 37;
  auto const after = money_of(policy(Linear{}, 0.2), system);
  for (std::size_t s = 0; s < 6; ++s) EXPECT_NEAR(before[s], after[s], 1e-12);
}

TEST(Allocation, OrderOfUnitsDoesNotMatter) {
  auto const system = six_units();
  System reversed{{system.index.rbegin(), system.index.rend()},
                  {system.pupils.rbegin(), system.pupils.rend()}};
  for (auto const& response : all_responses()) {
    auto const a = money_of(policy(response, 0.2), system), b = money_of(policy(response, 0.2), reversed);
    for (std::size_t s = 0; s < 6; ++s) EXPECT_NEAR(a[s], b[5 - s], 1e-12);
  }
}

TEST(Allocation, NobodyInNeedIsPerHeadAndSaysSo) {
  System const system{{0, 0, 0}, {10, 20, 30}};
  AllocationScratch scratch;
  std::vector<double> money(3), need(3);
  IndexView const index{system.index, system.index};
  for (auto const& response : {Response{Linear{}}, Response{Threshold{1}}, Response{Label{0.5}}}) {
    auto const report =
        allocate(policy(response, 0.4), {&index, 1}, {.pupils = system.pupils}, scratch, money, need);
    EXPECT_TRUE(report.per_head_fallback);
    for (double f : money) EXPECT_NEAR(f, 1, 1e-15);
  }
}

// Units all alike, but for rounding: nobody lies above the mean, and the label goes to the units that stand
// first.
TEST(Allocation, RoundingDecidesNothing) {
  System const system{{1 + 2e-16, 1 - 1e-16, 1, 1 + 4e-16}, {10, 20, 30, 40}};
  AllocationScratch scratch;
  std::vector<double> money(4), need(4);
  IndexView const index{system.index, system.index};
  auto const report =
      allocate(policy(Threshold{1}, 0.2), {&index, 1}, {.pupils = system.pupils}, scratch, money, need);
  EXPECT_TRUE(report.per_head_fallback);
  for (double f : money) EXPECT_EQ(f, 1);
  auto const banded = money_of(policy(Bands{{0.5, 1.0}, {0, 1, 5}}, 0.2), system);
  for (double f : banded) EXPECT_NEAR(f, 1, 1e-15);
  auto const labelled = money_of(policy(Label{0.5}, 0.2), system);
  EXPECT_GT(labelled[0], 1);
  EXPECT_GT(labelled[1], 1);
  EXPECT_LT(labelled[3], 1);
}

TEST(Allocation, OneUnitGetsItAll) {
  for (auto const& response : all_responses())
    EXPECT_NEAR(money_of(policy(response, 0.5), {{1.0}, {17}})[0], 1, 1e-14);
}

// Lump sum of 6 % over two units of 10 and 90 pupils: 3 % of the budget each, that is .03·100/10 and
// .03·100/90 per pupil.
TEST(Allocation, LumpSumHandWorked) {
  Policy p = policy(Linear{}, 0);
  p.lump_share = 0.06;
  auto const money = money_of(p, {{1, 1}, {10, 90}});
  EXPECT_NEAR(money[0], 0.94 + 0.3, 1e-14);
  EXPECT_NEAR(money[1], 0.94 + 0.03 / 0.9, 1e-14);
}

// Taper at 100 pupils: 50 and fewer count fully, 75 half. κ = 1, .5, 0; the pot of 3 % of 225+... splits
// 2:1:0.
TEST(Allocation, SmallUnitTaperHandWorked) {
  Policy p = policy(Linear{}, 0);
  p.small_share = 0.03;
  p.small_pupils = 100;
  auto const money = money_of(p, {{1, 1, 1}, {50, 75, 175}});
  EXPECT_NEAR(money[0], 0.97 + 0.03 * 300 * (2.0 / 3) / 50, 1e-14);
  EXPECT_NEAR(money[1], 0.97 + 0.03 * 300 * (1.0 / 3) / 75, 1e-14);
  EXPECT_NEAR(money[2], 0.97, 1e-14);
}

TEST(Response, HandWorkedValues) {
  EXPECT_NEAR(respond(Linear{}, 1.3), 1.3, 1e-15);
  EXPECT_NEAR(respond(Threshold{1.1}, 1.3), 0.2, 1e-15);
  EXPECT_EQ(respond(Threshold{1.1}, 1.0), 0);
  EXPECT_NEAR(respond(Power{2}, 1.5), 2.25, 1e-15);
  EXPECT_EQ(respond(Power{0.5}, 0), 0);
  EXPECT_NEAR(respond(Quadratic{0.8}, 0.4), 0.2, 1e-15);
  EXPECT_NEAR(respond(Quadratic{0.8}, 1.6), 1.6, 1e-15);
}

// California LCFF multiplier: 1 + .2u + c·max(0, u - .55); the concentration response is (1/.2) of its need
// part with slope c/.2.
TEST(Response, ConcentrationMatchesLcff) {
  for (auto const& [u, c, multiplier] : {std::tuple{0.3, 0.5, 1.06},
                                         {0.55, 0.5, 1.11},
                                         {0.8, 0.5, 1.285},
                                         {1.0, 0.5, 1.425},
                                         {0.8, 0.65, 1.3225},
                                         {1.0, 0.65, 1.4925}})
    EXPECT_NEAR(1 + 0.2 * respond(Concentration{0.55, c / 0.2}, u), multiplier, 1e-12);
}

// New Jersey's at-risk weight: .47 up to 20 %, rising to .57 at 60 %.
TEST(Response, RampMatchesNewJersey) {
  for (auto const& [p, omega] :
       {std::pair{0.1, 0.47}, {0.2, 0.47}, {0.3, 0.495}, {0.4, 0.52}, {0.6, 0.57}, {0.688, 0.57}})
    EXPECT_NEAR(respond(Ramp{0.2, 0.6, 0.47, 0.57}, p), p * omega, 1e-12);
}

// Minnesota compensatory revenue per pupil: q·min(1, q/.8)·.6·(6567 - 839).
TEST(Response, QuadraticMatchesMinnesota) {
  for (auto const& [q, dollars] :
       {std::pair{0.1, 42.96}, {0.2, 171.84}, {0.4, 687.36}, {0.8, 2749.44}, {1.0, 3436.80}})
    EXPECT_NEAR(respond(Quadratic{0.8}, q) * 0.6 * (6567 - 839), dollars, 1e-9);
}

TEST(Response, BandsIncludeTheirUpperBound) {
  Bands const bands{{0.8, 1.2}, {0, 1, 3}};
  EXPECT_EQ(respond(bands, 0.8), 0);
  EXPECT_EQ(respond(bands, 0.81), 1);
  EXPECT_EQ(respond(bands, 1.2), 1);
  EXPECT_EQ(respond(bands, 1.21), 3);
}

TEST(Label, TakesExactlyTheNeediestAndBreaksTies) {
  System const system{{1, 1, 1, 1, 1}, {10, 10, 10, 10, 10}};
  auto const money = money_of(policy(Label{0.4}, 0.1), system);
  EXPECT_EQ(std::count_if(money.begin(), money.end(), [](double f) { return f > 1; }), 2);
  EXPECT_GT(money[0], 1);
  EXPECT_GT(money[1], 1);
}

TEST(Allocation, RefusesMoreThanTheBudget) {
  EXPECT_THROW(money_of(policy(Linear{}, 1.2), six_units()), ContractError);
}

// A policy that gives by a steeper response gives the neediest unit more.
TEST(Allocation, SteeperResponsesFavourTheNeediest) {
  auto const system = six_units();
  double const linear = money_of(policy(Linear{}, 0.1), system)[4];
  EXPECT_GT(money_of(policy(Threshold{1}, 0.1), system)[4], linear);
  EXPECT_GT(money_of(policy(Power{2}, 0.1), system)[4], linear);
  EXPECT_GT(money_of(policy(Concentration{1, 1}, 0.1), system)[4], linear);
}
