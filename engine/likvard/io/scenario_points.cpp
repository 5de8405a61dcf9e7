#include "likvard/io/detail/scenario_points.hpp"
#include "likvard/io/detail/scenario_inputs.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/scenario_point_rows.hpp"
#include "likvard/io/hash.hpp"
#include "likvard/model/measures.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace likvard::detail {
namespace {

constexpr std::size_t most_points = 100'000;
constexpr double most_numbers = 2e8;
constexpr std::size_t most_given_units = 10'000'000; ///< units of all points with a units file together

struct Context {
  std::string name;
  std::map<std::string, std::string> at;
  double municipalities = 0;
  std::vector<Override> overrides;
  std::optional<PointRow> row; ///< of a table, which has further ones
  toml::source_region place{};
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
                               quotable(context.name), quotable(name), longest));
    else if (!text || text->get().empty() || text->get().size() > longest)
      problems.add(*level, fmt::format("context.{}.at.{} = {} (a text of 1 to {} bytes is wanted)",
                                       quotable(context.name), quotable(name), show(*level), longest));
    else {
      context.at[name] = text->get();
      axes.note(name, text->get());
    }
  }
}

std::vector<Context> read_contexts(Reader const& reader, Scenario& scenario, Axes& axes) {
  std::vector<Context> contexts;
  std::set<std::string> names;
  for (auto const& element : elements(reader, "context")) {
    Context context;
    context.name = element.text("name");
    context.municipalities = element.number("municipalities");
    context.place = element.table().source();
    if (!names.insert(context.name).second)
      element.problem("name", "(this name is taken by an earlier context)");
    read_place(element, context, axes, reader.problems());
    if (auto const* set = element.table()["set"].as_table())
      for (auto const& [key, place, value] : entries_of(*set)) {
        if (!is_common(key))
          context.overrides.push_back({key, value->source(), value});
        else
          reader.problems().add(
              place, fmt::format("context.{}.set: {} (is common to all points: set it in its own section)",
                                 quotable(context.name), quotable(key)));
      }
    contexts.push_back(std::move(context));
  }
  for (auto& row : point_rows(reader, scenario, is_common)) {
    Context context;
    context.name = std::move(row.name);
    context.municipalities = 1;
    for (auto& [axis, level] : row.at) {
      axes.note(axis, level);
      context.at[axis] = std::move(level);
    }
    context.place = row.place;
    if (!names.insert(context.name).second)
      reader.problems().add(row.place, fmt::format("points: the name '{}' is taken by an earlier point",
                                                   quotable(context.name)));
    context.row = std::move(row);
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

/// A key that every context is varied by.
struct Varied {
  Entry entry;
  std::vector<std::pair<std::string, toml::node const*>> values; ///< each with its level's name
};

/// Does the context set the key, or have an axis of its name?
bool has_own(Context const& context, std::string const& key) {
  auto const sets = [&](auto const& o) { return o.key == key; };
  return context.at.contains(key) || std::any_of(context.overrides.begin(), context.overrides.end(), sets) ||
         (context.row && context.row->sets(key));
}

/// What [design.vary] varies: points are every context at every combination, the first key slowest.
std::vector<Varied> read_varied(Reader const& reader, std::vector<Context> const& contexts, Axes& axes) {
  std::vector<Varied> out;
  auto const* grid = reader.root()["design"]["vary"].as_table();
  if (!grid) return out;
  std::size_t points = contexts.size();
  for (auto const& entry : entries_of(*grid)) {
    auto values = values_of(entry, points, reader.problems());
    if (values.empty()) continue;
    points *= values.size();
    for (auto const& [level, value] : values) axes.note(entry.key, level);
    bool const own = std::any_of(contexts.begin(), contexts.end(),
                                 [&](Context const& c) { return has_own(c, entry.key); });
    bool const twice =
        std::any_of(out.begin(), out.end(), [&](Varied const& v) { return v.entry.key == entry.key; });
    if (own || twice)
      reader.problems().add(
          entry.place, fmt::format("design.vary: {} (a context has its own value for it: which is meant?)",
                                   quotable(entry.key)));
    out.push_back({entry, std::move(values)});
  }
  return out;
}

/// The context with the n-th combination of the varied keys.
Context combined(Context context, std::vector<Varied> const& varied, std::size_t n) {
  std::size_t each = 1; // combinations of the keys after this one
  for (auto const& v : varied) each *= v.values.size();
  for (auto const& v : varied) {
    each /= v.values.size();
    auto const& [level, value] = v.values[n / each % v.values.size()];
    context.name += fmt::format("{}{} = {}", context.name.empty() ? "" : ", ", v.entry.key, level);
    context.at[v.entry.key] = level;
    context.overrides.push_back({v.entry.key, value->source(), value});
    if (context.place.begin.line == 0) context.place = value->source();
  }
  return context;
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
std::string fingerprint_of(std::string const& base, std::vector<Override> const& own,
                           std::string const& data) {
  Hasher hasher;
  hasher.add(base);
  for (auto const& one : own) hasher.add(one.key + '=' + value_text(*one.value) + '\n');
  hasher.add(data);
  return hasher.text();
}

} // namespace

void build_points(toml::table& root, UnitFiles& files, Scenario& scenario, Problems& problems) {
  Reader const reader(root, problems);
  Axes axes(scenario);
  // Overrides refer to nodes of the tree's contexts, which no override may change: they stay valid
  // throughout. A point's are made when its turn comes: of many points those of all would take the most room.
  auto contexts = read_contexts(reader, scenario, axes);
  auto const varied = read_varied(reader, contexts, axes);
  std::size_t combinations = 1;
  for (auto const& v : varied) combinations *= v.values.size();
  std::size_t const count = contexts.size() * combinations;
  double const numbers = static_cast<double>(count) * static_cast<double>(scenario.policies.size()) *
                         static_cast<double>(measure_count) *
                         static_cast<double>(reader.integer("years.count"));
  if (numbers > most_numbers)
    return problems.add(root,
                        fmt::format("{} points x {} policies x {} measures are {:.0f} numbers (at most "
                                    "{:.0f} are handled in one result)",
                                    count, scenario.policies.size(), measure_count, numbers, most_numbers));
  std::size_t given = 0;
  std::string const base = base_fingerprint(root);
  ParameterPacker packer;
  for (std::size_t i = 0; i < count; ++i) {
    Context& from = contexts[i / combinations];
    bool const is_last = i % combinations == combinations - 1; // it is not needed any more
    Context context = combined(is_last ? std::move(from) : Context(from), varied, i % combinations);
    toml::table values;
    if (context.row) {
      auto own = context.row->overrides(values);
      context.overrides.insert(context.overrides.begin(), own.begin(), own.end());
    }
    if (!context.name.empty())
      problems.begin_point(context.name, context.place);
    else if (context.name = quotable(reader.text("municipality.name"), 200); context.name.empty())
      context.name = "the municipality";
    Point point{std::move(context.name), std::move(context.at), context.municipalities, {}, {}};
    {
      Applied const applied(root, context.overrides, problems);
      Parameters const parameters = build_parameters(reader, files);
      given += parameters.municipality.given.pupils.size();
      point.parameters = packer.pack(parameters);
      std::string const data = reader.text("municipality.units_file");
      point.fingerprint = fingerprint_of(base, context.overrides, files.known(data) ? files.hash(data) : "");
    }
    problems.end_point();
    scenario.points.push_back(point);
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
