#include "commands.hpp"
#include "table.hpp"

#include "likvard/io/scenario_file.hpp"
#include "likvard/io/sensitivity_scenario.hpp"
#include "likvard/study/run.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
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

/// What came of one file.
struct Checked {
  int code = ok;
  std::vector<std::string> problems;
  std::size_t points = 0, policies = 0;
  std::uint32_t replicates = 0;
};

Checked check_one(std::string const& path, std::vector<std::string> const& settings) {
  Checked found;
  try {
    Scenario const scenario = read_scenario(path, settings);
    found.points = scenario.points.size();
    found.policies = scenario.policies.size();
    found.replicates = scenario.replicates;
    found.problems = plan_problems(scenario);
    for (auto& line : sensitivity_problems(path, settings)) found.problems.push_back(std::move(line));
  } catch (ScenarioError const& error) {
    found.problems = error.problems();
  } catch (FileError const& error) {
    found.problems = {error.what()};
    found.code = file_trouble;
  }
  if (found.code == ok && !found.problems.empty()) found.code = bad_input;
  return found;
}

} // namespace

int check(CheckArgs const& args) {
  int code = ok;
  auto report = nlohmann::json::array();
  for (auto const& path : args.scenarios) {
    Checked const found = check_one(path, args.settings);
    code = std::max(code, found.code); // a file that cannot be read hides what is wrong in it
    if (args.json) {
      auto list = nlohmann::json::array();
      for (auto const& problem : found.problems) list.push_back(problem_json(problem, path));
      report.push_back({{"file", path},
                        {"ok", found.code == ok},
                        {"points", found.points},
                        {"policies", found.policies},
                        {"replicates", found.replicates},
                        {"problems", list}});
      continue;
    }
    for (auto const& problem : found.problems) err(problem);
    if (found.code == ok)
      out(fmt::format("{}: ok ({} points, {} policies, {} replicates)", path, found.points, found.policies,
                      found.replicates));
  }
  // A name or a --set may hold bytes that are no UTF-8: shown as such rather than refused.
  if (args.json) out(report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return code;
}

} // namespace likvard::cli
