#include "likvard/core/prior.hpp"

#include "likvard/core/contract.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/triangular.hpp>

#include <cmath>

using namespace likvard;

namespace {

constexpr double levels[] = {1e-9, 1e-4, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - 1e-4, 1 - 1e-9};

/// ∫ quantile(u) du by the midpoint rule: the mean, by another road than `mean`.
double mean_by_quantiles(Prior const& prior) {
  constexpr int steps = 20'000;
  double sum = 0;
  for (int i = 0; i < steps; ++i) sum += quantile(prior, (i + 0.5) / steps);
  return sum / steps;
}

double normal_cdf(double z) {
  return cdf(boost::math::normal_distribution<>{}, z);
}

} // namespace

TEST(Prior, QuantilesInvertTheDistributionFunction) {
  for (double u : levels) {
    EXPECT_EQ(quantile(Fixed{0.3}, u), 0.3);
    EXPECT_DOUBLE_EQ(quantile(Uniform{-1, 3}, u), -1 + 4 * u);
    EXPECT_NEAR(normal_cdf((quantile(Normal{2, 0.5}, u) - 2) / 0.5), u, 1e-9 * u + 1e-15);
    EXPECT_NEAR(cdf(boost::math::lognormal_distribution<>{0.182, 0.4}, quantile(LogNormal{0.182, 0.4}, u)), u,
                1e-9 * u + 1e-15);
    EXPECT_NEAR(cdf(boost::math::beta_distribution<>{3.05, 1.64}, quantile(Beta{3.05, 1.64}, u)), u,
                1e-9 * u + 1e-12);
    EXPECT_NEAR(cdf(boost::math::triangular_distribution<>{-1, 0.2, 4}, quantile(Triangular{-1, 0.2, 4}, u)),
                u, 1e-9 * u + 1e-12);
  }
}

TEST(Prior, MixtureQuantileInvertsTheWeightedSum) {
  NormalMixture const mixture{{1, 3}, {{0, 0.015}, {0.03, 0.02}}}; // weights need not sum to one
  for (double u : levels) {
    double const x = quantile(mixture, u);
    EXPECT_NEAR(0.25 * normal_cdf(x / 0.015) + 0.75 * normal_cdf((x - 0.03) / 0.02), u, 1e-9 * u + 1e-12);
  }
}

TEST(Prior, MixtureOfPartsFarApartJumpsBetweenThem) {
  NormalMixture const mixture{{0.5, 0.5}, {{0, 1e-6}, {1000, 1e-6}}};
  EXPECT_NEAR(quantile(mixture, 0.499), 0, 1e-4);
  EXPECT_NEAR(quantile(mixture, 0.501), 1000, 1e-4);
}

TEST(Prior, MixtureOfEqualPartsIsTheNormal) {
  NormalMixture const mixture{{0.2, 0.8}, {{1, 2}, {1, 2}}};
  for (double u : levels) EXPECT_NEAR(quantile(mixture, u), quantile(Normal{1, 2}, u), 1e-9);
}

TEST(Prior, TruncationKeepsValuesInsideAndOrder) {
  Normal const peer{0.12, 0.08, 0, 0.4};
  double before = 0;
  for (double u : levels) {
    double const x = quantile(peer, u);
    EXPECT_GE(x, before);
    EXPECT_LE(x, 0.4);
    before = x;
  }
  double const low = normal_cdf(-1.5), high = normal_cdf(3.5);
  EXPECT_NEAR(normal_cdf((quantile(peer, 0.3) - 0.12) / 0.08), low + 0.3 * (high - low), 1e-12);
}

// Seven standard deviations out, 1 - Φ has lost most of its digits: the right tail must be as exact as the
// left.
TEST(Prior, BothTailsOfATruncatedNormalAreAlike) {
  for (double u : levels) {
    double const left = quantile(Normal{0, 1, -8, -7}, u), right = quantile(Normal{0, 1, 7, 8}, 1 - u);
    EXPECT_NEAR(left, -right, 1e-9);
  }
  EXPECT_NEAR(mean(Normal{0, 1, 7, 8}), 7.137, 1e-3);
  EXPECT_NEAR(mean(Normal{0, 1, -8, -7}), -mean(Normal{0, 1, 7, 8}), 1e-12);
  EXPECT_EQ(mean(Normal{0, 1, 60, 61}), 60); // beyond what a double can weigh: the nearest bound
}

TEST(Prior, MeansAgreeWithTheirQuantiles) {
  for (Prior const& prior :
       {Prior{Fixed{0.3}}, Prior{Uniform{-1, 3}}, Prior{Normal{2, 0.5}}, Prior{Normal{0.12, 0.08, 0, 0.4}},
        Prior{LogNormal{0.182, 0.4}}, Prior{Beta{3.05, 1.64}}, Prior{Triangular{-1, 0.2, 4}},
        Prior{NormalMixture{{0.5, 0.5}, {{0, 0.015}, {0.03, 0.02}}}}})
    EXPECT_NEAR(mean(prior), mean_by_quantiles(prior), 2e-4) << to_text(prior);
}

TEST(Prior, KnowsItsLimits) {
  EXPECT_EQ(lowest(Beta{2, 2}), 0);
  EXPECT_EQ(highest(Beta{2, 2}), 1);
  EXPECT_EQ(lowest(Fixed{3}), 3);
  EXPECT_EQ(highest(Triangular{0, 1, 5}), 5);
  EXPECT_EQ(lowest(Normal{0, 1, -2, 3}), -2);
  EXPECT_EQ(lowest(LogNormal{0, 1}), 0);
  EXPECT_TRUE(std::isinf(highest(LogNormal{0, 1})));
  EXPECT_TRUE(std::isinf(lowest(NormalMixture{{1}, {{0, 1}}})));
}

TEST(Prior, TriangularModeMayBeAtAnEnd) {
  EXPECT_NEAR(quantile(Triangular{0, 0, 1}, 0.19), 0.1, 1e-12);
  EXPECT_NEAR(quantile(Triangular{0, 1, 1}, 0.81), 0.9, 1e-12);
}

TEST(Prior, OnlyFixedIsFixed) {
  EXPECT_TRUE(is_fixed(Fixed{1}));
  EXPECT_FALSE(is_fixed(Uniform{0, 1}));
}

TEST(Prior, TextsSayWhatItIs) {
  EXPECT_EQ(to_text(Fixed{0.03}), "0.03");
  EXPECT_EQ(to_text(Normal{0.03, 0.02}), "normal(mean 0.03, sd 0.02)");
  EXPECT_EQ(to_text(Normal{0.12, 0.08, 0, 0.4}), "normal(mean 0.12, sd 0.08) between 0 and 0.4");
  EXPECT_EQ(to_text(Uniform{-1, 1}), "uniform from -1 to 1");
}

TEST(Prior, LevelMustLieInside) {
  EXPECT_THROW(quantile(Uniform{0, 1}, 0), ContractError);
  EXPECT_THROW(quantile(Uniform{0, 1}, 1), ContractError);
}
