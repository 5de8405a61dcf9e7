#include "commands.hpp"
#include "parse.hpp"

#include <CLI/CLI.hpp>

#include <memory>

/// Tables of the user's own.
namespace likvard::cli {

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
  sub->footer(
      footer("  likvard import elever-2023.csv\n  likvard import elever-2023.csv slutbetyg-2025.csv "
             "--municipality Malmö -o malmö.toml\n"
             "  likvard import elever-2021.csv elever-2022.csv elever-2023.csv -m Malmö --joined malmö.csv\n"
             "  likvard import elever-2023.csv --table real.csv\n"));
  sub->callback([args, &action] {
    action = [args] { return args->table.empty() ? import(*args) : import_table(*args); };
  });
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

} // namespace likvard::cli
