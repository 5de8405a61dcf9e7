#include "likvard/io/verdict_file.hpp"

#include "likvard/io/detail/scenario_base.hpp"
#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/scenario_tree.hpp"
#include "likvard/io/detail/toml_text.hpp"
#include "likvard/io/file.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard {
namespace {

using namespace detail;

PlaceFilter read_filter(ElementReader const& element, std::string_view name, Scenario const& scenario) {
  PlaceFilter out;
  auto const* table = element.table()[name].as_table();
  if (!table) return out;
  for (auto const& [axis, node] : *table) {
    auto& levels = out[std::string(axis.str())];
    if (auto const* list = node.as_array())
      for (auto const& item : *list) levels.push_back(item.value_or(std::string()));
    else
      levels.push_back(node.value_or(std::string()));
    auto const known = std::find_if(scenario.levels.begin(), scenario.levels.end(),
                                    [&](auto const& l) { return l.first == axis.str(); });
    if (known == scenario.levels.end()) {
      element.problem(name, fmt::format("verdict.{}.{} (there is no axis '{}')", element.text("name"), name,
                                        quotable(axis.str())));
      continue;
    }
    std::vector<std::string_view> const names(known->second.begin(), known->second.end());
    for (auto const& level : levels)
      if (std::find(names.begin(), names.end(), level) == names.end())
        element.problem(name,
                        fmt::format("verdict.{}.{}.{} = '{}' (no point has it){}", element.text("name"), name,
                                    quotable(axis.str()), quotable(level), suggest(level, names)));
  }
  return out;
}

VerdictKind verdict_kind(std::string const& text) {
  if (text == "shares") return VerdictKind::shares;
  if (text == "adoption") return VerdictKind::adoption;
  if (text == "power") return VerdictKind::power;
  if (text == "decomposition") return VerdictKind::decomposition;
  return text == "information" ? VerdictKind::information : VerdictKind::difference;
}

void check_policy(ElementReader const& element, std::string_view key, std::string const& policy,
                  Scenario const& scenario) {
  std::vector<std::string_view> names;
  for (auto const& p : scenario.policies) names.push_back(p.name);
  if (!policy.empty() && std::find(names.begin(), names.end(), policy) == names.end())
    element.problem(key, fmt::format("verdict.{}.{} = '{}' (there is no such policy){}", element.text("name"),
                                     key, quotable(policy), suggest(policy, names)));
}

VerdictQuestion read_verdict(ElementReader const& element, Scenario const& scenario) {
  VerdictQuestion q;
  q.name = element.text("name");
  q.title = element.text("title");
  q.says = element.text("says");
  q.kind = verdict_kind(element.text("kind"));
  q.measure = element.text("measure").empty() ? scenario.answer.measure : element.text("measure");
  auto const measures = measure_table();
  if (std::none_of(measures.begin(), measures.end(), [&](auto const& m) { return m.key == q.measure; }))
    element.problem("measure",
                    fmt::format("verdict.{}.measure = '{}' (there is no such measure: likvard keys measures)",
                                q.name, quotable(q.measure)));
  q.policy = element.text("policy").empty() ? scenario.answer.policy : element.text("policy");
  check_policy(element, "policy", q.policy, scenario);
  q.share = element.number("share");
  q.reference = element.text("reference");
  check_policy(element, "reference", q.reference, scenario);
  q.reference_share = element.number("reference_share");
  q.at = read_filter(element, "at", scenario);
  q.against = read_filter(element, "against", scenario);
  q.has_against = element.has("against");
  q.expect = element.text("expect") == "below"   ? Expectation::below
             : element.text("expect") == "equal" ? Expectation::equal
                                                 : Expectation::above;
  q.matters = element.number("matters");
  q.per_krona = element.text("per_krona") == "yes";
  q.ideal = element.number("ideal");
  q.axis = element.text("axis");
  q.grant = element.number("grant");
  q.why = element.text("why");
  if (element.has("also")) q.also = element.number("also");
  for (auto const& [key, prior] :
       {std::pair{"crowd_out", &q.crowd_out}, {"crowd_out_model", &q.crowd_out_model}})
    if (auto const* node = element.table().get(key)) {
      std::string source;
      read_prior(*find_key(std::string("verdict[].") + key), fmt::format("verdict.{}.{}", q.name, key), *node,
                 *prior, source, element.problems());
    }
  if (auto const* observed = element.table()["observed"].as_table())
    for (auto const& [levels, share] : *observed)
      q.observed.emplace_back(std::string(levels.str()), share.value_or(0.0));
  return q;
}

} // namespace

std::vector<VerdictQuestion> read_verdicts(Scenario const& scenario,
                                           std::vector<std::string> const& settings) {
  toml::table root = parse_toml(read_file(scenario.path, most_scenario_bytes), scenario.path);
  include_base(root, std::filesystem::path(scenario.path).parent_path());
  apply_settings(root, settings); // what is wrong in them was said when the scenario was read
  Problems problems(scenario.path);
  Reader const reader(root, problems);
  std::vector<VerdictQuestion> out;
  for (auto const& element : elements(reader, "verdict")) out.push_back(read_verdict(element, scenario));
  if (!problems.empty()) throw ScenarioError(problems.lines());
  return out;
}

} // namespace likvard
