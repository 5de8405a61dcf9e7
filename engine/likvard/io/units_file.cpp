#include "likvard/io/units_file.hpp"

#include "likvard/io/detail/csv.hpp"
#include "likvard/io/detail/unit_columns.hpp"
#include "likvard/io/file.hpp"
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
    if (where(header.at, Field::unit) &&
        (where(header.at, Field::pupils) || where(header.at, Field::leavers)))
      return header;
    if (cells.size() > 2 && seen.empty())
      seen = fmt::format("; line {} has '{}', '{}', ...", csv.line[r], detail::beginning(cells[0], 40),
                         detail::beginning(cells[1], 40));
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

UnitRow read_row(std::vector<std::string> const& cells, Positions const& at, std::size_t line, Odd& odd) {
  auto const text = [&](Field field) { return text_of(cells, at, field); };
  auto const number = [&](Field field) { return detail::read_cell(text(field), field, line, odd); };
  UnitRow row;
  row.line = line;
  row.name = text(Field::unit);
  row.code = text(Field::code);
  row.municipality = text(Field::municipality);
  row.municipality_code = text(Field::municipality_code);
  row.provider = text(Field::provider);
  std::string const type = detail::normalised(text(Field::provider_type));
  for (std::string_view word : {"enskild", "fristående", "independent"})
    row.independent |= type.find(word) != std::string::npos;
  row.pupils = number(Field::pupils);
  row.foreign = number(Field::foreign);
  row.post_secondary = number(Field::post_secondary);
  for (std::size_t g = 0; g < row.grade.size(); ++g)
    row.grade[g] = number(static_cast<Field>(static_cast<std::size_t>(Field::grade_1) + g));
  row.leavers = number(Field::leavers);
  row.all_subjects = number(Field::all_subjects);
  row.qualified = number(Field::qualified);
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
  std::map<std::string, std::size_t> first;
  for (auto const& row : table.rows) {
    if (row.code.empty()) continue;
    auto const [at, fresh] = first.emplace(row.code, row.line);
    if (!fresh)
      odd.add("unit twice", row.line, "code",
              fmt::format("unit {} ({}) stands on line {} too: both are counted", row.code, row.name,
                          at->second));
  }
}

} // namespace

UnitTable read_units(std::filesystem::path const& path) {
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
    table.rows.push_back(read_row(cells, header.at, csv.line[r], odd));
  }
  if (table.rows.empty())
    throw ScenarioError(
        {fmt::format("{}: the table on line {} has no units", table.path, csv.line[header.row])});
  tell_notes(csv, notes, table, odd);
  tell_doubles(table, odd);
  odd.finish();
  return table;
}

std::optional<UnitTable> read_pupil_export(std::filesystem::path const& path) {
  try {
    auto table = read_units(path);
    bool const shares = std::any_of(table.rows.begin(), table.rows.end(), [](UnitRow const& row) {
      return row.post_secondary.state == Cell::State::known || row.foreign.state == Cell::State::known;
    });
    if (table.kind == UnitFileKind::pupils && shares) return table;
  } catch (ScenarioError const&) {
    return std::nullopt;
  }
  return std::nullopt;
}

} // namespace likvard
