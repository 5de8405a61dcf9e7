#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/scenario_points.hpp"
#include "likvard/model/defaults.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

std::string unit_text(Key const& key) {
  return key.unit == "1" ? "" : std::string(key.unit);
}

/// The outcome's distributions, written in the file or the table's own.
void add_uncertain(Reader const& reader, Stage stage, std::vector<Assumption>& out) {
  for (Key const& key : scenario_keys()) {
    if (key.kind != KeyKind::uncertain) continue;
    auto const* node = reader.node(key.path);
    Prior prior = key.path == "outcome.carry" ? stage_carry(stage) : reader.prior(key.path);
    std::string source(key.source);
    Problems quiet("");
    if (node) {
      source.clear();
      if (!read_prior(key, "", *node, prior, source, quiet)) continue; // reported already
    }
    // A fixed number is one only where the file justifies it.
    if (!is_fixed(prior) || (node && !source.empty()))
      out.push_back({std::string(key.path), to_text(prior), unit_text(key), source});
  }
}

/// The default variables, where the file declares none.
void add_background(Reader const& reader, Stage stage, std::vector<Assumption>& out) {
  if (!elements(reader, "variable").empty()) return;
  for (auto const& variable : stage_background(stage).variables) {
    std::string shares, log_odds;
    for (std::size_t i = 0; i < variable.levels.size(); ++i) {
      shares += fmt::format("{}{} {:g}", i == 0 ? "" : ", ", variable.levels[i], variable.shares[i]);
      log_odds += fmt::format("{}{:g}", i == 0 ? "" : ", ", variable.log_odds[i]);
    }
    out.push_back({"variable." + variable.name,
                   fmt::format("{}; log-odds {}; loading {:g}", shares, log_odds, variable.loading), "",
                   std::string(default_variable_source(variable.name))});
  }
}

std::string value_text(Reader const& reader, Slot const& slot, std::string const& key, Stage stage) {
  toml::node const* node = slot.table ? slot.table->get(slot.name) : nullptr;
  if (!node && key == "municipality.budget_per_pupil") return fmt::format("{:g}", stage_budget_sek(stage));
  if (!node && key == "outcome.carry") return to_text(stage_carry(stage));
  if (slot.key->kind == KeyKind::uncertain) return to_text(reader.prior(key));
  if (!node) node = default_node(*slot.key);
  if (!node) return "";
  auto const* text = node->as_string();
  return text ? quotable(text->get(), 200) : show(*node);
}

} // namespace

namespace {

/// What a post costs, where the file leaves it to the table: the page says where the number is from.
void add_cost_of_post(Reader const& reader, std::vector<Assumption>& out) {
  constexpr std::string_view path = "answer.cost_per_post";
  auto const same = [&](auto const& a) { return a.key == path; };
  if (reader.has(path) || std::any_of(out.begin(), out.end(), same)) return;
  for (Key const& key : scenario_keys())
    if (key.path == path)
      out.push_back({std::string(path), show(*default_node(key)), unit_text(key), std::string(key.source)});
}

} // namespace

void collect_assumptions(toml::table& root, Scenario& scenario, Problems& problems) {
  Reader const reader(root, problems);
  Stage const stage = reader.text("municipality.stage") == "forskola" ? Stage::forskola : Stage::grundskola;
  auto& out = scenario.assumptions;
  add_uncertain(reader, stage, out);
  add_background(reader, stage, out);
  auto const* sources = root["sources"].as_table();
  if (!sources) {
    add_cost_of_post(reader, out);
    return;
  }
  constexpr std::size_t longest = 10'000;
  for (auto const& [key, place, node] : entries_of(*sources)) {
    auto const* text = node->as_string();
    if (!text || text->get().empty() || text->get().size() > longest) {
      problems.add(*node, fmt::format("sources.{} = {} (a text is wanted: 1 to {} bytes)", quotable(key),
                                      show(*node), longest));
      continue;
    }
    std::string const& source = text->get();
    if (key == "context" || key == "policy") {
      out.push_back({key, "", "", source});
      continue;
    }
    Slot const slot = find_slot(root, key, node->source(), problems);
    if (!slot.key) continue;
    auto const known = std::find_if(out.begin(), out.end(), [&](auto const& a) { return a.key == key; });
    if (known == out.end())
      out.push_back({key, value_text(reader, slot, key, stage), unit_text(*slot.key), source});
    else if (reader.has(key))
      known->source += (known->source.empty() ? "" : "; ") + source;
    else
      known->source = source; // the file's own words for a default
  }
  add_cost_of_post(reader, out);
}

} // namespace likvard::detail
