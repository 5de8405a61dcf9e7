#include "likvard/io/own_table.hpp"

#include "likvard/core/text.hpp"
#include "likvard/io/detail/csv.hpp"
#include "likvard/io/detail/unit_columns.hpp"
#include "likvard/io/file.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace likvard {
namespace {

constexpr std::size_t most_rows = 100'000, most_columns = 1'000;

bool is_number(std::string const& text) {
  return own_cell(text).state == Cell::State::known;
}

/// The first row with two filled cells or more of which none is a number.
std::size_t find_header(detail::CsvText const& csv, std::string const& path) {
  for (std::size_t r = 0; r < csv.rows.size(); ++r) {
    auto const& row = csv.rows[r];
    auto const filled = std::count_if(row.begin(), row.end(), [](auto const& cell) { return !cell.empty(); });
    if (filled >= 2 && std::none_of(row.begin(), row.end(), is_number)) return r;
  }
  throw ScenarioError(
      {fmt::format("{}: no table found (a row of column names is wanted, and a row for each unit)", path)});
}

bool is_total(std::string const& name) {
  constexpr auto words = std::to_array<std::string_view>(
      {"total", "totalt", "summa", "sum", "all", "alla", "samtliga", "kommunen totalt"});
  return std::find(words.begin(), words.end(), detail::normalised(name)) != words.end();
}

std::size_t unit_column(OwnTable const& table, std::string const& wanted) {
  if (!wanted.empty()) return find_column(table, wanted);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    auto const& cells = table.text[c];
    auto const filled =
        std::count_if(cells.begin(), cells.end(), [](auto const& cell) { return !cell.empty(); });
    if (filled > 0 && table.columns[c].numbers == 0) return c;
  }
  return table.columns.size();
}

} // namespace

Cell own_cell(std::string text) {
  Cell cell;
  if (text.empty()) return cell;
  if (text == "." || text == "-" || text == "–") {
    cell.state = Cell::State::not_applicable;
    return cell;
  }
  if (text == ".." || text == "*" || text.front() == '<' || text == "x" || text == "X") {
    cell.state = Cell::State::suppressed;
    return cell;
  }
  if (text.front() == '~') {
    cell.approximate = true;
    text.erase(0, 1);
  }
  if (!text.empty() && text.back() == '%') text.pop_back();
  std::erase(text, ' ');
  for (std::string_view space : {"\xc2\xa0", "\xe2\x80\xaf"}) // no-break spaces between thousands
    for (auto at = text.find(space); at != std::string::npos; at = text.find(space))
      text.erase(at, space.size());
  std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  cell.state = Cell::State::known;
  cell.value = value;
  return cell;
}

std::optional<std::size_t> look_for_column(OwnTable const& table, std::string_view name) {
  std::string const wanted = detail::normalised(name);
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (detail::normalised(table.columns[c].name) == wanted) return c;
  std::optional<std::size_t> only;
  for (std::size_t c = 0; c < table.columns.size() && !wanted.empty(); ++c) {
    if (detail::normalised(table.columns[c].name).find(wanted) == std::string::npos) continue;
    if (only) return std::nullopt;
    only = c;
  }
  return only;
}

std::size_t find_column(OwnTable const& table, std::string const& name) {
  if (auto const found = look_for_column(table, name)) return *found;
  std::vector<std::string_view> names;
  std::string list;
  for (auto const& column : table.columns) {
    names.push_back(column.name);
    if (list.size() < 300)
      list += fmt::format("{}'{}'", list.empty() ? "" : ", ", detail::beginning(column.name, 60));
  }
  auto const close = nearest(name, names);
  throw ScenarioError({fmt::format("{}: no column '{}'{}", table.path, detail::beginning(name, 60),
                                   close.empty() ? fmt::format(" (there are {})", list)
                                                 : fmt::format(" - did you mean '{}'?", close))});
}

OwnTable own_table(std::string path, std::vector<std::string> const& names,
                   std::vector<std::vector<std::string>> text, std::vector<std::size_t> line,
                   std::string const& unit) {
  OwnTable table;
  table.path = std::move(path);
  table.text = std::move(text);
  table.line = std::move(line);
  for (std::size_t c = 0; c < names.size(); ++c) {
    OwnColumn column{names[c].empty() ? fmt::format("column {}", c + 1) : names[c], {}, 0};
    for (auto const& cell : table.text[c]) {
      column.cells.push_back(own_cell(cell));
      if (column.cells.back().state == Cell::State::known) ++column.numbers;
    }
    table.columns.push_back(std::move(column));
  }
  std::size_t const at = unit_column(table, unit);
  if (at < table.text.size() && !table.line.empty() && is_total(table.text[at].back())) {
    table.line.pop_back();
    for (auto& column : table.columns) column.cells.pop_back();
    for (auto& cells : table.text) cells.pop_back();
  }
  for (std::size_t r = 0; r < table.line.size(); ++r) {
    bool const named = at < table.text.size() && !table.text[at][r].empty();
    table.unit.push_back(named ? table.text[at][r] : fmt::format("row {}", r + 1));
  }
  return table;
}

OwnTable read_own_table(std::filesystem::path const& path, std::string const& unit) {
  auto const csv = detail::parse_csv(read_file(path));
  std::size_t const header = find_header(csv, path.string());
  auto const& names = csv.rows[header];
  if (names.size() > most_columns || csv.rows.size() - header > most_rows)
    throw ScenarioError(
        {fmt::format("{}: {} rows and {} columns (at most {} and {} are handled)", path.string(),
                     csv.rows.size() - header, names.size(), most_rows, most_columns)});
  std::vector<std::vector<std::string>> text(names.size());
  std::vector<std::size_t> line;
  for (std::size_t r = header + 1; r < csv.rows.size(); ++r) {
    auto const& row = csv.rows[r];
    if (std::none_of(row.begin(), row.end(), is_number)) continue; // empty, or a note
    line.push_back(csv.line[r]);
    for (std::size_t c = 0; c < names.size(); ++c) text[c].push_back(c < row.size() ? row[c] : std::string());
  }
  auto table = own_table(path.string(), names, std::move(text), std::move(line), unit);
  table.encoding = csv.encoding;
  table.separator = csv.separator == '\t' ? "tab" : std::string(1, csv.separator);
  if (table.line.empty())
    throw ScenarioError(
        {fmt::format("{}: the table on line {} has no rows with numbers", table.path, csv.line[header])});
  return table;
}

} // namespace likvard
