#pragma once
#include "likvard/analysis/sensitivity.hpp"

#include <string>
#include <vector>

namespace likvard {

/// One number of an analysis: of an output, the index of a factor (or of a set of them).
struct SensitivityRow {
  std::string output, unit, factor, title, index;
  Estimate estimate; ///< what has no error holds NaN for it
};

/// All numbers of an analysis, tidy: a row per output, factor and index.
std::vector<SensitivityRow> sensitivity_rows(SensitivityData const& data,
                                             SensitivityAnalysis const& analysis);

} // namespace likvard
