#include "likvard/io/own_groups.hpp"

#include "likvard/io/detail/csv.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace likvard {
namespace {

constexpr double most_pupils = 1e6;
constexpr std::size_t most_groups = 50, most_units = 10'000;

[[noreturn]] void refuse(OwnTable const& table, std::size_t row, std::size_t column,
                         std::string const& wanted) {
  throw ScenarioError({fmt::format("{}:{}: {} = '{}' ({} is wanted)", table.path, table.line[row],
                                   table.columns[column].name, table.text[column][row], wanted)});
}

bool is_hidden(Cell const& cell) {
  return cell.state == Cell::State::suppressed;
}

/// A number of pupils; "-" and "." are none.
double count_at(OwnTable const& table, std::size_t row, std::size_t column) {
  Cell const& cell = table.columns[column].cells[row];
  if (cell.state == Cell::State::not_applicable) return 0;
  if (cell.state != Cell::State::known || cell.value < 0 || cell.value > most_pupils)
    refuse(table, row, column, "a number of pupils, 0 to 1000000");
  return cell.value;
}

std::vector<std::string> districts(OwnTable const& table, std::string const& name) {
  return name.empty() ? std::vector<std::string>{} : table.text[find_column(table, name)];
}

/// Of one cell: the number, and what it could be.
struct Count {
  double value, low, high;
};

Count read_count(OwnTable const& table, std::size_t row, std::size_t column, double pupils, bool as_share,
                 double unit, std::size_t& hidden) {
  Cell const& cell = table.columns[column].cells[row];
  if (is_hidden(cell)) {
    ++hidden;
    double const most = std::min(9.0, pupils);
    return {std::min(5.0, pupils / 2), std::min(1.0, most), most};
  }
  if (!as_share) {
    double const x = count_at(table, row, column);
    if (x > pupils) refuse(table, row, column, fmt::format("at most the unit's {:g} pupils", pupils));
    return {x, x, x};
  }
  if (cell.state == Cell::State::not_applicable) return {0, 0, 0};
  if (cell.state != Cell::State::known || cell.value < 0 || cell.value > 1 / unit)
    refuse(table, row, column, unit == 1 ? "a share, 0 to 1" : "per cent, 0 to 100");
  double const x = cell.value * unit * pupils;
  return {x, x, x};
}

void check_size(OwnTable const& table, GroupCounts const& out) {
  if (out.unit.size() > most_units || out.group.size() > most_groups)
    throw ScenarioError({fmt::format("{}: {} units and {} groups (at most {} and {} are handled)", table.path,
                                     out.unit.size(), out.group.size(), most_units, most_groups)});
  if (!(out.counts.sum() >= 1))
    throw ScenarioError({fmt::format("{}: no pupils in these groups", table.path)});
  if (out.counts.sum() > most_pupils)
    throw ScenarioError(
        {fmt::format("{}: {:.0f} pupils (at most 1000000 are handled)", table.path, out.counts.sum())});
}

} // namespace

GroupCounts wide_groups(OwnTable const& table, GroupColumns const& wanted) {
  bool const as_shares = !wanted.shares.empty();
  auto const& names = as_shares ? wanted.shares : wanted.groups;
  if (as_shares && !wanted.groups.empty())
    throw ScenarioError({"--groups and --shares (give the groups as numbers or as shares, not both)"});
  if (wanted.pupils.empty() && (as_shares || names.size() < 2))
    throw ScenarioError(
        {fmt::format("{}: {} (name the column of all pupils with --pupils)", table.path,
                     as_shares ? "shares are of the unit's pupils" : "one group needs the others")});
  std::vector<std::size_t> columns;
  for (auto const& name : names) {
    columns.push_back(find_column(table, name));
    if (std::count(columns.begin(), columns.end(), columns.back()) > 1)
      throw ScenarioError(
          {fmt::format("{}: column '{}' is named twice", table.path, table.columns[columns.back()].name)});
  }
  double unit = 1;
  if (as_shares)
    for (std::size_t c : columns)
      for (auto const& cell : table.columns[c].cells)
        if (cell.state == Cell::State::known && cell.value > 1) unit = 0.01;
  GroupCounts out;
  for (std::size_t c : columns) out.group.push_back(table.columns[c].name);
  bool const rest = !wanted.pupils.empty();
  std::size_t const pupils_column = rest ? find_column(table, wanted.pupils) : 0;
  if (rest) out.group.push_back("others");
  auto const rows = static_cast<Eigen::Index>(table.line.size()),
             groups = static_cast<Eigen::Index>(out.group.size());
  out.counts.setZero(rows, groups);
  out.lowest.setZero(rows, groups);
  out.highest.setZero(rows, groups);
  out.unit = table.unit;
  out.district = districts(table, wanted.district);
  for (Eigen::Index k = 0; k < rows; ++k) {
    auto const row = static_cast<std::size_t>(k);
    double const pupils = rest ? count_at(table, row, pupils_column) : most_pupils;
    double sum = 0, low = 0, high = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto const count = read_count(table, row, columns[i], pupils, as_shares, unit, out.hidden);
      auto const g = static_cast<Eigen::Index>(i);
      out.counts(k, g) = count.value;
      out.lowest(k, g) = count.low;
      out.highest(k, g) = count.high;
      sum += count.value;
      low += count.low;
      high += count.high;
    }
    if (!rest) continue;
    // Rounded per cents may come to a trace more than all; a hidden cell yields to what is known.
    if (low > pupils * 1.02 + 1)
      refuse(table, row, pupils_column, fmt::format("at least the {:g} in the groups", low));
    out.counts(k, groups - 1) = std::max(0.0, pupils - sum);
    out.lowest(k, groups - 1) = std::max(0.0, pupils - low);
    out.highest(k, groups - 1) = std::max(0.0, pupils - high);
  }
  if (out.hidden == 0) out.lowest = out.highest = Table();
  check_size(table, out);
  return out;
}

GroupCounts long_groups(OwnTable const& table, std::string const& unit, std::string const& group,
                        std::string const& count, std::string const& district) {
  std::size_t const unit_column = find_column(table, unit), group_column = find_column(table, group),
                    count_column = find_column(table, count);
  auto const district_names = districts(table, district);
  GroupCounts out;
  std::map<std::pair<std::string, std::string>, std::size_t>
      unit_at; // units of one name in two districts are two
  std::map<std::string, std::size_t> group_at;
  std::map<std::pair<std::size_t, std::size_t>, double> cells;
  for (std::size_t r = 0; r < table.line.size(); ++r) {
    auto const& name = table.text[unit_column][r];
    std::string const where = district_names.empty() ? "" : district_names[r];
    auto const [k, new_unit] = unit_at.emplace(std::pair(where, name), out.unit.size());
    if (new_unit) {
      out.unit.push_back(name);
      if (!district_names.empty()) out.district.push_back(where);
    }
    auto const [g, new_group] = group_at.emplace(table.text[group_column][r], out.group.size());
    if (new_group) out.group.push_back(table.text[group_column][r]);
    Cell const& cell = table.columns[count_column].cells[r];
    if (is_hidden(cell)) ++out.hidden;
    cells[{k->second, g->second}] += is_hidden(cell) ? 5.0 : count_at(table, r, count_column);
  }
  if (out.group.size() < 2)
    throw ScenarioError(
        {fmt::format("{}: column '{}' has one group only", table.path, table.columns[group_column].name)});
  out.counts.setZero(static_cast<Eigen::Index>(out.unit.size()), static_cast<Eigen::Index>(out.group.size()));
  for (auto const& [place, number] : cells)
    out.counts(static_cast<Eigen::Index>(place.first), static_cast<Eigen::Index>(place.second)) = number;
  check_size(table, out);
  return out;
}

GroupCounts register_groups(UnitTable const& table, std::string const& municipality,
                            std::string const& group) {
  bool const foreign = group == "foreign";
  Cell UnitRow::* const column = foreign ? &UnitRow::foreign : &UnitRow::post_secondary;
  GroupCounts out;
  out.group = {foreign ? "foreign background" : "no parent with post-secondary education", "others"};
  std::vector<UnitRow const*> used;
  for (auto const* row : units_of(table, municipality)) {
    auto const state = (row->*column).state;
    if (has_pupils(*row) && (state == Cell::State::known || state == Cell::State::suppressed))
      used.push_back(row);
  }
  if (used.empty())
    throw ScenarioError({fmt::format("{}: no unit shows its share of {}", table.path, out.group[0])});
  auto const rows = static_cast<Eigen::Index>(used.size());
  out.counts.setZero(rows, 2);
  out.lowest.setZero(rows, 2);
  out.highest.setZero(rows, 2);
  for (Eigen::Index k = 0; k < rows; ++k) {
    UnitRow const& row = *used[static_cast<std::size_t>(k)];
    Cell const& cell = row.*column;
    double const n = row.pupils.value, most = std::min(9.0, n);
    out.unit.push_back(row.name);
    // The register hides a share that rests on few pupils, whichever way: it is the smaller part that is
    // hidden.
    bool const hidden = cell.state == Cell::State::suppressed;
    double const shown = hidden ? std::min(5.0, n / 2) : cell.value * n;
    double const x = foreign ? shown : n - shown;
    out.counts.row(k) << x, n - x;
    if (hidden) ++out.hidden;
    double const low = hidden ? (foreign ? std::min(1.0, n) : n - most) : x,
                 high = hidden ? (foreign ? most : n - std::min(1.0, n)) : x;
    out.lowest.row(k) << low, n - low;
    out.highest.row(k) << high, n - high;
  }
  if (out.hidden == 0) out.lowest = out.highest = Table();
  return out;
}

} // namespace likvard
