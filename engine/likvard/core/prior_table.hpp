#pragma once
#include "likvard/core/prior.hpp"

#include <span>
#include <vector>

/// Quantiles of one law, made once and read many times: laws whose quantile needs a search (beta, mixtures)
/// are tabulated.
namespace likvard {

/// x as a function of z = Φ⁻¹(u), by quintic Hermite interpolation between knots where value and two
/// derivatives are exact: x' = φ(z)/f(x), x'' = -z x' - f'(x)/f(x) x'². Knots lie where the law has its mass,
/// so a narrow part of a mixture has knots of its own. Found error below 1e-8 of the law's standard deviation
/// (tests/core/prior_table_test.cpp); beyond the knots, with chance below 1e-14, the exact quantile is taken.
class PriorTable {
public:
  PriorTable() = default;
  explicit PriorTable(Prior const& prior);

  /// Quantile of u; `z` = Φ⁻¹(u), which only laws that ask for it look at.
  double operator()(double u, double z) const;
  bool asks_z() const { return !z_.empty(); }

private:
  Prior prior_;
  std::vector<double> z_, x_, slope_, bend_; ///< knots; empty for laws with a closed form
};

} // namespace likvard
