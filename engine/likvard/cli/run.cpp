#include "commands.hpp"
#include "dry_run.hpp"
#include "interrupt.hpp"
#include "launcher.hpp"
#include "progress.hpp"
#include "shell.hpp"
#include "table.hpp"
#include "tell_result.hpp"

#include "likvard/analysis/compare.hpp"
#include "likvard/io/memory.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/io/study_file.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/compute.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

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

/// What [compare] asks for, with a line of progress of its own.
std::optional<DecisionResult> decide_shown(Scenario const& scenario, RunArgs const& args,
                                           std::vector<std::size_t> const& points,
                                           std::atomic<bool> const& stop) {
  ProgressLine progress(args.quiet);
  auto decision = decide(scenario, {.threads = args.threads,
                                    .points = points,
                                    .stop = &stop,
                                    .on_progress = [&](std::size_t done, std::size_t of, auto, auto) {
                                      std::uint64_t const each = scenario.replicates;
                                      progress.show({done * each, of * each, done, of});
                                    }});
  progress.finish();
  return decision;
}

} // namespace

int run(RunArgs const& args) {
  auto settings = args.settings;
  if (args.seed) settings.push_back(fmt::format("run.seed={}", *args.seed));
  Scenario scenario = read_scenario(args.scenario, settings);
  if (args.point || args.replicate) return repeat_one(scenario, args);
  StudyOptions options;
  options.resume = args.resume;
  options.keep = args.keep;
  options.compress = compress_of(args.compress);
  options.round = args.round;
  if (!args.round.empty() && (args.shard.empty() || scenario.precision.empty())) {
    err(args.shard.empty() ? "likvard run: --round goes with --shard"
                           : "likvard run: --round is for studies with a run.precision");
    return usage;
  }
  if (!args.shard.empty()) {
    options.shard = parse_shard(resolve_shard(args.shard));
    Extent extent = extent_of(scenario);
    if (!args.round.empty()) extent.round.resize(extent.points); // some may have nothing to do
    std::string const wrong = options.shard.count == 0 ? "two whole numbers, such as 3/16, are wanted"
                                                       : shard_problem(options.shard, extent);
    if (!wrong.empty()) {
      err(fmt::format("likvard run: --shard {} ({})", args.shard, wrong));
      return usage;
    }
  }
  std::string const name = std::filesystem::path(args.scenario).stem().string();
  std::string const path = !args.output.empty() ? args.output
                           : options.shard.whole()
                               ? fmt::format("results/{}.h5", name)
                               : fmt::format("results/{}.parts/part-{}.h5", name, options.shard.index);

  if (args.dry_run) return dry_run(scenario, args, path);
  check_memory(scenario, args.threads);
  auto const& stop = stop_on_interrupt();
  ProgressLine progress(args.quiet);
  options.run = {
      .threads = args.threads, .stop = &stop, .on_progress = [&](Progress const& p) { progress.show(p); }};
  if (scenario.with_compare)
    options.decide = [&](std::vector<std::size_t> const& points) {
      progress.finish();
      return decide_shown(scenario, args, points, stop);
    };
  options.provenance = provenance_now("likvard run " + pasteable_word(args.scenario));
  for (auto const& setting : settings) options.provenance.command += " --set " + pasteable_word(setting);
  auto const start = std::chrono::steady_clock::now();
  StudyOutcome const outcome = run_study(scenario, path, options);
  progress.finish();
  for (auto const& note : outcome.notes) err(note);
  if (outcome.already_there) {
    out(args.round.empty() || std::filesystem::exists(path)
            ? fmt::format("{}: is complete already", path)
            : fmt::format("{}: no point needs another round", args.round));
    return ok;
  }
  if (!options.shard.whole()) {
    if (!outcome.complete) {
      err(fmt::format("interrupted: what was finished is in {}; --resume goes on from there",
                      outcome.blocks.string()));
      return interrupted;
    }
    out(fmt::format(
        "{}: shard {} of {} in {}", path, options.shard.index, options.shard.count,
        duration_text(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count())));
    return ok;
  }
  scenario = {}; // the result has what is told of it: not both at once
  return tell_result(path, {.quiet = args.quiet,
                            .json = args.json,
                            .scenario = args.scenario,
                            .blocks = outcome.blocks.string(),
                            .stopping = outcome.stopping});
}

} // namespace likvard::cli
