#include "commands.hpp"
#include "table.hpp"

#include "likvard/io/scenario_file.hpp"
#include "likvard/study/run.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

/// "file:12:3: what" into its parts; a line without a place keeps 0.
nlohmann::json problem_json(std::string const& line, std::string const& file) {
  std::size_t row = 0, column = 0;
  std::string what = line;
  if (line.starts_with(file + ":")) {
    what = line.substr(file.size() + 1);
    auto const [after_row, e1] = std::from_chars(what.data(), what.data() + what.size(), row);
    if (e1 == std::errc{} && *after_row == ':') {
      auto const [after_column, e2] = std::from_chars(after_row + 1, what.data() + what.size(), column);
      if (e2 == std::errc{}) what = what.substr(static_cast<std::size_t>(after_column - what.data()) + 1);
    }
    what.erase(0, what.find_first_not_of(' '));
  }
  return {{"line", row}, {"column", column}, {"message", what}};
}

} // namespace

int check(CheckArgs const& args) {
  bool all_good = true;
  auto report = nlohmann::json::array();
  for (auto const& path : args.scenarios) {
    std::vector<std::string> problems;
    std::size_t points = 0, policies = 0;
    std::uint32_t replicates = 0;
    try {
      Scenario const scenario = read_scenario(path, args.settings);
      points = scenario.points.size();
      policies = scenario.policies.size();
      replicates = scenario.replicates;
      problems = plan_problems(scenario);
    } catch (ScenarioError const& error) {
      problems = error.problems();
    }
    all_good &= problems.empty();
    if (args.json) {
      auto list = nlohmann::json::array();
      for (auto const& problem : problems) list.push_back(problem_json(problem, path));
      report.push_back({{"file", path},
                        {"ok", problems.empty()},
                        {"points", points},
                        {"policies", policies},
                        {"replicates", replicates},
                        {"problems", list}});
      continue;
    }
    for (auto const& problem : problems) err(problem);
    if (problems.empty())
      out(fmt::format("{}: ok ({} points, {} policies, {} replicates)", path, points, policies, replicates));
  }
  if (args.json) out(report.dump(2));
  return all_good ? ok : bad_input;
}

} // namespace likvard::cli
