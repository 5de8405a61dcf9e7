#include "likvard/io/detail/scenario_points.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

constexpr std::size_t most_points = 100'000;

/// One value to set in the tree for a point.
struct Override {
  std::string key;
  toml::node const* value;
};

struct Context {
  Point point; ///< name, place, municipalities
  std::vector<Override> overrides;
  toml::source_region place{};
};

/// Sets a point's values in the tree for as long as it lives; the old ones (and their places in the file)
/// come back after.
class Applied {
public:
  Applied(toml::table& root, std::vector<Override> const& overrides, Problems& problems) {
    for (auto const& [key, value] : overrides) {
      Slot const slot = find_slot(root, key, value->source(), problems);
      if (!slot.table) continue;
      toml::array old;
      if (auto* before = slot.table->get(slot.name))
        before->visit([&](auto& node) { old.push_back(std::move(node)); });
      slot.table->insert_or_assign(slot.name, *value);
      check_value(*slot.key, key, *value, problems);
      undo_.push_back({slot.table, slot.name, std::move(old)});
    }
  }
  Applied(Applied const&) = delete;
  Applied& operator=(Applied const&) = delete;
  ~Applied() {
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) {
      if (step->old.empty())
        step->table->erase(step->name);
      else
        step->old[0].visit([&](auto& node) { step->table->insert_or_assign(step->name, std::move(node)); });
    }
  }

private:
  struct Step {
    toml::table* table;
    std::string name;
    toml::array old;
  };
  std::vector<Step> undo_;
};

/// Keys that belong to the whole study, not to a point.
bool is_common(std::string_view key) {
  constexpr std::array<std::string_view, 10> sections{"run",     "answer", "design", "policy",   "context",
                                                      "sources", "format", "title",  "question", "claim"};
  return std::find(sections.begin(), sections.end(), key.substr(0, key.find('.'))) != sections.end();
}

void note_level(Scenario& scenario, std::string const& axis, std::string const& level) {
  auto found = std::find_if(scenario.levels.begin(), scenario.levels.end(),
                            [&](auto const& entry) { return entry.first == axis; });
  if (found == scenario.levels.end()) {
    scenario.axes.push_back(axis);
    found = scenario.levels.insert(scenario.levels.end(), {axis, {}});
  }
  if (std::find(found->second.begin(), found->second.end(), level) == found->second.end())
    found->second.push_back(level);
}

std::vector<Context> read_contexts(Reader const& reader, Scenario& scenario) {
  std::vector<Context> contexts;
  auto& problems = reader.problems();
  for (auto const& element : elements(reader, "context")) {
    Context context;
    context.point.name = element.text("name");
    context.point.municipalities = element.number("municipalities");
    context.place = element.table().source();
    for (auto const& other : contexts)
      if (other.point.name == context.point.name)
        element.problem("name", "(this name is taken by an earlier context)");
    if (auto const* at = element.table()["at"].as_table())
      for (auto const& [axis, level] : *at) {
        if (axis.str().find('/') != std::string_view::npos || axis.str().empty() || axis.str() == ".")
          problems.add(axis.source(),
                       fmt::format("context.{}.at: the axis '{}' (a name without '/' is wanted)",
                                   context.point.name, axis.str()));
        auto const text = level.is_string() ? *level.value<std::string>() : "";
        if (text.empty())
          problems.add(level, fmt::format("context.{}.at.{} = {} (a text is wanted)", context.point.name,
                                          axis.str(), show(level)));
        context.point.at[std::string(axis.str())] = text;
        note_level(scenario, std::string(axis.str()), text);
      }
    if (auto const* set = element.table()["set"].as_table())
      for (auto const& [key, value] : *set) {
        if (is_common(key.str()))
          problems.add(key.source(),
                       fmt::format("context.{}.set: {} (is common to all points: set it in its own section)",
                                   context.point.name, key.str()));
        else
          context.overrides.push_back({std::string(key.str()), &value});
      }
    contexts.push_back(context);
  }
  if (contexts.empty())
    contexts.push_back({.point = {.name = "", .at = {}, .parameters = {}}, .overrides = {}});
  return contexts;
}

/// Every context at every combination of the varied keys, the first key slowest.
std::vector<Context> vary(Reader const& reader, std::vector<Context> contexts, Scenario& scenario) {
  auto const* grid = reader.root()["design"]["vary"].as_table();
  if (!grid) return contexts;
  auto& problems = reader.problems();
  for (auto const& [key, node] : *grid) {
    auto const* values = node.as_array();
    if (is_common(key.str())) {
      problems.add(key.source(),
                   fmt::format("design.vary: {} (is common to all points and cannot be varied)", key.str()));
      continue;
    }
    if (!values || values->empty()) {
      problems.add(node,
                   fmt::format("design.vary: {} = {} (a list of values is wanted)", key.str(), show(node)));
      continue;
    }
    if (contexts.size() * values->size() > most_points) {
      problems.add(node, fmt::format("design.vary (makes more than {} points: at most that many are handled)",
                                     most_points));
      return contexts;
    }
    std::vector<Context> more;
    for (auto const& context : contexts)
      for (auto const& value : *values) {
        Context next = context;
        std::string const level = show(value);
        next.point.name += fmt::format("{}{} = {}", next.point.name.empty() ? "" : ", ", key.str(), level);
        next.point.at[std::string(key.str())] = level;
        next.overrides.push_back({std::string(key.str()), &value});
        if (next.place.begin.line == 0) next.place = value.source();
        note_level(scenario, std::string(key.str()), level);
        more.push_back(std::move(next));
      }
    contexts = std::move(more);
  }
  return contexts;
}

} // namespace

void build_points(toml::table& root, std::filesystem::path const& folder, Scenario& scenario,
                  Problems& problems) {
  Reader const reader(root, problems);
  // Overrides refer to nodes of the tree's contexts, which no override may change: they stay valid
  // throughout.
  auto const contexts = vary(reader, read_contexts(reader, scenario), scenario);
  for (auto const& context : contexts) {
    std::string const label =
        context.point.name.empty() ? "" : fmt::format("point '{}'", context.point.name.substr(0, 80));
    Point point = context.point;
    if (point.name.empty()) point.name = reader.text("municipality.name");
    if (point.name.empty()) point.name = "the municipality";
    std::size_t const before = problems.count();
    {
      if (!context.overrides.empty()) problems.set_context(label, context.place);
      Applied const applied(root, context.overrides, problems);
      point.parameters = build_parameters(reader, folder);
      problems.set_context("", {});
    }
    scenario.points.push_back(std::move(point));
    if (problems.count() > before + 20) break; // the rest would say the same
  }
}

} // namespace likvard::detail
