#include "commands.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/import.hpp"
#include "likvard/study/errors.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

struct CellCounts {
  std::size_t known = 0, suppressed = 0, missing = 0;
};

CellCounts count_cells(UnitTable const& table, Cell UnitRow::* column) {
  CellCounts counts;
  for (auto const& row : table.rows) {
    auto const state = (row.*column).state;
    if (state == Cell::State::known)
      ++counts.known;
    else if (state == Cell::State::suppressed)
      ++counts.suppressed;
    else
      ++counts.missing;
  }
  return counts;
}

std::vector<std::pair<std::string, Cell UnitRow::*>> columns_of(UnitTable const& table) {
  if (table.kind == UnitFileKind::pupils)
    return {{"pupils", &UnitRow::pupils},
            {"foreign background", &UnitRow::foreign},
            {"post-secondary parents", &UnitRow::post_secondary}};
  return {{"leavers", &UnitRow::leavers}, {"qualified", &UnitRow::qualified}, {"merit", &UnitRow::merit}};
}

nlohmann::json file_json(UnitTable const& table) {
  nlohmann::json columns, odd = nlohmann::json::array();
  for (auto const& [name, column] : columns_of(table)) {
    auto const c = count_cells(table, column);
    columns[name] = {{"known", c.known}, {"suppressed", c.suppressed}, {"missing", c.missing}};
  }
  for (auto const& o : table.oddities)
    odd.push_back({{"line", o.line}, {"column", o.column}, {"text", o.text}});
  return {{"file", table.path},
          {"kind", table.kind == UnitFileKind::pupils ? "pupils" : "grades"},
          {"school_year", table.school_year},
          {"encoding", table.encoding},
          {"separator", table.separator},
          {"units", table.rows.size()},
          {"municipalities", municipalities(table).size()},
          {"columns", columns},
          {"oddities", odd}};
}

void print_file(UnitTable const& table) {
  double pupils = 0;
  for (auto const& row : table.rows)
    pupils += table.kind == UnitFileKind::pupils ? row.pupils.value : row.leavers.value;
  out(fmt::format("{}", table.path));
  out(fmt::format("  {}, school year {}, {}, separator '{}'",
                  table.kind == UnitFileKind::pupils ? "pupils per unit" : "final grades per unit",
                  table.school_year.empty() ? "not said" : table.school_year, table.encoding,
                  table.separator));
  out(fmt::format(
      "  {} units in {} municipalities, {:.0f} {}", table.rows.size(), municipalities(table).size(), pupils,
      table.kind == UnitFileKind::pupils ? "pupils in grades 1-9" : "leavers (where not hidden)"));
  for (auto const& [name, column] : columns_of(table)) {
    auto const c = count_cells(table, column);
    out(fmt::format("  {:<24} {} known, {} suppressed, {} not there", name, c.known, c.suppressed,
                    c.missing));
  }
  for (auto const& o : table.oddities)
    out(fmt::format("  {}{}{}", o.line ? fmt::format("row {}: ", o.line) : "",
                    o.column.empty() ? "" : o.column + " ", o.text));
}

nlohmann::json marker_json(MarkerFacts const& m) {
  return {{"units", m.units},
          {"suppressed", m.suppressed},
          {"missing", m.missing},
          {"defined", m.index.defined},
          {"share", m.index.share},
          {"dissimilarity", m.index.dissimilarity},
          {"dissimilarity_by_chance", m.expected_dissimilarity},
          {"variance_ratio", m.index.variance_ratio},
          {"variance_ratio_by_chance", m.expected_variance_ratio},
          {"eps2", m.index.eps2},
          {"theil_h", m.index.theil_h},
          {"p_value", m.p_value}};
}

void print_marker(std::string const& name, MarkerFacts const& m) {
  if (m.units == 0) return out(fmt::format("  {}: no unit of 10 pupils or more has a known share", name));
  std::string line = fmt::format("  {}: {:.1f} % of pupils ({} units", name, 100 * m.index.share, m.units);
  if (m.suppressed) line += fmt::format(", {} suppressed shares set to min(5, n/2) pupils", m.suppressed);
  if (m.missing) line += fmt::format(", {} without a share", m.missing);
  out(line + ")");
  if (!m.index.defined) return out("    one unit or one group only: there is no unevenness to measure");
  out(fmt::format("    dissimilarity D {:.3f} (chance alone would give {:.3f}); variance ratio V {:.4f} "
                  "(chance {:.4f}); free of chance {:.4f}; H {:.4f}",
                  m.index.dissimilarity, m.expected_dissimilarity, m.index.variance_ratio,
                  m.expected_variance_ratio, m.index.eps2, m.index.theil_h));
  out(m.p_value < 0.05
          ? fmt::format("    the units differ by more than chance (p {})",
                        m.p_value < 1e-4 ? "< 0.0001" : fmt::format("= {:.2g}", m.p_value))
          : fmt::format("    the unevenness cannot be told from chance (p = {:.2f})", m.p_value));
}

void print_facts(MunicipalityFacts const& f) {
  out("");
  out(fmt::format(
      "{} ({}), {}: {} units, {:.0f} pupils in grades 1-9; {} units with {:.0f} pupils are independent",
      f.name, f.code, f.school_year, f.units, f.pupils, f.independent, f.independent_pupils));
  if (f.unknown_size)
    out(fmt::format("  {} units without a known number of pupils are left out", f.unknown_size));
  print_marker("parents without post-secondary education", f.low_education);
  print_marker("foreign background", f.foreign);
}

/// "Upplands Väsby" -> "upplands-väsby.toml".
std::string default_output(std::string const& municipality) {
  std::string name;
  for (char c : municipality) {
    if (c >= 'A' && c <= 'Z')
      name += static_cast<char>(c - 'A' + 'a');
    else if (c == ' ' || c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20)
      name += '-';
    else
      name += c;
  }
  return (name.empty() ? "municipality" : name) + ".toml";
}

void write_scenario(ImportArgs const& args, UnitTable const& table, MunicipalityFacts const& facts,
                    std::optional<QualifiedFacts> const& qualified, std::string const& grades_file) {
  std::string const output = args.output.empty() ? default_output(facts.name) : args.output;
  auto const folder =
      output == "-" ? std::filesystem::current_path() : std::filesystem::absolute(output).parent_path();
  auto const source = std::filesystem::absolute(table.path);
  auto relative = source.lexically_relative(folder);
  std::string const text = scenario_text(table, facts, qualified, grades_file,
                                         relative.empty() ? source.string() : relative.string());
  if (output == "-") {
    fmt::print("{}", text);
    return;
  }
  write_file(output, text);
  if (!args.json)
    out(fmt::format("\n{}: a scenario for {}; try: likvard run {}", output, facts.name, output));
}

} // namespace

int import(ImportArgs const& args) {
  std::vector<UnitTable> tables;
  for (auto const& file : args.files) tables.push_back(read_units(file));
  bool const to_stdout = args.output == "-";
  auto files = nlohmann::json::array();
  for (auto const& table : tables) {
    files.push_back(file_json(table));
    if (!args.json && !to_stdout) print_file(table);
  }
  // The newest school year of pupils makes the scenario; the others are shown beside it.
  std::vector<UnitTable const*> pupils;
  UnitTable const* grades = nullptr;
  for (auto const& table : tables) {
    if (table.kind == UnitFileKind::pupils)
      pupils.push_back(&table);
    else if (!grades || table.school_year > grades->school_year)
      grades = &table;
  }
  std::stable_sort(pupils.begin(), pupils.end(),
                   [](auto const* a, auto const* b) { return a->school_year < b->school_year; });
  nlohmann::json found = nlohmann::json::array();
  bool const single = !pupils.empty() && municipalities(*pupils.back()).size() == 1;
  if (!pupils.empty() && (!args.municipality.empty() || single)) {
    for (auto const* table : pupils) {
      auto const facts = municipality_facts(*table, args.municipality);
      found.push_back({{"name", facts.name},
                       {"code", facts.code},
                       {"school_year", facts.school_year},
                       {"units", facts.units},
                       {"pupils", facts.pupils},
                       {"independent_units", facts.independent},
                       {"low_education", marker_json(facts.low_education)},
                       {"foreign", marker_json(facts.foreign)}});
      if (!args.json && !to_stdout) print_facts(facts);
    }
    std::optional<QualifiedFacts> qualified;
    std::string grades_file;
    if (grades) {
      grades_file = std::filesystem::path(grades->path).filename().string();
      qualified = qualified_facts(*grades, args.municipality);
      if (!args.json && !to_stdout)
        out(qualified ? fmt::format("  {:.1f} % of {:.0f} leavers in {} units qualified for upper-secondary "
                                    "school ({}; {} units hidden)",
                                    100 * qualified->share, qualified->leavers, qualified->units,
                                    grades->school_year, qualified->hidden)
                      : fmt::format("  shares qualified are hidden for all units in {}", grades_file));
    }
    write_scenario(args, *pupils.back(), municipality_facts(*pupils.back(), args.municipality), qualified,
                   grades_file);
  } else if (!args.json && !to_stdout) {
    out(pupils.empty() ? "\nFinal grades alone make no scenario: add an export of pupils per grade."
                       : "\nAdd --municipality NAME for its facts and a scenario of its own.");
  }
  if (args.json && !to_stdout) out(nlohmann::json{{"files", files}, {"municipality", found}}.dump(2));
  return ok;
}

} // namespace likvard::cli
