#include "import_facts.hpp"

#include "table.hpp"

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
  out(fmt::format("  {} units in {} {}, {:.0f} {}", table.rows.size(), municipalities(table).size(),
                  municipalities(table).size() == 1 ? "municipality" : "municipalities", pupils,
                  table.kind == UnitFileKind::pupils ? "pupils in grades 1-9"
                                                     : "leavers (where not hidden)"));
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

nlohmann::json ends(Interval const& interval) {
  return nlohmann::json::array({interval.low, interval.high});
}

nlohmann::json marker_json(MarkerFacts const& m) {
  return {{"units", m.units},
          {"could_be",
           {{"share", ends(m.bounds.share)},
            {"dissimilarity", ends(m.bounds.dissimilarity)},
            {"variance_ratio", ends(m.bounds.variance_ratio)},
            {"eps2", ends(m.bounds.eps2)},
            {"theil_h", ends(m.bounds.theil_h)},
            {"p_value", ends(m.p_bounds)},
            {"exact", m.bounds.dissimilarity_exact}}},
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
  auto const& b = m.bounds;
  bool const hidden = m.hidden();
  std::string line = fmt::format(
      "  {}: {:.1f} %{} of pupils ({} units", name, 100 * m.index.share,
      hidden ? fmt::format(" [{:.1f} to {:.1f}]", 100 * b.share.low, 100 * b.share.high) : "", m.units);
  if (m.suppressed) line += fmt::format(", {} of them with a suppressed share", m.suppressed);
  if (m.missing) line += fmt::format("; {} more without data", m.missing);
  out(line + ")");
  if (!m.index.defined) return out("    one unit or one group only: there is no unevenness to measure");
  auto const with = [&](double value, Interval const& could, int decimals) {
    return hidden ? fmt::format("{:.{}f} [{:.{}f} to {:.{}f}]", value, decimals, could.low, decimals,
                                could.high, decimals)
                  : fmt::format("{:.{}f}", value, decimals);
  };
  out(fmt::format(
      "    dissimilarity D {} (chance alone would give {:.3f}); variance ratio V {} (chance {:.4f})",
      with(m.index.dissimilarity, b.dissimilarity, 3), m.expected_dissimilarity,
      with(m.index.variance_ratio, b.variance_ratio, 4), m.expected_variance_ratio));
  out(fmt::format("    free of chance {}; H {}", with(m.index.eps2, b.eps2, 4),
                  with(m.index.theil_h, b.theil_h, 4)));
  if (m.largest_variance_ratio < 0.995)
    out(fmt::format("    units of these sizes allow V up to {:.3f}", m.largest_variance_ratio));
  auto const p_text = [](double p) {
    return p < 1e-4 ? std::string("< 0.0001") : fmt::format("= {:.2g}", p);
  };
  if (hidden && (m.p_bounds.low < 0.05) != (m.p_bounds.high < 0.05))
    out(fmt::format(
        "    whether the units differ by more than chance (5 % level) depends on what is hidden: p from "
        "{:.2g} to {:.2g}",
        m.p_bounds.low, m.p_bounds.high));
  else
    out(m.p_value < 0.05 ? fmt::format("    the units differ by more than chance (p {}){}", p_text(m.p_value),
                                       hidden ? ", whatever is hidden" : "")
                         : fmt::format("    the unevenness cannot be told from chance (p = {:.2f}){}",
                                       m.p_value, hidden ? ", whatever is hidden" : ""));
}

/// What the brackets are, once.
void print_brackets(MunicipalityFacts const& f) {
  auto const bracketed = [](MarkerFacts const& m) { return m.units > 0 && m.hidden(); };
  if (!bracketed(f.low_education) && !bracketed(f.foreign)) return;
  bool const exact = f.low_education.bounds.dissimilarity_exact && f.foreign.bounds.dissimilarity_exact;
  out(fmt::format(
      "  [a to b]: what it could be, as a suppressed share ('..') may stand for 0 to 9 pupils, '~100' "
      "for 0 to 4 short of all and no data for any number. Upper ends are exact{}; lower ends allow "
      "fractions of a pupil. The number before it has suppressed shares at the middle, and units "
      "without data left out.",
      exact ? "" : " but D's, which is an outer bound"));
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
  print_brackets(f);
}

void print_series(std::vector<MunicipalityFacts> const& years) {
  out("");
  out("Over the years (free of chance = V without what chance gives; [a to b] = what hidden cells allow):");
  TextTable table{{"school year", "units", "pupils", "group", "%", "D", "by chance", "free of chance"},
                  {false, true, true, false, true, true, true, true},
                  {}};
  for (auto const& f : years) {
    for (auto const& [name, m] :
         {std::pair<char const*, MarkerFacts const&>{"low education", f.low_education},
          {"foreign", f.foreign}}) {
      bool const any = m.units > 0, defined = m.index.defined, hidden = m.hidden();
      auto const cell = [&](bool there, double value, Interval const& could, double times, int decimals) {
        if (!there) return std::string("-");
        auto text = fmt::format("{:.{}f}", times * value, decimals);
        if (hidden)
          text +=
              fmt::format(" [{:.{}f} to {:.{}f}]", times * could.low, decimals, times * could.high, decimals);
        return text;
      };
      table.rows.push_back({f.school_year.empty() ? "not said" : f.school_year, fmt::format("{}", f.units),
                            fmt::format("{:.0f}", f.pupils), name,
                            cell(any, m.index.share, m.bounds.share, 100, 1),
                            cell(defined, m.index.dissimilarity, m.bounds.dissimilarity, 1, 3),
                            defined ? fmt::format("{:.3f}", m.expected_dissimilarity) : "-",
                            cell(defined, m.index.eps2, m.bounds.eps2, 1, 4)});
    }
  }
  std::string text = to_text(table);
  if (text.ends_with('\n')) text.pop_back();
  out(text);
}

void print_joined(UnitHistories const& histories) {
  auto const in_newest = std::count_if(histories.units.begin(), histories.units.end(),
                                       [](auto const& unit) { return unit.year.back() != nullptr; });
  auto const in_all = std::count_if(histories.units.begin(), histories.units.end(), [](auto const& unit) {
    return std::none_of(unit.year.begin(), unit.year.end(), [](auto const* row) { return row == nullptr; });
  });
  auto const with_grades = std::count_if(histories.units.begin(), histories.units.end(),
                                         [](auto const& unit) { return unit.grades != nullptr; });
  std::string text = fmt::format("Joined on the unit's {}:", histories.by_name ? "name" : "code");
  if (histories.years.size() > 1)
    text += fmt::format(" {} units stand in all {} years, {} of the newest year's {} do not, {} are gone;",
                        in_all, histories.years.size(), in_newest - in_all, in_newest,
                        static_cast<std::ptrdiff_t>(histories.units.size()) - in_newest);
  text += fmt::format(" {} have final grades", with_grades);
  if (histories.grades_unmatched)
    text += fmt::format(" ({} units with grades are in no file of pupils)", histories.grades_unmatched);
  out("");
  out(text);
  if (histories.years.size() < 2) return;
  for (auto const& [name, column] :
       {std::pair<char const*, Cell UnitRow::*>{"with post-secondary parents", &UnitRow::post_secondary},
        {"of foreign background", &UnitRow::foreign}}) {
    auto const change = share_change(histories, column);
    if (change.units < 2) continue;
    out(fmt::format(
        "  from {} to {} a unit's share {} changed by sd {:.1f} percentage points beyond the mean ({} "
        "units; new pupils by chance alone: {:.1f})",
        histories.years[histories.years.size() - 2], histories.years.back(), name, 100 * change.sd,
        change.units, 100 * change.by_chance));
  }
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
  return {{"share", facts.share}, {"could_be", ends(facts.bounds)}, {"leavers", facts.leavers},
          {"units", facts.units}, {"hidden", facts.hidden},         {"school_year", school_year}};
}

} // namespace likvard::cli
