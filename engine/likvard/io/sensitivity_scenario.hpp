#pragma once
#include "likvard/io/scenario_file.hpp"
#include "likvard/study/sensitivity.hpp"

namespace likvard {

/// What a scenario's [sensitivity], [[factor]] and [[correlation]] ask; without them the default: contexts,
/// policies, shares and every uncertain parameter are factors.
///
/// Uncertain parameters of the outcome that are no factor of the file become one with their own
/// distribution: otherwise they would be counted as chance.
/// - Throws: ScenarioError with every problem found; FileError.
SensitivityQuestion read_sensitivity(std::filesystem::path const& path,
                                     std::vector<std::string> const& settings = {});

/// The same from text; `path` is used in messages and to find data files beside it.
SensitivityQuestion parse_sensitivity(std::string const& text, std::string const& path,
                                      std::vector<std::string> const& settings = {});

/// What is wrong with what the file says of sensitivity; empty where it says nothing.
std::vector<std::string> sensitivity_problems(std::filesystem::path const& path,
                                              std::vector<std::string> const& settings);

} // namespace likvard
