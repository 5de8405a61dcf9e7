#pragma once
#include "likvard/io/units_file.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// Several years and files of one municipality, joined on the unit.
namespace likvard {

struct UnitHistory {
  std::string name, code;           ///< of the newest year it is in
  std::vector<UnitRow const*> year; ///< [years], null where it is not there; points into the tables joined
  UnitRow const* grades = nullptr;
};

struct UnitHistories {
  std::vector<std::string> years; ///< oldest first
  std::vector<UnitHistory> units; ///< those of the newest year first, then those that are gone
  bool by_name = false;           ///< some table has no unit codes: names joined
  std::size_t grades_unmatched = 0;
};

/// Joins on the unit code where every table has codes for all its units, else on the name (case and spacing
/// aside; a name that two units of a table share joins neither of them).
/// - Expects: tables oldest first; municipality[i] finds the municipality in tables[i] (see units_of).
/// - Throws: ScenarioError when a table has no such municipality.
UnitHistories join_units(std::vector<UnitTable const*> const& tables,
                         std::vector<std::string> const& municipality, UnitTable const* grades,
                         std::string const& municipality_in_grades);

/// How units' shares changed between the last year of the histories and the one before, pupil-weighted over
/// units with both shown and of ten pupils or more.
struct ShareChange {
  std::size_t units = 0;
  double sd = 0;        ///< of the change in a unit's share
  double by_chance = 0; ///< sd that drawing each year's pupils anew at the unit's mean share would give
};
ShareChange share_change(UnitHistories const& histories, Cell UnitRow::* column);

/// Tidy CSV: a row per unit and school year, hidden numbers empty with what they may be beside them. UTF-8,
/// ','.
std::string joined_csv(UnitHistories const& histories);

} // namespace likvard
