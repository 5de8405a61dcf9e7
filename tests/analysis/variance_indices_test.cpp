#include "likvard/analysis/variance_indices.hpp"
#include "support/statistics.hpp"
#include "support/test_functions.hpp"

#include <limits>

using namespace likvard;

namespace {

/// Within z_bound standard errors, the estimate's own.
::testing::AssertionResult near_truth(Estimate const& e, double truth) {
  double const z = (e.value - truth) / std::max(e.standard_error, 1e-300);
  if (std::abs(z) <= test::z_bound()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << e.value << " ± " << e.standard_error << " against " << truth << ": z = " << z;
}

double quiet_ishigami(std::span<double const> u, Stream&) {
  return test::ishigami(u);
}

/// Ishigami with noise of variance 9 + 9 u₂'² spread: sd = 3 √(1 + x₂²/π²), E[v] = 9 (1 + 1/3) = 12.
double noisy_ishigami(std::span<double const> u, Stream& luck) {
  double const x = 2 * u[1] - 1;
  return test::ishigami(u) + 3 * std::sqrt(1 + x * x) * standard_normal(luck);
}

TEST(VarianceIndices, IshigamiBothSchemes) {
  for (bool const both : {false, true}) {
    auto const y = test::swap_runs(3, 8192, 1, both, both, quiet_ishigami);
    auto const out = swap_indices(
        swap_outputs(both ? SwapScheme::azzini : SwapScheme::saltelli, 3, 1, false, y), {}, true);
    EXPECT_TRUE(out.defined);
    EXPECT_TRUE(near_truth(out.variance, test::IshigamiTruth::variance));
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_TRUE(near_truth(out.first[i], test::IshigamiTruth::first[i]));
      EXPECT_TRUE(near_truth(out.total[i], test::IshigamiTruth::total[i]));
      EXPECT_LT(out.total[i].standard_error, 0.02);
    }
    ASSERT_EQ(out.pair.size(), both ? 3U : 0U);
    if (!both) continue;
    EXPECT_TRUE(near_truth(out.pair[0], 0));
    EXPECT_TRUE(near_truth(out.pair[1], test::IshigamiTruth::pair_02));
    EXPECT_TRUE(near_truth(out.pair[2], 0));
    EXPECT_LT(out.pair[1].standard_error, 0.05);
  }
}

TEST(VarianceIndices, SobolGFromItsFormula) {
  double product = 1;
  std::array<double, 8> v{};
  for (std::size_t i = 0; i < 8; ++i) {
    v[i] = 1 / (3 * (1 + test::g_a[i]) * (1 + test::g_a[i]));
    product *= 1 + v[i];
  }
  auto const y = test::swap_runs(8, 8192, 1, true, 3,
                                 [](std::span<double const> u, Stream&) { return test::sobol_g(u); });
  auto const out = swap_indices(swap_outputs(SwapScheme::azzini, 8, 1, false, y), {});
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_TRUE(near_truth(out.first[i], v[i] / (product - 1)));
    EXPECT_TRUE(near_truth(out.total[i], v[i] * product / (1 + v[i]) / (product - 1)));
  }
}

/// A smooth function of the Oakley & O'Hagan (2004) type: Σ a_i x_i + b_i sin x_i + x'Mx of standard normals.
/// With M symmetric, V_i = a² + 2 a b e^{-1/2} + b²(1 - e^{-2})/2 + 2 M_ii², V_ij = (2 M_ij)².
TEST(VarianceIndices, OakleyOHaganType) {
  constexpr std::array<double, 4> a{1, 0.5, 0.2, 0}, b{0.3, 1, 0, 0.1};
  constexpr double m[4][4]{{0.4, 0.3, 0, 0.1}, {0.3, 0, 0.5, 0}, {0, 0.5, 0.2, 0}, {0.1, 0, 0, 0.1}};
  boost::math::normal_distribution<> const normal;
  auto const f = [&](std::span<double const> u, Stream&) {
    std::array<double, 4> x{};
    double y = 0;
    for (std::size_t i = 0; i < 4; ++i) x[i] = quantile(normal, u[i]);
    for (std::size_t i = 0; i < 4; ++i) {
      y += a[i] * x[i] + b[i] * std::sin(x[i]);
      for (std::size_t j = 0; j < 4; ++j) y += x[i] * m[i][j] * x[j];
    }
    return y;
  };
  std::array<double, 4> main{}, total{};
  double variance = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    main[i] = a[i] * a[i] + 2 * a[i] * b[i] * std::exp(-0.5) + b[i] * b[i] * (1 - std::exp(-2)) / 2 +
              2 * m[i][i] * m[i][i];
    total[i] += main[i];
    variance += main[i];
    for (std::size_t j = i + 1; j < 4; ++j) {
      double const both = 4 * m[i][j] * m[i][j];
      total[i] += both;
      total[j] += both;
      variance += both;
    }
  }
  auto const y = test::swap_runs(4, 8192, 1, true, 4, f);
  auto const out = swap_indices(swap_outputs(SwapScheme::azzini, 4, 1, false, y), {}, true);
  EXPECT_TRUE(near_truth(out.variance, variance));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(near_truth(out.first[i], main[i] / variance));
    EXPECT_TRUE(near_truth(out.total[i], total[i] / variance));
  }
  EXPECT_TRUE(near_truth(out.pair[3], 4 * 0.25 / variance)); // inputs 1 and 2
}

TEST(VarianceIndices, MonteCarloNoiseIsTakenOut) {
  constexpr double noise = 12, variance = test::IshigamiTruth::variance;
  for (bool const both : {false, true})
    for (std::size_t const m : {2U, 4U}) {
      auto const y = test::swap_runs(3, 16384, m, both, static_cast<std::uint32_t>(10 + m), noisy_ishigami);
      auto const runs = swap_outputs(both ? SwapScheme::azzini : SwapScheme::saltelli, 3, m, false, y);
      auto const out = swap_indices(runs, {});
      EXPECT_TRUE(near_truth(out.variance, variance));
      EXPECT_TRUE(near_truth(out.noise, noise));
      for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(near_truth(out.first[i], test::IshigamiTruth::first[i]));
        EXPECT_TRUE(near_truth(out.total[i], test::IshigamiTruth::total[i]));
      }
      auto const split = variance_split(runs, 3, false, {});
      EXPECT_TRUE(near_truth(split.chance, noise / (noise + variance)));
      EXPECT_TRUE(near_truth(split.parameters, variance / (noise + variance)));
      EXPECT_EQ(split.levers.value, 0);
      // Input 2 taken for the lever: its share of V(m) is (S + ST)/2.
      auto const levers = variance_split(runs, 2, false, {});
      EXPECT_TRUE(near_truth(levers.levers, test::IshigamiTruth::shapley[2] * variance / (noise + variance)));
      EXPECT_NEAR(levers.levers.value + levers.parameters.value + levers.chance.value, 1, 1e-12);
    }
  // Without replicates the totals take chance for an effect: (V_T + E[v])/(V + E[v]).
  auto const y = test::swap_runs(3, 16384, 1, false, 12, noisy_ishigami);
  auto const naive = swap_indices(swap_outputs(SwapScheme::saltelli, 3, 1, false, y), {});
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(
        near_truth(naive.total[i], (test::IshigamiTruth::total[i] * variance + noise) / (variance + noise)));
}

TEST(VarianceIndices, ReplicatingOnlyTheBaseIsEnough) {
  auto const y = test::swap_runs(3, 32768, 2, false, 20, noisy_ishigami);
  auto const runs = swap_outputs(SwapScheme::saltelli, 3, 2, true, y);
  auto const out = swap_indices(runs, {});
  EXPECT_TRUE(near_truth(out.variance, test::IshigamiTruth::variance));
  EXPECT_TRUE(near_truth(out.noise, 12));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(near_truth(out.first[i], test::IshigamiTruth::first[i]));
    EXPECT_TRUE(near_truth(out.total[i], test::IshigamiTruth::total[i]));
  }
  EXPECT_TRUE(
      near_truth(variance_split(runs, 3, true, {}).chance, 12 / (12 + test::IshigamiTruth::variance)));
}

TEST(VarianceIndices, AnInputWithoutEffectHasNoneUnderNoise) {
  auto const f = [](std::span<double const> u, Stream& luck) {
    return u[0] + 0 * u[1] + standard_normal(luck);
  };
  auto const y = test::swap_runs(2, 16384, 2, true, 21, f);
  auto const out = swap_indices(swap_outputs(SwapScheme::azzini, 2, 2, false, y), {});
  EXPECT_TRUE(out.defined);
  EXPECT_TRUE(near_truth(out.total[1], 0));
  EXPECT_LT(out.total[1].standard_error, 0.2); // against E[v]/V(m) = 12 of the naive estimator
}

/// v = 9(1 + x²) depends on input 1 alone.
TEST(VarianceIndices, NoiseHasIndicesOfItsOwn) {
  auto const y = test::swap_runs(3, 8192, 8, true, 22, noisy_ishigami);
  auto const out = swap_indices(swap_outputs(SwapScheme::azzini, 3, 2, false, log_noise(y, 8)), {});
  EXPECT_TRUE(out.defined);
  EXPECT_TRUE(near_truth(out.first[0], 0));
  EXPECT_TRUE(near_truth(out.first[1], 1));
  EXPECT_TRUE(near_truth(out.total[1], 1));
  EXPECT_TRUE(near_truth(out.total[2], 0));
}

TEST(VarianceIndices, FailedRunsTakeTheirRowAndNothingElse) {
  auto y = test::swap_runs(3, 512, 1, true, 23, quiet_ishigami);
  std::size_t const row = 8;
  auto shorter = y;
  shorter.erase(shorter.begin() + 5 * row, shorter.begin() + 6 * row);
  y[5 * row + 3] = std::numeric_limits<double>::quiet_NaN();
  auto const failed = swap_indices(swap_outputs(SwapScheme::azzini, 3, 1, false, y), {}, true);
  auto const without = swap_indices(swap_outputs(SwapScheme::azzini, 3, 1, false, shorter), {}, true);
  EXPECT_EQ(failed.dropped, 1U);
  EXPECT_EQ(failed.rows, 511U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(failed.first[i].value, without.first[i].value);
    EXPECT_EQ(failed.pair[i].standard_error, without.pair[i].standard_error);
  }
}

TEST(VarianceIndices, AConstantOutputHasNoIndicesAndNoNaN) {
  std::vector<double> const y(8 * 100, 3.7);
  auto const out = swap_indices(swap_outputs(SwapScheme::azzini, 3, 1, false, y), {}, true);
  EXPECT_FALSE(out.defined);
  for (auto const* list : {&out.first, &out.total})
    for (auto const& e : *list) {
      EXPECT_EQ(e.value, 0);
      EXPECT_EQ(e.standard_error, 0);
    }
}

TEST(RowTerms, IntervalsByHand) {
  // Ratios of (1, 2, 3, 6) to 1: mean 3, sd √(14/3), se sd/2.
  RowTerms terms{Eigen::ArrayXXd(4, 1), Eigen::ArrayXXd::Ones(4, 1), {0, 1, 0, 1}};
  terms.numerator << 1, 2, 3, 6;
  double const error = std::sqrt(14.0 / 3) / 2;
  auto const delta = ratio_estimates(terms, {}).front();
  EXPECT_DOUBLE_EQ(delta.value, 3);
  EXPECT_NEAR(delta.standard_error, error, 1e-14);
  EXPECT_NEAR(delta.high, 3 + 1.959963984540054 * error, 1e-12);
  // Two scrambles with means 2 and 4: sd √2, over √2; t with one degree of freedom 12.7062.
  auto const scrambles = ratio_estimates(terms, {.method = IntervalMethod::scrambles}).front();
  EXPECT_NEAR(scrambles.standard_error, 1, 1e-14);
  EXPECT_NEAR(scrambles.high, 3 + 12.706204736432095, 1e-9);
  // Šidák over two: each at √.95.
  auto const both = ratio_estimates(terms, {.family = 2}).front();
  EXPECT_NEAR(both.high - 3,
              quantile(boost::math::normal_distribution<>{}, 0.5 + std::sqrt(0.95) / 2) * error, 1e-12);
  // The bootstrap's variance of a mean is s²(n-1)/n²; that of R resamples' sd about 1/√(2R).
  auto const bootstrap =
      ratio_estimates(terms, {.method = IntervalMethod::bootstrap, .resamples = 20000}).front();
  EXPECT_NEAR(bootstrap.standard_error / (error * std::sqrt(0.75)), 1, test::z_bound() / std::sqrt(40000.0));
}

TEST(RowTerms, ResamplingCountsAreMultinomial) {
  Eigen::ArrayXXf counts(101, 5000), again(101, 10);
  resampling_counts(7, 0, counts);
  resampling_counts(7, 20, again);
  EXPECT_TRUE((counts.colwise().sum() == 101).all());
  std::vector<double> totals, expected(101, 5000);
  for (Eigen::Index j = 0; j < 101; ++j) totals.push_back(counts.row(j).sum());
  EXPECT_TRUE(test::counts_agree(totals, expected));
  EXPECT_TRUE((again == counts.middleCols(20, 10)).all());
}

} // namespace
