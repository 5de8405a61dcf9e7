#pragma once
#include "likvard/analysis/row_terms.hpp"

#include <span>

namespace likvard {

/// Elementary effects of one input (Morris 1991; μ*: Campolongo, Cariboni & Saltelli 2007; median |EE|:
/// Menberg, Heo & Choudhary 2016). Screening: which inputs matter at all.
struct ElementaryEffects {
  Estimate mean;     ///< μ
  Estimate size;     ///< μ*: mean of |EE|
  Estimate middle;   ///< median |EE|
  Estimate spread;   ///< σ: interaction or curvature (and chance, where the model is stochastic)
  double chance = 0; ///< part of σ² that is chance; 0 without replicates
};

/// From trajectories of d + 1 points, each a step in one set of inputs: effect = (y_k - y_{k-1}) / step.
///
/// μ, μ*: Student's t over trajectories, which are independent. σ and the median: standard error by bootstrap
/// over trajectories.
/// - y[trajectory][step 0…d][replicate]; set[trajectory][d]: which set moved; step[trajectory][d]: by how
/// much
///   (signed, on the unit scale). Trajectories with a failed run are left out.
/// - Expects: at least 2 whole trajectories.
std::vector<ElementaryEffects> elementary_effects(std::size_t sets, std::size_t replicates,
                                                  std::span<double const> y,
                                                  std::span<std::uint32_t const> set,
                                                  std::span<double const> step, IntervalRule const& rule);

} // namespace likvard
