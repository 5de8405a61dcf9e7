#include "likvard/io/detail/scenario_points.hpp"
#include "likvard/io/detail/scenario_inputs.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/scenario_point_rows.hpp"
#include "likvard/io/hash.hpp"
#include "likvard/model/measures.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <tuple>

namespace likvard::detail {
namespace {

constexpr std::size_t most_points = 100'000;
constexpr double most_numbers = 2e8;
constexpr std::size_t most_given_units = 10'000'000; ///< units of all points with a units file together

struct Context {
  Point point; ///< name, place, municipalities
  std::vector<Override> overrides;
  toml::source_region place{};
  std::shared_ptr<toml::table> values; ///< of a table's row: what the overrides refer to
};

/// Keys that belong to the whole study, not to a point.
bool is_common(std::string_view key) {
  constexpr auto sections = std::to_array<std::string_view>(
      {"run",         "answer", "design",      "policy",  "block",  "context",   "sources",
       "format",      "title",  "question",    "claim",   "models", "follow_up", "power",
       "sensitivity", "factor", "correlation", "compare", "points", "verdict",   "base"});
  if (key == "years.count") return true;
  return std::find(sections.begin(), sections.end(), key.substr(0, key.find('.'))) != sections.end();
}

/// Axes and their levels in the order in which they are met.
class Axes {
public:
  explicit Axes(Scenario& scenario) : scenario_(scenario) {}
  void note(std::string const& axis, std::string const& level) {
    if (!seen_.insert({axis, level}).second) return;
    auto const found = std::find(scenario_.axes.begin(), scenario_.axes.end(), axis);
    if (found == scenario_.axes.end()) {
      scenario_.axes.push_back(axis);
      scenario_.levels.push_back({axis, {level}});
    } else {
      scenario_.levels[static_cast<std::size_t>(found - scenario_.axes.begin())].second.push_back(level);
    }
  }

private:
  Scenario& scenario_;
  std::set<std::pair<std::string, std::string>> seen_;
};

void read_place(ElementReader const& element, Context& context, Axes& axes, Problems& problems) {
  constexpr std::size_t most_axes = 10, longest = 200;
  auto const* at = element.table()["at"].as_table();
  if (!at) return;
  if (at->size() > most_axes)
    return element.problem("at",
                           fmt::format("names {} axes (at most {} are handled)", at->size(), most_axes));
  std::vector<std::pair<toml::key const*, toml::node const*>> entries;
  for (auto const& [axis, level] : *at) entries.emplace_back(&axis, &level);
  std::stable_sort(entries.begin(), entries.end(), [](auto const& a, auto const& b) {
    auto const &x = a.first->source().begin, &y = b.first->source().begin;
    return std::tie(x.line, x.column) < std::tie(y.line, y.column);
  });
  for (auto const& [axis, level] : entries) {
    std::string const name(axis->str());
    auto const* text = level->as_string();
    if (name.empty() || name.size() > longest || name == "." || name.find('/') != std::string::npos)
      problems.add(axis->source(),
                   fmt::format("context.{}.at: the axis '{}' (a name of 1 to {} bytes without '/' is wanted)",
                               quotable(context.point.name), quotable(name), longest));
    else if (!text || text->get().empty() || text->get().size() > longest)
      problems.add(*level, fmt::format("context.{}.at.{} = {} (a text of 1 to {} bytes is wanted)",
                                       quotable(context.point.name), quotable(name), show(*level), longest));
    else {
      context.point.at[name] = text->get();
      axes.note(name, text->get());
    }
  }
}

std::vector<Context> read_contexts(Reader const& reader, Scenario& scenario, Axes& axes) {
  std::vector<Context> contexts;
  std::set<std::string> names;
  for (auto const& element : elements(reader, "context")) {
    Context context;
    context.point.name = element.text("name");
    context.point.municipalities = element.number("municipalities");
    context.place = element.table().source();
    if (!names.insert(context.point.name).second)
      element.problem("name", "(this name is taken by an earlier context)");
    read_place(element, context, axes, reader.problems());
    if (auto const* set = element.table()["set"].as_table())
      for (auto const& [key, place, value] : entries_of(*set)) {
        if (!is_common(key))
          context.overrides.push_back({key, value->source(), value});
        else
          reader.problems().add(
              place, fmt::format("context.{}.set: {} (is common to all points: set it in its own section)",
                                 quotable(context.point.name), quotable(key)));
      }
    contexts.push_back(std::move(context));
  }
  for (auto& row : point_rows(reader, scenario, is_common)) {
    Context context;
    context.point.name = std::move(row.name);
    context.point.municipalities = 1;
    for (auto& [axis, level] : row.at) {
      axes.note(axis, level);
      context.point.at[axis] = level;
    }
    context.place = row.place;
    context.values = row.values;
    context.overrides = std::move(row.overrides);
    if (!names.insert(context.point.name).second)
      reader.problems().add(row.place, fmt::format("points: the name '{}' is taken by an earlier point",
                                                   quotable(context.point.name)));
    contexts.push_back(std::move(context));
  }
  if (contexts.empty()) contexts.emplace_back();
  return contexts;
}

std::string level_text(toml::node const& value) {
  auto const* text = value.as_string();
  return text ? quotable(text->get()) : show(value);
}

/// The values of one varied key, each its level's name; empty (and reported) when they cannot be varied.
std::vector<std::pair<std::string, toml::node const*>> values_of(Entry const& entry, std::size_t points,
                                                                 Problems& problems) {
  std::vector<std::pair<std::string, toml::node const*>> out;
  auto const* values = entry.value->as_array();
  std::string const key = quotable(entry.key);
  if (is_common(entry.key)) {
    problems.add(entry.place,
                 fmt::format("design.vary: {} (is common to all points and cannot be varied)", key));
  } else if (!values || values->empty()) {
    problems.add(*entry.value,
                 fmt::format("design.vary: {} = {} (a list of values is wanted)", key, show(*entry.value)));
  } else if (points * values->size() > most_points) {
    problems.add(*entry.value, fmt::format("design.vary: {} (makes {} points; at most {} are handled)", key,
                                           points * values->size(), most_points));
  } else {
    std::set<std::string> levels;
    for (auto const& value : *values) {
      std::string const level = level_text(value);
      if (levels.insert(level).second)
        out.emplace_back(level, &value);
      else
        problems.add(value, fmt::format("design.vary: {} has {} twice", key, level));
    }
  }
  return out;
}

/// Every context at every combination of the varied keys, the first key slowest.
std::vector<Context> vary(Reader const& reader, std::vector<Context> contexts, Axes& axes) {
  auto const* grid = reader.root()["design"]["vary"].as_table();
  if (!grid) return contexts;
  for (auto const& entry : entries_of(*grid)) {
    auto const values = values_of(entry, contexts.size(), reader.problems());
    if (values.empty()) continue;
    for (auto const& [level, value] : values) axes.note(entry.key, level);
    std::vector<Context> more;
    more.reserve(contexts.size() * values.size());
    for (auto const& context : contexts) {
      bool const set = std::any_of(context.overrides.begin(), context.overrides.end(),
                                   [&](Override const& o) { return o.key == entry.key; });
      if (set || context.point.at.contains(entry.key))
        reader.problems().add(
            entry.place, fmt::format("design.vary: {} (a context has its own value for it: which is meant?)",
                                     quotable(entry.key)));
      for (auto const& [level, value] : values) {
        Context next = context;
        next.point.name += fmt::format("{}{} = {}", next.point.name.empty() ? "" : ", ", entry.key, level);
        next.point.at[entry.key] = level;
        next.overrides.push_back({entry.key, value->source(), value});
        if (next.place.begin.line == 0) next.place = value->source();
        more.push_back(std::move(next));
      }
    }
    contexts = std::move(more);
  }
  return contexts;
}

/// Of the keys that all points share.
std::string base_fingerprint(toml::table const& root) {
  Hasher hasher;
  each_value(root, "", [&](std::string const& key, std::string const& value) {
    if (!is_common(key.substr(0, key.find('[')))) hasher.add(key + '=' + value + '\n');
  });
  return hasher.text();
}

/// Of everything that makes a point: the shared keys, its own, its data.
std::string fingerprint_of(std::string const& base, Context const& context, std::string const& data) {
  Hasher hasher;
  hasher.add(base);
  for (auto const& own : context.overrides) hasher.add(own.key + '=' + value_text(*own.value) + '\n');
  hasher.add(data);
  return hasher.text();
}

} // namespace

void build_points(toml::table& root, UnitFiles& files, Scenario& scenario, Problems& problems) {
  Reader const reader(root, problems);
  Axes axes(scenario);
  // Overrides refer to nodes of the tree's contexts, which no override may change: they stay valid
  // throughout.
  auto const contexts = vary(reader, read_contexts(reader, scenario, axes), axes);
  double const numbers = static_cast<double>(contexts.size()) *
                         static_cast<double>(scenario.policies.size()) * static_cast<double>(measure_count) *
                         static_cast<double>(reader.integer("years.count"));
  if (numbers > most_numbers)
    return problems.add(root, fmt::format("{} points x {} policies x {} measures are {:.0f} numbers (at most "
                                          "{:.0f} are handled in one result)",
                                          contexts.size(), scenario.policies.size(), measure_count, numbers,
                                          most_numbers));
  std::size_t given = 0;
  std::string const base = base_fingerprint(root);
  for (auto const& context : contexts) {
    Point point = context.point;
    if (!point.name.empty())
      problems.begin_point(point.name, context.place);
    else if (point.name = quotable(reader.text("municipality.name"), 200); point.name.empty())
      point.name = "the municipality";
    {
      Applied const applied(root, context.overrides, problems);
      point.parameters = build_parameters(reader, files);
      std::string const data = reader.text("municipality.units_file");
      point.fingerprint = fingerprint_of(base, context, files.known(data) ? files.hash(data) : "");
    }
    problems.end_point();
    given += point.parameters.municipality.given.pupils.size();
    scenario.points.push_back(std::move(point));
    if (given > most_given_units)
      return problems.add(
          root,
          fmt::format(
              "the points' units files have more than {} units together (at most that many are handled)",
              most_given_units));
    if (problems.count() > 1000) return; // nobody reads more
  }
}

} // namespace likvard::detail
