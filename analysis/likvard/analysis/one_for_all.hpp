#pragma once
#include "likvard/analysis/paired.hpp"
#include "likvard/study/result.hpp"

#include <vector>

/// What moments alone say about the choice between policies, and what one policy for every context would
/// cost.
namespace likvard {

/// The policies of a result at one point by one measure, higher being better, as a sample whose differences
/// have the largest standard errors that the moments allow. A result has paired differences to per head only:
/// of two others se(d_i - d_j) <= se_i + se_j, whatever their correlation. `saved` and `correlation` of it
/// say nothing.
/// - Expects: replicates in two blocks at least; a measure that has a better direction.
PairedSample widest_sample(Result const& result, std::size_t point, std::vector<std::size_t> const& policies,
                           std::size_t measure);

/// One policy for every context, judged by how far it is behind the best of each.
struct OneForAll {
  double mean = 0, mean_se = 0; ///< over contexts, weighted by municipalities where those are given; the
                                ///< error at most, since contexts share their luck
  double largest = 0, largest_se = 0; ///< over contexts
  std::size_t where = 0;              ///< place of that context among those given
};

/// [A] of behind and its standard errors [G][A].
std::vector<OneForAll> one_for_all(std::vector<double> const& behind, std::vector<double> const& behind_se,
                                   std::vector<double> const& weight, std::size_t policies);

/// How many municipalities each point stands for; all 1 where some point does not say.
std::vector<double> point_weights(Points const& points);

} // namespace likvard
