#include "commands.hpp"
#include "parse.hpp"

#include <CLI/CLI.hpp>

#include <memory>

/// A nation of municipalities.
namespace likvard::cli {

void add_ensemble(CLI::App& app, Action& action) {
  auto args = std::make_shared<EnsembleArgs>();
  auto* sub = app.add_subcommand("ensemble",
                                 "Make synthetic municipalities like a nation's, and see how like they are");
  sub->add_option("--stage", args->stage, "grundskola (default; compulsory schools) or forskola (preschools)")
      ->check(CLI::IsMember({"grundskola", "forskola"}));
  sub->add_option("-n,--municipalities", args->municipalities, "How many; default 290")
      ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{10'000'000}));
  sub->add_option("--seed", args->seed, "Seed: the same number draws the same random numbers; default 1");
  auto* output = sub->add_option("-o,--output", args->output, "Table to write (CSV, a row a municipality)");
  sub->add_option("--against", args->against,
                  "Table to compare it with in place of published figures: quantiles, regressions, "
                  "correlations, and what is only chance");
  sub->add_option("--table", args->table, "Look at this table in place of making one")->excludes(output);
  sub->add_option("--readme", args->readme,
                  "Markdown file to write the comparison into, between its marks: with --against, or with "
                  "what is published of the stage");
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(footer("  likvard ensemble\n  likvard ensemble -o synthetic.csv\n  likvard import "
                     "elever-2023.csv --table real.csv\n"
                     "  likvard ensemble --against real.csv\n  likvard ensemble --table real.csv\n"));
  sub->callback([args, &action] { action = [args] { return ensemble(*args); }; });
}

void add_verdict(CLI::App& app, Action& action) {
  auto args = std::make_shared<VerdictArgs>();
  auto* sub = app.add_subcommand(
      "verdict",
      "Judge the claims of scenarios ([[verdict]]): what holds, how surely, and what would overturn it");
  sub->add_option("scenario", args->scenarios, "Scenario files")->required();
  sub->add_option("--municipalities", args->municipalities,
                  "Table of real municipalities (likvard import --table): run in place of the synthetic "
                  "schools as well, side by side");
  sub->add_option("--readme", args->readme,
                  "Markdown file to write the answers into, between its lines <!-- verdicts: begin --> and "
                  "<!-- verdicts: end -->");
#ifdef LIKVARD_PAGE
  sub->add_option("--page", args->page, "Page to write (HTML, one file)");
#endif
  sub->add_option("--json", args->json_file, "JSON file to write");
  sub->add_option("--set", args->settings, "key=value in place of the scenarios'; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("--threads", args->threads,
                  "Threads; default all. Any number gives exactly the same result")
      ->check(CLI::Range(1, 4096));
  sub->add_flag("-q,--quiet", args->quiet, "No progress, no text");
  auto* results =
      sub->add_option("--results", args->results,
                      "Folder with the parts of all shards: answer from them in place of running");
  sub->add_option("--shard", args->shard,
                  "k/n: run this part of every scenario's points into the --results folder")
      ->needs(results);
  sub->footer(footer("  likvard verdict scenarios/national/*.toml --page results/national.html\n"
                     "  likvard verdict scenarios/national/*.toml --shard 3/16 --results parts\n"
                     "  likvard verdict scenarios/national/*.toml --results parts\n"
                     "  likvard verdict scenarios/national/*.toml --municipalities real.csv\n"));
  sub->callback([args, &action] { action = [args] { return verdict(*args); }; });
}

void add_backcast(CLI::App& app, Action& action) {
  auto args = std::make_shared<BackcastArgs>();
  auto* sub = app.add_subcommand(
      "backcast",
      "Start from the schools of an early year, let them change, and see whether that foretells later years");
  sub->add_option("file", args->files, "Exports of pupils per grade of two years or more (Skolverket)")
      ->required()
      ->expected(-2);
  sub->add_option("--seed", args->seed, "Seed: the same number draws the same random numbers; default 1");
  sub->add_option("--replicates", args->replicates, "How many times the years are let run; default 1000")
      ->check(CLI::Range(std::uint32_t{20}, std::uint32_t{100'000}));
#ifdef LIKVARD_PAGE
  sub->add_option("--page", args->page, "Page to write (HTML): what was expected against what happened");
#endif
  sub->add_option("--readme", args->readme,
                  "Markdown file to write the coverage into, between its lines <!-- backcast: begin --> and "
                  "<!-- backcast: end -->");
  sub->add_option("--json", args->json_file, "JSON file to write");
  sub->footer(
      footer("  likvard backcast elever-2012.csv elever-2018.csv elever-2023.csv --page backcast.html\n"));
  sub->callback([args, &action] { action = [args] { return backcast_years(*args); }; });
}

} // namespace likvard::cli
