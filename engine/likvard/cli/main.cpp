#include "commands.hpp"
#include "parse.hpp"
#include "table.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/provenance.hpp"
#include "likvard/core/text.hpp"
#include "likvard/study/errors.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>
#include <new>

namespace {

using namespace likvard;
using namespace likvard::cli;

constexpr char const* exit_codes =
    "Exit codes: 0 done; 1 a bug of ours, or out of memory; 2 the command line; 3 a bad scenario or data "
    "file; 4 a file that "
    "cannot be\n"
    "read or written; 5 done, but some replicates failed; 6 merged, but another round is wanted; 130 "
    "interrupted (what was finished is saved).\n";

void add_compress(CLI::App& sub, std::string& compress) {
  sub.add_option("--compress", compress,
                 "none (default) or deflate: a fifth smaller at several times the writing time")
      ->check(CLI::IsMember({"none", "deflate"}));
}

void add_run(CLI::App& app, Action& action) {
  auto args = std::make_shared<RunArgs>();
  auto* sub = app.add_subcommand("run", "Run a scenario and write its result");
  sub->add_option("scenario", args->scenario, "Scenario file (TOML)")->required();
  sub->add_option("-o,--output", args->output, "Result file; default results/<scenario>.h5");
  sub->add_option("--threads", args->threads, "Threads; default all. Any number gives the same bits")
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
  sub->add_option("--point", args->point,
                  "With --replicate: repeat one replicate and print its row (points count from 0)");
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

void add_check(CLI::App& app, Action& action) {
  auto args = std::make_shared<CheckArgs>();
  auto* sub = app.add_subcommand("check", "Say everything that is wrong with scenarios");
  sub->add_option("scenario", args->scenarios, "Scenario files")->required();
  sub->add_option("--set", args->settings, "key=value in place of the scenario's")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_flag("--json", args->json, "Problems as JSON");
  sub->footer(footer("  likvard check scenarios/*.toml\n"));
  sub->callback([args, &action] { action = [args] { return check(*args); }; });
}

void add_keys(CLI::App& app, Action& action) {
  auto args = std::make_shared<KeysArgs>();
  auto* sub =
      app.add_subcommand("keys", "List scenario keys with unit, range, default and meaning, or the measures");
  sub->add_option(
      "pattern", args->pattern,
      "Part of a key, or a pattern with *; 'measures' lists the measures, 'import' the columns that "
      "likvard import reads");
  sub->add_flag("--json", args->json, "As JSON");
  sub->add_flag("--markdown", args->markdown, "The whole reference page");
  sub->footer(footer(
      "  likvard keys outcome\n  likvard keys 'policy*'\n  likvard keys measures\n  likvard keys import\n"));
  sub->callback([args, &action] { action = [args] { return keys(*args); }; });
}

void add_example(CLI::App& app, Action& action) {
  auto args = std::make_shared<ExampleArgs>();
  auto* sub = app.add_subcommand("example", "Print a complete scenario with every key explained");
  sub->add_option("-o,--output", args->output, "File to write; default standard output");
  sub->footer(footer("  likvard example -o mine.toml\n"));
  sub->callback([args, &action] { action = [args] { return example(*args); }; });
}

void add_import(CLI::App& app, Action& action) {
  auto args = std::make_shared<ImportArgs>();
  auto* sub = app.add_subcommand(
      "import", "Read Skolverket's unit exports, or tables of your own, and write a municipality's "
                "scenario");
  sub->add_option("file", args->files,
                  "Exports as downloaded (pupils per grade of one or several years, final grades), or any "
                  "table with a row "
                  "per unit (likvard keys import)")
      ->required();
  sub->add_option("-m,--municipality", args->municipality, "Name or code of the municipality");
  sub->add_option("-o,--output", args->output,
                  "Scenario to write; default <municipality>.toml; - for standard output");
  sub->add_option("--table", args->table,
                  "Write a table of all municipalities instead (CSV): size, units, background, unevenness")
      ->excludes("--municipality", "--output");
  sub->add_option("--groups", args->groups, "CSV of code and kind of municipality, for the table")
      ->needs("--table");
  sub->add_option("--joined", args->joined,
                  "CSV to write: the files joined on the unit code, a row per unit and year, with bounds");
  sub->add_flag("--json", args->json, "What was found, as JSON");
  sub->footer(footer("  likvard import elever-2023.csv\n  likvard import elever-2023.csv slutbetyg-2025.csv "
                     "--municipality Malmö -o malmo.toml\n"));
  sub->callback([args, &action] {
    action = [args] { return args->table.empty() ? import(*args) : import_table(*args); };
  });
}

void add_ensemble(CLI::App& app, Action& action) {
  auto args = std::make_shared<EnsembleArgs>();
  auto* sub = app.add_subcommand("ensemble",
                                 "Make synthetic municipalities like a nation's, and see how like they are");
  sub->add_option("--stage", args->stage, "grundskola (default) or forskola")
      ->check(CLI::IsMember({"grundskola", "forskola"}));
  sub->add_option("-n,--municipalities", args->municipalities, "How many; default 290")
      ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{10'000'000}));
  sub->add_option("--seed", args->seed, "Key of all random numbers; default 1");
  auto* output = sub->add_option("-o,--output", args->output, "Table to write (CSV, a row a municipality)");
  sub->add_option("--against", args->against,
                  "Table to hold it against: quantiles, regressions, correlations, chance");
  sub->add_option("--table", args->table, "Look at this table in place of making one")->excludes(output);
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(
      footer("  likvard ensemble -o synthetic.csv\n  likvard import elever-2023.csv --table real.csv\n"
             "  likvard ensemble --against real.csv\n  likvard ensemble --table real.csv\n"));
  sub->callback([args, &action] { action = [args] { return ensemble(*args); }; });
}

void add_verdict(CLI::App& app, Action& action) {
  auto args = std::make_shared<VerdictArgs>();
  auto* sub = app.add_subcommand(
      "verdict",
      "Answer the [[verdict]] questions of scenarios: what holds, how surely, and what would overturn it");
  sub->add_option("scenario", args->scenarios, "Scenario files")->required();
  sub->add_option("--municipalities", args->municipalities,
                  "Table of real municipalities (likvard import --table): run in place of the synthetic "
                  "schools as well, side by side");
  sub->add_option("--readme", args->readme, "Markdown file to write the answers into, between its marks");
#ifdef LIKVARD_PAGE
  sub->add_option("--page", args->page, "Page to write (HTML, one file)");
#endif
  sub->add_option("--json", args->json_file, "JSON file to write");
  sub->add_option("--set", args->settings, "key=value in place of the scenarios'; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("--threads", args->threads, "Threads; default all. Any number gives the same bits")
      ->check(CLI::Range(1, 4096));
  sub->add_flag("-q,--quiet", args->quiet, "No progress, no text");
  sub->footer(footer("  likvard verdict scenarios/national/*.toml --page results/national.html\n"
                     "  likvard verdict scenarios/national/*.toml --municipalities real.csv\n"));
  sub->callback([args, &action] { action = [args] { return verdict(*args); }; });
}

void add_backcast(CLI::App& app, Action& action) {
  auto args = std::make_shared<BackcastArgs>();
  auto* sub = app.add_subcommand(
      "backcast", "Let the units of an early year drift, open and close, and hold it against later years");
  sub->add_option("file", args->files, "Exports of pupils per grade of two years or more (Skolverket)")
      ->required()
      ->expected(2, 30);
  sub->add_option("--seed", args->seed, "Key of all random numbers; default 1");
  sub->add_option("--replicates", args->replicates, "How many times; default 1000")
      ->check(CLI::Range(std::uint32_t{20}, std::uint32_t{100'000}));
#ifdef LIKVARD_PAGE
  sub->add_option("--page", args->page, "Page to write (HTML): calibration plot and coverage");
#endif
  sub->add_option("--json", args->json_file, "JSON file to write");
  sub->footer(
      footer("  likvard backcast elever-2012.csv elever-2018.csv elever-2023.csv --page backcast.html\n"));
  sub->callback([args, &action] { action = [args] { return backcast_years(*args); }; });
}

void add_allocate(CLI::App& app, Action& action) {
  auto args = std::make_shared<AllocateArgs>();
  auto* sub = app.add_subcommand("allocate", "What each unit of your own file gets under allocation models");
  sub->add_option("units", args->question.units.file,
                  "CSV with a row per unit, or Skolverket's export of pupils per grade")
      ->required();
  sub->add_option("--model", args->question.models,
                  "proportional (default), threshold, concentration, ramp, power, quadratic, bands, label, "
                  "or a file as in "
                  "scenarios/models; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option(
         "--share", args->question.shares,
         "Share of the budget given out by need, 0 to 1; may be repeated; default the model's, or 0.1")
      ->check(CLI::Range(0.0, 1.0))
      ->take_all()
      ->allow_extra_args(false);
  auto* budget =
      sub->add_option("--budget", args->question.budget_sek, "Whole budget, SEK")->check(CLI::PositiveNumber);
  sub->add_option("--per-pupil", args->question.per_pupil_sek,
                  "Budget per pupil, SEK; default the national cost")
      ->check(CLI::PositiveNumber)
      ->excludes(budget);
  sub->add_option("--unit", args->question.units.unit, "Column of the units' names");
  sub->add_option("--pupils", args->question.units.pupils, "Column of pupils");
  sub->add_option("--need", args->question.units.need,
                  "Column of need: shares, per cent, numbers of pupils, or an index of any scale");
  sub->add_option("--need-as", args->question.units.need_as, "How to read it, where that is not plain")
      ->check(CLI::IsMember({"share", "percent", "count", "index"}));
  sub->add_option("--group", args->question.units.groups,
                  "name=column for a further index or group of the models; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("--before", args->question.units.before,
                  "Column of last year's money, SEK per pupil: what floors and caps go by");
  sub->add_option("-m,--municipality", args->question.units.municipality,
                  "Municipality in Skolverket's export");
  sub->add_option("--set", args->question.settings,
                  "policy.NAME.key=value, e.g. policy.proportional.largest_loss=0.02")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("-o,--output", args->output, "CSV to write: a row per unit and model");
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(
      footer("  likvard allocate units.csv --need \"Andel lågutbildade\" --share 0.1\n"
             "  likvard allocate units.csv --model proportional --model bands --share 0.05 --share 0.1 -o "
             "money.csv\n"
             "  likvard allocate elever-2023.csv -m Malmö --model scenarios/models/netherlands-2019.toml\n"));
  sub->callback([args, &action] { action = [args] { return allocate_units(*args); }; });
}

void add_segregation(CLI::App& app, Action& action) {
  auto args = std::make_shared<SegregationArgs>();
  auto* sub = app.add_subcommand("segregation",
                                 "How uneven the units of your own file are, and how much of it is chance");
  sub->add_option("units", args->file,
                  "CSV with a row per unit (or per unit and group), or Skolverket's export")
      ->required();
  sub->add_option("--groups", args->groups, "Columns with the numbers of pupils of each group")
      ->delimiter(',');
  sub->add_option("--shares", args->shares,
                  "Columns with shares of the unit's pupils, 0-1 or per cent; with --pupils")
      ->delimiter(',');
  sub->add_option("--pupils", args->pupils, "Column of all pupils: those in no group are 'others'");
  sub->add_option("--long", args->long_columns,
                  "unit,group,number: the columns of a table with a row per unit and group");
  sub->add_option("--unit", args->unit, "Column of the units' names");
  sub->add_option("--district", args->district, "Column of districts: how much lies between them");
  sub->add_option("-m,--municipality", args->municipality, "Municipality in Skolverket's export");
  sub->add_option("--of", args->of, "Group in Skolverket's export: low_education (default) or foreign")
      ->check(CLI::IsMember({"low_education", "foreign"}));
  sub->add_option("-o,--output", args->output, "CSV to write: a row per index");
#ifdef LIKVARD_PAGE
  sub->add_option("--page", args->page, "HTML page to write, with a picture of the units");
#endif
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(footer("  likvard segregation units.csv --groups foreign --pupils pupils --page units.html\n"
                     "  likvard segregation units.csv --groups low,middle,high\n"
                     "  likvard segregation pupils.csv --long school,background,n --district area\n"
                     "  likvard segregation elever-2023.csv -m Malmö --of foreign\n"));
  sub->callback([args, &action] { action = [args] { return segregation_of_units(*args); }; });
}

void add_show(CLI::App& app, Action& action) {
  auto args = std::make_shared<ShowArgs>();
  auto* sub = app.add_subcommand("show", "Print a result as a table");
  sub->add_option("result", args->result, "Result file (HDF5)")->required();
  sub->add_option("-m,--measure", args->measures, "Measures; default the answer's")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("-p,--policy", args->policies, "Policies by name; default all")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_flag("-d,--difference", args->difference, "Paired differences to per head instead of values");
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(footer("  likvard show results/sweden.h5 -d\n  likvard show results/sweden.h5 -m share_moved "
                     "-m money_gap -p proportional\n"));
  sub->callback([args, &action] { action = [args] { return show(*args); }; });
}

void add_answer(CLI::App& app, Action& action) {
  auto args = std::make_shared<AnswerArgs>();
  auto* sub =
      app.add_subcommand("answer", "Answer the fifteen questions of municipalities from a result, in words");
  sub->add_option("result", args->result, "Result file (HDF5)")->required();
  sub->add_option("--language", args->language, "en (default) or sv: svenska")
      ->check(CLI::IsMember({"en", "sv"}));
  sub->add_option("-q,--question", args->questions, "Only these, 1 to 15; may be repeated")
      ->check(CLI::Range(1, 15))
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("--point", args->point,
                  "Point by name, or counted from 0; default where the leading policy changes most");
  sub->add_flag("--json", args->json, "As JSON, in both languages, with every number and its standard error");
  sub->footer(footer(
      "  likvard answer results/malmö.h5\n  likvard answer results/malmö.h5 --language sv -q 1 -q 2 -q "
      "4\n"));
  sub->callback([args, &action] { action = [args] { return answer(*args); }; });
}

void add_export(CLI::App& app, Action& action) {
  auto args = std::make_shared<ExportArgs>();
  auto* sub =
      app.add_subcommand("export", "Write a result as tidy CSV: one row per point, policy and measure");
  sub->add_option("result", args->result, "Result file (HDF5)")->required();
  sub->add_option("-o,--output", args->output, "CSV file; default standard output");
  sub->add_option("-m,--measure", args->measures, "Measures; default all")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_option("--locale", args->locale,
                  "en (default): commas and decimal points; sv: semicolons and decimal commas, as Swedish "
                  "Excel opens them")
      ->check(CLI::IsMember({"en", "sv"}));
  sub->add_option("--labels", args->labels,
                  "Stata script (.do) to write: reads the CSV, names and labels its variables");
  sub->footer(footer("  likvard export results/sweden.h5 -o sweden.csv\n"
                     "  likvard export results/sweden.h5 -o sweden.csv --locale sv\n"
                     "  likvard export results/sweden.h5 -o sweden.csv --labels sweden.do\n"));
  sub->callback([args, &action] { action = [args] { return export_csv(*args); }; });
}

void add_explain(CLI::App& app, Action& action) {
  auto args = std::make_shared<ExplainArgs>();
  auto* sub = app.add_subcommand(
      "explain",
      "From one number of a result back to its replicates, its inputs and the command that makes it");
  sub->add_option("result", args->result, "Result file (HDF5)")->required();
  sub->add_option("--point", args->point, "Point by name, or counted from 0; default the first");
  sub->add_option("-p,--policy", args->policy, "Policy by name; default the answer's");
  sub->add_option("--share", args->share, "Share of the policy, nearest; default the answer's");
  sub->add_option("-m,--measure", args->measure, "Measure; default the answer's");
  sub->add_option("--scenario", args->scenario, "Where the scenario is now; default where the result says");
  sub->add_option("--replicates", args->replicates, "Replicates to make again at most; default 1024")
      ->check(CLI::Range(1U, 100'000'000U));
  sub->add_flag("--json", args->json, "As JSON, with every replicate");
  sub->footer(
      footer("  likvard explain results/sweden.h5 --point 3 --policy proportional --share 0.1 --measure "
             "not_qualified_gap\n"));
  sub->callback([args, &action] { action = [args] { return explain(*args); }; });
}

#ifdef LIKVARD_PAGE
void add_report(CLI::App& app, Action& action) {
  auto args = std::make_shared<ReportArgs>();
  auto* sub = app.add_subcommand("report", "Write a result as one self-contained HTML page");
  sub->add_option("result", args->result, "Result file (HDF5)")->required();
  sub->add_option("-o,--output", args->output, "Page; default the result's name with .html");
  sub->footer(footer("  likvard report results/sweden.h5 -o sweden.html\n"));
  sub->callback([args, &action] { action = [args] { return report(*args); }; });
}
#endif

/// CLI11's complaint as one line, with the nearest valid name where a word was not understood.
int complain(CLI::App const& app, CLI::ParseError const& error) {
  std::string word;
  std::vector<std::string> names;
  CLI::App const* at = &app;
  for (auto const* sub : app.get_subcommands({}))
    if (sub->parsed()) at = sub;
  for (auto const* sub : at->get_subcommands({})) names.push_back(sub->get_name());
  for (auto const* option : at->get_options())
    for (auto const& name : option->get_lnames()) names.push_back("--" + name);
  auto const left = at->remaining();
  if (!left.empty())
    word = left.front();
  else if (!app.remaining().empty())
    word = app.remaining().front();
  std::string line = error.what();
  if (!word.empty() &&
      (dynamic_cast<CLI::ExtrasError const*>(&error) || dynamic_cast<CLI::RequiredError const*>(&error)))
    line = fmt::format("'{}' is not understood", word);
  std::vector<std::string_view> const candidates(names.begin(), names.end());
  auto const close = word.empty() ? std::string_view{} : nearest(word, candidates);
  std::replace(line.begin(), line.end(), '\n', ' ');
  err(fmt::format("likvard: {}{} (likvard {}--help)", line,
                  close.empty() ? "" : fmt::format(" - did you mean '{}'?", close),
                  at == &app ? "" : at->get_name() + " "));
  return usage;
}

int perform(Action const& action) {
  try {
    return action();
  } catch (ScenarioError const& error) {
    for (auto const& problem : error.problems()) err(problem);
    return bad_input;
  } catch (FileError const& error) {
    err(error.what());
    return file_trouble;
  } catch (std::bad_alloc const&) {
    err("likvard: out of memory (fewer points, policies or threads need less)");
    return bug;
  } catch (std::exception const& error) {
    err(fmt::format("likvard: {}\nlikvard: this is a bug in likvard {}, not in your input", error.what(),
                    program_version()));
    return bug;
  }
}

} // namespace

std::string likvard::cli::footer(std::string const& examples) {
  return "Examples:\n" + examples + "\n" + exit_codes;
}

int main(int argc, char** argv) {
  CLI::App app{"likvard simulates school segregation and school-funding models, and the equity they lead to.",
               "likvard"};
  Action action;
  app.set_version_flag("--version", fmt::format("likvard {}\ncompiler {} ({})\nlibraries {}\nmachine {}",
                                                program_version(), compiler_text(), build_type(),
                                                library_versions(), cpu_level()));
  app.require_subcommand(0, 1);
  app.footer(footer("  likvard example -o mine.toml\n  likvard run mine.toml\n  likvard report "
                    "results/mine.h5\n  likvard import elever-2023.csv --municipality Malmö\n"));
  add_run(app, action);
  add_merge(app, action);
  add_power(app, action);
  add_sensitivity(app, action);
  add_compare(app, action);
  add_check(app, action);
  add_keys(app, action);
  add_example(app, action);
  add_import(app, action);
  add_ensemble(app, action);
  add_backcast(app, action);
  add_verdict(app, action);
  add_allocate(app, action);
  add_segregation(app, action);
  add_show(app, action);
  add_answer(app, action);
  add_export(app, action);
  add_submit(app, action);
  add_status(app, action);
  add_missing(app, action);
  add_explain(app, action);
#ifdef LIKVARD_PAGE
  add_report(app, action);
#endif
  add_doctor(app, action);
  add_man(app, action);
  add_completion(app, action);
  try {
    app.parse(argc, argv);
  } catch (CLI::CallForHelp const& help) {
    return app.exit(help);
  } catch (CLI::CallForVersion const& version) {
    return app.exit(version);
  } catch (CLI::ParseError const& error) {
    return complain(app, error);
  }
  if (!action) {
    err(app.help());
    return usage;
  }
  return perform(action);
}
