#include "likvard/io/detail/scenario_compare.hpp"

#include "likvard/model/measures.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

Better direction_of(std::string_view name) {
  auto const table = measure_table();
  auto const found =
      std::find_if(table.begin(), table.end(), [&](auto const& spec) { return spec.key == name; });
  return found == table.end() ? Better::lower : found->better; // an unknown one has been reported
}

void check_policies(Reader const& reader, Scenario const& scenario) {
  std::vector<std::string_view> names;
  for (auto const& policy : scenario.policies) names.push_back(policy.name);
  auto const declared = elements(reader, "policy");
  bool const sound = std::all_of(declared.begin(), declared.end(), [](auto const& p) {
    return is_name(p.text("name")) && p.right("shares") && !p.numbers("shares").empty();
  });
  if (!sound) return; // a policy without a name or a share has been reported: it may be the one that is meant
  for (auto const& name : scenario.compare.policies)
    if (std::find(names.begin(), names.end(), name) == names.end())
      reader.problem("compare.policies", fmt::format("compare.policies has '{}' (there is no such policy){}",
                                                     quotable(name), suggest(name, names)));
  for (double share : scenario.compare.shares)
    if (std::none_of(scenario.policies.begin(), scenario.policies.end(),
                     [&](Policy const& p) { return std::abs(p.share - share) < 1e-9; }))
      reader.problem("compare.shares",
                     fmt::format("compare.shares has {:g} (no policy has that share)", share));
}

} // namespace

void check_measure(Reader const& reader, std::string_view path, std::string const& name) {
  for (std::size_t k = 0; k < measure_count; ++k)
    if (measure_table()[k].key == name && is_over_years(static_cast<Measure>(k)) &&
        reader.integer("years.count") < 2)
      reader.problem(path, fmt::format("{}: '{}' (is of several years: years.count of 2 at least is wanted)",
                                       path, name));
  std::vector<std::string_view> keys;
  for (auto const& spec : measure_table()) keys.push_back(spec.key);
  if (std::find(keys.begin(), keys.end(), name) == keys.end())
    reader.problem(path, fmt::format("{}: '{}' (no such measure; likvard keys measures lists them){}", path,
                                     quotable(name), suggest(name, keys)));
}

std::vector<Precision> read_precision(Reader const& reader, std::string const& answer_measure) {
  toml::node const* node = reader.node("run.precision");
  if (!node || !reader.right("run.precision")) return {};
  auto const* table = node->as_table();
  if (!table) return {{answer_measure, node->value<double>().value_or(0)}};
  std::vector<Precision> out;
  for (auto const& [name, value] : *table) {
    check_measure(reader, "run.precision", std::string(name.str()));
    out.push_back({std::string(name.str()), value.value<double>().value_or(0)});
  }
  if (out.empty())
    reader.problem("run.precision", "run.precision is empty ({ measure = number } is wanted, or a number)");
  return out;
}

void read_compare(Reader const& reader, Scenario& scenario) {
  auto& question = scenario.compare;
  scenario.with_compare = reader.root().contains("compare");
  question.measure = reader.text("compare.measure");
  question.policies = reader.texts("compare.policies");
  question.shares = reader.numbers("compare.shares");
  question.method = reader.text("compare.method");
  question.delta = reader.has("compare.delta") ? reader.number("compare.delta") : 0.0;
  question.confidence = reader.number("compare.confidence");
  question.first = static_cast<std::uint32_t>(reader.integer("compare.first"));
  question.budget = reader.integer("compare.budget");
  question.pareto = reader.texts("compare.pareto");
  if (!scenario.with_compare) return;
  std::string const& measure = question.measure.empty() ? scenario.answer.measure : question.measure;
  if (!question.measure.empty()) check_measure(reader, "compare.measure", question.measure);
  if (direction_of(measure) == Better::none)
    reader.problem("compare.measure",
                   fmt::format("compare.measure: '{}' (neither higher nor lower is better: choose another)",
                               quotable(measure)));
  for (auto const& name : question.pareto) check_measure(reader, "compare.pareto", name);
  check_policies(reader, scenario);
  if (scenario.policies.size() < 2)
    reader.problem("compare", "compare (needs a [[policy]] besides per head)");
}

} // namespace likvard::detail
