#pragma once
#include "likvard/core/prior.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

/// Quantiles of one law, made once and read many times: laws whose quantile needs a search (beta, mixtures)
/// are tabulated. Copies share the table.
namespace likvard {

/// x as a function of z = Φ⁻¹(u), by quintic Hermite interpolation between knots where value and two
/// derivatives are exact: x' = φ(z)/f(x), x'' = -z x' - f'(x)/f(x) x'². Knots lie where the law has its mass,
/// so a narrow part of a mixture has knots of its own. Found error below 1e-8 of the law's standard deviation
/// (tests/core/prior_table_test.cpp); beyond the knots, with chance below 1e-14, the exact quantile is taken.
class PriorTable {
public:
  PriorTable() = default;
  explicit PriorTable(Prior const& prior);

  /// Quantile of u; `z` = Φ⁻¹(chance(u)), which only laws that ask for it look at: whoever draws from several
  /// laws takes these quantiles together.
  double operator()(double u, double z) const;
  bool asks_z() const { return knots_ || normal_ || std::holds_alternative<LogNormal>(prior_); }
  /// u itself but for a normal law, which may be truncated.
  double chance(double u) const { return normal_ ? normal_->chance(u) : u; }
  Prior const& prior() const { return prior_; }

private:
  struct Knots {
    std::vector<double> z, x, slope, bend;
  };
  Prior prior_;
  std::shared_ptr<Knots const> knots_; ///< none for laws with a closed form
  std::optional<NormalQuantiles> normal_;
};

} // namespace likvard
