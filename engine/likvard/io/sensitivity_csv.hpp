#pragma once
#include "likvard/io/number_table.hpp"
#include "likvard/study/sensitivity_data.hpp"

#include <filesystem>

namespace likvard {

/// The user's own points and outputs: a row of `design` goes with the row of `output` at the same place.
/// Columns of the design that are no numbers are categories. A missing output is a failed run.
/// - Throws: ScenarioError, FileError.
SensitivityData read_own_runs(std::filesystem::path const& design, std::filesystem::path const& output);

/// The same from tables in memory.
SensitivityData own_runs(PlainTable const& design, PlainTable const& output);

/// All runs as CSV: row, block, factors, then outputs by replicate.
std::string runs_csv(SensitivityData const& data);

} // namespace likvard
