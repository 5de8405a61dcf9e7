#pragma once
#include "likvard/model/parameters.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Tables of school units as a controller has them: Skolverket's unit exports, read as downloaded, and simple
/// tables of her own.
namespace likvard {

/// A number in a register file: known, or not and why.
struct Cell {
  enum class State { known, not_applicable, suppressed, empty } state = State::empty;
  double value = 0;         ///< when known
  bool approximate = false; ///< "~100": all but one to four pupils
  double most = 9;          ///< suppressed: so many pupils at most ("<5": 4)
  bool of_others = false;   ///< a column of the others was turned round: it is those that are few
};

struct UnitRow {
  std::size_t line = 0; ///< in the file, from 1
  std::string name, code, municipality, municipality_code, provider, school_year;
  bool independent = false;
  Cell pupils;                                  ///< grades 1-9
  Cell foreign;                                 ///< share with foreign background, 0-1
  Cell post_secondary;                          ///< share with a parent with post-secondary education, 0-1
  std::array<Cell, 9> grade;                    ///< pupils in grades 1-9
  Cell leavers, all_subjects, qualified, merit; ///< of the file of final grades: pupils, shares 0-1, points
};

enum class UnitFileKind { pupils, grades };

/// Something a user should know: "file.csv:385: pupils = '1 120': read as 1120".
struct Oddity {
  std::size_t line = 0;
  std::string column, text;
};

struct UnitTable {
  std::string path, school_year, encoding, separator;
  UnitFileKind kind = UnitFileKind::pupils;
  std::vector<UnitRow> rows;
  std::vector<Oddity> oddities; ///< at most a few per kind in full; further ones counted in one line
};

/// A column that is read, with the names it may have.
struct UnitColumn {
  std::string_view name;    ///< ours, as oddities tell it
  std::string_view kind;    ///< text, pupils, share, points
  std::string_view swedish; ///< normalised headers, "|" between; * stands for anything
  std::string_view english;
  std::string_view meaning;
};

/// All of them: what the reader matches with and `likvard keys import` prints.
std::span<UnitColumn const> unit_column_table();

/// Reads UTF-8 (with or without BOM) or Latin-1, title lines above the header, ';' ',' or tab, decimal comma
/// or point, "." and "..", "<10", "~100", spaces as thousands separators, footnotes after the last row.
/// Shares are per cent, or parts of one where no cell of the column is above 1 and its header has no "%".
/// Numbers of pupils with a background become shares of the unit's pupils. A table with a column of school
/// years is split: the newest year counts.
/// - Throws: ScenarioError (not such a file: what was looked for and what was found), FileError (cannot
/// open).
UnitTable read_units(std::filesystem::path const& path);

/// The same, every school year of the table, oldest first: one where it has no column of years.
std::vector<UnitTable> read_unit_years(std::filesystem::path const& path);

/// The same if the file is an export of pupils with a background in some unit; nothing when it is another
/// table.
std::optional<UnitTable> read_pupil_export(std::filesystem::path const& path);

/// Names of the municipalities in the file, each once, in file order.
std::vector<std::string> municipalities(UnitTable const& table);

/// Whether the file has units of the municipality (name, case and spacing aside, or code; "" when it
/// holds just one).
bool has_municipality(UnitTable const& table, std::string const& municipality);

/// Rows of one municipality, by name (case and spacing aside) or code; "" when the file holds just one.
/// - Throws: ScenarioError with the nearest name.
std::vector<UnitRow const*> units_of(UnitTable const& table, std::string const& municipality);

/// A share that may be suppressed: known as it is, suppressed as min(5, n/2)/n (or as many short of all, see
/// `Cell`), else `otherwise`.
double share_of(Cell const& cell, double pupils, double otherwise);

/// From how many to how many pupils a share may stand for: known n times it; suppressed 0 to `most`; "~100" 0
/// to 4 short of all; no data 0 to all.
struct MemberRange {
  double low = 0, high = 0;
};
MemberRange members_of(Cell const& cell, double pupils);

/// A known number of pupils, at least one: such units take part in the model.
bool has_pupils(UnitRow const& row);

struct MeanShare {
  double share = 0;                      ///< pupil-weighted
  std::size_t units = 0, suppressed = 0; ///< it rests on
};

/// Mean of a share over the units that have pupils and a share, suppressed ones at min(5, n/2)/n; none if no
/// unit has.
std::optional<MeanShare> mean_share(std::vector<UnitRow const*> const& units, Cell UnitRow::* column);

/// The units of one municipality as the model takes them.
///
/// `columns[v]` is what gives the first level's share of variable v: "post_secondary" (the share itself),
/// "foreign" (one minus the share) or "" (not given). A suppressed share is set to min(5, n/2)/n, the middle
/// of what suppression allows; one that is not there takes the pupil-weighted mean of the other units. Units
/// without a known number of pupils are left out. `municipality` is a name (case-insensitive) or a code; it
/// may be empty when the file holds just one.
/// - Throws: ScenarioError with the nearest name when there is no such municipality.
GivenUnits given_units(UnitTable const& table, std::string const& municipality,
                       std::span<std::string const> columns);

} // namespace likvard
