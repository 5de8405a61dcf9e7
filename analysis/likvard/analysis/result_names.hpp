#pragma once
#include "likvard/study/result.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace likvard {

/// Places of measures (policies) of a result by name, every policy of that name at each of its shares.
/// - Throws: ScenarioError naming an unknown one, with the nearest.
std::vector<std::size_t> find_measures(Result const& result, std::vector<std::string> const& names);
std::vector<std::size_t> find_policies(Result const& result, std::vector<std::string> const& names);

} // namespace likvard
