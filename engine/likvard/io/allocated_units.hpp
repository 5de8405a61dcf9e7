#pragma once
#include "likvard/io/own_table.hpp"
#include "likvard/study/unit_money.hpp"

#include <optional>
#include <string>
#include <vector>

/// A user's own units, and what allocation models give them.
namespace likvard {

/// Where the units stand and how their table is read.
struct UnitQuestion {
  std::string file;                       ///< CSV, or one of Skolverket's unit exports
  std::string unit, pupils, need, before; ///< columns; empty: the usual names
  std::string need_as;                    ///< share, percent, count, index; empty: as the column looks
  std::vector<std::string> groups;        ///< "name=column"
  std::string municipality;               ///< in Skolverket's unit exports
};

struct AllocationQuestion {
  UnitQuestion units;
  std::vector<std::string> models, settings; ///< as read_models; no model: in proportion to need
  std::vector<double> shares;
  std::optional<double> budget_sek, per_pupil_sek; ///< neither: the stage's national cost
};

/// Reads the units of a file, and every index that the models look at, and pays them.
/// - Throws: ScenarioError, FileError.
UnitAllocation allocate_file(AllocationQuestion const& question);

/// The same for a table that is in memory already.
UnitAllocation allocate_table(AllocationQuestion const& question, OwnTable const& table);

} // namespace likvard
