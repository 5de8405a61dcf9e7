#include "commands.hpp"
#include "parse.hpp"
#include "table.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/provenance.hpp"
#include "likvard/core/text.hpp"
#include "likvard/study/errors.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <hdf5.h>

#include <functional>
#include <new>

namespace {

using namespace likvard;
using namespace likvard::cli;

constexpr char const* words = "Words: a point is a municipality, or a case of it, that is simulated; a "
                              "replicate is one simulation of it with its "
                              "own luck; a policy\n"
                              "is a model for giving out money; its share is the part of the budget given "
                              "out by need, the rest goes per head (the "
                              "same for every\n"
                              "pupil); a measure is a number about what follows (likvard keys measures); a "
                              "shard is a numbered part of a study that "
                              "runs by itself.\n";
constexpr char const* exit_codes =
    "Exit codes: 0 done; 1 a bug of ours, or out of memory; 2 the command line; 3 a bad scenario or data "
    "file; 4 a file that "
    "cannot be\n"
    "read or written; 5 done, but some replicates failed; 6 merged, but another round is wanted; 130 "
    "interrupted (what was finished is saved).\n";

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
  sub->add_flag("-d,--difference", args->difference,
                "Change against per-head money, on the same pupils and luck, instead of values");
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
  sub->add_option("-p,--policy", args->policy, "Model that the answers lead with; default the scenario's");
  sub->add_option("--share", args->share,
                  "Its share given out by need, the nearest there is; default the scenario's")
      ->check(CLI::Range(0.0, 1.0));
  sub->add_option("-m,--measure", args->measure, "Measure of results; default the scenario's");
  sub->add_flag("--json", args->json, "As JSON, in both languages, with every number and its standard error");
  sub->footer(footer(
      "  likvard answer results/malmö.h5\n  likvard answer results/malmö.h5 --language sv -q 1 -q 2 -q "
      "4\n  likvard answer results/malmö.h5 -p threshold --share 0.05\n"));
  sub->callback([args, &action] { action = [args] { return answer(*args); }; });
}

void add_export(CLI::App& app, Action& action) {
  auto args = std::make_shared<ExportArgs>();
  auto* sub = app.add_subcommand("export", "Write a result as CSV: one row per point, policy and measure");
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
  sub->add_option("result", args->results, "Result file (HDF5); with --compare two")
      ->required()
      ->expected(1, 2);
  sub->add_flag("--compare", args->compare, "Two results side by side: answers, what differs, every measure");
  sub->add_option("-o,--output", args->output, "Page; default the result's name with .html");
  sub->footer(footer("  likvard report results/sweden.h5 -o sweden.html\n"
                     "  likvard report --compare before.h5 after.h5 -o both.html\n"));
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
  return "Examples:\n" + examples + "\n" + words + "\n" + exit_codes;
}

int main(int argc, char** argv) {
  // We close what we open. HDF5 1.10 would do so again as the program ends, and crashes there when a full
  // disk kept it from closing a file.
  H5dont_atexit();
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
