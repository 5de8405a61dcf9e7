#include "likvard/io/model_files.hpp"

#include "likvard/core/text.hpp"
#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/io/detail/scenario_models.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/toml_text.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

namespace likvard {
namespace {

using namespace detail;

struct BuiltIn {
  std::string_view name, title, response;
};
constexpr auto built_in =
    std::to_array<BuiltIn>({{"proportional", "In proportion to need", "linear"},
                            {"threshold", "Only above the mean", "threshold"},
                            {"concentration", "Extra where need is concentrated", "concentration"},
                            {"ramp", "A weight that rises", "ramp"},
                            {"power", "Need squared", "power"},
                            {"quadratic", "Quadratic, then linear", "quadratic"},
                            {"bands", "In steps", "bands"},
                            {"label", "The neediest fifth of the units", "label"}});

void add_model(toml::table& root, std::string const& model, std::vector<std::string>& lines) {
  auto const found =
      std::find_if(built_in.begin(), built_in.end(), [&](auto const& b) { return b.name == model; });
  if (found != built_in.end()) {
    auto* list = root.emplace<toml::array>("policy").first->second.as_array();
    list->push_back(
        toml::table{{"name", found->name}, {"title", found->title}, {"response", found->response}});
    return;
  }
  bool const is_file = model.find_first_of("/.") != std::string::npos || std::filesystem::exists(model);
  if (is_file) {
    include_model(root, {}, model, lines);
    return;
  }
  auto const names = built_in_models();
  lines.push_back(fmt::format("--model {}: no such model ({}, or a file of models){}", quotable(model),
                              join_and(names), suggest(model, {names.begin(), names.end()})));
}

/// Shares asked for replace the models' own; a closed pot that has none gets a tenth.
void set_shares(toml::table& root, std::vector<double> const& shares) {
  auto* list = root["policy"].as_array();
  if (!list) return;
  for (auto& node : *list) {
    auto* policy = node.as_table();
    if (!policy) continue;
    if (!shares.empty()) {
      toml::array all;
      for (double share : shares) all.push_back(share);
      policy->insert_or_assign("shares", std::move(all));
    } else if (!policy->contains("shares") && (*policy)["pot"].value_or(std::string("closed")) == "closed") {
      policy->insert_or_assign("shares", toml::array{0.1});
    }
  }
}

} // namespace

std::vector<std::string> built_in_models() {
  std::vector<std::string> names;
  for (auto const& each : built_in) names.emplace_back(each.name);
  return names;
}

ModelSet read_models(std::vector<std::string> const& models, std::vector<double> const& shares,
                     std::vector<std::string> const& settings, Background const& background) {
  toml::table root{{"format", 1}, {"title", "models"}};
  std::vector<std::string> lines;
  for (auto const& model : models) add_model(root, model, lines);
  set_shares(root, shares);
  for (auto& line : apply_settings(root, settings)) lines.push_back(std::move(line));
  Problems problems("models");
  check_tree(root, problems);
  Reader const reader(root, problems);
  ModelSet set;
  set.policies = build_policies(reader);
  Draft draft;
  draft.background = background;
  draft.nameless_group = background.variables.empty(); // its names cannot be judged here
  set.needs = build_needs(reader, draft);
  set.indices.push_back({"", "risk"});
  for (auto const& element : elements(reader, "index"))
    set.indices.push_back({element.text("name"), element.text("of")});
  for (auto const& line : problems.lines()) lines.push_back(line);
  if (!lines.empty()) throw ScenarioError(lines);
  return set;
}

} // namespace likvard
