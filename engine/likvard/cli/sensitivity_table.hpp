#pragma once
#include "likvard/analysis/sensitivity_rows.hpp"

#include <string>

namespace likvard::cli {

/// What each factor decides, per output, for a terminal.
std::string sensitivity_text(SensitivityData const& data, SensitivityAnalysis const& analysis);

/// Tidy: a row per output, set (or factor) and index.
std::string sensitivity_csv(SensitivityData const& data, SensitivityAnalysis const& analysis);

} // namespace likvard::cli
