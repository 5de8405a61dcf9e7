#include "commands.hpp"
#include "compare_table.hpp"
#include "interrupt.hpp"
#include "power_table.hpp"
#include "progress.hpp"
#include "result_table.hpp"

#include "likvard/analysis/compare.hpp"
#include "likvard/analysis/report.hpp"
#include "likvard/core/provenance.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/power.hpp"
#include "likvard/study/stopping.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard::cli {
namespace {

int repeat_one(Scenario const& scenario, RunArgs const& args) {
  if (!args.point || !args.replicate) {
    err("likvard run: --point and --replicate go together");
    return usage;
  }
  if (*args.point >= scenario.points.size()) {
    err(fmt::format("likvard run: --point {} (the scenario has points 0 to {})", *args.point,
                    scenario.points.size() - 1));
    return usage;
  }
  auto const rows = repeat_replicate(scenario, *args.point, *args.replicate);
  TextTable table{{"measure", "unit"}, {false, false}, {}};
  auto list = nlohmann::json::array();
  for (auto const& policy : scenario.policies) {
    table.header.push_back(fmt::format("{} {:g} %", policy.name, 100 * policy.share));
    table.right.push_back(true);
  }
  for (std::size_t k = 0; k < measure_count; ++k) {
    auto const& spec = measure_table()[k];
    std::vector<std::string> row{std::string(spec.key), std::string(spec.unit)};
    for (std::size_t m = 0; m < scenario.policies.size(); ++m) {
      row.push_back(fmt::format("{:.6g}", rows[m * measure_count + k]));
      list.push_back({{"policy", scenario.policies[m].name},
                      {"share", scenario.policies[m].share},
                      {"measure", spec.key},
                      {"value", rows[m * measure_count + k]}});
    }
    table.rows.push_back(std::move(row));
  }
  if (args.json)
    out(list.dump(2));
  else {
    out(fmt::format("point {} ({}), replicate {}, seed {}", *args.point, scenario.points[*args.point].name,
                    *args.replicate, scenario.seed));
    fmt::print("{}", to_text(table));
  }
  return ok;
}

/// The answer's measure at the answer's share: a table that fits a screen.
void print_answer(Result const& result, std::string const& path) {
  out("");
  out(result.title);
  out(answer_text(result));
  out("");
  auto const measures = find_measures(result, {result.answer.measure});
  std::vector<std::size_t> policies;
  for (std::size_t m = 1; m < result.policy_name.size(); ++m) {
    // Of each model, the share nearest to the answer's.
    bool nearest = true;
    for (std::size_t n = 1; n < result.policy_name.size(); ++n)
      if (result.policy_name[n] == result.policy_name[m] &&
          std::abs(result.policy_share[n] - result.answer.share) <
              std::abs(result.policy_share[m] - result.answer.share) - 1e-12)
        nearest = false;
    if (nearest) policies.push_back(m);
  }
  constexpr std::size_t longest = 120;
  auto table = result_table(result, measures, policies, true);
  std::size_t const all = table.rows.size();
  if (all > longest) table.rows.resize(longest);
  fmt::print("{}", to_text(table));
  if (all > longest) out(fmt::format("... {} more rows: likvard show {} -d", all - longest, path));
  if (result.power) fmt::print("\n{}", power_text(result.points, *result.power));
  if (result.decision) fmt::print("\n{}", decision_text(result, *result.decision));
}

int finish(Scenario const& scenario, Result const& result, std::string const& path, RunArgs const& args) {
  if (!args.quiet && !args.json) print_answer(result, path);
  if (args.json) {
    std::vector<std::size_t> policies(result.policy_name.size());
    std::iota(policies.begin(), policies.end(), std::size_t{0});
    out(result_json(result, find_measures(result, {result.answer.measure}), policies).dump(2));
  } else {
    out(fmt::format("{}: {} replicates in {} on {} threads", path,
                    std::accumulate(result.replicates.begin(), result.replicates.end(), std::uint64_t{0}),
                    duration_text(result.provenance.seconds), result.provenance.threads));
    if (auto const stopping = stopping_text(scenario, result); !stopping.empty()) out(stopping);
  }
  if (!result.complete) {
    err(fmt::format("interrupted: what was finished is in {}", path));
    return interrupted;
  }
  if (!result.failures.empty()) {
    auto const& first = result.failures.front();
    std::uint64_t const total =
        std::accumulate(result.replicates.begin(), result.replicates.end(), std::uint64_t{0}) +
        result.failures.size();
    err(fmt::format("{} of {} replicates failed; first: point {}, replicate {} ({}); repeat with: likvard "
                    "run {} --point {} --replicate {}",
                    result.failures.size(), total, first.point, first.replicate, first.what, args.scenario,
                    first.point, first.replicate));
    return failed_replicates;
  }
  return ok;
}

} // namespace

int run(RunArgs const& args) {
  auto settings = args.settings;
  if (args.seed) settings.push_back(fmt::format("run.seed={}", *args.seed));
  Scenario const scenario = read_scenario(args.scenario, settings);
  if (args.point || args.replicate) return repeat_one(scenario, args);
  std::string const path =
      args.output.empty()
          ? (std::filesystem::path("results") / std::filesystem::path(args.scenario).stem()).string() + ".h5"
          : args.output;
  check_writable(path);

  auto const& stop = stop_on_interrupt();
  ProgressLine progress(args.quiet);
  std::string const started = utc_now();
  Result result = likvard::run(
      scenario,
      {.threads = args.threads, .stop = &stop, .on_progress = [&](Progress const& p) { progress.show(p); }});
  progress.finish();
  if (scenario.with_compare && result.complete) {
    ProgressLine deciding(args.quiet);
    result.decision = decide(scenario, {.threads = args.threads,
                                        .stop = &stop,
                                        .on_progress = [&](std::size_t done, std::size_t points, auto, auto) {
                                          std::uint64_t const each = scenario.replicates;
                                          deciding.show({done * each, points * each, done, points});
                                        }});
    deciding.finish();
    result.complete = result.decision.has_value();
  }
  if (scenario.with_power && result.complete) result.power = run_power(scenario, args.threads);
  auto& p = result.provenance;
  p.version = program_version();
  p.compiler = compiler_text();
  p.build_type = build_type();
  p.isa = cpu_level();
  p.libraries = library_versions();
  p.command = fmt::format("likvard run {}", args.scenario);
  for (auto const& setting : settings) p.command += fmt::format(" --set '{}'", setting);
  p.started_utc = started;
  p.finished_utc = utc_now();
  write_result(path, result);
  return finish(scenario, result, path, args);
}

} // namespace likvard::cli
