#include "likvard/analysis/information.hpp"
#include "likvard/core/random.hpp"
#include "likvard/study/interval.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace likvard;
using namespace likvard::test;

namespace {

/// Two policies: 0 is worth 0 but for common luck, 1 differs by μ + Σ a_j z_j + noise, z standard normal.
struct LinearGaussian {
  double mu = 0;
  std::vector<double> a;
  double noise = 1;

  /// E[max(0, D)] - max(0, E[D]) with D ~ N(μ, s²): s φ(μ/s) - |μ| Φ(-|μ|/s).
  static double value(double mu, double s) {
    if (s == 0) return 0;
    boost::math::normal_distribution<> const law;
    return s * pdf(law, mu / s) - std::abs(mu) * cdf(law, -std::abs(mu) / s);
  }
  double evpi() const {
    double sum = 0;
    for (double x : a) sum += x * x;
    return value(mu, std::sqrt(sum));
  }
  double with_chance() const {
    double sum = noise * noise;
    for (double x : a) sum += x * x;
    return value(mu, std::sqrt(sum));
  }
};

struct Data {
  std::vector<double> value, parameter;
  std::vector<std::uint32_t> block;
};

Data draw(LinearGaussian const& law, std::size_t blocks, std::uint32_t experiment,
          std::size_t block_rows = 64) {
  Data out;
  Stream stream({3, 0, experiment}, Purpose::power);
  for (std::uint32_t b = 0; b < blocks; ++b)
    for (std::size_t r = 0; r < block_rows; ++r) {
      double difference = law.mu + law.noise * standard_normal(stream);
      for (double a : law.a) {
        out.parameter.push_back(standard_normal(stream));
        difference += a * out.parameter.back();
      }
      double const common = 3 * standard_normal(stream);
      out.value.push_back(common);
      out.value.push_back(common + difference);
      out.block.push_back(b);
    }
  return out;
}

ChoiceUnderUncertainty analyse(Data const& data, std::size_t parameters) {
  return choice_under_uncertainty({2, parameters, data.value, data.parameter, data.block});
}

/// |x - truth| within the z-bound of its own standard error, and `bias` below for what a fit gets wrong.
void expect_estimate(ValueWithError const& e, double truth, double bias) {
  EXPECT_GT(e.standard_error, 0);
  EXPECT_LE(e.value, truth + z_bound() * e.standard_error);
  EXPECT_GE(e.value, truth - z_bound() * e.standard_error - bias);
}

} // namespace

// Closed forms of two normal policies. The fit's error is second order: with 16,384 rows, noise 1 and some 20
// terms its variance is 20/16,384; a decision that is wrong by ε costs about ε² f(0)/2 with f the density at
// the tie, below 1e-3.
TEST(Information, EqualsClosedForms) {
  LinearGaussian const law{-0.3, {1.0, 0.5, 0.0}, 1.0};
  auto const out = analyse(draw(law, 256, 1), 3);
  EXPECT_EQ(out.best, 0U);
  EXPECT_EQ(out.degrees_of_freedom, 255);
  expect_estimate(out.perfect, law.evpi(), 1e-3);
  for (std::size_t j = 0; j < 2; ++j)
    expect_estimate(out.partial[j], LinearGaussian::value(law.mu, law.a[j]), 1e-3);
  EXPECT_NEAR(out.partial[2].value, 0, z_bound() * out.partial[2].standard_error + 1e-3); // does nothing
  expect_estimate(out.with_chance, law.with_chance(), 0);
  // Policy 1 is better with probability Φ(μ/s), and its expected regret is EVPI + |μ|.
  double const s = std::sqrt(1.25), p = cdf(boost::math::normal_distribution<>{}, law.mu / s);
  EXPECT_NEAR(out.probability_best[1].value, p, z_bound() * out.probability_best[1].standard_error + 0.01);
  EXPECT_NEAR(out.expected_regret[1].value, law.evpi() + 0.3,
              z_bound() * out.expected_regret[1].standard_error + 1e-3);
  EXPECT_EQ(out.expected_regret[0].value, out.perfect.value);
  // Regret of 0 is max(0, D): its 95 % quantile is μ + 1.645 s.
  EXPECT_NEAR(out.high_regret[0].value, law.mu + 1.6448536 * s,
              z_bound() * out.high_regret[0].standard_error + 0.03);
  EXPECT_LT(out.largest_regret[0], law.mu + 6 * s);
  EXPECT_EQ(out.minimax, 0U); // the other may lose more: μ is below zero
}

// Noise alone must not be worth anything: in-sample maxima would say about half its standard error.
TEST(Information, NoiseIsWorthNothing) {
  LinearGaussian const law{0.2, {0.0, 0.0}, 1.0};
  auto const out = analyse(draw(law, 32, 2), 2);
  EXPECT_NEAR(out.perfect.value, 0, z_bound() * out.perfect.standard_error + 0.005);
  EXPECT_NEAR(out.partial[0].value, 0, z_bound() * out.partial[0].standard_error + 0.005);
}

// A curved effect: D = z² - 1 of one parameter, worth E[max(0, z² - 1)] = 2φ(1) = 0.4839. Degree 2 catches
// it.
TEST(Information, FollowsCurves) {
  Data data;
  Stream stream({4, 0, 0}, Purpose::power);
  for (std::uint32_t r = 0; r < 8192; ++r) {
    double const z = standard_normal(stream);
    data.parameter.push_back(z);
    data.value.push_back(0);
    data.value.push_back(z * z - 1 + 0.5 * standard_normal(stream));
    data.block.push_back(r / 64);
  }
  expect_estimate(analyse(data, 1).partial[0], 2 * pdf(boost::math::normal_distribution<>{}, 1.0), 1e-3);
}

TEST(Information, WithoutUncertainParametersThereIsNothingToKnow) {
  auto data = draw({0.5, {}, 1}, 8, 5);
  auto const out = choice_under_uncertainty({2, 0, data.value, {}, data.block});
  EXPECT_EQ(out.best, 1U);
  EXPECT_TRUE(out.partial.empty());
  EXPECT_EQ(out.perfect.value, 0);
  EXPECT_EQ(out.probability_best[1].value, 1);
}

// Nominal 95 % intervals cover 94 to 96 % over 1,000 experiments, but for the binomial noise of that share
// (sd 0.7 points).
TEST(SlowInformation, IntervalsCover) {
  constexpr int experiments = 1000;
  LinearGaussian const law{-0.4, {1.0, 0.6}, 1.0};
  int perfect = 0, partial = 0, chance = 0;
  double const t = t_quantile(0.975, 31);
  for (std::uint32_t e = 0; e < experiments; ++e) {
    auto const out = analyse(draw(law, 32, 100 + e), 2);
    perfect += std::abs(out.perfect.value - law.evpi()) <= t * out.perfect.standard_error;
    partial += std::abs(out.partial[0].value - LinearGaussian::value(law.mu, law.a[0])) <=
               t * out.partial[0].standard_error;
    chance += std::abs(out.with_chance.value - law.with_chance()) <= t * out.with_chance.standard_error;
  }
  double const noise = 3 * std::sqrt(0.95 * 0.05 / experiments);
  EXPECT_NEAR(perfect / double(experiments), 0.95, 0.01 + noise);
  EXPECT_NEAR(partial / double(experiments), 0.95, 0.01 + noise);
  EXPECT_NEAR(chance / double(experiments), 0.95, 0.01 + noise);
}

TEST(Regret, EqualsASlowReference) {
  // Rows (3, 1, 2), (0, 4, 3): regrets (0, 2, 1), (4, 0, 1); minimax is the third, that is best in neither.
  auto const out = regret_table(std::vector<double>{3, 1, 2, 0, 4, 3}, 3);
  EXPECT_EQ(out.regret, (std::vector<double>{0, 2, 1, 4, 0, 1}));
  EXPECT_EQ(out.expected, (std::vector<double>{2, 1, 1}));
  EXPECT_EQ(out.largest, (std::vector<double>{4, 2, 1}));
  EXPECT_EQ(out.minimax, 2U);
  Stream stream({9, 0, 0}, Purpose::power);
  std::vector<double> value(40 * 5);
  for (double& v : value) v = uniform01(stream);
  auto const random = regret_table(value, 5);
  for (std::size_t d = 0; d < 5; ++d) {
    double sum = 0, most = 0;
    for (std::size_t r = 0; r < 40; ++r) {
      double best = 0;
      for (std::size_t e = 0; e < 5; ++e) best = std::max(best, value[r * 5 + e]);
      sum += best - value[r * 5 + d];
      most = std::max(most, best - value[r * 5 + d]);
    }
    EXPECT_NEAR(random.expected[d], sum / 40, 1e-14);
    EXPECT_EQ(random.largest[d], most);
    EXPECT_LE(random.largest[random.minimax], most);
  }
}
