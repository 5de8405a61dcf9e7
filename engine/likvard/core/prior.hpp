#pragma once
#include <limits>
#include <string>
#include <variant>
#include <vector>

/// Values that are known, or uncertain with a distribution. All are drawn by inversion, so that stratified
/// and quasi-random numbers can replace random ones.
namespace likvard {

struct Fixed {
  double value = 0;
  bool operator==(Fixed const&) const = default;
};
struct Uniform {
  double low = 0, high = 1;
  bool operator==(Uniform const&) const = default;
};
/// Normal, truncated to [low, high] (infinite bounds: not truncated).
struct Normal {
  double mean = 0, sd = 1;
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool operator==(Normal const&) const = default;
};
struct LogNormal {
  double log_mean = 0, log_sd = 1;
  bool operator==(LogNormal const&) const = default;
};
struct Beta {
  double a = 1, b = 1;
  bool operator==(Beta const&) const = default;
};
struct Triangular {
  double low = 0, mode = 0.5, high = 1;
  bool operator==(Triangular const&) const = default;
};
/// Σ weight[i] Normal[i]; weights are positive and need not sum to one. Bounds of the parts are not used.
struct NormalMixture {
  std::vector<double> weight;
  std::vector<Normal> part;
  bool operator==(NormalMixture const&) const = default;
};

using Prior = std::variant<Fixed, Uniform, Normal, LogNormal, Beta, Triangular, NormalMixture>;

/// A normal law as its quantile is taken, with the chances of its bounds: x = value(z), z = Φ⁻¹(chance(u)).
class NormalQuantiles {
public:
  explicit NormalQuantiles(Normal const& law);
  double chance(double u) const;
  double value(double z) const;

private:
  Normal law_;
  bool mirrored_;     ///< far to the right, 1 - Φ loses what Φ keeps far to the left
  double low_, high_; ///< chances of the bounds
};

/// The value x with P(X <= x) = u.  - Expects: 0 < u < 1.
double quantile(Prior const& prior, double u);
double mean(Prior const& prior);
/// A value that is known for certain.
bool is_fixed(Prior const& prior);
/// Smallest and largest possible value (±infinity where unbounded).
double lowest(Prior const& prior);
double highest(Prior const& prior);
/// "0.03" or "normal(mean 0.03, sd 0.02)".
std::string to_text(Prior const& prior);

} // namespace likvard
