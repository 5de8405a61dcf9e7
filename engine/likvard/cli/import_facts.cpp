#include "import_facts.hpp"

#include "table.hpp"

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

} // namespace

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

namespace {

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
          {"variance_ratio_largest", m.largest_variance_ratio},
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
  if (m.largest_variance_ratio < 0.995)
    out(fmt::format("    units of these sizes allow V up to {:.3f}", m.largest_variance_ratio));
  out(m.p_value < 0.05
          ? fmt::format("    the units differ by more than chance (p {})",
                        m.p_value < 1e-4 ? "< 0.0001" : fmt::format("= {:.2g}", m.p_value))
          : fmt::format("    the unevenness cannot be told from chance (p = {:.2f})", m.p_value));
}

} // namespace

void print_facts(MunicipalityFacts const& f) {
  out("");
  out(fmt::format(
      "{}{}{}: {} units, {:.0f} pupils in grades 1-9; {} units with {:.0f} pupils are independent",
      f.name.empty() ? "the municipality" : f.name, f.code.empty() ? "" : " (" + f.code + ")",
      f.school_year.empty() ? "" : ", " + f.school_year, f.units, f.pupils, f.independent,
      f.independent_pupils));
  if (f.unknown_size)
    out(fmt::format("  {} units without a known number of pupils are left out", f.unknown_size));
  print_marker("parents without post-secondary education", f.low_education);
  print_marker("foreign background", f.foreign);
}

void print_series(std::vector<MunicipalityFacts> const& years) {
  out("");
  out("Over the years (D, by chance; free of chance = V without what chance gives):");
  TextTable table{{"school year", "units", "pupils", "low education %", "D", "by chance", "free of chance",
                   "foreign %", "D", "by chance", "free of chance"},
                  std::vector<bool>(11, true),
                  {}};
  table.right[0] = false;
  for (auto const& f : years) {
    auto& row = table.rows.emplace_back(
        std::vector<std::string>{f.school_year.empty() ? "not said" : f.school_year,
                                 fmt::format("{}", f.units), fmt::format("{:.0f}", f.pupils)});
    for (auto const* m : {&f.low_education, &f.foreign}) {
      bool const any = m->units > 0, defined = m->index.defined;
      row.push_back(any ? fmt::format("{:.1f}", 100 * m->index.share) : "-");
      row.push_back(defined ? fmt::format("{:.3f}", m->index.dissimilarity) : "-");
      row.push_back(defined ? fmt::format("{:.3f}", m->expected_dissimilarity) : "-");
      row.push_back(defined ? fmt::format("{:.4f}", m->index.eps2) : "-");
    }
  }
  std::string text = to_text(table);
  if (text.ends_with('\n')) text.pop_back();
  out(text);
}

nlohmann::json facts_json(MunicipalityFacts const& facts) {
  return {{"name", facts.name},
          {"code", facts.code},
          {"school_year", facts.school_year},
          {"units", facts.units},
          {"pupils", facts.pupils},
          {"units_of_unknown_size", facts.unknown_size},
          {"independent_units", facts.independent},
          {"independent_pupils", facts.independent_pupils},
          {"low_education", marker_json(facts.low_education)},
          {"foreign", marker_json(facts.foreign)}};
}

nlohmann::json qualified_json(QualifiedFacts const& facts, std::string const& school_year) {
  return {{"share", facts.share},
          {"leavers", facts.leavers},
          {"units", facts.units},
          {"hidden", facts.hidden},
          {"school_year", school_year}};
}

} // namespace likvard::cli
