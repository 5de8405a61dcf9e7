#include "likvard/core/prior_table.hpp"

#include "likvard/core/portable.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace likvard;

namespace {

/// Largest difference from the exact quantile over the whole range of u, in units of the law's spread.
double worst(Prior const& prior) {
  PriorTable const table(prior);
  double const spread = quantile(prior, 0.84) - quantile(prior, 0.16);
  double error = 0;
  for (int i = 1; i < 4000; ++i) {
    // Up to z = 5 only: nearer to 1 u itself is too coarse to tell quantiles apart to what is asked here.
    double const u = portable::normal_cdf(-7 + 12.0 * i / 4000);
    error = std::max(error, std::abs(table(u, portable::normal_quantile(u)) - quantile(prior, u)) / spread);
  }
  return error;
}

} // namespace

TEST(PriorTable, BetaAndMixturesAgreeWithTheExactQuantile) {
  EXPECT_LT(worst(Beta{3.05, 1.64}), 1e-8);
  EXPECT_LT(worst(Beta{0.4, 0.7}), 1e-8);
  EXPECT_LT(worst(Beta{40, 3}), 1e-8);
  EXPECT_LT(worst(NormalMixture{{0.5, 0.5}, {{0, 0.015}, {0.03, 0.02}}}), 1e-8);
  // A part a hundred times narrower than the other, and one far away: their own knots find them.
  EXPECT_LT(worst(NormalMixture{{0.3, 0.7}, {{0, 1}, {0.5, 0.01}}}), 1e-8);
  EXPECT_LT(worst(NormalMixture{{0.2, 0.8}, {{-4, 1}, {4, 1}}}), 1e-8);
}

TEST(PriorTable, ClosedFormsAreTheQuantileItself) {
  for (Prior const& prior :
       std::vector<Prior>{Fixed{0.3}, Uniform{-1, 2}, Normal{1, 2, 0, 3}, Normal{1, 2, 1.5, 9},
                          LogNormal{0.2, 0.4}, Triangular{0, 0.2, 1}}) {
    PriorTable const table(prior);
    for (double u : {0.001, 0.3, 0.5, 0.97}) {
      double const z = table.asks_z() ? portable::normal_quantile(table.chance(u)) : 0;
      EXPECT_EQ(table(u, z), quantile(prior, u));
    }
  }
}

// Φ((x - μ)/σ) of the quantile is as far between those of the bounds as u says: with bounds on either side,
// on none, and so far out that hardly anything lies between them.
TEST(PriorTable, NormalLawsAreTheirOwnInverse) {
  double const infinite = std::numeric_limits<double>::infinity();
  auto const above = [](Normal const& n, double x) {
    return 0.5 * std::erfc((x - n.mean) / n.sd / std::sqrt(2.0));
  };
  for (Normal const& n : {Normal{1, 2, -infinite, infinite}, Normal{1, 2, 0, infinite}, Normal{1, 2, 1.5, 9},
                          Normal{1, 2, 13, infinite}, Normal{0, 1, 6, 6.5}}) {
    PriorTable const table{Prior(n)};
    for (double u : {0.001, 0.3, 0.5, 0.97}) {
      double const x = table(u, portable::normal_quantile(table.chance(u)));
      double const low = above(n, n.low), high = above(n, n.high);
      EXPECT_NEAR((low - above(n, x)) / (low - high), u, 1e-7) << n.low << ' ' << u;
    }
  }
  PriorTable const lost{Prior(Normal{0, 1, 60, 61})}; // Φ is 0 at both: a bound is all that can be said
  double const x = lost(0.5, portable::normal_quantile(lost.chance(0.5)));
  EXPECT_GE(x, 60);
  EXPECT_LE(x, 61);
}

TEST(PriorTable, BeyondItsKnotsIsTheQuantile) {
  Prior const prior = Beta{3, 2};
  PriorTable const table(prior);
  double const u = 1e-18;
  EXPECT_EQ(table(u, portable::normal_quantile(u)), quantile(prior, u));
}
