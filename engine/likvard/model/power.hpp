#pragma once
#include "likvard/model/years_parameters.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Can a municipality see whether its weighting works? engine/MODEL.md, "Years and quality work".
///
/// It compares its units' results after the money with those before, and asks whether they rose more where
/// more money came:
///
///     d_s = mean result of T years after - mean of B years before,   Var d_s = v_s (1/T + 1/B)
///     d_s = a_town + β (f_s - 1) + noise,   weighted least squares with weights 1/v_s, two-sided t test of β
///     = 0
///
/// v_s = σ²/(measured · n_s) + unit_year_sd². Shocks of a year that all units of a town share are in a_town.
namespace likvard {

/// Sums of one town's or several towns' contrasts, each town's weighted mean taken out: w = 1/v, x = f - 1, e
/// = true effect. They add over towns.
struct Contrast {
  double xx = 0; ///< Σ w (x - x̄)²
  double xe = 0; ///< Σ w (x - x̄)(e - ē)
  double ee = 0; ///< Σ w (e - ē)²
  double units = 0, towns = 0;
  void add(Contrast const& other);
};

/// - Shapes: money, effect, variance [S].  - Expects: variance > 0.
Contrast contrast_of(std::span<double const> money, std::span<double const> effect,
                     std::span<double const> variance);

/// Probability that a two-sided t test at `level` rejects when the statistic is noncentral t: 1 - F(c) +
/// F(-c), c the critical value. With infinite df that of the z test, Φ(δ - z) + Φ(-δ - z).
/// - df < 1: no test can be made; 0.
double t_test_power(double noncentrality, double df, double level);

/// Mean over T years after of the part of the effect that has built up: a(t) = Σ_{k<t} w_k, w from `weights`.
double mean_build_up(std::span<double const> weights, std::uint32_t years);

/// Power of the comparison with a true effect that reaches `e` when built up:
///
///     δ = ā(T) xe / sqrt(xx c (1 + λ/df)),   c = 1/T + 1/B,   λ = ā(T)² (ee - xe²/xx)/c,   df = units -
///     towns - 1
///
/// λ is what units' effects depart from a straight line in the money: it swells the residual (the doubly
/// noncentral t replaced by its first order in λ/df; tests simulate it).
/// - No difference in money, or too few units: 0.
double comparison_power(Contrast const& of, std::span<double const> weights, std::uint32_t years_after,
                        std::uint32_t years_before, double level);

} // namespace likvard
