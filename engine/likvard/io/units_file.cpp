#include "likvard/io/units_file.hpp"

#include "likvard/io/detail/csv.hpp"
#include "likvard/io/detail/unit_columns.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/own_table.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace likvard {
namespace {

using detail::CsvText;
using detail::Field;
using detail::Odd;
using detail::Positions;

std::optional<std::size_t> where(Positions const& at, Field field) {
  return at[static_cast<std::size_t>(field)];
}

bool only_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "2023/24" from a title line with "2023/24" or "2023/2024".
std::string find_school_year(std::string_view text) {
  for (std::size_t i = 0; i + 7 <= text.size(); ++i) {
    if (!only_digits(text.substr(i, 4)) || text[i + 4] != '/' || !only_digits(text.substr(i + 5, 2)))
      continue;
    bool const whole = i + 9 <= text.size() && only_digits(text.substr(i + 7, 2));
    return fmt::format("{}/{}", text.substr(i, 4), text.substr(i + (whole ? 7 : 5), 2));
  }
  return "";
}

/// "2023/24" of "2023/24", "2023/2024", "2023-24" or "2023"; else as it stands.
std::string as_school_year(std::string text) {
  std::replace(text.begin(), text.end(), '-', '/');
  if (text.size() == 4 && only_digits(text)) {
    int const year = std::stoi(text);
    return fmt::format("{}/{:02}", year, (year + 1) % 100);
  }
  auto const found = find_school_year(text);
  return found.empty() ? text : found;
}

struct Header {
  std::size_t row = 0;
  Positions at{};
  std::string school_year; ///< from the title lines above
};

/// The header is the first row that names units and something we can use.
Header find_header(CsvText const& csv, std::string const& path) {
  Header header;
  std::string seen;
  for (std::size_t r = 0; r < csv.rows.size(); ++r) {
    auto const& cells = csv.rows[r];
    header.row = r;
    header.at = detail::match_columns(cells);
    // "Antal elever" are those who leave only in a table of grades.
    bool const grades = where(header.at, Field::qualified) || where(header.at, Field::not_qualified) ||
                        where(header.at, Field::all_subjects) || where(header.at, Field::merit);
    if (!where(header.at, Field::pupils) && !grades)
      std::swap(header.at[static_cast<std::size_t>(Field::pupils)],
                header.at[static_cast<std::size_t>(Field::leavers)]);
    if (where(header.at, Field::unit) &&
        (where(header.at, Field::pupils) || where(header.at, Field::leavers)))
      return header;
    if (cells.size() > 2 && seen.empty()) {
      seen = fmt::format("; line {} has '{}', '{}', ...", csv.line[r], detail::beginning(cells[0], 40),
                         detail::beginning(cells[1], 40));
      for (auto const& miss : detail::near_misses(cells, header.at)) seen += "; " + miss;
    }
    for (auto const& cell : cells)
      if (header.school_year.empty()) header.school_year = find_school_year(cell);
  }
  throw ScenarioError({fmt::format("{}: no table of school units found (a row with the columns 'Skola' and "
                                   "'Elever, årskurs 1-9', or 'Skola' and 'Antal elever' of the final "
                                   "grades, is wanted{})",
                                   path, seen)});
}

std::string text_of(std::vector<std::string> const& cells, Positions const& at, Field field) {
  auto const place = where(at, field);
  return place && *place < cells.size() ? cells[*place] : std::string();
}

/// Notes have no unit, or no code of digits where there are codes (eight of them today, nine in older years).
bool is_unit(std::vector<std::string> const& cells, Positions const& at) {
  if (cells.size() < 3 || text_of(cells, at, Field::unit).empty()) return false;
  if (!where(at, Field::code)) return true;
  auto const code = text_of(cells, at, Field::code);
  return !code.empty() && only_digits(code);
}

/// A separator at the end of the line, in one of them only, makes no difference.
bool same_width(std::vector<std::string> const& cells, std::vector<std::string> const& header) {
  auto const width = [](auto const& row) { return row.size() - (row.back().empty() ? 1 : 0); };
  return cells.size() == header.size() || width(cells) == width(header);
}

/// Columns of shares written as parts of one: nothing above 1, and no "%" in the header.
using AsParts = std::array<bool, detail::field_count>;

AsParts find_parts(CsvText const& csv, Header const& header) {
  AsParts parts{};
  for (std::size_t f = 0; f < parts.size(); ++f) {
    auto const place = header.at[f];
    if (!place || !detail::is_share(static_cast<Field>(f))) continue;
    std::string const name = csv.rows[header.row][*place], words = detail::normalised(name);
    if (name.find('%') != std::string::npos || words.find("procent") != std::string::npos ||
        words.find("per cent") != std::string::npos || words.find("percent") != std::string::npos)
      continue;
    double largest = 0;
    bool fraction = false;
    for (std::size_t r = header.row + 1; r < csv.rows.size(); ++r) {
      if (*place >= csv.rows[r].size()) continue;
      Cell const cell = own_cell(csv.rows[r][*place]);
      if (cell.state != Cell::State::known) continue;
      largest = std::max(largest, cell.value);
      fraction = fraction || (cell.value > 0 && cell.value < 1);
    }
    parts[f] = fraction && largest <= 1;
  }
  return parts;
}

/// The share that so many of the unit's pupils make.
Cell as_share(Cell cell, Cell const& pupils) {
  if (cell.state != Cell::State::known) return cell;
  if (pupils.state != Cell::State::known || !(pupils.value > 0) || cell.value > pupils.value) return {};
  cell.value /= pupils.value;
  return cell;
}

/// The share of the others.
Cell turned(Cell cell) {
  if (cell.state == Cell::State::known) cell.value = 1 - cell.value;
  cell.of_others = true;
  return cell;
}

bool is_there(Cell const& cell) {
  return cell.state != Cell::State::empty;
}

UnitRow read_row(std::vector<std::string> const& cells, Positions const& at, AsParts const& parts,
                 std::size_t line, Odd& odd) {
  auto const text = [&](Field field) { return text_of(cells, at, field); };
  auto const number = [&](Field field) {
    return detail::read_cell(text(field), field, line, parts[static_cast<std::size_t>(field)], odd);
  };
  UnitRow row;
  row.line = line;
  row.name = text(Field::unit);
  row.code = text(Field::code);
  row.municipality = text(Field::municipality);
  row.municipality_code = text(Field::municipality_code);
  row.provider = text(Field::provider);
  std::string const type = detail::normalised(text(Field::provider_type));
  row.school_year = as_school_year(text(Field::school_year));
  for (std::string_view word : {"enskild", "fristående", "independent", "private", "privat"})
    row.independent |= type.find(word) != std::string::npos;
  row.pupils = number(Field::pupils);
  row.foreign = number(Field::foreign);
  if (!is_there(row.foreign)) row.foreign = as_share(number(Field::foreign_pupils), row.pupils);
  row.post_secondary = number(Field::post_secondary);
  if (!is_there(row.post_secondary))
    row.post_secondary = as_share(number(Field::post_secondary_pupils), row.pupils);
  if (!is_there(row.post_secondary))
    if (Cell const low = number(Field::low_education); is_there(low)) row.post_secondary = turned(low);
  if (!is_there(row.post_secondary))
    if (Cell const low = as_share(number(Field::low_education_pupils), row.pupils); is_there(low))
      row.post_secondary = turned(low);
  for (std::size_t g = 0; g < row.grade.size(); ++g)
    row.grade[g] = number(static_cast<Field>(static_cast<std::size_t>(Field::grade_1) + g));
  row.leavers = number(Field::leavers);
  row.all_subjects = number(Field::all_subjects);
  row.qualified = number(Field::qualified);
  if (!is_there(row.qualified))
    if (Cell const without = number(Field::not_qualified); is_there(without)) row.qualified = turned(without);
  row.merit = number(Field::merit);
  return row;
}

void tell_notes(CsvText const& csv, std::vector<std::size_t> const& notes, UnitTable& table, Odd& odd) {
  std::size_t after = 0, first = 0;
  for (std::size_t r : notes) {
    if (csv.line[r] > table.rows.back().line) {
      if (after++ == 0) first = csv.line[r];
      continue;
    }
    auto const filled =
        std::find_if(csv.rows[r].begin(), csv.rows[r].end(), [](auto const& cell) { return !cell.empty(); });
    odd.add("row without a unit", csv.line[r], "",
            fmt::format("not a unit, passed over: '{}'", detail::beginning(*filled, 50)));
  }
  if (after > 0)
    odd.add("notes", first, "", fmt::format("{} lines of notes after the table, passed over", after));
}

void tell_doubles(UnitTable const& table, Odd& odd) {
  std::map<std::pair<std::string, std::string>, std::size_t> first; // by year and code
  for (auto const& row : table.rows) {
    if (row.code.empty()) continue;
    auto const [at, fresh] = first.emplace(std::pair(row.school_year, row.code), row.line);
    if (!fresh)
      odd.add("unit twice", row.line, "code",
              fmt::format("unit {} ({}) stands on line {} too: both are counted", row.code, row.name,
                          at->second));
  }
}

/// One table for each year of the column of years, oldest first. Oddities go with the newest.
std::vector<UnitTable> by_year(UnitTable table) {
  std::map<std::string, UnitTable> years;
  for (auto& row : table.rows) years[row.school_year].rows.push_back(std::move(row));
  std::vector<UnitTable> out;
  for (auto& [year, part] : years) {
    part.path = table.path;
    part.school_year = year.empty() ? table.school_year : year;
    part.encoding = table.encoding;
    part.separator = table.separator;
    part.kind = table.kind;
    out.push_back(std::move(part));
  }
  out.back().oddities = std::move(table.oddities);
  return out;
}

} // namespace

std::vector<UnitTable> read_unit_years(std::filesystem::path const& path) {
  UnitTable table;
  table.path = path.string();
  auto const csv = detail::parse_csv(read_file(path));
  auto const header = find_header(csv, table.path);
  table.encoding = csv.encoding;
  table.separator = csv.separator == '\t' ? "tab" : std::string(1, csv.separator);
  table.school_year = header.school_year;
  table.kind = where(header.at, Field::pupils) ? UnitFileKind::pupils : UnitFileKind::grades;

  Odd odd(table);
  std::vector<std::size_t> notes;
  auto const& names = csv.rows[header.row];
  for (auto const& miss : detail::near_misses(names, header.at))
    odd.add("column not read", csv.line[header.row], "", miss);
  auto const parts = find_parts(csv, header);
  for (std::size_t f = 0; f < parts.size(); ++f)
    if (parts[f])
      odd.add("parts of one", csv.line[header.row], std::string(unit_column_table()[f].name),
              "read as parts of one (no cell is above 1)");
  for (std::size_t r = header.row + 1; r < csv.rows.size(); ++r) {
    auto const& cells = csv.rows[r];
    if (!is_unit(cells, header.at)) {
      if (std::any_of(cells.begin(), cells.end(), [](auto const& cell) { return !cell.empty(); }))
        notes.push_back(r);
      continue;
    }
    if (!same_width(cells, names))
      odd.add("column count", csv.line[r], "",
              fmt::format("has {} cells where the header has {}", cells.size(), names.size()));
    table.rows.push_back(read_row(cells, header.at, parts, csv.line[r], odd));
  }
  if (table.rows.empty())
    throw ScenarioError(
        {fmt::format("{}: the table on line {} has no units", table.path, csv.line[header.row])});
  tell_notes(csv, notes, table, odd);
  tell_doubles(table, odd);
  odd.finish();
  return by_year(std::move(table));
}

UnitTable read_units(std::filesystem::path const& path) {
  return std::move(read_unit_years(path).back());
}

std::optional<UnitTable> read_pupil_export(std::filesystem::path const& path) {
  try {
    auto table = read_units(path);
    bool const shares = std::any_of(table.rows.begin(), table.rows.end(), [](UnitRow const& row) {
      return row.post_secondary.state == Cell::State::known || row.foreign.state == Cell::State::known;
    });
    // Skolverket's have a municipality: a table without one is somebody's own, whose columns are to be named.
    bool const placed = std::any_of(table.rows.begin(), table.rows.end(),
                                    [](UnitRow const& row) { return !row.municipality.empty(); });
    if (table.kind == UnitFileKind::pupils && shares && placed) return table;
  } catch (ScenarioError const&) {
    return std::nullopt;
  }
  return std::nullopt;
}

} // namespace likvard
