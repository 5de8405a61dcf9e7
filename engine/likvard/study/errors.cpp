#include "likvard/study/errors.hpp"

#include "likvard/core/text.hpp"

namespace likvard {
namespace {

std::string lines(std::vector<std::string> const& problems) {
  std::string text;
  for (auto const& problem : problems) {
    if (!text.empty()) text += '\n';
    text += one_line(problem);
  }
  return text;
}

} // namespace

// Names from files stand in these lines: none may break a line or speak to the terminal.
ScenarioError::ScenarioError(std::vector<std::string> problems)
    : std::runtime_error(lines(problems)), problems_(std::move(problems)) {
  for (auto& problem : problems_) problem = one_line(problem);
}

} // namespace likvard
