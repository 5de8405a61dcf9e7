#include "commands.hpp"
#include "result_table.hpp"
#include "shell.hpp"

#include "likvard/analysis/draws_worth.hpp"
#include "likvard/analysis/json_number.hpp"
#include "likvard/core/provenance.hpp"
#include "likvard/core/text.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/replay.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard::cli {
namespace {

/// The --set of the run: the last lines of the scenario as run.
std::vector<std::string> settings_of(std::string const& text) {
  constexpr std::string_view mark = "\n# --set ";
  std::vector<std::string> settings;
  for (std::size_t end = text.size();;) {
    std::size_t const at = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
    if (at == std::string::npos || text.compare(at, mark.size(), mark) != 0) break;
    settings.push_back(text.substr(at + mark.size(), end - at - mark.size()));
    end = at;
  }
  std::reverse(settings.begin(), settings.end());
  return settings;
}

/// The scenario of a result, if it can still be had: with data files and models as they are now.
struct Again {
  std::optional<Scenario> scenario;
  std::string why_not;
};
Again scenario_again(Result const& r, std::string const& path, std::vector<std::string> const& settings) {
  Again again;
  try {
    Scenario scenario = read_scenario(path, settings);
    bool const same = scenario.text == r.scenario_text && scenario.seed == r.seed &&
                      scenario.points.size() == r.points.size() &&
                      scenario.policies.size() == r.policy_name.size();
    if (same)
      again.scenario = std::move(scenario);
    else
      again.why_not = fmt::format("{} is not as it was when this was run", path);
  } catch (ScenarioError const& error) {
    again.why_not = error.problems().front();
  } catch (FileError const& error) {
    again.why_not = fmt::format("{} (--scenario names it elsewhere)", error.what());
  }
  return again;
}

std::size_t measure_index(std::string const& key) {
  auto const table = measure_table();
  auto const found =
      std::find_if(table.begin(), table.end(), [&](MeasureSpec const& spec) { return spec.key == key; });
  if (found == table.end())
    throw ScenarioError(
        {fmt::format("this program has no measure '{}': the result is of another version", key)});
  return static_cast<std::size_t>(found - table.begin());
}

struct Chosen {
  std::size_t point, policy, measure;
};

std::string run_command(std::string const& path, std::vector<std::string> const& settings) {
  std::string text = "likvard run " + pasteable_word(path);
  for (auto const& setting : settings) text += " --set " + pasteable_word(setting);
  return text;
}

nlohmann::json inputs_json(Result const& r, Chosen chosen) {
  auto const& point = r.points[chosen.point];
  auto const& municipality = point.parameters;
  auto assumptions = nlohmann::json::array();
  for (auto const& a : r.assumptions)
    assumptions.push_back({{"key", a.key}, {"value", a.value}, {"unit", a.unit}, {"source", a.source}});
  return {{"point",
           {{"number", chosen.point},
            {"name", point.name},
            {"at", point.at},
            {"pupils", municipality.pupils},
            {"units", municipality.units},
            {"budget_per_pupil_sek", municipality.budget_per_pupil_sek}}},
          {"policy",
           {{"name", r.policy_name[chosen.policy]},
            {"title", r.policy_title[chosen.policy]},
            {"share", r.policy_share[chosen.policy]}}},
          {"seed", r.seed},
          {"assumptions", assumptions},
          {"program",
           {{"version", r.provenance.version},
            {"compiler", r.provenance.compiler},
            {"machine", r.provenance.isa},
            {"finished_utc", r.provenance.finished_utc}}}};
}

/// Does what was made again agree with what the result holds? Sums are taken in another order: to 1e-12.
bool agrees(double again, double stored, double spread) {
  return std::abs(again - stored) <= 1e-12 * (std::abs(stored) + spread) ||
         (std::isnan(again) && std::isnan(stored));
}

double mean_of(std::vector<double> const& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Of the paired difference: V/(n se²); NaN where it does not vary or blocks are too few.
double worth_of_draws(Result const& r, Chosen chosen) {
  std::size_t const i = r.index(chosen.point, chosen.policy, chosen.measure);
  if (!(r.difference_standard_error[i] > 0) || r.degrees_of_freedom[chosen.point] < 8) return std::nan("");
  return draws_worth(r, chosen.point, chosen.policy, chosen.measure);
}

void print_number(Result const& r, Chosen chosen) {
  std::size_t const i = r.index(chosen.point, chosen.policy, chosen.measure);
  auto const& measure = r.measures[chosen.measure];
  double const df = r.degrees_of_freedom[chosen.point];
  double const half = half_width(r.standard_error[i], df),
               dhalf = half_width(r.difference_standard_error[i], df);
  out(one_line(fmt::format("{}, policy {} at {:g} %, point {} ({})", measure.key,
                           r.policy_name[chosen.policy], 100 * r.policy_share[chosen.policy], chosen.point,
                           r.points[chosen.point].name)));
  out(one_line(fmt::format("  {} [{}]: {}", measure.title, measure.unit, measure.description)));
  out(fmt::format(
      "  value       {} ± {}   mean of {} replicates, standard error {:.3g} from {:g} independent blocks of "
      "{}",
      rounded(r.mean[i], half), rounded(half, half), r.replicates[chosen.point], r.standard_error[i], df + 1,
      block_size));
  if (chosen.policy > 0)
    out(fmt::format("  difference  {} ± {}   to {} in the same replicates, standard error {:.3g}",
                    rounded(r.difference[i], dhalf), rounded(dhalf, dhalf), r.policy_name.front(),
                    r.difference_standard_error[i]));
  if (double const worth = worth_of_draws(r, chosen); chosen.policy > 0 && std::isfinite(worth))
    out(fmt::format(
        "              its draws are worth {:.2g} ± {:.0f} % times as many independent replicates", worth,
        196 * std::sqrt(2 / df)));
  out(fmt::format(
      "  spread      {:.4g}   standard deviation over replicates: uncertain assumptions and chance",
      std::sqrt(r.variance[i])));
}

void print_inputs(Result const& r, Chosen chosen) {
  auto const& point = r.points[chosen.point];
  auto const& municipality = point.parameters;
  out("\nIt comes from");
  out(one_line(fmt::format("  scenario    {}, seed {}", r.scenario_path, r.seed)));
  out(fmt::format("  point       {} pupils in {} units, {:g} SEK a pupil", municipality.pupils,
                  municipality.units, municipality.budget_per_pupil_sek));
  for (auto const& [axis, level] : point.at) out(one_line(fmt::format("              {} = {}", axis, level)));
  out(one_line(fmt::format("  policy      {}", r.policy_title[chosen.policy])));
  for (auto const& a : r.assumptions)
    out(one_line(fmt::format("  assumption  {} = {}{}: {}", a.key, a.value,
                             a.unit.empty() ? "" : fmt::format(" [{}]", a.unit), a.source)));
  out(one_line(fmt::format("  program     likvard {}, {}, {}; {}", r.provenance.version,
                           r.provenance.compiler, r.provenance.isa, r.provenance.finished_utc)));
}

/// The replicates, from the least to the largest, and whether they have the result's mean.
nlohmann::json replicates_json(Result const& r, Chosen chosen, Replay const& replicates, bool all) {
  std::size_t const i = r.index(chosen.point, chosen.policy, chosen.measure);
  auto rows = nlohmann::json::array();
  for (std::size_t k = 0; k < replicates.replicate.size(); ++k)
    rows.push_back({{"replicate", replicates.replicate[k]},
                    {"value", json_number(replicates.value[k])},
                    {"difference", json_number(replicates.difference[k])}});
  nlohmann::json out{{"made_again", rows}, {"all", all}};
  if (all)
    out["agrees"] =
        agrees(mean_of(replicates.value), r.mean[i], std::sqrt(r.variance[i])) &&
        agrees(mean_of(replicates.difference), r.difference[i], std::sqrt(r.difference_variance[i]));
  return out;
}

void print_replicates(Result const& r, Chosen chosen, Replay const& replicates, bool all,
                      std::string const& command) {
  std::size_t const i = r.index(chosen.point, chosen.policy, chosen.measure),
                    count = replicates.replicate.size();
  std::uint64_t const whole = r.replicates[chosen.point];
  out(fmt::format("\nThe first {} of its {} replicates, made again", count, whole));
  if (count == 0) return;
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return replicates.value[a] < replicates.value[b]; });
  for (auto const& [what, at] : {std::pair{"least", order.front()}, std::pair{"median", order[count / 2]},
                                 std::pair{"largest", order.back()}})
    out(fmt::format("  {:<10} {:.6g}, difference {:.6g}, in replicate {}", what, replicates.value[at],
                    replicates.difference[at], replicates.replicate[at]));
  for (auto const& [replicate, why] : replicates.failed)
    out(one_line(fmt::format("  failed     replicate {}: {}", replicate, why)));
  if (all) {
    bool const same = agrees(mean_of(replicates.value), r.mean[i], std::sqrt(r.variance[i]));
    out(fmt::format("  their mean {:.15g}: {}", mean_of(replicates.value),
                    same ? "the result's number" : fmt::format("NOT the result's {:.15g}", r.mean[i])));
  } else {
    out(fmt::format("  their mean {:.6g} (all: --replicates {})", mean_of(replicates.value), whole));
  }
  out("\nAgain");
  out(fmt::format("  {}", command));
  out(fmt::format("  {} --point {} --replicate {}   # every measure and policy of the largest", command,
                  chosen.point, replicates.replicate[order.back()]));
}

} // namespace

int explain(ExplainArgs const& args) {
  Result const r = read_result(args.result);
  Chosen const chosen{find_point(r, args.point),
                      find_policy(r, args.policy.empty() ? r.answer.policy : args.policy, args.share),
                      find_measures(r, {args.measure.empty() ? r.answer.measure : args.measure}).front()};
  std::string const path = args.scenario.empty() ? r.scenario_path : args.scenario;
  auto const settings = settings_of(r.scenario_text);
  std::string const command = run_command(path, settings);
  if (!args.json) {
    print_number(r, chosen);
    print_inputs(r, chosen);
  }
  std::uint64_t failed = 0;
  for (auto const& failure : r.failures) failed += failure.point == chosen.point;
  std::uint64_t const there = (r.replicates[chosen.point] + failed) / block_size;
  auto const blocks = static_cast<std::uint32_t>(
      std::min<std::uint64_t>((args.replicates + block_size - 1) / block_size, there));
  Again again;
  if (r.provenance.version != std::string(program_version()))
    again.why_not =
        fmt::format("the result is of likvard {}, this is {}", r.provenance.version, program_version());
  else
    again = scenario_again(r, path, settings);
  std::optional<Replay> replicates;
  if (again.scenario)
    replicates = replay(*again.scenario, chosen.point, chosen.policy,
                        measure_index(r.measures[chosen.measure].key), blocks);
  bool const all = replicates && r.complete && blocks == there;
  if (args.json) {
    std::size_t const i = r.index(chosen.point, chosen.policy, chosen.measure);
    nlohmann::json found{{"measure", r.measures[chosen.measure].key},
                         {"unit", r.measures[chosen.measure].unit},
                         {"mean", json_number(r.mean[i])},
                         {"standard_error", json_number(r.standard_error[i])},
                         {"difference", json_number(r.difference[i])},
                         {"difference_standard_error", json_number(r.difference_standard_error[i])},
                         {"draws_worth", json_number(worth_of_draws(r, chosen))},
                         {"replicates", r.replicates[chosen.point]},
                         {"inputs", inputs_json(r, chosen)},
                         {"command", command}};
    if (replicates)
      found.update(replicates_json(r, chosen, *replicates, all));
    else
      found["why_not"] = again.why_not;
    out(found.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (replicates) {
    print_replicates(r, chosen, *replicates, all, command);
  } else {
    out(one_line(fmt::format("\nIts replicates cannot be made again: {}", again.why_not)));
  }
  if (!all) return ok;
  std::size_t const i = r.index(chosen.point, chosen.policy, chosen.measure);
  if (agrees(mean_of(replicates->value), r.mean[i], std::sqrt(r.variance[i]))) return ok;
  err(fmt::format("{}: the replicates made again have another mean: a data file has changed, or the program",
                  args.result));
  return bad_input;
}

} // namespace likvard::cli
