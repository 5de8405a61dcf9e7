#pragma once
#include "likvard/study/result.hpp"

#include <string>

namespace likvard {

/// What the page draws of a choice between policies: the decision's arrays, and how far each policy is behind
/// in every context.
std::string decision_json(DecisionResult const& decision, Points const& points);

} // namespace likvard
