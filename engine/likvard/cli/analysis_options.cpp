#include "commands.hpp"
#include "parse.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace likvard::cli {

void add_power(CLI::App& app, Action& action) {
  auto args = std::make_shared<PowerArgs>();
  auto* sub = app.add_subcommand("power", "Can a municipality of this size see whether its weighting works?");
  sub->add_option("scenario", args->scenario, "Scenario file; [power] says what is asked")->required();
  sub->add_option("--threads", args->threads,
                  "Threads; default all. Any number gives exactly the same result")
      ->check(CLI::Range(1, 4096));
  sub->add_option("--set", args->settings, "key=value in place of the scenario's; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("-o,--output", args->output, "CSV to write: a row per point, number pooled and year");
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(footer("  likvard power scenarios/can-we-see-it.toml\n  likvard power s.toml --set "
                     "power.effect=0.05 -o power.csv\n"));
  sub->callback([args, &action] { action = [args] { return power(*args); }; });
}

void add_sensitivity(CLI::App& app, Action& action) {
  auto args = std::make_shared<SensitivityArgs>();
  auto* sub =
      app.add_subcommand("sensitivity", "Which assumption decides the answer, and how much is chance?");
  auto* input = sub->add_option(
      "input", args->input, "Scenario (.toml; [sensitivity] and [[factor]] say what is asked), or a result");
  auto* design = sub->add_option("--design", args->design, "CSV of your own points: a column per input")
                     ->excludes(input);
  auto* outputs =
      sub->add_option("--output", args->outputs, "CSV of their outputs, row by row: a column per output");
  design->needs(outputs);
  outputs->needs(design);
  sub->add_option("-m,--measure", args->measures, "Of a result of `run`: measures; default the answer's")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("--level", args->level, "Level of the intervals; default the scenario's, or 0.95")
      ->check(CLI::Range(0.5, 0.999));
  sub->add_flag("--simultaneous", args->simultaneous,
                "Wider intervals (Šidák): of one output, all hold at once with the level's probability");
  sub->add_option(
         "--bootstrap", args->bootstrap,
         "Intervals by so many resamples of the rows (bootstrap), in place of the delta method (linear "
         "approximation); where rows are independent")
      ->check(CLI::Range(20, 100'000));
  sub->add_option("--threads", args->threads,
                  "Threads; default all. Any number gives exactly the same result")
      ->check(CLI::Range(1, 4096));
  sub->add_option("--set", args->settings, "key=value in place of the scenario's; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("-o,--result", args->result, "Result file; default results/<scenario>-sensitivity.h5");
  sub->add_option("--csv", args->csv, "CSV to write: a row per output and factor");
  sub->add_option("--runs", args->runs, "CSV to write: every run with its inputs and outputs");
#ifdef LIKVARD_PAGE
  sub->add_option("--page", args->page, "HTML page to write");
#endif
  sub->add_flag("-q,--quiet", args->quiet, "No progress, no table");
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(
      footer("  likvard sensitivity scenarios/sensitivity.toml\n"
             "  likvard report results/sensitivity-sensitivity.h5\n"
             "  likvard sensitivity scenarios/sweden.toml --set sensitivity.rows=2048\n"
             "  likvard sensitivity --design points.csv --output results.csv --page sensitivity.html\n"));
  sub->callback([args, &action] { action = [args] { return sensitivity(*args); }; });
}

void add_compare(CLI::App& app, Action& action) {
  auto args = std::make_shared<CompareArgs>();
  auto* sub = app.add_subcommand("compare", "Which policy is best where, how sure, and what would change it");
  sub->add_option("file", args->file,
                  "Scenario: runs until the choice is decided. Result (HDF5): what it already says")
      ->required();
  sub->add_option("-m,--measure", args->measure, "Measure that decides; default the scenario's");
  sub->add_option(
      "--method", args->method,
      "kn: the best, with the confidence asked for; all meet the same luck. gsp: one within delta of the "
      "best, for very many policies. rinott: the best, in two stages. ocba: the budget where it "
      "helps most, without promise");
  sub->add_option("--delta", args->delta, "Smallest difference that matters, in the measure's unit")
      ->check(CLI::PositiveNumber);
  sub->add_option("--confidence", args->confidence, "Probability of a right choice; default 0.95");
  sub->add_option("--budget", args->budget,
                  "Replicates per point at most, each policy's counted; default 1000000")
      ->check(CLI::PositiveNumber);
  sub->add_option("-p,--policy", args->policies, "Models compared; default all; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option(
         "--share", args->shares,
         "Weighting shares compared; default of each model the nearest to the answer's; may be repeated")
      ->check(CLI::Range(0.0, 1.0))
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("--threads", args->threads,
                  "Threads; default all. Any number gives exactly the same result")
      ->check(CLI::Range(1, 4096));
  sub->add_option("--set", args->settings, "key=value in place of the scenario's; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_flag(
      "--choose-only", args->choose_only,
      "The choice alone: no regret, no value of knowing the uncertain assumptions, no Pareto front (what no "
      "other policy beats on every measure)");
  sub->add_option("-o,--output", args->output, "CSV to write: a row per number");
  sub->add_flag("-q,--quiet", args->quiet, "No progress");
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(
      footer("  likvard compare scenarios/compare-models.toml\n  likvard compare s.toml --measure gap "
             "--delta 0.002 --method gsp\n  likvard compare results/sweden.h5 -m gap --share 0.1\n"));
  sub->callback([args, &action] { action = [args] { return compare(*args); }; });
}

} // namespace likvard::cli
