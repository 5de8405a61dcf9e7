#include "likvard/model/power.hpp"

#include "likvard/core/random.hpp"
#include "support/statistics.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace likvard {
namespace {

using test::mean_agrees;

TEST(Power, WithoutEffectIsTheLevel) {
  for (double df : {1.0, 6.0, 100.0, 1e6})
    for (double level : {0.01, 0.05, 0.2}) EXPECT_NEAR(t_test_power(0, df, level), level, 1e-9) << df;
}

TEST(Power, IsThatOfTheZTestInTheLimit) {
  // Φ(δ - z) + Φ(-δ - z) with z = 1.959964: power 0.8 at δ = 2.8015852 (textbooks), 0.9 at 3.2415152.
  EXPECT_NEAR(t_test_power(2.8015852, 1e9, 0.05), 0.8, 1e-6);
  EXPECT_NEAR(t_test_power(3.2415152, 1e9, 0.05), 0.9, 1e-6);
  EXPECT_NEAR(t_test_power(-2.8015852, 1e9, 0.05), 0.8, 1e-6);
  // The t test comes to it as 1/df.
  EXPECT_NEAR(t_test_power(2.8015852, 9e4, 0.05), 0.8, 1e-4);
  EXPECT_EQ(t_test_power(2, 0.5, 0.05), 0);
  EXPECT_EQ(t_test_power(1e6, 10, 0.05), 1);
}

TEST(Power, IsTheNormalPowerAveragedOverTheEstimatedVariance) {
  // T = (Z + δ)/√(V/df), V ~ χ²(df): the integral over V by the midpoint rule, 20,000 steps.
  double const df = 10, delta = 3;
  double const critical = quantile(complement(boost::math::students_t_distribution<>(df), 0.025));
  boost::math::chi_squared_distribution<> const law(df);
  auto const cdf_normal = [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); };
  double sum = 0, step = 100.0 / 20'000;
  for (int i = 0; i < 20'000; ++i) {
    double const v = (i + 0.5) * step, c = critical * std::sqrt(v / df);
    sum += step * pdf(law, v) * (cdf_normal(delta - c) + cdf_normal(-delta - c));
  }
  EXPECT_NEAR(t_test_power(delta, df, 0.05), sum, 1e-6);
}

TEST(Power, BuildUpIsTheMeanOverTheYears) {
  std::vector<double> const w{0.25, 0.25, 0.25, 0.25};
  EXPECT_DOUBLE_EQ(mean_build_up(w, 1), 0.25);
  EXPECT_DOUBLE_EQ(mean_build_up(w, 4), (0.25 + 0.5 + 0.75 + 1) / 4);
  EXPECT_DOUBLE_EQ(mean_build_up(w, 6), (0.25 + 0.5 + 0.75 + 1 + 1 + 1) / 6);
}

TEST(Power, TwoEqualGroupsAreTheTextbookCase) {
  // Half of S units get Δ more and gain e: δ = e √(S/4) / sd(d), sd(d)² = v (1/T + 1/B).
  std::vector<double> const money{1, 1, 1, 1.2, 1.2, 1.2}, effect{0, 0, 0, 0.3, 0.3, 0.3};
  std::vector<double> const variance(6, 0.04);
  auto const contrast = contrast_of(money, effect, variance);
  double const delta = 0.3 * std::sqrt(6.0 / 4) / std::sqrt(0.04 * (1.0 / 2 + 1.0 / 3));
  EXPECT_NEAR(comparison_power(contrast, std::vector<double>{1}, 2, 3, 0.05), t_test_power(delta, 4, 0.05),
              1e-12);
}

TEST(Power, AgreesWithTestsOnDrawnResults) {
  // The comparison made 20,000 times on drawn results of two towns, with effects that are no straight line in
  // the money: the share of rejections is binomial around the power.
  std::vector<std::vector<double>> const money{{0.9, 0.95, 1, 1.05, 1.2}, {0.8, 1, 1, 1.3}},
      effect{{-0.12, -0.1, 0.05, 0.05, 0.3}, {-0.3, 0.05, -0.05, 0.4}},
      variance{{0.02, 0.03, 0.05, 0.02, 0.04}, {0.03, 0.03, 0.06, 0.02}};
  std::vector<double> const weights{0.5, 0.5};
  constexpr std::uint32_t after = 3, before = 2;
  constexpr int draws = 20'000;
  Contrast all;
  for (std::size_t k = 0; k < 2; ++k) all.add(contrast_of(money[k], effect[k], variance[k]));
  double const power = comparison_power(all, weights, after, before, 0.05);
  double const critical = quantile(complement(boost::math::students_t_distribution<>(6), 0.025));
  double const part = mean_build_up(weights, after);
  int rejected = 0;
  for (std::uint32_t r = 0; r < draws; ++r) {
    double xx = 0, xy = 0, yy = 0;
    for (std::size_t k = 0; k < 2; ++k) {
      Stream stream({3, 0, r}, Purpose::power, static_cast<std::uint32_t>(k));
      std::vector<double> d(money[k].size());
      double w_sum = 0, x_mean = 0, d_mean = 0;
      for (std::size_t s = 0; s < d.size(); ++s) {
        double sum_after = 0, sum_before = 0;
        for (std::uint32_t t = 0; t < after; ++t)
          sum_after += std::sqrt(variance[k][s]) * standard_normal(stream);
        for (std::uint32_t t = 0; t < before; ++t)
          sum_before += std::sqrt(variance[k][s]) * standard_normal(stream);
        d[s] = part * effect[k][s] + sum_after / after - sum_before / before;
        double const w = 1 / variance[k][s];
        w_sum += w;
        x_mean += w * money[k][s];
        d_mean += w * d[s];
      }
      for (std::size_t s = 0; s < d.size(); ++s) {
        double const w = 1 / variance[k][s], x = money[k][s] - x_mean / w_sum, y = d[s] - d_mean / w_sum;
        xx += w * x * x;
        xy += w * x * y;
        yy += w * y * y;
      }
    }
    double const slope = xy / xx;
    rejected += std::abs(slope) / std::sqrt((yy - slope * xy) / 6 / xx) > critical;
  }
  ASSERT_GT(power, 0.3);
  ASSERT_LT(power, 0.98);
  // λ/df is 0.039 here: what its second order moves the power by, some (λ/df)² of it, is inside the bound
  // of 6.1 · 0.0035.
  EXPECT_TRUE(mean_agrees(rejected / double{draws}, power, std::sqrt(power * (1 - power)), draws)) << power;
}

TEST(Power, WithoutDifferenceInMoneyThereIsNothingToSee) {
  std::vector<double> const same(4, 1.0), effect{0, 0.1, 0.2, 0.3}, variance(4, 0.02);
  EXPECT_EQ(comparison_power(contrast_of(same, effect, variance), std::vector<double>{1}, 5, 3, 0.05), 0);
  std::vector<double> const two{0.9, 1.1};
  EXPECT_EQ(comparison_power(contrast_of(two, std::vector<double>{0, 1}, std::vector<double>{.1, .1}),
                             std::vector<double>{1}, 5, 3, 0.05),
            0)
      << "two units leave no degree of freedom";
}

TEST(Power, MoreYearsAndMoreTownsSeeMore) {
  std::vector<double> const money{0.9, 1, 1.1, 1}, effect{-0.02, 0, 0.02, 0}, variance(4, 0.02);
  Contrast one = contrast_of(money, effect, variance), many;
  double before = 0;
  for (std::uint32_t t = 1; t < 10; ++t) {
    double const now = comparison_power(one, std::vector<double>{1}, t, 3, 0.05);
    EXPECT_GT(now, before);
    before = now;
  }
  for (int k = 0; k < 50; ++k) many.add(one);
  EXPECT_GT(comparison_power(many, std::vector<double>{1}, 3, 3, 0.05), 2 * before);
}

} // namespace
} // namespace likvard
