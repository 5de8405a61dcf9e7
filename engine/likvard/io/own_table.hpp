#pragma once
#include "likvard/io/units_file.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A table of units of the user's own: any columns, one row per unit.
namespace likvard {

struct OwnColumn {
  std::string name;        ///< as the header has it
  std::vector<Cell> cells; ///< [rows]
  std::size_t numbers = 0; ///< cells that are known numbers
};

struct OwnTable {
  std::string path, encoding, separator;
  std::vector<std::string> unit; ///< [rows] name: the unit column, else "row 7"
  std::vector<std::size_t> line; ///< [rows] in the file, from 1
  std::vector<OwnColumn> columns;
  std::vector<std::vector<std::string>> text; ///< [columns][rows] cells as they stand
};

/// Reads UTF-8 or Latin-1, ';' ',' or tab, decimal comma or point, spaces as thousands separators, "%", and
/// "..",
/// "<10", "-" or "." for what is not told. The header is the first row with at least two filled cells none of
/// which is a number; rows without any number are passed over, and a last row named total, summa or all is
/// left out.
/// - `unit` names the column of the units' names; empty: the first whose cells are no numbers.
/// - Throws: ScenarioError (no such table or column), FileError.
OwnTable read_own_table(std::filesystem::path const& path, std::string const& unit = "");

/// The same from cells that are in memory: `text` [columns][rows], `line` [rows] what a row is called in
/// messages.
/// - Expects: a row of text for each name, all as long as `line`.
/// - Throws: ScenarioError (no such column).
OwnTable own_table(std::string path, std::vector<std::string> const& names,
                   std::vector<std::vector<std::string>> text, std::vector<std::size_t> line,
                   std::string const& unit = "");

/// The place of a column by name (case, spaces and punctuation aside), or of the only one that has it in its
/// name.
/// - Throws: ScenarioError with the nearest name and those there are.
std::size_t find_column(OwnTable const& table, std::string const& name);

/// The same, or nothing.
std::optional<std::size_t> look_for_column(OwnTable const& table, std::string_view name);

/// "<10", "..", "-" and the like are suppressed or not applicable; "12,5 %" is 12.5.
Cell own_cell(std::string text);

} // namespace likvard
