#include "likvard/io/scenario_file.hpp"

#include "likvard/io/detail/scenario_points.hpp"
#include "likvard/io/file.hpp"
#include "likvard/model/measures.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard {
namespace {

using namespace detail;

toml::table parse(std::string const& text, std::string const& path) {
  try {
    return toml::parse(text);
  } catch (toml::parse_error const& error) {
    auto const& at = error.source().begin;
    throw ScenarioError({fmt::format("{}:{}:{}: {}", path, at.line, at.column, error.description())});
  }
}

/// --set key=value: the value as TOML, or as a bare text where it is none.
void apply_setting(toml::table& root, std::string const& setting) {
  auto const equals = setting.find('=');
  std::string const option = "--set " + setting.substr(0, 100);
  if (equals == std::string::npos || equals == 0) throw ScenarioError({option + " (key=value is wanted)"});
  std::string key = setting.substr(0, equals), value = setting.substr(equals + 1);
  auto const trim = [](std::string& text) {
    text.erase(0, text.find_first_not_of(" \t"));
    text.erase(text.find_last_not_of(" \t") + 1);
  };
  trim(key);
  trim(value);
  toml::table parsed;
  try {
    parsed = toml::parse("value = " + value);
  } catch (toml::parse_error const&) {
    parsed.insert_or_assign("value", value);
  }
  Problems problems(option);
  Slot const slot = find_slot(root, key, {}, problems);
  if (slot.table) {
    toml::node const& node = *parsed.get("value");
    Problems in_value(option);
    check_value(*slot.key, key, node, in_value);
    // The value's own place (line 1 of the option) says nothing to a user.
    if (auto const lines = in_value.lines(); !lines.empty()) {
      auto const& line = lines.front();
      throw ScenarioError({option + line.substr(line.find(": "))});
    }
    slot.table->insert_or_assign(slot.name, node);
  }
  if (!problems.empty()) throw ScenarioError(problems.lines());
}

std::string value_text(Reader const& reader, toml::table& root, std::string const& key, Problems& problems,
                       std::string& unit) {
  Problems quiet("");
  Slot const slot = find_slot(root, key, {}, quiet);
  if (!slot.table) {
    auto const* node = reader.root()["sources"][key].node();
    find_slot(root, key, node ? node->source() : toml::source_region{}, problems);
    return "";
  }
  unit = slot.key->unit == "1" ? "" : std::string(slot.key->unit);
  toml::node const* node = slot.table->get(slot.name);
  toml::table const fallback = default_of(*slot.key);
  if (!node) node = fallback.get("value");
  if (!node) return "default of the stage";
  if (slot.key->kind == KeyKind::uncertain) {
    Prior prior = Fixed{0};
    std::string source;
    return read_prior(*slot.key, key, *node, prior, source, quiet) ? to_text(prior) : show(*node);
  }
  return show(*node);
}

/// What [sources] and the distributions' own `source` say.
void collect_assumptions(toml::table& root, Scenario& scenario, Problems& problems) {
  Reader const reader(root, problems);
  for (Key const& key : scenario_keys()) {
    if (key.kind != KeyKind::uncertain) continue;
    auto const* node = reader.node(key.path);
    if (!node || !node->is_table()) continue;
    Problems quiet("");
    Prior prior = Fixed{0};
    std::string source;
    if (read_prior(key, std::string(key.path), *node, prior, source, quiet))
      scenario.assumptions.push_back(
          {std::string(key.path), to_text(prior), key.unit == "1" ? "" : std::string(key.unit), source});
  }
  auto const* sources = root["sources"].as_table();
  if (!sources) return;
  std::vector<std::pair<std::string, std::string>> entries;
  for (auto const& [name, node] : *sources) {
    if (!node.is_string())
      problems.add(node, fmt::format("sources.\"{}\" = {} (a text is wanted)", name.str(), show(node)));
    else
      entries.emplace_back(std::string(name.str()), *node.value<std::string>());
  }
  for (auto const& [key, source] : entries) {
    if (key == "context" || key == "policy") {
      scenario.assumptions.push_back({key, "", "", source});
      continue;
    }
    std::string unit;
    std::string const value = value_text(reader, root, key, problems, unit);
    auto const known = std::find_if(scenario.assumptions.begin(), scenario.assumptions.end(),
                                    [&](auto const& a) { return a.key == key; });
    if (known == scenario.assumptions.end())
      scenario.assumptions.push_back({key, value, unit, source});
    else
      known->source += (known->source.empty() ? "" : "; ") + source;
  }
}

std::vector<std::string_view> measure_keys() {
  std::vector<std::string_view> keys;
  for (auto const& spec : measure_table()) keys.push_back(spec.key);
  return keys;
}

void check_measure(Reader const& reader, std::string_view path, std::string const& name) {
  auto const keys = measure_keys();
  if (std::find(keys.begin(), keys.end(), name) == keys.end())
    reader.problem(path, fmt::format("{}: '{}' (no such measure; likvard keys measures lists them){}", path,
                                     name.substr(0, 60), suggest(name, keys)));
}

void read_run(Reader const& reader, Scenario& scenario) {
  scenario.title = reader.text("title");
  scenario.question = reader.text("question");
  scenario.claim = reader.text("claim");
  scenario.seed = reader.integer("run.seed");
  scenario.replicates = static_cast<std::uint32_t>(reader.integer("run.replicates"));
  scenario.max_replicates = static_cast<std::uint32_t>(reader.integer("run.max_replicates"));
  scenario.precision = reader.has("run.precision") ? reader.number("run.precision") : 0.0;
  scenario.luck = reader.text("run.luck") == "independent" ? Luck::independent : Luck::common;
  scenario.quantiles = reader.numbers("run.quantiles");
  if (std::adjacent_find(scenario.quantiles.begin(), scenario.quantiles.end(), std::greater_equal<>()) !=
      scenario.quantiles.end())
    reader.problem("run.quantiles", "run.quantiles (must increase)");
  scenario.measures = reader.texts("run.measures");
  for (auto const& name : scenario.measures) check_measure(reader, "run.measures", name);
  scenario.answer = {reader.text("answer.measure"), reader.text("answer.policy"),
                     reader.number("answer.share")};
  check_measure(reader, "answer.measure", scenario.answer.measure);
  if (!scenario.measures.empty() && std::find(scenario.measures.begin(), scenario.measures.end(),
                                              scenario.answer.measure) == scenario.measures.end())
    scenario.measures.push_back(scenario.answer.measure);
}

void check_answer_policy(Reader const& reader, Scenario& scenario) {
  std::vector<std::string_view> names;
  for (auto const& policy : scenario.policies)
    if (policy.name != "per_head") names.push_back(policy.name);
  auto& wanted = scenario.answer.policy;
  if (wanted.empty() && !names.empty()) wanted = names.front();
  if (!names.empty() && std::find(names.begin(), names.end(), wanted) == names.end())
    reader.problem("answer.policy", fmt::format("answer.policy = '{}' (there is no such policy){}",
                                                wanted.substr(0, 60), suggest(wanted, names)));
}

} // namespace

Scenario parse_scenario(std::string const& text, std::string const& path,
                        std::vector<std::string> const& settings) {
  toml::table root = parse(text, path);
  for (auto const& setting : settings) apply_setting(root, setting);
  Scenario scenario;
  scenario.path = path;
  scenario.text = text;
  for (auto const& setting : settings) scenario.text += "\n# --set " + setting;

  Problems problems(path);
  check_tree(root, problems);
  Reader const reader(root, problems);
  read_run(reader, scenario);
  scenario.policies = build_policies(reader);
  check_answer_policy(reader, scenario);
  build_points(root, std::filesystem::path(path).parent_path(), scenario, problems);
  collect_assumptions(root, scenario, problems);
  if (auto const file = reader.text("municipality.units_file"); !file.empty())
    scenario.data_files.push_back(file);
  constexpr double most_numbers = 2e8;
  if (static_cast<double>(scenario.points.size()) * static_cast<double>(scenario.policies.size()) *
          static_cast<double>(measure_count) >
      most_numbers)
    problems.add(root,
                 fmt::format("points x policies x measures (at most {:g} numbers are handled in one result)",
                             most_numbers));
  if (!problems.empty()) throw ScenarioError(problems.lines());
  return scenario;
}

Scenario read_scenario(std::filesystem::path const& path, std::vector<std::string> const& settings) {
  return parse_scenario(read_file(path), path.string(), settings);
}

} // namespace likvard
