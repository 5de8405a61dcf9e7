#pragma once
#include "likvard/model/segregation_systematic.hpp"

#include <cstddef>
#include <span>

/// What indices could be when some units' members are hidden.
namespace likvard {

struct SegregationBounds {
  Interval share, dissimilarity, variance_ratio, eps2, theil_h;
  bool dissimilarity_exact = true; ///< else the upper end is an outer bound
};

/// The smallest and largest P, D, V, ε² and H when unit k of n[k] pupils has from low[k] to high[k] members.
///
/// Each index is a convex function of x (Σ n|p - P|, Σ n(p - P)², M) over a positive concave one (X(N-X), the
/// entropy), so it is quasiconvex. The largest therefore lies where every hidden unit is at one of its ends:
/// found by dynamic programming over the sum X, exactly. (D's terms depend on X, so that it takes a pass for
/// each X; beyond 5·10⁸ steps each unit takes its better end whatever X needs: an outer bound.) The smallest
/// lies on the path x_k = clamp(λ n_k, low_k, high_k), which for each X is the most even there is; along it
/// the index has one valley. Fractions of pupils are allowed there: no whole numbers are lower, but the end
/// may be up to a pupil's worth below what whole pupils can do.
/// - Expects: equal lengths; 0 <= low <= high <= n; high - low whole numbers.
SegregationBounds segregation_bounds(std::span<double const> n, std::span<double const> low,
                                     std::span<double const> high);

} // namespace likvard
