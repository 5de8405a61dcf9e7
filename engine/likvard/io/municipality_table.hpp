#pragma once
#include "likvard/io/number_table.hpp"
#include "likvard/io/units_file.hpp"
#include "likvard/study/backcast.hpp"
#include "likvard/study/municipality_row.hpp"

#include <filesystem>
#include <map>
#include <string>

/// National tables: one row a municipality. `likvard import --table` and `likvard ensemble` write them,
/// `[[points]]` and the national analyses read them.
namespace likvard {

/// The columns' header line, without line end.
std::string municipality_header();
/// One row as CSV, without line end; unknown numbers are empty cells.
std::string municipality_line(MunicipalityRow const& row, std::string const& source);

/// Rows as the plain table that their CSV reads as.
PlainTable plain_table(std::vector<MunicipalityRow> const& rows, std::string const& source);

/// - Throws: ScenarioError (not such a table: the first cell that is wrong, with line and column), FileError.
MunicipalityTable read_municipalities(std::filesystem::path const& path);

/// Every municipality of an export of pupils, in file order. Suppressed shares are set to the middle of what
/// suppression allows (min(5, n/2) pupils) and counted in the row; units without a share are left out of that
/// marker. `groups` names the kind of a municipality by code. Municipalities without a unit of known size are
/// left out.
MunicipalityTable municipality_rows(UnitTable const& table, std::map<std::string, std::string> const& groups);

/// Every municipality's units of known size, suppressed shares at the middle of what suppression allows.
std::vector<TownUnits> town_units(UnitTable const& table);

/// Kinds of municipalities: CSV whose first column is the code and whose second is the group.
std::map<std::string, std::string> read_groups(std::filesystem::path const& path);

} // namespace likvard
