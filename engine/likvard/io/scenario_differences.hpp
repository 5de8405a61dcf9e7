#pragma once
#include "likvard/study/key_difference.hpp"

#include <string>
#include <vector>

namespace likvard {

/// Keys that two scenarios' texts (as results keep them) set differently, in the order of names; a list of
/// numbers or texts is one value. What --set put in counts, and files of models or a base that the scenario
/// names ("bands.toml: policy[0].name"). Comments, order and layout are no difference.
/// - Throws: ScenarioError when one of them is no TOML.
std::vector<KeyDifference> scenario_differences(std::string const& first, std::string const& second);

} // namespace likvard
