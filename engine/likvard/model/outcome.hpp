#pragma once
#include "likvard/core/prior_table.hpp"
#include "likvard/core/random.hpp"
#include "likvard/model/population.hpp"
#include "likvard/model/table.hpp"

#include <array>
#include <span>
#include <vector>

/// What the money does. engine/MODEL.md §6.
///
///     Y = α[p] + γ peer[s] + τ standing[s] + u[s] + A δ[m,s,g] + ε,   ε ~ N(0, σ²)
///     δ = θ h_g q[s] G(x) - ψ max(0, x - 1)/0.1,   x = 1 + φ (f_g/b - 1),   G(x) = ((x^λ - 1)/λ)/0.1,   A =
///     min(years/4, 1)
///
/// g is the need group or the others: h = effect_ratio or 1. ε is integrated out wherever a reading is
/// "expected".
namespace likvard {

/// Pupils before school and money: α[p] = t - s·Φ⁻¹(risk[p]), so that P(Y < t) over units and pupils of a
/// profile is its risk; s² = σ² + unit_sd², scaled so that Y has mean 0 and variance 1 over the
/// municipality's pupils.
struct PupilModel {
  double sigma = 1;          ///< sd of ε
  double threshold = 0;      ///< t: below it a pupil does not qualify
  std::vector<double> alpha; ///< [P]
};

/// - Throws: std::domain_error when unit_sd leaves no variance for pupils.
PupilModel make_pupil_model(Outcome const& outcome, Profiles const& profiles);

/// The uncertain parameters of one replicate.
struct Coefficients {
  double theta, effect_ratio, curvature, pass_through, use_mean, peer, selection, dilution, carry;
};
inline constexpr std::size_t coefficient_count = 9;

/// By inversion from one uniform number each, in the order of the struct.
Coefficients draw_coefficients(Outcome const& outcome, std::span<double const, coefficient_count> u);

/// The laws of the uncertain parameters, made once for a point.
using CoefficientLaws = std::array<PriorTable, coefficient_count>;
/// What `known` has of the same priors is taken over: tables are made once for all points that share a prior.
CoefficientLaws coefficient_laws(Outcome const& outcome, CoefficientLaws const* known = nullptr);
/// The same draw by tabulated quantiles: within 1e-8 of a law's spread, at a hundredth of the cost.
Coefficients draw_coefficients(CoefficientLaws const& laws, std::span<double const, coefficient_count> u);

/// G(x), the response to money in units of +10 %. x below 0.05 counts as 0.05.
double money_response(double x, double curvature);

/// The luck of one replicate's units; common to all policies.
struct UnitLuck {
  std::vector<double> level; ///< [S] γ peer + τ standing + u
  std::vector<double> use;   ///< [S] q
  std::vector<double> u, v;  ///< scratch [2 S] and [S]
};

/// u[s] ~ N(0, unit_sd²), q[s] ~ N(use_mean, use_sd²) truncated to [-1, 3]; both keyed by unit.
/// peer[s] is the mean score of the pupils in s less the municipality's; standing[s] its expectation under π.
void draw_unit_luck(Outcome const& outcome, Coefficients const& c, Profiles const& profiles, Counts const& n,
                    Table const& pi, StreamKey key, UnitLuck& out);

/// Money as it meets the pupils: stage F. `reach` of a unit's need money follows its pupils of the need
/// group, the rest is pooled over all its pupils:
///
///     f[s, needy] = f - reach d + reach d n/x,   f[s, others] = f - reach d,   d need money per pupil of the
///     unit
///
/// with x of the unit's n pupils in the need group; a unit without any pools all. 0 <= reach <= 1.
struct Delivery {
  double reach = 0;
  std::span<double const> need_money; ///< [S] d, over b
  std::span<double const> pupils;     ///< [S] n
  std::span<double const> needy;      ///< [S] x
};

/// δ for units [S] and groups {others, needy}: out[2 s + g].
void money_effect(Outcome const& outcome, Coefficients const& c, std::span<double const> use,
                  std::span<double const> money, Delivery const& delivery, std::span<double> out);

/// The money of all policies: policies in lanes, [S × stride], stride a multiple of 8.
struct DeliveryLanes {
  std::span<double const> money;         ///< f, over b
  std::span<double const> need_money;    ///< d, over b; only looked at when some `reach` is not 0
  std::span<double const> reach;         ///< [stride]; empty when all are 0
  std::span<double const> pupils, needy; ///< [S]
  std::size_t stride = 0;
};

/// δ for every policy: out[2 s + g, m], [2 S × stride]. The same numbers as money_effect.
void money_effects(Outcome const& outcome, Coefficients const& c, std::span<double const> use,
                   DeliveryLanes const& delivery, std::size_t policies, std::span<double> out);

} // namespace likvard
