#include "likvard/analysis/one_for_all.hpp"
#include "likvard/analysis/paired.hpp"
#include "likvard/analysis/pareto.hpp"
#include "likvard/core/random.hpp"
#include "likvard/study/interval.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace likvard;
using namespace likvard::test;

namespace {

/// n rows of k normals with means `mean` and correlation ρ.
std::vector<double> rows_of(std::vector<double> const& mean, double correlation, std::size_t n,
                            std::uint32_t experiment) {
  std::vector<double> out;
  Stream stream({11, 0, experiment}, Purpose::power);
  for (std::size_t r = 0; r < n; ++r) {
    double const common = std::sqrt(correlation) * standard_normal(stream);
    for (double m : mean) out.push_back(m + common + std::sqrt(1 - correlation) * standard_normal(stream));
  }
  return out;
}

} // namespace

// Rows (1, 2), (2, 4), (3, 3): means 2 and 3, variances 1 and 1, covariance ½; the difference's variance 1.
TEST(Paired, ByHand) {
  auto const sample = paired_sample(std::vector<double>{1, 2, 2, 4, 3, 3}, 2);
  auto const d = paired_difference(sample, 1, 0);
  EXPECT_DOUBLE_EQ(d.mean, 1);
  EXPECT_DOUBLE_EQ(d.standard_error, std::sqrt(1.0 / 3));
  EXPECT_DOUBLE_EQ(d.correlation, 0.5);
  EXPECT_DOUBLE_EQ(d.runs_saved, 2);
  auto const same = paired_difference(paired_sample(std::vector<double>{1, 1, 2, 2, 5, 5}, 2), 0, 1);
  EXPECT_EQ(same.standard_error, 0);
  EXPECT_TRUE(std::isinf(same.runs_saved));
}

// ρ = 0.8: independent sampling needs 2/(2 - 1.6) = 5 times as many runs.
TEST(Paired, RunsSavedIsOneOverOneLessTheCorrelation) {
  auto const d = paired_difference(paired_sample(rows_of({0, 1}, 0.8, 20000, 1), 2), 0, 1);
  // The sample correlation of n normals has sd (1 - ρ²)/√n.
  EXPECT_NEAR(d.correlation, 0.8, z_bound() * 0.36 / std::sqrt(20000.0));
  EXPECT_NEAR(d.runs_saved, 5, 5 * 5 * z_bound() * 0.36 / std::sqrt(20000.0));
}

// Nominal 95 % over 1,000 experiments: a single interval covers 94 to 96 % and no more than its binomial
// noise apart (sd 0.7 points); simultaneous ones cover at least 95 %.
TEST(SlowPaired, IntervalsCover) {
  constexpr int experiments = 1000;
  std::vector<double> const mean{0, 0.1, 0.2, 0.5, 0.5};
  int single = 0, sidak = 0, best = 0;
  for (std::uint32_t e = 0; e < experiments; ++e) {
    auto const sample = paired_sample(rows_of(mean, 0.5, 24, e), mean.size());
    auto const d = paired_difference(sample, 3, 0);
    single += std::abs(d.mean - 0.5) <= t_quantile(0.975, 23) * d.standard_error;
    auto const to_first = sidak_intervals(sample, 0, 0.95);
    bool all = true;
    for (std::size_t i = 1; i < mean.size(); ++i)
      all &= to_first[i].low <= mean[i] && mean[i] <= to_first[i].high;
    sidak += all;
    auto const with_best = comparisons_with_best(sample, 0.95);
    all = true;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      double other = -1;
      for (std::size_t j = 0; j < mean.size(); ++j)
        if (j != i) other = std::max(other, mean[j]);
      all &= with_best[i].low <= mean[i] - other && mean[i] - other <= with_best[i].high;
    }
    best += all;
  }
  double const sd = std::sqrt(0.95 * 0.05 / experiments);
  EXPECT_NEAR(single / double(experiments), 0.95, 0.01 + 3 * sd);
  EXPECT_GE(sidak / double(experiments), 0.95 - z_bound() * sd);
  EXPECT_GE(best / double(experiments), 0.95 - z_bound() * sd);
  EXPECT_LE(sidak / double(experiments), 0.995); // it can fail: an interval without end would cover always
}

TEST(Paired, TheBestIsKnownWhereItIsFarAhead) {
  auto const sample = paired_sample(rows_of({0, 0, 5}, 0.3, 50, 3), 3);
  auto const bounds = comparisons_with_best(sample, 0.95);
  EXPECT_EQ(bounds[2].low, 0);
  EXPECT_GT(bounds[2].high, 4);
  EXPECT_EQ(bounds[0].high, 0);
  EXPECT_GT(sure_of_best(sample, 2), 0.999999);
  EXPECT_LT(sure_of_best(sample, 0), 1e-6);
}

// A posterior probability is calibrated where means come from their prior, here so wide (sd 2 against
// standard errors of about 0.25) as to be flat: over 3,000 experiments the sample is right at least as often
// as it is sure on average.
TEST(SlowPaired, SureIsNoMoreThanTheTruth) {
  constexpr int experiments = 3000;
  Moments sure;
  double right = 0;
  for (std::uint32_t e = 0; e < experiments; ++e) {
    std::vector<double> mean(4);
    Stream stream({12, 0, e}, Purpose::power);
    for (double& m : mean) m = 2 * standard_normal(stream);
    auto const sample = paired_sample(rows_of(mean, 0.0, 30, e), 4);
    Eigen::Index best = 0;
    sample.mean.maxCoeff(&best);
    sure.add(sure_of_best(sample, static_cast<std::size_t>(best)));
    right += (std::max_element(mean.begin(), mean.end()) - mean.begin() == best) / double(experiments);
  }
  EXPECT_LE(sure.mean,
            right + z_bound() * (sure.standard_error() + std::sqrt(right * (1 - right) / experiments)));
  EXPECT_GT(sure.mean, 0.8); // and not for saying nothing
  EXPECT_LT(right, 0.99);
}

// A slow reference: on the front is who is not beaten by anyone, asked pair by pair.
TEST(Pareto, EqualsASlowReference) {
  Stream stream({5, 0, 0}, Purpose::power);
  for (int trial = 0; trial < 50; ++trial) {
    std::size_t const k = 12, q = 1 + trial % 3;
    std::vector<double> values(k * q);
    for (double& v : values) v = std::floor(4 * uniform01(stream)); // with ties
    auto const front = pareto_front(values, q);
    for (std::size_t i = 0; i < k; ++i) {
      bool beaten = false;
      for (std::size_t j = 0; j < k; ++j) {
        std::size_t as_good = 0, better = 0;
        for (std::size_t c = 0; c < q; ++c) {
          as_good += values[j * q + c] >= values[i * q + c];
          better += values[j * q + c] > values[i * q + c];
        }
        beaten |= as_good == q && better > 0;
      }
      EXPECT_EQ(front[i] != 0, !beaten);
    }
  }
}

TEST(Pareto, BootstrapKnowsWhatIsSettledAndWhatIsNot) {
  // Two objectives: 0 is far ahead on both of 1; 2 equals 0 but for noise on the first and is far better on
  // the second.
  std::vector<double> rows;
  Stream stream({6, 0, 0}, Purpose::power);
  for (int r = 0; r < 100; ++r) {
    double const noise[] = {standard_normal(stream), standard_normal(stream), standard_normal(stream)};
    rows.insert(rows.end(), {10 + noise[0], 10, noise[1], 0, 10 + noise[2], 12});
  }
  auto const p = front_probability(rows, 3, 2, 500, 1);
  EXPECT_EQ(p[1], 0);
  EXPECT_EQ(p[2], 1);
  EXPECT_GT(p[0], 0.01);
  EXPECT_LT(p[0], 0.99);
  EXPECT_EQ(p, front_probability(rows, 3, 2, 500, 1));
}

TEST(OneForAll, WeighsAndFindsTheWorst) {
  // Two contexts, weights 3 and 1: policy 0 loses 0 and 4, policy 1 loses 1 and 0.
  auto const out = one_for_all({0, 1, 4, 0}, {0, 0.1, 0.2, 0}, {3, 1}, 2);
  EXPECT_DOUBLE_EQ(out[0].mean, 1);
  EXPECT_DOUBLE_EQ(out[0].largest, 4);
  EXPECT_DOUBLE_EQ(out[0].largest_se, 0.2);
  EXPECT_EQ(out[0].where, 1U);
  EXPECT_DOUBLE_EQ(out[1].mean, 0.75);
  EXPECT_DOUBLE_EQ(out[1].mean_se, 0.075);
}

// A result's moments: differences to policy 0 with errors s; between two others the sum of theirs.
TEST(WidestSample, BoundsTheUnknownCorrelation) {
  Result r;
  r.points = {{}};
  r.policy_name = {"per_head", "a", "b"};
  r.measures = {{"gap", "Gap", "SD", "lower", ""}};
  r.degrees_of_freedom = {20};
  r.mean = {1, 1, 1};
  r.difference = {0, -0.2, -0.5};
  r.difference_standard_error = {0, 0.01, 0.02};
  auto const sample = widest_sample(r, 0, {0, 1, 2}, 0);
  auto const d = paired_difference(sample, 2, 1);
  EXPECT_NEAR(d.mean, 0.3, 1e-15);
  EXPECT_NEAR(d.standard_error, 0.03, 1e-12);
  EXPECT_NEAR(paired_difference(sample, 1, 0).standard_error, 0.01, 1e-12);
  EXPECT_EQ(sample.rows, 21U);
}
