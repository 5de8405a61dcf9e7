#pragma once
#include "likvard/core/moments.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>

#include <cmath>
#include <span>
#include <vector>

/// Statistical checks whose tolerance comes from theory: a z-bound at a stated false-alarm rate, with a fixed
/// seed.
namespace likvard::test {

/// The whole suite's false-alarm rate; each check gets an equal part (Bonferroni over at most this many
/// checks).
inline constexpr double family_rate = 1e-6;
inline constexpr double checks = 1000;

/// |z| that a standard normal exceeds with probability family_rate / checks: 6.1.
inline double z_bound() {
  return quantile(complement(boost::math::normal_distribution<>{}, family_rate / checks / 2));
}

/// Mean of draws against a known expectation, when the standard deviation of one draw is known too.
inline ::testing::AssertionResult mean_agrees(double mean, double expected, double sd, double count) {
  double const z = (mean - expected) / (sd / std::sqrt(count));
  if (std::abs(z) <= z_bound()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "mean " << mean << " against " << expected << ": z = " << z;
}

/// The same with the standard error estimated from the draws.
inline ::testing::AssertionResult mean_agrees(Moments const& moments, double expected) {
  double const error = moments.standard_error();
  double const z =
      error > 0 ? (moments.mean - expected) / error : (moments.mean == expected ? 0.0 : INFINITY);
  if (std::abs(z) <= z_bound()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "mean " << moments.mean << " ± " << error << " against " << expected << ": z = " << z;
}

/// Pearson's χ² of observed counts against expected ones; cells expecting fewer than 5 are pooled.
inline ::testing::AssertionResult counts_agree(std::span<double const> observed,
                                               std::span<double const> expected) {
  double chi2 = 0, pooled_observed = 0, pooled_expected = 0;
  int cells = 0;
  auto const add = [&](double o, double e) {
    chi2 += (o - e) * (o - e) / e;
    ++cells;
  };
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (expected[i] < 5) {
      pooled_observed += observed[i];
      pooled_expected += expected[i];
    } else {
      add(observed[i], expected[i]);
    }
  }
  if (pooled_expected > 0) add(pooled_observed, pooled_expected);
  if (cells < 2) return ::testing::AssertionFailure() << "too few cells to test";
  double const p = cdf(complement(boost::math::chi_squared_distribution<>(cells - 1), chi2));
  if (p > family_rate / checks) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "chi2 " << chi2 << " on " << cells - 1 << " df: p = " << p;
}

} // namespace likvard::test
