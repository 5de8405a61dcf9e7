#pragma once
#include "likvard/study/errors.hpp"
#include "likvard/study/scenario.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace likvard {

/// Read, check and complete a scenario. `settings` are "key=value" pairs that replace values of the file.
/// - Throws: ScenarioError with every problem found; FileError when the file cannot be read.
Scenario read_scenario(std::filesystem::path const& path, std::vector<std::string> const& settings = {});

/// The same from text; `path` is used in messages and to find data files beside it.
Scenario parse_scenario(std::string const& text, std::string const& path,
                        std::vector<std::string> const& settings = {});

} // namespace likvard
