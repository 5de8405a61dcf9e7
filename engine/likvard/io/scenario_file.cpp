#include "likvard/io/scenario_file.hpp"

#include "likvard/io/detail/counts.hpp"
#include "likvard/io/detail/scenario_compare.hpp"
#include "likvard/io/detail/scenario_inputs.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/scenario_points.hpp"
#include "likvard/io/detail/scenario_whole.hpp"
#include "likvard/io/detail/toml_text.hpp"
#include "likvard/io/file.hpp"
#include "likvard/model/measures.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <set>

namespace likvard {
namespace {

using namespace detail;

void read_measures(Reader const& reader, Scenario& scenario) {
  auto& measures = scenario.measures = reader.texts("run.measures");
  std::set<std::string> seen;
  for (auto const& name : measures) {
    check_measure(reader, "run.measures", name);
    if (!seen.insert(name).second)
      reader.problem("run.measures", fmt::format("run.measures names '{}' twice", quotable(name)));
  }
  auto const& answer = scenario.answer.measure = reader.text("answer.measure");
  check_measure(reader, "answer.measure", answer);
  if (!measures.empty() && !seen.contains(answer))
    measures.push_back(answer); // the page cannot do without it
  for (auto const& wanted : scenario.precision = read_precision(reader, answer))
    if (!measures.empty() && std::find(measures.begin(), measures.end(), wanted.measure) == measures.end())
      measures.push_back(wanted.measure); // nor the run without these
}

void read_run(Reader const& reader, Scenario& scenario) {
  constexpr std::uint64_t block = 64;
  constexpr std::size_t most_quantiles = 99;
  scenario.title = reader.text("title");
  scenario.question = reader.text("question");
  scenario.claim = reader.text("claim");
  scenario.seed = reader.integer("run.seed");
  scenario.replicates =
      static_cast<std::uint32_t>((reader.integer("run.replicates") + block - 1) / block * block);
  scenario.max_replicates = static_cast<std::uint32_t>(reader.integer("run.max_replicates"));
  scenario.luck = reader.text("run.luck") == "independent" ? Luck::independent : Luck::common;
  auto const draws = reader.text("run.draws");
  scenario.draws = draws == "latin"         ? ParameterDraws::latin
                   : draws == "independent" ? ParameterDraws::independent
                                            : ParameterDraws::sobol;
  auto const& quantiles = scenario.quantiles = reader.numbers("run.quantiles");
  if (quantiles.size() > most_quantiles)
    reader.problem("run.quantiles", fmt::format("run.quantiles has {} numbers (at most {} are handled)",
                                                quantiles.size(), most_quantiles));
  else if (std::adjacent_find(quantiles.begin(), quantiles.end(), std::greater_equal<>()) != quantiles.end())
    reader.problem("run.quantiles", "run.quantiles (must increase)");
  read_measures(reader, scenario);
}

void read_power(Reader const& reader, Scenario& scenario) {
  constexpr std::size_t most_pools = 20;
  PowerQuestion& power = scenario.power;
  scenario.with_power = reader.root().contains("power");
  power.effect = reader.number("power.effect");
  power.years = static_cast<std::uint32_t>(reader.integer("power.years"));
  power.years_before = static_cast<std::uint32_t>(reader.integer("power.years_before"));
  power.level = reader.number("power.level");
  power.wanted = reader.number("power.wanted");
  auto const pooled = reader.numbers("power.pooled");
  std::uint32_t const most = scenario.replicates / 2;
  if (pooled.empty() || pooled.size() > most_pools ||
      std::adjacent_find(pooled.begin(), pooled.end(), std::greater_equal<>()) != pooled.end())
    reader.problem("power.pooled", fmt::format("power.pooled ({} numbers; 1 to {} that increase are wanted)",
                                               pooled.size(), most_pools));
  else if (scenario.with_power && pooled.back() > most)
    reader.problem(
        "power.pooled",
        fmt::format("power.pooled has {:g} (of {} replicates at least two pools are wanted: at most {})",
                    pooled.back(), scenario.replicates, scenario.replicates / 2));
  power.pooled.resize(pooled.size());
  std::transform(pooled.begin(), pooled.end(), power.pooled.begin(), detail::count_of);
}

void read_answer(Reader const& reader, Scenario& scenario) {
  std::vector<std::string_view> names;
  for (auto const& policy : scenario.policies)
    if (policy.name != "per_head") names.push_back(policy.name);
  scenario.answer.share = reader.number("answer.share");
  scenario.answer.post_sek = reader.number("answer.cost_per_post");
  auto& wanted = scenario.answer.policy = reader.text("answer.policy");
  if (wanted.empty()) {
    if (!names.empty()) wanted = names.front();
    return;
  }
  // A policy without a name or a share has been reported: it may be the one that is meant.
  auto const declared = elements(reader, "policy");
  bool const sound = std::all_of(declared.begin(), declared.end(), [](auto const& p) {
    return is_name(p.text("name")) && p.right("shares") && !p.numbers("shares").empty();
  });
  if (sound && std::find(names.begin(), names.end(), wanted) == names.end())
    reader.problem("answer.policy", fmt::format("answer.policy = '{}' (there is no such policy){}",
                                                quotable(wanted), suggest(wanted, names)));
}

} // namespace

Scenario parse_scenario(std::string const& text, std::string const& path,
                        std::vector<std::string> const& settings) {
  auto [root, models, lines] = whole_tree(text, path, settings);
  auto const folder = std::filesystem::path(path).parent_path();
  Scenario scenario;
  scenario.path = path;
  scenario.text = text;
  for (auto const& model : models) scenario.text += fmt::format("\n# {}:\n{}", model.name, model.text);
  for (auto const& setting : settings) scenario.text += "\n# --set " + setting;

  Problems problems(path);
  check_tree(root, problems);
  Reader const reader(root, problems);
  read_run(reader, scenario);
  scenario.policies = build_policies(reader);
  read_answer(reader, scenario);
  read_power(reader, scenario);
  read_compare(reader, scenario);
  scenario.years = static_cast<std::uint32_t>(reader.integer("years.count"));
  UnitFiles files(folder);
  build_points(root, files, scenario, problems);
  collect_assumptions(root, scenario, problems);
  scenario.data_files = files.names();
  for (auto const& model : models) scenario.data_files.push_back(model.name);
  for (auto const& line : problems.lines()) lines.push_back(line);
  if (!lines.empty()) throw ScenarioError(lines);
  each_value(root, "", [&](std::string const& key, std::string const& value) {
    scenario.inputs.edit().emplace_back(key, value);
  });
  for (auto const& name : files.names())
    scenario.inputs.edit().emplace_back("file " + name, files.hash(name));
  return scenario;
}

Scenario read_scenario(std::filesystem::path const& path, std::vector<std::string> const& settings) {
  return parse_scenario(read_file(path, most_scenario_bytes), path.string(), settings);
}

} // namespace likvard
