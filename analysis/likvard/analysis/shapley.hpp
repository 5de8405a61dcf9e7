#pragma once
#include "likvard/analysis/row_terms.hpp"

#include <span>

namespace likvard {

/// Shapley effects of independent inputs: V(m) shared out so that inputs that act together share alike.
///
/// Row j has d + 1 runs: z_0 = y, then z_k is z_{k-1} with input order[k-1] from x, so z_d = x. With random
/// orders `φ_{π_k} = mean[(f(x) - (f(z_k) + f(z_{k-1}))/2)(f(z_k) - f(z_{k-1}))]` (Goda 2021, "A simple
/// algorithm for global sensitivity analysis with Shapley effects", algorithm 1): n(d+1) runs. They sum to
/// the variance and are given as parts of it. The last step multiplies f(x) with itself: its noise is
/// subtracted, s²/m.
/// - y[row][step 0…d][replicate]; order[row][d]; rows with a failed run are left out.
/// - Expects: at least two whole rows.
struct ShapleyEffects {
  std::vector<Estimate> effect; ///< [d] sums to 1
  Estimate variance;            ///< V(m)
  bool defined = false;         ///< V(m) clearly above zero
  std::size_t rows = 0, dropped = 0;
};
ShapleyEffects shapley_effects(std::size_t inputs, std::size_t replicates, std::span<double const> y,
                               std::span<std::uint32_t const> order, std::span<std::uint32_t const> stratum,
                               IntervalRule const& rule);

} // namespace likvard
