#include "likvard/study/errors.hpp"

namespace likvard {
namespace {

std::string lines(std::vector<std::string> const& problems) {
  std::string text;
  for (auto const& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem;
  }
  return text;
}

} // namespace

ScenarioError::ScenarioError(std::vector<std::string> problems)
    : std::runtime_error(lines(problems)), problems_(std::move(problems)) {}

} // namespace likvard
