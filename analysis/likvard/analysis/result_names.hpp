#pragma once
#include "likvard/study/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace likvard {

/// Places of measures (policies) of a result by name, every policy of that name at each of its shares.
/// - Throws: ScenarioError naming an unknown one, with the nearest.
std::vector<std::size_t> find_measures(Result const& result, std::vector<std::string> const& names);
std::vector<std::size_t> find_policies(Result const& result, std::vector<std::string> const& names);

/// A point by name, or counted from 0.
/// - Throws: ScenarioError with the nearest name.
std::size_t find_point(Result const& result, std::string const& wanted);

/// One policy of that name: at the share nearest to the one given, else to the answer's.
/// - Throws: ScenarioError with the nearest name.
std::size_t find_policy(Result const& result, std::string const& name, std::optional<double> share);

/// The answer's policy, share and measure in place of those of the study; "" and nothing leave them.
/// - Throws: ScenarioError for an unknown one, for per head, and for a measure without a better direction.
void lead_with(Result& result, std::string const& policy, std::optional<double> share,
               std::string const& measure);

} // namespace likvard
