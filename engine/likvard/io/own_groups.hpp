#pragma once
#include "likvard/io/own_table.hpp"
#include "likvard/model/table.hpp"

#include <string>
#include <vector>

/// Pupils by unit and group, from tables as people have them.
namespace likvard {

struct GroupCounts {
  std::vector<std::string> unit, group, district; ///< [K], [G], [K] or empty
  Table counts;                                   ///< [K × G]
  Table lowest, highest;                          ///< what hidden cells allow; empty when nothing is hidden
  std::size_t hidden = 0;                         ///< cells
};

/// Which columns hold what.
struct GroupColumns {
  std::vector<std::string> groups; ///< numbers of pupils
  std::vector<std::string> shares; ///< shares of the unit's pupils, 0-1 or per cent
  std::string pupils;              ///< all pupils of the unit; needed with shares, or with one group
  std::string district;
};

/// One row per unit, a column per group. With a column of all pupils the ones in no group form a last group,
/// "others". A hidden cell ("..", "<10") is taken as 5 pupils (half the pupils if they are fewer than 10); it
/// may be from 1 to 9.
/// - Throws: ScenarioError with line and column.
GroupCounts wide_groups(OwnTable const& table, GroupColumns const& columns);

/// One row per unit and group: columns of the unit, the group and the number.
GroupCounts long_groups(OwnTable const& table, std::string const& unit, std::string const& group,
                        std::string const& count, std::string const& district);

/// One of Skolverket's registers: "foreign" (foreign background) or "low_education" (no parent with
/// post-secondary education).
GroupCounts register_groups(UnitTable const& table, std::string const& municipality,
                            std::string const& group);

} // namespace likvard
