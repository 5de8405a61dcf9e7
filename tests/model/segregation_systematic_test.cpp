#include "likvard/model/segregation_systematic.hpp"

#include "likvard/core/random.hpp"
#include "likvard/model/segregation.hpp"
#include "support/statistics.hpp"

#include <boost/math/distributions/non_central_f.hpp>
#include <gtest/gtest.h>

#include <cmath>

using namespace likvard;
using namespace likvard::test;

// The ends are the noncentralities at which the observed F has the chances (1 + level)/2 and (1 - level)/2 of
// being that small.
TEST(SystematicSegregation, IntervalEndsHaveTheirChances) {
  for (double level : {0.5, 0.9, 0.99})
    for (double V : {0.05, 0.1, 0.3})
      for (std::size_t groups : {2U, 4U}) {
        double const K = 8, N = 900, tables = static_cast<double>(groups) - 1;
        double const f = V / (K - 1) / ((1 - V) / (N - K));
        auto const chance = [&](double ratio) {
          double const lambda = N * tables * ratio / (1 - ratio);
          return boost::math::cdf(boost::math::non_central_f((K - 1) * tables, (N - K) * tables, lambda), f);
        };
        auto const interval = systematic_interval(V, 8, groups, N, level);
        if (interval.low > 0) EXPECT_NEAR(chance(interval.low), 0.5 + level / 2, 1e-8);
        EXPECT_NEAR(chance(interval.high), 0.5 - level / 2, 1e-8);
      }
  EXPECT_GT(systematic_interval(0.1, 8, 2, 900, 0.9).low, 0); // the lower end is tested
}

TEST(SystematicSegregation, IntervalsHaveTheirShape) {
  // No observed unevenness: the interval begins at 0. More pupils, narrower; more confidence, wider.
  EXPECT_EQ(systematic_interval(0, 5, 2, 500, 0.9).low, 0);
  auto const few = systematic_interval(0.1, 5, 2, 200, 0.9),
             many = systematic_interval(0.1, 5, 2, 5'000, 0.9);
  EXPECT_LT(few.low, many.low);
  EXPECT_GT(few.high, many.high);
  EXPECT_NEAR(0.5 * (many.low + many.high), 0.1, 0.01);
  EXPECT_LT(systematic_interval(0.1, 5, 2, 500, 0.99).low, systematic_interval(0.1, 5, 2, 500, 0.9).low);
  for (auto const& interval :
       {systematic_interval(0.1, 1, 2, 100, 0.9), systematic_interval(0.1, 5, 1, 100, 0.9),
        systematic_interval(0.1, 5, 2, 5, 0.9)}) {
    EXPECT_EQ(interval.low, 0);
    EXPECT_EQ(interval.high, 0);
  }
  EXPECT_GT(systematic_interval(1, 5, 2, 500, 0.9).low, 0.9); // complete segregation
}

// θ = t tanh(tθ) maximises φ(t-θ) + φ(t+θ): no better θ on a grid. And D without noise is D.
TEST(SystematicSegregation, DensityCorrectionFollowsItsDefinition) {
  std::vector<double> const n{30, 50, 20}, x{12, 9, 3};
  double const X = 24, Y = 76;
  double sum = 0;
  for (int k = 0; k < 3; ++k) {
    double const a = x[k] / X, b = (n[k] - x[k]) / Y, sigma = std::sqrt(a * (1 - a) / X + b * (1 - b) / Y);
    double const t = std::abs(a - b) / sigma;
    double best = 0, at = 0;
    for (int i = 0; i <= 400'000; ++i) {
      double const theta = i * 1e-5;
      double const value =
          std::exp(-0.5 * (t - theta) * (t - theta)) + std::exp(-0.5 * (t + theta) * (t + theta));
      if (value > best) best = value, at = theta;
    }
    sum += 0.5 * sigma * at;
  }
  EXPECT_NEAR(density_corrected_dissimilarity(n, x), sum, 2e-5);
  std::vector<double> big_n, big_x;
  for (int k = 0; k < 3; ++k) big_n.push_back(1e7 * n[k]), big_x.push_back(1e7 * x[k]);
  EXPECT_NEAR(density_corrected_dissimilarity(big_n, big_x), segregation(n, x).dissimilarity, 1e-6);
  EXPECT_EQ(density_corrected_dissimilarity(n, std::vector<double>{0, 0, 0}), 0);
}

// Coverage of the 90 % interval over 2,000 drawn municipalities each: binomial pupils at fixed shares. The
// law is that of normal errors, so the band allowed is that documented, .87 to .95, beyond its Monte Carlo
// error (z-bound).
TEST(SlowSystematicSegregation, IntervalsCover) {
  struct Case {
    int units;
    std::uint32_t pupils;
    double share, truth;
  };
  constexpr int experiments = 2'000;
  for (auto const& c : {Case{5, 100, .2, .05}, Case{10, 200, .3, .1}, Case{30, 50, .1, .05},
                        Case{30, 200, .3, .02}, Case{6, 230, .35, .02}}) {
    std::vector<double> p(c.units), n(c.units, c.pupils), x(c.units);
    double square = 0, mean = 0, between = 0;
    for (int k = 0; k < c.units; ++k) p[k] = c.units > 1 ? 2.0 * k / (c.units - 1) - 1 : 0;
    for (double z : p) square += z * z / c.units;
    for (double& z : p)
      z = std::max(0.0, c.share + z / std::sqrt(square) * std::sqrt(c.truth * c.share * (1 - c.share)));
    for (double z : p) mean += z / c.units;
    for (double z : p) between += (z - mean) * (z - mean) / c.units;
    double const truth = between / (mean * (1 - mean));
    int covered = 0;
    for (std::uint32_t r = 0; r < experiments; ++r) {
      for (int k = 0; k < c.units; ++k) {
        Stream stream({17, 0, r}, Purpose::composition, static_cast<std::uint32_t>(k));
        x[k] = binomial(stream, c.pupils, p[k]);
      }
      auto const s = segregation(n, x);
      auto const interval = systematic_interval(s.variance_ratio, s.units, 2, s.pupils, 0.9);
      covered += interval.low <= truth && truth <= interval.high;
    }
    double const share = static_cast<double>(covered) / experiments,
                 slack = z_bound() * std::sqrt(0.9 * 0.1 / experiments);
    EXPECT_GT(share, 0.87 - slack) << c.units << " units of " << c.pupils;
    EXPECT_LT(share, 0.95 + slack) << c.units << " units of " << c.pupils;
  }
}
