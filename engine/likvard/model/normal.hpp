#pragma once
#include <cmath>

namespace likvard {

/// Φ(x), the standard normal distribution function; full double precision in both tails.
inline double normal_cdf(double x) {
  return 0.5 * std::erfc(-0.70710678118654752440 * x);
}
inline double normal_pdf(double x) {
  return 0.39894228040143267794 * std::exp(-0.5 * x * x);
}
/// Φ⁻¹(u), 0 < u < 1.
double normal_quantile(double u);

} // namespace likvard
