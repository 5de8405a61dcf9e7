#include "likvard/model/inequality.hpp"

#include "likvard/core/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace likvard;

namespace {

std::vector<std::uint32_t> by_value(std::vector<double> const& value) {
  std::vector<std::uint32_t> order(value.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return value[a] < value[b]; });
  return order;
}

Inequality of(std::vector<double> const& value, std::vector<std::uint32_t> const& pupils) {
  return inequality(value, pupils, by_value(value));
}

} // namespace

// Six units at w = .10 and b = 100: computed with R (ineq and by formula).
TEST(Inequality, SixUnitReference) {
  auto const x = of({93.56687898089172, 97.13375796178344, 106.0509554140127, 95.35031847133758,
                     111.4012738853503, 102.4840764331210},
                    {200, 300, 150, 400, 250, 100});
  EXPECT_NEAR(x.range_ratio, .1906058543, 1e-9);
  EXPECT_NEAR(x.mcloone, .9836794171, 1e-9);
  EXPECT_NEAR(x.verstegen, 1.07, 1e-9);
  EXPECT_NEAR(x.theil_t, .002037811618, 1e-11);
  EXPECT_NEAR(x.mld, .002007012963, 1e-11);
  EXPECT_NEAR(x.atkinson_half, .001010787862, 1e-11);
  EXPECT_NEAR(x.atkinson_one, .002005000259, 1e-11);
  EXPECT_NEAR(x.cv, .06436273428, 1e-10);
  EXPECT_NEAR(x.gini, .03396269336, 1e-10);
}

// Test output of the R package ineq on ten incomes.
TEST(Inequality, PublishedIncomes) {
  std::vector<double> const income{541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261};
  auto const x = of(income, std::vector<std::uint32_t>(10, 1));
  EXPECT_NEAR(x.gini, .4620911, 5e-8);
  EXPECT_NEAR(x.atkinson_half, .1796591, 5e-8);
  EXPECT_NEAR(x.atkinson_one, .3518250597, 1e-10);
  EXPECT_NEAR(x.theil_t, .3623412423, 1e-10);
  EXPECT_NEAR(x.mld, .4335946495, 1e-10);
  EXPECT_NEAR(x.cv, .9169581829, 1e-10);
}

TEST(Inequality, EqualMoneyIsEqual) {
  auto const x = of({5, 5, 5}, {10, 20, 30});
  EXPECT_EQ(x.cv, 0);
  EXPECT_NEAR(x.gini, 0, 1e-15);
  EXPECT_EQ(x.range_ratio, 0);
  EXPECT_EQ(x.mcloone, 1);
  EXPECT_EQ(x.verstegen, 1);
  EXPECT_NEAR(x.theil_t + x.mld + x.atkinson_half + x.atkinson_one, 0, 1e-14);
}

TEST(Inequality, NothingAtAllAndNothingForOne) {
  auto const none = of({0, 0}, {10, 20});
  EXPECT_EQ(none.gini, 0);
  EXPECT_EQ(none.mcloone, 1);
  auto const one = of({0, 3}, {10, 20});
  EXPECT_EQ(one.atkinson_one, 1);
  EXPECT_EQ(one.mld, 0);
  EXPECT_TRUE(std::isfinite(one.theil_t));
}

// Replicating every unit changes nothing, nor does the currency.
TEST(Inequality, ReplicationAndScale) {
  for (std::uint32_t r = 0; r < 200; ++r) {
    Stream stream({5, 0, r}, Purpose::sizes);
    std::vector<double> value, twice, dearer;
    std::vector<std::uint32_t> pupils, twice_pupils;
    for (int s = 0; s < 7; ++s) {
      value.push_back(0.5 + uniform01(stream));
      pupils.push_back(1 + static_cast<std::uint32_t>(uniform01(stream) * 300));
    }
    twice = value;
    twice.insert(twice.end(), value.begin(), value.end());
    twice_pupils = pupils;
    twice_pupils.insert(twice_pupils.end(), pupils.begin(), pupils.end());
    for (double x : value) dearer.push_back(11 * x);
    auto const a = of(value, pupils), b = of(twice, twice_pupils), c = of(dearer, pupils);
    for (auto const member : {&Inequality::cv, &Inequality::gini, &Inequality::range_ratio,
                              &Inequality::mcloone, &Inequality::verstegen, &Inequality::theil_t,
                              &Inequality::mld, &Inequality::atkinson_half, &Inequality::atkinson_one}) {
      EXPECT_NEAR(a.*member, b.*member, 1e-12);
      EXPECT_NEAR(a.*member, c.*member, 1e-12);
    }
    EXPECT_LE(a.mcloone, 1 + 1e-15);
    EXPECT_GE(a.verstegen, 1 - 1e-15);
  }
}
