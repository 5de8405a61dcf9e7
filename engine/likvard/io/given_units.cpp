#include "likvard/core/text.hpp"
#include "likvard/io/detail/csv.hpp"
#include "likvard/io/detail/unit_columns.hpp"
#include "likvard/io/units_file.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard {
namespace {

/// "0604", as spreadsheets leave it: "604".
std::string_view without_zeros(std::string_view code) {
  code.remove_prefix(std::min(code.find_first_not_of('0'), code.size()));
  return code;
}

std::vector<UnitRow const*> find_units(UnitTable const& table, std::string const& municipality) {
  std::string const wanted = detail::normalised(municipality);
  std::vector<UnitRow const*> units;
  for (auto const& row : table.rows)
    if (municipality.empty() || detail::normalised(row.municipality) == wanted ||
        (!row.municipality_code.empty() &&
         without_zeros(row.municipality_code) == without_zeros(municipality)))
      units.push_back(&row);
  return units;
}

/// Shares of the column at the units, as they stand in the file; suppressed and missing ones filled in.
std::vector<double> shares_at(std::vector<UnitRow const*> const& units, Cell UnitRow::* column,
                              double otherwise) {
  std::vector<double> shares;
  for (auto const* row : units) shares.push_back(share_of(row->*column, row->pupils.value, otherwise));
  return shares;
}

} // namespace

std::vector<std::string> municipalities(UnitTable const& table) {
  std::vector<std::string> names;
  for (auto const& row : table.rows)
    if (std::find(names.begin(), names.end(), row.municipality) == names.end())
      names.push_back(row.municipality);
  return names;
}

bool has_municipality(UnitTable const& table, std::string const& municipality) {
  if (municipality.empty()) return municipalities(table).size() == 1;
  return !find_units(table, municipality).empty();
}

std::vector<UnitRow const*> units_of(UnitTable const& table, std::string const& municipality) {
  auto const names = municipalities(table);
  if (municipality.empty() && names.size() > 1)
    throw ScenarioError({fmt::format("{}: holds {} municipalities (name one, e.g. '{}')", table.path,
                                     names.size(), names.front())});
  auto units = find_units(table, municipality);
  if (!units.empty()) return units;
  std::vector<std::string_view> const candidates(names.begin(), names.end());
  auto const close = nearest(municipality, candidates);
  throw ScenarioError(
      {fmt::format("{}: no municipality '{}'{}", table.path, detail::beginning(municipality, 60),
                   close.empty() ? fmt::format(" (the file has {}, from '{}' to '{}')", names.size(),
                                               names.front(), names.back())
                                 : fmt::format(" - did you mean '{}'?", close))});
}

double share_of(Cell const& cell, double pupils, double otherwise) {
  if (cell.state == Cell::State::known) return cell.value;
  if (cell.state == Cell::State::suppressed && pupils > 0) {
    double const few = std::min((cell.most + 1) / 2, pupils / 2) / pupils;
    return cell.of_others ? 1 - few : few;
  }
  return otherwise;
}

MemberRange members_of(Cell const& cell, double pupils) {
  switch (cell.state) {
  case Cell::State::known: {
    double const known = pupils * cell.value;
    double const about = std::min(4.0, pupils); // "~100" hides one to four others
    if (!cell.approximate) return {known, known};
    return cell.of_others ? MemberRange{0, about} : MemberRange{pupils - about, pupils};
  }
  case Cell::State::suppressed: {
    double const most = std::min(cell.most, pupils);
    return cell.of_others ? MemberRange{pupils - most, pupils} : MemberRange{0, most};
  }
  default: return {0, pupils};
  }
}

bool has_pupils(UnitRow const& row) {
  return row.pupils.state == Cell::State::known && row.pupils.value >= 1;
}

std::optional<MeanShare> mean_share(std::vector<UnitRow const*> const& units, Cell UnitRow::* column) {
  MeanShare mean;
  double sum = 0, pupils = 0;
  for (auto const* row : units) {
    auto const state = (row->*column).state;
    bool const suppressed = state == Cell::State::suppressed;
    if (!has_pupils(*row) || (state != Cell::State::known && !suppressed)) continue;
    sum += row->pupils.value * share_of(row->*column, row->pupils.value, 0);
    pupils += row->pupils.value;
    ++mean.units;
    mean.suppressed += suppressed;
  }
  if (mean.units == 0) return std::nullopt;
  mean.share = sum / pupils;
  return mean;
}

GivenUnits given_units(UnitTable const& table, std::string const& municipality,
                       std::span<std::string const> columns) {
  if (table.kind != UnitFileKind::pupils)
    throw ScenarioError({fmt::format(
        "{}: holds final grades, not pupils (the export 'Antal elever per årskurs' is wanted)", table.path)});
  GivenUnits out;
  std::vector<UnitRow const*> used;
  for (auto const* row : units_of(table, municipality)) {
    if (!has_pupils(*row)) continue;
    used.push_back(row);
    out.name.push_back(row->name);
    out.pupils.push_back(static_cast<std::uint32_t>(std::llround(row->pupils.value)));
    out.independent.push_back(row->independent ? 1 : 0);
    std::array<double, 3> phase{};
    for (std::size_t g = 0; g < row->grade.size(); ++g)
      if (row->grade[g].state == Cell::State::known) phase[g / 3] += row->grade[g].value;
    out.phase.push_back(phase);
  }
  if (used.empty())
    throw ScenarioError(
        {fmt::format("{}: no unit of '{}' has a known number of pupils", table.path, municipality)});
  for (auto const& column : columns) {
    auto& first = out.first_share.emplace_back();
    if (column.empty()) continue;
    bool const foreign = column == "foreign";
    Cell UnitRow::* const cell = foreign ? &UnitRow::foreign : &UnitRow::post_secondary;
    auto const mean = mean_share(used, cell);
    if (!mean)
      throw ScenarioError({fmt::format("{}: no unit of '{}' has a share in the column for '{}'", table.path,
                                       municipality, column)});
    first = shares_at(used, cell, mean->share);
    if (foreign)
      for (double& share : first) share = 1 - share;
  }
  return out;
}

} // namespace likvard
