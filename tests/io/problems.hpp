#pragma once

#include "likvard/io/scenario_file.hpp"

#include <string>
#include <vector>

namespace likvard::test {

/// What is wrong with the scenario `text`, a line each; empty when it is right.
inline std::vector<std::string> problems(std::string const& text,
                                         std::vector<std::string> const& settings = {}) {
  try {
    parse_scenario(text, "s.toml", settings);
  } catch (ScenarioError const& error) {
    return error.problems();
  }
  return {};
}

} // namespace likvard::test
