#include "commands.hpp"
#include "marks.hpp"
#include "table.hpp"

#include "likvard/analysis/json_number.hpp"
#include "likvard/analysis/national_statistics.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/municipality_table.hpp"
#include "likvard/study/ensemble.hpp"
#include "likvard/study/errors.hpp"

#include <tbb/parallel_for.h>

#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace likvard::cli {
namespace {

std::string marks_of(EnsembleArgs const& args) {
  return args.against.empty() ? "ensemble-" + args.stage : "ensemble";
}

std::string short_number(double x) {
  return std::isfinite(x) ? fmt::format("{:.4g}", x) : "-";
}

void print_chance(std::vector<MunicipalityRow> const& rows) {
  TextTable table{
      {"units", "low education", "of", "foreign background", "of"}, {false, true, true, true, true}, {}};
  auto const low = told_from_chance(rows, &MunicipalityRow::low_education);
  auto const foreign = told_from_chance(rows, &MunicipalityRow::foreign);
  auto const percent = [](double x) { return std::isfinite(x) ? fmt::format("{:.0f} %", 100 * x) : "-"; };
  for (std::size_t i = 0; i < low.size(); ++i)
    table.rows.push_back({low[i].units, percent(low[i].share), fmt::format("{}", low[i].municipalities),
                          percent(foreign[i].share), fmt::format("{}", foreign[i].municipalities)});
  out("Municipalities whose unevenness cannot be told from random allocation (χ² test, 5 %), by number of "
      "units:");
  fmt::print("{}", to_text(table));
}

bool has_error(FigureMatch const& m) {
  return std::isfinite(m.achieved - m.target) && m.standard_error > 0;
}

struct Apart {
  std::size_t told = 0, apart = 0; ///< figures with an error; of them differing by more than twice it
};
Apart count_apart(std::vector<FigureMatch> const& match) {
  Apart out;
  for (auto const& m : match) {
    out.told += has_error(m);
    out.apart += has_error(m) && std::abs(m.achieved - m.target) > 2 * m.standard_error;
  }
  return out;
}

/// Figures of a target and of the municipalities made, how far apart, and how many are.
std::string match_markdown(std::vector<FigureMatch> const& match) {
  std::string rows;
  auto const [told, apart] = count_apart(match);
  for (auto const& m : match) {
    double const d = m.achieved - m.target;
    rows += fmt::format("| {}: {} | {} | {} | {} | {} | {} |\n", m.kind, m.name, short_number(m.target),
                        short_number(m.achieved), short_number(d), short_number(m.standard_error),
                        has_error(m) ? fmt::format("{:.1f}", d / m.standard_error) : "–");
  }
  return fmt::format(
      "{} of {} figures differ by more than twice their standard error ({:.0f} would by chance "
      "alone).\n\n| figure | target | achieved | difference | standard error | z |\n| --- | "
      "--- | --- | --- | --- | --- |\n{}",
      apart, told, 0.0455 * static_cast<double>(told), rows);
}

/// Who can be told from chance in a real table and in a synthetic one.
std::string chance_markdown(std::vector<MunicipalityRow> const& real,
                            std::vector<MunicipalityRow> const& made) {
  std::string text;
  text +=
      "\nMunicipalities whose unevenness cannot be told from random allocation (χ² test, 5 %), by number of "
      "units:\n\n| units | low education: real | synthetic | foreign background: real | synthetic |\n| --- | "
      "--- | --- "
      "| --- | --- |\n";
  auto const share = [](ChanceClass const& c) {
    double const n = static_cast<double>(c.municipalities);
    return n > 0 ? fmt::format("{:.0f} ± {:.0f} % of {}", 100 * c.share,
                               100 * std::sqrt(c.share * (1 - c.share) / n), c.municipalities)
                 : std::string("–");
  };
  auto const low = told_from_chance(real, &MunicipalityRow::low_education),
             low_made = told_from_chance(made, &MunicipalityRow::low_education),
             foreign = told_from_chance(real, &MunicipalityRow::foreign),
             foreign_made = told_from_chance(made, &MunicipalityRow::foreign);
  for (std::size_t i = 0; i < low.size(); ++i)
    text += fmt::format("| {} | {} | {} | {} | {} |\n", low[i].units, share(low[i]), share(low_made[i]),
                        share(foreign[i]), share(foreign_made[i]));
  return text;
}

void print_match(std::vector<FigureMatch> const& match) {
  TextTable table{{"", "target", "achieved", "difference", "standard error", "z"},
                  {false, true, true, true, true, true},
                  {}};
  std::string kind;
  auto const [told, apart] = count_apart(match);
  for (auto const& m : match) {
    if (m.kind != kind) table.rows.push_back({m.kind, "", "", "", "", ""});
    kind = m.kind;
    double const d = m.achieved - m.target;
    table.rows.push_back({"  " + m.name, short_number(m.target), short_number(m.achieved), short_number(d),
                          short_number(m.standard_error),
                          has_error(m) ? fmt::format("{:.1f}", d / m.standard_error) : "-"});
  }
  fmt::print("{}", to_text(table));
  out(fmt::format(
      "{} of {} figures differ by more than twice their standard error (5 % would by chance alone).", apart,
      told));
}

/// The rows against a real table, or against what is published of a stage.
void tell_match(std::vector<MunicipalityRow> const& rows, EnsembleArgs const& args, Stage stage) {
  std::vector<MunicipalityRow> target;
  if (!args.against.empty()) target = read_municipalities(args.against).rows;
  auto const match =
      target.empty() ? match_figures(published_figures(stage), rows, 1) : match_tables(target, rows, 1);
  if (!args.readme.empty()) {
    std::string text = match_markdown(match);
    if (!target.empty()) text += chance_markdown(target, rows);
    write_file(args.readme, between_marks(args.readme, marks_of(args), text));
  }
  if (!args.json) return print_match(match);
  auto list = nlohmann::json::array();
  for (auto const& m : match)
    list.push_back({{"kind", m.kind},
                    {"name", m.name},
                    {"target", json_number(m.target)},
                    {"achieved", json_number(m.achieved)},
                    {"standard_error", json_number(m.standard_error)}});
  out(nlohmann::json{{"municipalities", rows.size()}, {"figures", list}}.dump(2));
}

} // namespace

void tell_table(std::vector<MunicipalityRow> const& rows, bool json) {
  if (!json) return print_chance(rows);
  auto list = nlohmann::json::array();
  for (auto const& f : table_figures(rows))
    list.push_back({{"kind", f.kind}, {"name", f.name}, {"value", json_number(f.value)}});
  out(nlohmann::json{{"municipalities", rows.size()}, {"figures", list}}.dump(2));
}

int ensemble(EnsembleArgs const& args) {
  if (!args.readme.empty()) between_marks(args.readme, marks_of(args), "");
  Stage const stage = args.stage == "forskola" ? Stage::forskola : Stage::grundskola;
  // A table alone is told by its own figures.
  bool const compared =
      !args.against.empty() || !args.readme.empty() || (args.table.empty() && args.output.empty());
  auto const tell = [&](std::vector<MunicipalityRow> const& rows) {
    if (compared) return tell_match(rows, args, stage);
    tell_table(rows, args.json);
  };
  if (!args.table.empty()) {
    tell(read_municipalities(args.table).rows);
    return ok;
  }
  EnsembleLaw const law = ensemble_law(stage);
  std::string const source = fmt::format("synthetic ({}, seed {}, {} municipalities): likvard ensemble",
                                         args.stage, args.seed, args.municipalities);
  // Made, written and forgotten a batch at a time; only what the figures need is kept when they are asked
  // for.
  constexpr std::uint32_t batch = 256;
  bool const keep = args.output.empty() || !args.against.empty() || args.municipalities <= 100'000;
  std::vector<MunicipalityRow> rows, kept;
  std::ofstream file;
  std::filesystem::path const temporary = args.output.empty() ? "" : temporary_name(args.output);
  if (!args.output.empty()) {
    check_writable(args.output);
    file.open(temporary, std::ios::binary);
    file << municipality_header() << '\n';
  }
  for (std::uint32_t from = 0; from < args.municipalities; from += batch) {
    rows.assign(std::min(batch, args.municipalities - from), {});
    tbb::parallel_for(std::size_t{0}, rows.size(), [&](std::size_t i) {
      rows[i] = synthetic_municipality(law, stage, args.seed, from + static_cast<std::uint32_t>(i),
                                       args.municipalities);
    });
    if (!args.output.empty())
      for (auto const& row : rows) file << municipality_line(row, source) << '\n';
    if (keep) kept.insert(kept.end(), rows.begin(), rows.end());
  }
  if (!args.output.empty()) {
    file.close();
    if (!file) {
      std::filesystem::remove(temporary);
      throw FileError(args.output + ": cannot be written");
    }
    publish(temporary, args.output);
    if (!args.json)
      out(fmt::format("{}: {} synthetic municipalities, {}", args.output, args.municipalities, args.stage));
  }
  if (keep) tell(kept);
  return ok;
}

} // namespace likvard::cli
