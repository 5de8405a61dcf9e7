#pragma once
#include "likvard/study/block.hpp"

#include <span>
#include <vector>

namespace likvard {

/// A result with everything but numbers, and room for them (NaN where no replicate was run).
Result empty_result(Scenario const& scenario, std::vector<std::size_t> const& kept);

/// Merge a point's blocks in their order into the result.
void collect_point(Scenario const& scenario, Plan const& plan, std::size_t point,
                   std::span<BlockResult const> blocks, Result& result);

/// Quantile of level p by linear interpolation between order statistics (Hyndman & Fan type 7). Reorders
/// `values`.
double sample_quantile(std::vector<double>& values, double p);

} // namespace likvard
