#include "likvard/io/municipality_table.hpp"

#include "likvard/io/detail/csv.hpp"
#include "likvard/io/detail/scenario_problems.hpp"
#include "likvard/io/number_table.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace likvard {
namespace {

struct NumberColumn {
  std::string_view name;
  double& (*of)(MunicipalityRow&);
};

constexpr std::array<NumberColumn, 21> number_columns{{
    {"pupils", [](MunicipalityRow& r) -> double& { return r.pupils; }},
    {"units", [](MunicipalityRow& r) -> double& { return r.units; }},
    {"size_sd", [](MunicipalityRow& r) -> double& { return r.size_sd; }},
    {"independent_share", [](MunicipalityRow& r) -> double& { return r.independent_share; }},
    {"low_education", [](MunicipalityRow& r) -> double& { return r.low_education.share; }},
    {"foreign", [](MunicipalityRow& r) -> double& { return r.foreign.share; }},
    {"d_low_education", [](MunicipalityRow& r) -> double& { return r.low_education.dissimilarity; }},
    {"d_foreign", [](MunicipalityRow& r) -> double& { return r.foreign.dissimilarity; }},
    {"eps2_low_education", [](MunicipalityRow& r) -> double& { return r.low_education.eps2; }},
    {"eps2_foreign", [](MunicipalityRow& r) -> double& { return r.foreign.eps2; }},
    {"h_low_education", [](MunicipalityRow& r) -> double& { return r.low_education.theil_h; }},
    {"h_foreign", [](MunicipalityRow& r) -> double& { return r.foreign.theil_h; }},
    {"units_low_education", [](MunicipalityRow& r) -> double& { return r.low_education.units; }},
    {"units_foreign", [](MunicipalityRow& r) -> double& { return r.foreign.units; }},
    {"p_low_education", [](MunicipalityRow& r) -> double& { return r.low_education.p_value; }},
    {"p_foreign", [](MunicipalityRow& r) -> double& { return r.foreign.p_value; }},
    {"systematic_low_education", [](MunicipalityRow& r) -> double& { return r.low_education.systematic; }},
    {"systematic_foreign", [](MunicipalityRow& r) -> double& { return r.foreign.systematic; }},
    {"marker_correlation", [](MunicipalityRow& r) -> double& { return r.marker_correlation; }},
    {"not_qualified", [](MunicipalityRow& r) -> double& { return r.not_qualified; }},
    {"suppressed_shares", [](MunicipalityRow& r) -> double& { return r.suppressed; }},
}};

std::string text_cell(std::string const& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string number_cell(double x) {
  return std::isfinite(x) ? fmt::format("{:.9g}", x) : std::string();
}

/// Shares of one column over units of known size.
struct MarkerColumn {
  std::vector<double> n, x;
  double suppressed = 0;
};

MarkerColumn marker_column(std::vector<UnitRow const*> const& units, Cell UnitRow::* column, bool others) {
  MarkerColumn out;
  for (auto const* row : units) {
    Cell const& share = row->*column;
    bool const hidden = share.state == Cell::State::suppressed;
    if (!has_pupils(*row) || (share.state != Cell::State::known && !hidden)) continue;
    out.suppressed += hidden;
    double const part = share_of(share, row->pupils.value, 0);
    out.n.push_back(row->pupils.value);
    out.x.push_back(row->pupils.value * (others ? 1 - part : part));
  }
  return out;
}

/// Units where both shares are known (or suppressed).
double correlation_of(std::vector<UnitRow const*> const& units) {
  std::vector<UnitRow const*> both;
  auto const there = [](Cell const& c) {
    return c.state == Cell::State::known || c.state == Cell::State::suppressed;
  };
  for (auto const* row : units)
    if (there(row->post_secondary) && there(row->foreign)) both.push_back(row);
  auto const low = marker_column(both, &UnitRow::post_secondary, true);
  auto const foreign = marker_column(both, &UnitRow::foreign, false);
  return share_correlation(low.n, low.x, foreign.x);
}

MunicipalityRow row_of(std::vector<UnitRow const*> const& units,
                       std::map<std::string, std::string> const& groups) {
  MunicipalityRow row;
  row.code = units.front()->municipality_code;
  row.name = units.front()->municipality;
  if (auto const found = groups.find(row.code); found != groups.end()) row.group = found->second;
  std::vector<double> sizes;
  double independent = 0;
  for (auto const* unit : units) {
    if (!has_pupils(*unit)) continue;
    sizes.push_back(unit->pupils.value);
    row.pupils += unit->pupils.value;
    independent += unit->independent ? unit->pupils.value : 0.0;
  }
  if (sizes.empty()) return row;
  row.units = static_cast<double>(sizes.size());
  row.size = size_class(row.pupils, row.stage);
  row.size_sd = log_size_sd(sizes);
  row.independent_share = independent / row.pupils;
  auto const low = marker_column(units, &UnitRow::post_secondary, true);
  auto const foreign = marker_column(units, &UnitRow::foreign, false);
  row.low_education = marker_row(low.n, low.x);
  row.foreign = marker_row(foreign.n, foreign.x);
  row.suppressed = low.suppressed + foreign.suppressed;
  row.marker_correlation = correlation_of(units);
  row.not_qualified = typical_not_qualified(row.low_education.share, row.foreign.share);
  settle_targets(row);
  return row;
}

/// Rows of each municipality, in file order.
std::vector<std::vector<UnitRow const*>> by_municipality(UnitTable const& table) {
  std::map<std::string, std::size_t> place;
  std::vector<std::vector<UnitRow const*>> out;
  for (auto const& row : table.rows) {
    auto const& key = row.municipality_code.empty() ? row.municipality : row.municipality_code;
    auto const [found, fresh] = place.emplace(key, out.size());
    if (fresh) out.emplace_back();
    out[found->second].push_back(&row);
  }
  return out;
}

} // namespace

std::vector<TownUnits> town_units(UnitTable const& table) {
  std::vector<TownUnits> out;
  for (auto const& units : by_municipality(table)) {
    TownUnits town{units.front()->municipality_code, units.front()->municipality, {}, {}, {}, {}};
    auto const share = [](Cell const& cell, double pupils, bool others) {
      if (cell.state != Cell::State::known && cell.state != Cell::State::suppressed) return not_known;
      double const part = share_of(cell, pupils, 0);
      return others ? 1 - part : part;
    };
    for (auto const* unit : units) {
      if (!has_pupils(*unit)) continue;
      town.pupils.push_back(unit->pupils.value);
      town.unit.push_back(unit->code.empty() ? unit->name : unit->code);
      town.low_education.push_back(share(unit->post_secondary, unit->pupils.value, true));
      town.foreign.push_back(share(unit->foreign, unit->pupils.value, false));
    }
    out.push_back(std::move(town));
  }
  return out;
}

std::string municipality_header() {
  std::string line = "code,municipality,group,size,stage";
  for (auto const& column : number_columns) line += fmt::format(",{}", column.name);
  return line + ",source";
}

std::string municipality_line(MunicipalityRow const& row, std::string const& source) {
  std::string line =
      fmt::format("{},{},{},{},{}", text_cell(row.code), text_cell(row.name), text_cell(row.group),
                  text_cell(row.size), row.stage == Stage::forskola ? "forskola" : "grundskola");
  MunicipalityRow copy = row;
  for (auto const& column : number_columns) line += "," + number_cell(column.of(copy));
  return line + "," + text_cell(source);
}

PlainTable plain_table(std::vector<MunicipalityRow> const& rows, std::string const& source) {
  std::string text = municipality_header() + '\n';
  for (auto const& row : rows) text += municipality_line(row, source) + '\n';
  auto csv = detail::parse_csv(text);
  PlainTable out{.path = source, .columns = std::move(csv.rows.front()), .rows = {}, .line = {}};
  for (std::size_t i = 1; i < csv.rows.size(); ++i)
    if (!csv.rows[i].empty()) {
      out.rows.push_back(std::move(csv.rows[i]));
      out.line.push_back(csv.line[i]);
    }
  return out;
}

MunicipalityTable read_municipalities(std::filesystem::path const& path) {
  PlainTable const table = read_plain_table(path);
  auto const place = [&](std::string_view name) {
    auto const found = std::find(table.columns.begin(), table.columns.end(), name);
    if (found == table.columns.end())
      throw ScenarioError({fmt::format("{}:1: has no column '{}' (a table as `likvard import --table` and "
                                       "`likvard ensemble` write it is wanted)",
                                       table.path, name)});
    return static_cast<std::size_t>(found - table.columns.begin());
  };
  MunicipalityTable out;
  auto const code = place("code"), name = place("municipality"), group = place("group"), size = place("size"),
             stage = place("stage"), source = place("source");
  std::vector<std::size_t> at;
  for (auto const& column : number_columns) at.push_back(place(column.name));
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    auto const& cells = table.rows[i];
    MunicipalityRow row;
    row.code = cells[code];
    row.name = cells[name];
    row.group = cells[group];
    row.size = cells[size];
    row.stage = cells[stage] == "forskola" ? Stage::forskola : Stage::grundskola;
    out.source = cells[source];
    for (std::size_t j = 0; j < number_columns.size(); ++j) {
      double& value = number_columns[j].of(row);
      if (!read_number(cells[at[j]], value))
        throw ScenarioError(
            {fmt::format("{}:{}: {} = '{}' (a number is wanted, or nothing)", table.path, table.line[i],
                         number_columns[j].name, detail::quotable(cells[at[j]]))});
    }
    for (auto const& [wanted, value] : {std::pair{"pupils", row.pupils}, {"units", row.units}})
      if (!(value >= 1))
        throw ScenarioError({fmt::format("{}:{}: {} = {:g} (at least 1 is wanted)", table.path, table.line[i],
                                         wanted, value)});
    out.rows.push_back(std::move(row));
  }
  return out;
}

MunicipalityTable municipality_rows(UnitTable const& table,
                                    std::map<std::string, std::string> const& groups) {
  MunicipalityTable out;
  out.source =
      fmt::format("Statistik från Skolverket{}{}", table.school_year.empty() ? "" : " ", table.school_year);
  for (auto const& units : by_municipality(table))
    if (auto row = row_of(units, groups); row.units > 0) out.rows.push_back(std::move(row));
  return out;
}

std::map<std::string, std::string> read_groups(std::filesystem::path const& path) {
  PlainTable const table = read_plain_table(path);
  if (table.columns.size() < 2)
    throw ScenarioError({fmt::format("{}: two columns are wanted: code and group", table.path)});
  std::map<std::string, std::string> out;
  for (auto const& row : table.rows) out[row[0]] = row[1];
  return out;
}

} // namespace likvard
