#pragma once
#include "likvard/model/parameters.hpp"
#include "likvard/model/population.hpp"

#include <vector>

namespace likvard {

/// What a pupil of each profile contributes to an index (engine/MODEL.md §4).  Returns [P], >= 0.
///
///     Risk    risk[p]                          Member  1 in the group, else 0
///     Tail    (-a[p])^depth for the part of the profile whose rank by score a is below `share`
///             (Netherlands 2019: depth 1, the lowest 15 %; a profile that the cut divides counts in part)
///     Tiers   mean weight over the profile's ranks (New South Wales: quartiles 2, 1, 0, 0)
///
/// Ranks are those of the municipality's own pupils; equal scores share theirs.
std::vector<double> marker_values(Marker const& marker, Profiles const& profiles);

} // namespace likvard
