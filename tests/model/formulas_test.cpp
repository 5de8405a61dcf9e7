// Allocation formulas of other countries, to the penny or the dollar: the engine's stages against published
// values.
#include "likvard/model/allocation.hpp"
#include "likvard/model/response.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace likvard;

namespace {

double pence(double x) {
  return std::round(x * 100) / 100;
}

/// Rates of a formula for one unit whose markers have the shares given; money in the unit's currency.
struct School {
  std::uint32_t pupils;
  std::vector<double> share; ///< of each marker, in the order of the policy's blocks
  double total(Policy const& policy) const {
    std::vector<IndexView> indices;
    for (double const& x : share) indices.push_back({{&x, 1}, {&x, 1}});
    AllocationScratch scratch;
    double rate = 0, need = 0;
    open_rates(policy, indices, {.pupils = {&pupils, 1}}, scratch, {&rate, 1}, {&need, 1});
    return rate * pupils;
  }
};

Block rate(std::size_t index, double money, Response response = Linear{}) {
  return {.name = "b", .index = index, .raw = true, .response = std::move(response), .rate_sek = money};
}

} // namespace

// England, National Funding Formula 2020-21, a primary school of 88 pupils with area cost adjustment 1.02863:
// an allocation statement as published in the Department for Education's statement viewer (mock statements of
// its public source). Each line is rounded to pence there, so the sum is.
TEST(England, PrimaryToThePenny) {
  struct Line {
    double rate, share, paid, off = 0.00501;
  };
  Line const lines[] = {{385.74, .017544, 595.53},   // IDACI D
                        {257.16, .087719, 1'985.09}, // IDACI E
                        {216.01, .035088, 666.98},   // IDACI F
                        {462.88, .155172, 6'320.69}, // free school meals
                        {576.03, .155172, 7'865.77}, // free school meals, ever in six years
                        // low prior attainment: the statement shows no rate, 1,065 times the area cost
                        // adjustment, known to 1e-5
                        {1'065 * 1.02863, .153846, 14'831.23, 0.145},
                        {550.32, .571429, 27'673.26}}; // English as an additional language
  Policy policy{.blocks = {}, .pot = Pot::open};
  policy.own_share = true;
  policy.base_sek = 2'938.80;
  policy.lump_sek = 117'675.27;
  School school{88, {}};
  double sum = pence(2'938.80 * 88) + 117'675.27;
  for (auto const& line : lines) {
    policy.blocks.push_back(rate(school.share.size(), line.rate));
    school.share.push_back(line.share);
    Policy alone{.blocks = {rate(0, line.rate)}, .pot = Pot::open};
    // 27,673.255 stands at the edge of a rounding: within half a penny of the line.
    EXPECT_NEAR((School{88, {line.share}}.total(alone)), line.paid, line.off);
    sum += line.paid;
  }
  EXPECT_NEAR(sum, 436'228.22, 1e-6);
  EXPECT_NEAR(school.total(policy), 436'228.22, 0.145 + 0.005 * 8);
  // The share given out by need: .1374 of the whole.
  std::vector<IndexView> indices;
  for (double const& x : school.share) indices.push_back({{&x, 1}, {&x, 1}});
  AllocationScratch scratch;
  double money = 0, need = 0;
  auto const report =
      allocate(policy, indices, {.pupils = {&school.pupils, 1}}, scratch, {&money, 1}, {&need, 1});
  EXPECT_NEAR(report.share, .1374, 5e-5);
  EXPECT_NEAR(report.mean_rate_sek * 88, 436'228.22, 0.19);
  EXPECT_NEAR(money, 1, 1e-12);
}

// A secondary school of 571: key stages 3 and 4 have different basic rates; sparsity 65,000 tapers with the
// mean year group, 114.2 of 120; core below the minimum of 4,800 per pupil, so topped up.
TEST(England, SecondaryToThePenny) {
  Policy policy{.blocks = {rate(0, 1'550), rate(1, 1)}, .pot = Pot::open};
  policy.phase_weights = {0, 3'862.65, 4'385.81};
  policy.base_sek = 1;
  policy.lump_sek = 110'000;
  policy.small_sek = 65'000;
  policy.small_pupils = 120 * 5; // five year groups
  double const deprivation = 289.95 + 13'640.07 + 53'851.40, eal = 1'384.75;
  std::uint32_t const pupils = 571;
  std::vector<double> const x{.168738, (deprivation + eal) / 571};
  std::vector<IndexView> const indices{{{&x[0], 1}, {&x[0], 1}}, {{&x[1], 1}, {&x[1], 1}}};
  std::array<double, 3> const phase{0, 347, 224};
  AllocationScratch scratch;
  double rates = 0, need = 0;
  open_rates(policy, indices, {.pupils = {&pupils, 1}, .phase = {&phase, 1}}, scratch, {&rates, 1},
             {&need, 1});
  EXPECT_NEAR(rates * 571, 2'657'552.06, 0.02);
  EXPECT_NEAR(policy.small_sek * 2 * (1 - 114.2 / 120), 6'283.33, 0.005);
  EXPECT_NEAR(4'800 * 571 - rates * 571, 83'247.94, 0.02); // top-up to 2,740,800
  // Minimum funding guarantee: last year's 4,443.93 per pupil and 1.5 % more stays below what the formula
  // gives.
  double const guaranteed = pence(pence(2'519'707.84 / 567) * 1.015) * 571;
  EXPECT_NEAR(guaranteed, 2'575'546.89, 0.005);
  EXPECT_LT(guaranteed, 2'740'800);
}

// The minimum per pupil as a floor of the transition: two schools, one topped up, the other pays.
TEST(England, MinimumPerPupilIsAFloor) {
  std::vector<std::uint32_t> const pupils{571, 571};
  std::vector<double> const x{.1, .9};
  IndexView const index{x, x};
  Policy policy{.blocks = {Block{}}, .share = 0.2};
  policy.least = 0.95;
  AllocationScratch scratch;
  std::vector<double> money(2), need(2);
  auto const report = allocate(policy, {&index, 1}, {.pupils = pupils}, scratch, money, need);
  EXPECT_NEAR(money[0], 0.95, 1e-12);
  EXPECT_NEAR(money[1], 1.05, 1e-12);
  EXPECT_EQ(report.bound_units, 1U);
}

// Texas, compensatory education allotment 2021-22: basic allotment 6,160 by tier of the pupil's census block
// (Texas Education Code 48.104); district totals of the agency's own table, to the dollar.
TEST(Texas, DistrictsToTheDollar) {
  struct District {
    std::array<double, 5> pupils;
    double dollars;
  };
  District const districts[] = {{{940, 2769, 2672, 3099, 1939}, 17'764'516},
                                {{0, 5094, 11399, 12718, 29081}, 94'835'202},
                                {{884, 2095, 5127, 11514, 18729}, 62'530'853},
                                {{244, 516, 1432, 1719, 270}, 6'535'375},
                                {{6100, 3184, 2690, 913, 499}, 19'577'019},
                                {{639, 320, 0, 0, 0}, 1'353'814},
                                {{158, 0, 214, 362, 0}, 1'133'902},
                                {{0, 0, 0, 396, 0}, 640'332}};
  double const weight[] = {.225, .2375, .25, .2625, .275};
  for (auto const& district : districts) {
    double const pupils = std::accumulate(district.pupils.begin(), district.pupils.end(), 0.0);
    Policy policy{.blocks = {}, .pot = Pot::open};
    School school{static_cast<std::uint32_t>(pupils), {}};
    for (std::size_t tier = 0; tier < 5; ++tier) {
      policy.blocks.push_back(rate(tier, 6'160 * weight[tier]));
      school.share.push_back(district.pupils[tier] / pupils);
    }
    EXPECT_EQ(std::round(school.total(policy)), district.dollars);
  }
}

// California, Local Control Funding Formula: 20 % of the base per unduplicated pupil, and 50 % (65 % since
// 2021-22) for those above 55 %. Base 10,000: a district of 100 % gets 3,825 more than one of 55 % (PPIC:
// "almost 4,000").
TEST(California, LocalControlFundingFormula) {
  auto const per_pupil = [](double u, double concentration) {
    Policy policy{.blocks = {rate(0, 2'000, Concentration{0.55, concentration / 0.2})}, .pot = Pot::open};
    policy.base_sek = 10'000;
    return School{1, {u}}.total(policy);
  };
  for (auto const& [u, c, multiplier] : {std::tuple{0.0, 0.5, 1.0},
                                         {0.3, 0.5, 1.06},
                                         {0.55, 0.5, 1.11},
                                         {0.8, 0.5, 1.285},
                                         {1.0, 0.5, 1.425},
                                         {0.8, 0.65, 1.3225},
                                         {1.0, 0.65, 1.4925}})
    EXPECT_NEAR(per_pupil(u, c), 10'000 * multiplier, 1e-8);
  EXPECT_NEAR(per_pupil(1.0, 0.65) - per_pupil(0.55, 0.65), 3'825, 1e-8);
  // Grade-span adjustments of the base, 2013-14: K-3 10.4 %, 9-12 2.6 %.
  Policy policy{.blocks = {}, .pot = Pot::open};
  policy.base_sek = 1;
  policy.phase_weights = {6'845 * 1.104, 6'947, 8'289 * 1.026};
  std::uint32_t const one = 1;
  AllocationScratch scratch;
  double const expected[] = {7'556.88, 6'947, 8'504.514};
  for (std::size_t g = 0; g < 3; ++g) {
    std::array<double, 3> phase{};
    phase[g] = 1;
    double rates = 0, need = 0;
    open_rates(policy, {}, {.pupils = {&one, 1}, .phase = {&phase, 1}}, scratch, {&rates, 1}, {&need, 1});
    EXPECT_NEAR(rates, expected[g], 1e-9);
  }
}

// US Title I, targeted grants: brackets by number (691, 2,262, 7,851, 35,514) or share
// (15.58, 22.11, 30.16, 38.24 %), whichever gives more (20 USC 6335); eligible, population -> weighted count.
// 40,000 by number: 691 + 1,571 · 1.5 + 5,589 · 2 + 27,663 · 2.5 + 4,486 · 3 = 96,841.
TEST(TitleI, TargetedWeightedCount) {
  Brackets const both{{.1558, .2211, .3016, .3824},
                      {1, 1.75, 2.5, 3.25, 4},
                      {691, 2'262, 7'851, 35'514},
                      {1, 1.5, 2, 2.5, 3}};
  Brackets const by_share{both.bounds, both.weights, {}, {}};
  struct Case {
    double eligible, population, by_share, larger;
  };
  for (auto const& c : {Case{3'000, 10'000, 4'673.25, 4'673.25}, Case{5'000, 10'000, 12'043.25, 12'043.25},
                        Case{40'000, 400'000, 40'000, 96'841}, Case{500, 10'000, 500, 500}}) {
    EXPECT_NEAR(respond(by_share, c.eligible / c.population, c.population) * c.population, c.by_share, 1e-7);
    EXPECT_NEAR(respond(both, c.eligible / c.population, c.population) * c.population, c.larger, 1e-7);
  }
  // By number alone: 3,000 of 10,000 weigh 4,523.5.
  Brackets const by_count{{}, {0}, both.count_bounds, both.count_weights};
  EXPECT_NEAR(respond(by_count, .3, 10'000) * 10'000, 4'523.5, 1e-8);
}

// Eligibility: more than 10 children and more than 2 % of them (basic grants); at the limit a district gets
// nothing.
TEST(TitleI, EligibilityIsStrict) {
  Block const basic{.name = "basic", .raw = true, .least_share = 0.02, .least_pupils = 10};
  std::vector<std::uint32_t> const pupils{100, 600, 600, 1'000}, order_free{};
  std::vector<double> const share{0.11, 0.02, 0.03, 0.01};
  std::vector<double> out(4);
  std::vector<std::uint32_t> order;
  respond_all(basic, share, share, pupils, order, out);
  EXPECT_EQ(out, (std::vector<double>{0.11, 0, 0.03, 0}));
  std::vector<std::uint32_t> const ten{100};
  std::vector<double> const tenth{0.10}, none{0};
  std::vector<double> one(1);
  respond_all(basic, tenth, tenth, ten, order, one);
  EXPECT_EQ(one, none);
}

// Chile, Ley SEP 20.637, December 2013, USE = 21,058.273 pesos: 1.694 USE a month per priority pupil up to
// grade 6, and by the school's share of them 0.118, 0.202, 0.269 or 0.302 from 15, 30, 45 and 60 %.
TEST(Chile, PreferentialSubsidy) {
  constexpr double use = 21'058.273;
  EXPECT_NEAR((School{1, {1.0}}.total({.blocks = {rate(0, 1.694 * use)}, .pot = Pot::open})), 35'672.71,
              0.01);
  Bands const tiers{{.15, .30, .45, .60}, {0, .118, .202, .269, .302}, true};
  double const expected[] = {0, 2'484.88, 4'253.77, 5'664.68, 6'359.60};
  double const share[] = {.1, .2, .4, .5, .9};
  for (int i = 0; i < 5; ++i) {
    Policy const policy{.blocks = {rate(0, use, tiers)}, .pot = Pot::open};
    EXPECT_NEAR((School{100, {share[i]}}.total(policy)) / (100 * share[i]), expected[i], 0.01);
  }
}

// New Jersey 2024: base 14,972, at-risk weight .47 rising to .57; Minnesota: .6 (6,567 - 839) per pupil at
// the saturated end.
TEST(UnitedStates, NewJerseyAndMinnesota) {
  Policy jersey{.blocks = {rate(0, 14'972, Ramp{0.2, 0.6, 0.47, 0.57})}, .pot = Pot::open};
  for (auto const& [p, omega] :
       {std::pair{.1, .47}, {.2, .47}, {.3, .495}, {.4, .52}, {.6, .57}, {.688, .57}})
    EXPECT_NEAR((School{1, {p}}.total(jersey)), 14'972 * p * omega, 1e-9);
  Policy minnesota{.blocks = {rate(0, 0.6 * (6'567 - 839), Quadratic{0.8})}, .pot = Pot::open};
  for (auto const& [q, dollars] :
       {std::pair{.1, 42.96}, {.2, 171.84}, {.4, 687.36}, {.8, 2'749.44}, {1.0, 3'436.80}})
    EXPECT_NEAR((School{1, {q}}.total(minnesota)), dollars, 1e-9);
}
