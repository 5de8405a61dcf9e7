#pragma once
#include <cmath>
#include <cstdint>

namespace likvard {

/// Running count, mean and sum of squared deviations (Welford 1962; pairs merged after Chan, Golub & LeVeque
/// 1983).
struct Moments {
  std::uint64_t count = 0;
  double mean = 0;
  double m2 = 0; ///< Σ (x - mean)²

  void add(double x) {
    ++count;
    double const delta = x - mean;
    mean += delta / static_cast<double>(count);
    m2 += delta * (x - mean);
  }

  /// As if the other's values had been added here. Not bitwise commutative: merge in a fixed order.
  void merge(Moments const& other) {
    if (other.count == 0) return;
    if (count == 0) {
      *this = other;
      return;
    }
    double const n = static_cast<double>(count), k = static_cast<double>(other.count);
    double const delta = other.mean - mean;
    mean += delta * k / (n + k);
    m2 += other.m2 + delta * delta * n * k / (n + k);
    count += other.count;
  }

  /// Unbiased variance; 0 for fewer than two values.
  double variance() const { return count < 2 ? 0.0 : m2 / static_cast<double>(count - 1); }
  /// Standard error of the mean; 0 for fewer than two values.
  double standard_error() const {
    return count < 2 ? 0.0 : std::sqrt(variance() / static_cast<double>(count));
  }
};

} // namespace likvard
