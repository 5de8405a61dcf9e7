#pragma once
#include "likvard/study/scenario.hpp"
#include "likvard/study/verdict.hpp"

#include <string>
#include <vector>

namespace likvard {

/// The [[verdict]] tables of a scenario that reads without problems.
/// - Throws: ScenarioError (unknown measures, policies or axes; a filter that no point meets), FileError.
std::vector<VerdictQuestion> read_verdicts(Scenario const& scenario,
                                           std::vector<std::string> const& settings);

} // namespace likvard
