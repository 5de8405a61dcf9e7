#pragma once
#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

/// Probabilities of seeing a misfit as large under the law tested.
namespace likvard::verification {

/// Pearson's χ² of counts against expected ones (both sum to the number of draws). Neighbouring cells are
/// joined until each expects at least 20, where the χ² approximation is good far into its tail; what is left
/// at the end joins the last one. Returns 1 when fewer than two cells are left, 0 when the law has nothing
/// where something was drawn.
inline double chi_square_p(std::span<double const> observed, std::span<double const> expected) {
  std::vector<double> o{0}, e{0};
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (observed[i] > 0 && !(expected[i] > 0)) return 0;
    o.back() += observed[i];
    e.back() += expected[i];
    if (e.back() >= 20) o.push_back(0), e.push_back(0);
  }
  std::size_t const cells = e.size() - 1; // the last one did not fill
  if (cells < 2) return 1;
  o[cells - 1] += o[cells];
  e[cells - 1] += e[cells];
  double chi2 = 0;
  for (std::size_t i = 0; i < cells; ++i) chi2 += (o[i] - e[i]) * (o[i] - e[i]) / e[i];
  return cdf(complement(boost::math::chi_squared_distribution<>(static_cast<double>(cells - 1)), chi2));
}

/// Kolmogorov-Smirnov: `u` are the law's distribution function at the draws, uniform if the law holds.
/// Limit law at (sqrt(n) + .12 + .11/sqrt(n)) D (Stephens 1970); reorders u.
inline double kolmogorov_p(std::vector<double>& u) {
  std::sort(u.begin(), u.end());
  double const n = static_cast<double>(u.size());
  double distance = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    double const k = static_cast<double>(i);
    distance = std::max({distance, u[i] - k / n, (k + 1) / n - u[i]});
  }
  double const t = (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n)) * distance;
  if (t < 0.2) return 1;
  double sum = 0;
  for (int j = 1; j <= 100; ++j) sum += (j % 2 ? 2 : -2) * std::exp(-2.0 * j * j * t * t);
  return std::clamp(sum, 0.0, 1.0);
}

} // namespace likvard::verification
