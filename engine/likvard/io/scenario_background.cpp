#include "likvard/io/detail/scenario_build.hpp"

#include "likvard/model/defaults.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <set>

namespace likvard::detail {
namespace {

template <class Range>
std::optional<std::size_t> find_name(Range const& range, std::string_view name) {
  for (std::size_t i = 0; i < range.size(); ++i)
    if (range[i].name == name) return i;
  return std::nullopt;
}

std::string first_double(std::vector<std::string> const& names) {
  std::set<std::string_view> seen;
  for (auto const& name : names)
    if (!seen.insert(name).second) return name;
  return "";
}

/// Levels, shares and log-odds fit together; false (and reported) when they do not.
bool check_levels(ElementReader const& element, Variable const& variable) {
  std::size_t const count = variable.levels.size();
  if (!element.right("levels")) return false;
  if (count < 2 || count > 12) {
    element.problem("levels", fmt::format("has {} levels (2 to 12 are wanted)", count));
    return false;
  }
  if (auto const twice = first_double(variable.levels); !twice.empty()) {
    element.problem("levels", fmt::format("names '{}' twice", quotable(twice)));
    return false;
  }
  bool good = true;
  auto const check_count = [&](std::string_view name, std::size_t numbers) {
    if (numbers == count) return;
    element.problem(name,
                    fmt::format("has {} numbers (one for each of the {} levels is wanted)", numbers, count));
    good = false;
  };
  check_count("shares", variable.shares.size());
  check_count("log_odds", variable.log_odds.size());
  double const sum = std::accumulate(variable.shares.begin(), variable.shares.end(), 0.0);
  if (good && !(std::abs(sum - 1) <= 1e-6)) {
    element.problem("shares", fmt::format("sums to {:g} (1 is wanted)", sum));
    good = false;
  }
  return good;
}

void add_variable(ElementReader const& element, Draft& draft) {
  auto& background = draft.background;
  Variable variable{element.text("name"),        element.texts("levels"),   element.numbers("shares"),
                    element.numbers("log_odds"), element.number("loading"), element.text("given_by")};
  if (!is_name(variable.name)) {
    element.problem("name", fmt::format("= '{}' ({})", quotable(variable.name), name_rule));
    draft.nameless_variable = true;
  } else if (find_name(background.variables, variable.name)) {
    element.problem("name", "(this name is taken by an earlier variable)");
  }
  if (check_levels(element, variable)) {
    double const sum = std::accumulate(variable.shares.begin(), variable.shares.end(), 0.0);
    for (double& share : variable.shares) share /= sum;
  } else {
    draft.broken.push_back(variable.name);
  }
  background.variables.push_back(std::move(variable));
}

void read_group_levels(ElementReader const& element, Variable const& variable, Group& group) {
  if (!element.right("levels")) return;
  auto const& levels = variable.levels;
  auto const names = element.texts("levels");
  if (auto const twice = first_double(names); !twice.empty())
    return element.problem("levels", fmt::format("names '{}' twice", quotable(twice)));
  bool known = true;
  for (auto const& level : names) {
    auto const at = std::find(levels.begin(), levels.end(), level);
    if (at != levels.end()) {
      group.levels.push_back(static_cast<std::size_t>(at - levels.begin()));
      continue;
    }
    known = false;
    element.problem("levels", fmt::format("has '{}' (no such level of {}){}", quotable(level), variable.name,
                                          suggest(level, {levels.begin(), levels.end()})));
  }
  if (known && (group.levels.empty() || group.levels.size() == levels.size()))
    element.problem("levels", "must name some of the variable's levels, not none and not all");
}

void add_group(ElementReader const& element, Draft& draft) {
  auto& background = draft.background;
  Group group{.name = element.text("name"), .title = element.text("title"), .variable = 0, .levels = {}};
  if (group.title.empty()) group.title = group.name;
  if (!is_name(group.name)) {
    element.problem("name", fmt::format("= '{}' ({})", quotable(group.name), name_rule));
    draft.nameless_group = true;
  } else if (is_marker_word(group.name)) {
    element.problem("name", fmt::format("= '{}' (has a meaning of its own in an index: choose another name)",
                                        group.name));
  } else if (find_group(background, group.name)) {
    element.problem("name", "(this name is taken by an earlier group)");
  }
  auto const name = element.text("variable");
  auto const variable = find_name(background.variables, name);
  if (variable) {
    group.variable = *variable;
    bool const broken = std::find(draft.broken.begin(), draft.broken.end(), name) != draft.broken.end();
    if (!broken) read_group_levels(element, background.variables[*variable], group);
  } else if (!draft.nameless_variable) {
    std::vector<std::string_view> names;
    for (auto const& known : background.variables) names.push_back(known.name);
    element.problem("variable", fmt::format("= '{}' (there is no such variable){}", quotable(name),
                                            suggest(name, names)));
  }
  background.groups.push_back(std::move(group)); // also when it is wrong: what refers to it is right
}

void read_joint(Reader const& reader, Draft& draft) {
  constexpr std::size_t most = 512;
  auto& background = draft.background;
  if (!draft.broken.empty()) return;
  std::size_t profiles = 1;
  for (auto const& variable : background.variables)
    profiles = std::min(profiles * variable.levels.size(), most + 1);
  if (profiles > most)
    return reader.problem(
        "variable",
        fmt::format("variable (the levels make more than {} profiles: at most {} are handled)", most, most));
  background.joint = reader.numbers("background.joint");
  if (background.joint.empty()) return;
  double const sum = std::accumulate(background.joint.begin(), background.joint.end(), 0.0);
  if (background.joint.size() != profiles)
    reader.problem("background.joint",
                   fmt::format("background.joint has {} numbers (one for each of the {} profiles is wanted)",
                               background.joint.size(), profiles));
  else if (!(std::abs(sum - 1) <= 1e-6))
    reader.problem("background.joint", fmt::format("background.joint has sum {:g} (1 is wanted)", sum));
  if (sum > 0)
    for (double& share : background.joint) share /= sum;
}

} // namespace

std::optional<std::size_t> find_group(Background const& background, std::string_view name) {
  return find_name(background.groups, name);
}

std::vector<std::string_view> group_names(Background const& background) {
  std::vector<std::string_view> names;
  for (auto const& group : background.groups) names.push_back(group.name);
  return names;
}

Draft build_background(Reader const& reader, Stage stage) {
  Draft draft;
  auto const variables = elements(reader, "variable");
  auto const groups = elements(reader, "group");
  if (variables.empty()) draft.background = stage_background(stage);
  if (!groups.empty()) draft.background.groups.clear();
  for (auto const& element : variables) add_variable(element, draft);
  for (auto const& element : groups) add_group(element, draft);

  auto const need_group = reader.text("background.need_group");
  auto const found = find_group(draft.background, need_group);
  draft.background.need_group = found.value_or(0);
  if (!found && !draft.nameless_group) {
    std::string const what =
        fmt::format("background.need_group = '{}' (there is no such group){}", quotable(need_group),
                    suggest(need_group, group_names(draft.background)));
    // The default is missed where groups were declared without it: that is the place to look.
    reader.problem(reader.has("background.need_group") || !reader.has("group") ? "background.need_group"
                                                                               : "group",
                   what);
  }
  read_joint(reader, draft);
  return draft;
}

} // namespace likvard::detail
