#pragma once
#include "likvard/analysis/sensitivity.hpp"
#include "likvard/study/run.hpp"
#include "likvard/study/sensitivity.hpp"

#include <string>

namespace likvard {

/// Runs a scenario's design; with a precision rows double, at least twice, until all indices have it or the
/// budget of rows ends. `command` is what makes the data again.
/// - Ensures: the same bits for any number of threads.
/// - An interruption leaves what was finished, `complete` false.
SensitivityData run_design(SensitivityQuestion const& question, SensitivityOptions const& options,
                           RunOptions const& run, std::string command);

} // namespace likvard
