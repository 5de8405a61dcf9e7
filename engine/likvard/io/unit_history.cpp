#include "likvard/io/unit_history.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/io/detail/csv.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace likvard {
namespace {

using Rows = std::vector<UnitRow const*>;

bool has_codes(Rows const& rows) {
  return std::none_of(rows.begin(), rows.end(), [](auto const* row) { return row->code.empty(); });
}

std::string key_of(UnitRow const& row, bool by_name) {
  return by_name ? detail::normalised(row.name) : row.code;
}

/// Unit by key; of a key that stands twice neither.
std::map<std::string, UnitRow const*> by_key(Rows const& rows, bool by_name) {
  std::map<std::string, UnitRow const*> found;
  for (auto const* row : rows) {
    auto const [at, fresh] = found.emplace(key_of(*row, by_name), row);
    if (!fresh) at->second = nullptr;
  }
  std::erase_if(found, [](auto const& entry) { return entry.second == nullptr; });
  return found;
}

std::string csv_text(std::string const& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

/// "share,low,high": of a hidden share only what it may be.
std::string share_columns(Cell const& cell, double pupils) {
  if (!(pupils > 0)) return ",,";
  auto const range = members_of(cell, pupils);
  bool const known = cell.state == Cell::State::known && !cell.approximate;
  return fmt::format("{},{:.6g},{:.6g}", known ? fmt::format("{:.6g}", cell.value) : "", range.low / pupils,
                     range.high / pupils);
}

} // namespace

UnitHistories join_units(std::vector<UnitTable const*> const& tables,
                         std::vector<std::string> const& municipality, UnitTable const* grades,
                         std::string const& municipality_in_grades) {
  LIKVARD_EXPECT(!tables.empty() && tables.size() == municipality.size());
  UnitHistories out;
  std::vector<Rows> rows;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    rows.push_back(units_of(*tables[i], municipality[i]));
    out.years.push_back(tables[i]->school_year);
    out.by_name |= !has_codes(rows.back());
  }
  Rows const grade_rows = grades ? units_of(*grades, municipality_in_grades) : Rows{};
  out.by_name |= !has_codes(grade_rows);

  std::map<std::string, std::size_t> place;
  for (std::size_t i = tables.size(); i-- > 0;)
    for (auto const& [key, row] : by_key(rows[i], out.by_name)) {
      auto const [at, fresh] = place.emplace(key, out.units.size());
      if (fresh) out.units.push_back({row->name, row->code, Rows(tables.size(), nullptr), nullptr});
      out.units[at->second].year[i] = row;
    }
  // The newest year's units in the order of their file.
  std::stable_sort(out.units.begin(), out.units.end(), [](UnitHistory const& a, UnitHistory const& b) {
    auto const line = [](UnitHistory const& unit) {
      auto const* newest = unit.year.back();
      return newest ? newest->line : static_cast<std::size_t>(-1);
    };
    return line(a) < line(b);
  });
  place.clear();
  for (std::size_t k = 0; k < out.units.size(); ++k) {
    auto const& unit = out.units[k];
    place.emplace(out.by_name ? detail::normalised(unit.name) : unit.code, k);
  }
  for (auto const* row : grade_rows) {
    auto const at = place.find(key_of(*row, out.by_name));
    if (at == place.end())
      ++out.grades_unmatched;
    else
      out.units[at->second].grades = row;
  }
  return out;
}

ShareChange share_change(UnitHistories const& histories, Cell UnitRow::* column) {
  ShareChange out;
  std::size_t const years = histories.years.size();
  if (years < 2) return out;
  double weight = 0, sum = 0, squares = 0, chance = 0;
  for (auto const& unit : histories.units) {
    auto const *before = unit.year[years - 2], *after = unit.year[years - 1];
    if (!before || !after) continue;
    auto const shown = [&](UnitRow const* row) {
      return has_pupils(*row) && row->pupils.value >= 10 && (row->*column).state == Cell::State::known;
    };
    if (!shown(before) || !shown(after)) continue;
    double const n = before->pupils.value, m = after->pupils.value, w = (n + m) / 2;
    double const p = (before->*column).value, q = (after->*column).value, mean = (n * p + m * q) / (n + m);
    ++out.units;
    weight += w;
    sum += w * (q - p);
    squares += w * (q - p) * (q - p);
    chance += w * mean * (1 - mean) * (1 / n + 1 / m);
  }
  if (out.units < 2) return out;
  double const mean = sum / weight;
  out.sd = std::sqrt(std::max(0.0, squares / weight - mean * mean));
  out.by_chance = std::sqrt(chance / weight);
  return out;
}

std::string joined_csv(UnitHistories const& histories) {
  std::string text =
      "code,unit,school_year,independent,pupils,post_secondary,post_secondary_low,post_secondary_high,"
      "foreign,foreign_low,foreign_high,leavers,qualified,qualified_low,qualified_high\n";
  for (auto const& unit : histories.units)
    for (std::size_t i = 0; i < histories.years.size(); ++i) {
      auto const* row = unit.year[i];
      if (!row) continue;
      bool const sized = has_pupils(*row);
      double const pupils = sized ? row->pupils.value : 0;
      text += fmt::format("{},{},{},{},{},{},{}", csv_text(row->code), csv_text(row->name),
                          csv_text(histories.years[i]), row->independent ? 1 : 0,
                          sized ? fmt::format("{:g}", pupils) : "",
                          share_columns(row->post_secondary, pupils), share_columns(row->foreign, pupils));
      // Grades stand beside the newest year.
      auto const* grades = i + 1 == histories.years.size() ? unit.grades : nullptr;
      bool const counted = grades && grades->leavers.state == Cell::State::known;
      double const leavers = counted ? grades->leavers.value : 0;
      text += fmt::format(",{},{}\n", counted ? fmt::format("{:g}", leavers) : "",
                          counted ? share_columns(grades->qualified, leavers) : ",,");
    }
  return text;
}

} // namespace likvard
