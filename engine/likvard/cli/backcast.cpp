#include "commands.hpp"
#include "marks.hpp"
#include "table.hpp"

#include "likvard/analysis/national_page.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/municipality_table.hpp"
#include "likvard/study/backcast.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace likvard::cli {
namespace {

TownYear read_year(std::string const& path) {
  UnitTable const table = read_units(path);
  TownYear year{.year = table.school_year, .time = 0, .towns = town_units(table)};
  int number = 0;
  auto const [end, error] = std::from_chars(
      year.year.data(), year.year.data() + std::min<std::size_t>(4, year.year.size()), number);
  if (table.kind != UnitFileKind::pupils || error != std::errc{} || number < 1900)
    throw ScenarioError(
        {fmt::format("{}: an export of pupils per grade that says its school year is wanted", path)});
  year.time = number;
  return year;
}

nlohmann::json backcast_number(double x) {
  return std::isfinite(x) ? nlohmann::json(x) : nlohmann::json(nullptr);
}

nlohmann::json backcast_json(std::vector<BackcastFigure> const& figures, std::string const& from) {
  auto summary = nlohmann::json::array();
  for (auto const& f : figures) {
    auto rows = nlohmann::json::array();
    for (auto const& r : f.rows) rows.push_back({r.name, r.mean, r.p5, r.p95, backcast_number(r.happened)});
    summary.push_back({{"year", f.year},
                       {"figure", f.figure},
                       {"estimated_on", f.estimated_on},
                       {"in_sample", f.in_sample},
                       {"municipalities", f.rows.size()},
                       {"within_50", f.within_50},
                       {"within_90", f.within_90},
                       {"mean_expected", f.mean_expected},
                       {"mean_happened", f.mean_happened},
                       {"sd_expected", f.sd_expected},
                       {"sd_happened", f.sd_happened},
                       {"rows", rows}});
  }
  return {{"from", from}, {"summary", summary}};
}

std::string backcast_markdown(std::vector<BackcastFigure> const& figures, std::string const& from) {
  std::string text =
      fmt::format("From the units of {}, let run:\n\n| year | figure | change of units estimated on | in 50 "
                  "% | in 90 % | mean: expected | happened | spread: expected | happened |\n| --- | --- | "
                  "--- | --- | --- | --- | --- | --- | --- |\n",
                  from);
  for (auto const& f : figures) {
    // Municipalities taken as independent: the binomial error of a share inside.
    double const n = static_cast<double>(std::max<std::size_t>(1, f.rows.size()));
    auto const inside = [n](double p) {
      return fmt::format("{:.0f} ± {:.0f} %", 100 * p, 100 * std::sqrt(p * (1 - p) / n));
    };
    text += fmt::format("| {} | {} | {}{} | {} | {} | {:.4g} | {:.4g} | {:.4g} | {:.4g} |\n", f.year,
                        f.figure, f.estimated_on, f.in_sample ? " (the same)" : "", inside(f.within_50),
                        inside(f.within_90), f.mean_expected, f.mean_happened, f.sd_expected, f.sd_happened);
  }
  return text;
}

} // namespace

int backcast_years(BackcastArgs const& args) {
  for (auto const* path : {&args.page, &args.json_file})
    if (!path->empty()) check_writable(*path);
  if (!args.readme.empty()) between_marks(args.readme, "backcast", "");
  std::vector<TownYear> years;
  for (auto const& file : args.files) years.push_back(read_year(file));
  std::stable_sort(years.begin(), years.end(), [](auto const& a, auto const& b) { return a.time < b.time; });
  for (std::size_t i = 1; i < years.size(); ++i)
    if (years[i].time <= years[i - 1].time)
      throw ScenarioError(
          {fmt::format("{}: two of the files are of school year {} (years of their own are wanted)",
                       args.files[i], years[i].year)});
  auto const figures = backcast(years, args.seed, args.replicates);
  auto const json = backcast_json(figures, years.front().year);
  if (!args.readme.empty())
    write_file(args.readme,
               between_marks(args.readme, "backcast", backcast_markdown(figures, years.front().year)));
  if (!args.json_file.empty())
    write_file(args.json_file, json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
#ifdef LIKVARD_PAGE
  if (!args.page.empty()) write_file(args.page, national_page({{"backcast", json}}));
#endif
  TextTable table{{"year", "figure", "estimated on", "municipalities", "in 50 %", "in 90 %", "mean: expected",
                   "happened", "spread: expected", "happened"},
                  {false, false, false, true, true, true, true, true, true, true},
                  {}};
  for (auto const& f : figures)
    table.rows.push_back({f.year, f.figure, f.estimated_on + (f.in_sample ? " (the same)" : ""),
                          fmt::format("{}", f.rows.size()), fmt::format("{:.0f} %", 100 * f.within_50),
                          fmt::format("{:.0f} %", 100 * f.within_90), fmt::format("{:.4g}", f.mean_expected),
                          fmt::format("{:.4g}", f.mean_happened), fmt::format("{:.4g}", f.sd_expected),
                          fmt::format("{:.4g}", f.sd_happened)});
  out(fmt::format("From the units of {}, {} times: how many municipalities lie within the model's 50 and 90 "
                  "% intervals, and the "
                  "mean and spread over municipalities.",
                  years.front().year, args.replicates));
  fmt::print("{}", to_text(table));
  out("Taken as given: the mean change of each share and of pupils. How units change is estimated on the "
      "years "
      "that the table names, not on those predicted; where there are only two years it is the same ones.");
  return ok;
}

} // namespace likvard::cli
