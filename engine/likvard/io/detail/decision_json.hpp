#pragma once
#include "likvard/study/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Decisions of some points, as a shard's part carries them. Inside io only.
namespace likvard::detail {

/// `decision` is of `points` (places in the study). Numbers are written as their bits.
std::string decision_json(DecisionResult const& decision, std::vector<std::size_t> const& points);

/// Of several parts, the decision of all `points` of the study; nothing when a point is missing.
/// - Throws: FileError when one is not what decision_json writes, or they are of other comparisons.
std::optional<DecisionResult> join_decisions(std::vector<std::string> const& parts, std::size_t points);

} // namespace likvard::detail
