#include "commands.hpp"
#include "parse.hpp"

#include <CLI/CLI.hpp>

#include <memory>

/// A study, whole or in shards.
namespace likvard::cli {
namespace {

void add_compress(CLI::App& sub, std::string& compress) {
  sub.add_option("--compress", compress,
                 "none (default) or deflate: a fifth smaller at several times the writing time")
      ->check(CLI::IsMember({"none", "deflate"}));
}

} // namespace

void add_run(CLI::App& app, Action& action) {
  auto args = std::make_shared<RunArgs>();
  auto* sub = app.add_subcommand("run", "Run a scenario and write its result");
  sub->add_option("scenario", args->scenario, "Scenario file (TOML)")->required();
  sub->add_option("-o,--output", args->output, "Result file; default results/<scenario>.h5");
  sub->add_option("--threads", args->threads,
                  "Threads; default all. Any number gives exactly the same result")
      ->check(CLI::Range(1, 4096));
  sub->add_option("--seed", args->seed, "Seed in place of the scenario's")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{9'000'000'000'000'000'000}));
  sub->add_option("--set", args->settings, "key=value in place of the scenario's; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_flag("-q,--quiet", args->quiet, "No progress, no table");
  sub->add_flag("--json", args->json, "Print the table as JSON");
  sub->add_option("--shard", args->shard,
                  "K/N: only the K-th of N shards (auto, auto/N: the number that Slurm or mpirun gave this "
                  "process), to be put together by likvard merge; an existing complete "
                  "part is left alone");
  sub->add_option(
      "--round", args->round,
      "With --shard and run.precision: this shard's share of the replicates that all points still need, "
      "by the file in which likvard merge --round gathers the rounds (not there: the first round)");
  sub->add_flag("--resume", args->resume,
                "Go on from what an interrupted run saved (x.h5.blocks), or from kept blocks with more "
                "replicates or points");
  sub->add_flag("--keep", args->keep,
                "Keep the finished blocks beside the result, so that the study can grow");
  add_compress(*sub, args->compress);
  sub->add_option(
      "--point", args->point,
      "With --replicate: repeat one replicate (one simulated municipality, with its luck) and print its row; "
      "points count from 0");
  sub->add_option("--replicate", args->replicate, "See --point");
  sub->add_flag("--dry-run", args->dry_run,
                "Say what it will cost (time from a short pilot, disk, memory) and run nothing");
  sub->footer(footer("  likvard run scenarios/sweden.toml\n  likvard run s.toml -o results/s.h5 --threads 4 "
                     "--set run.replicates=4096\n"
                     "  likvard run s.toml --dry-run\n"
                     "  likvard run s.toml --set policy.proportional.shares='[0.07]'\n"
                     "  likvard run s.toml --shard 3/16 -o part-3.h5\n"));
  sub->callback([args, &action] { action = [args] { return run(*args); }; });
}

void add_merge(CLI::App& app, Action& action) {
  auto args = std::make_shared<MergeArgs>();
  auto* sub = app.add_subcommand("merge", "Make the result of a study from its shards' parts");
  sub->add_option("parts", args->parts, "Parts that likvard run --shard wrote, in any order")->required();
  sub->add_option("-o,--output", args->output, "Result file")->required();
  sub->add_flag("--partial", args->partial, "Merge what is there; the result says what is missing");
  sub->add_flag("--keep", args->keep,
                "Keep the finished blocks beside the result, so that the study can grow");
  sub->add_option(
      "--round", args->round,
      "Parts of a round (likvard run --shard --round): move their blocks into this file, and say whether "
      "a precision asks for another round (exit code 6)");
  sub->add_option("--threads", args->threads, "Threads; default all")->check(CLI::Range(1, 4096));
  add_compress(*sub, args->compress);
  sub->add_flag("-q,--quiet", args->quiet, "No table");
  sub->add_flag("--json", args->json, "Print the table as JSON");
  sub->footer(
      footer("  likvard merge part-*.h5 -o all.h5\n  likvard merge part-*.h5 -o some.h5 --partial\n"));
  sub->callback([args, &action] { action = [args] { return merge(*args); }; });
}

} // namespace likvard::cli
