#pragma once
#include "likvard/study/result.hpp"
#include "likvard/study/sensitivity_data.hpp"

namespace likvard {

/// A finished study as points and outputs: axes, policy and share as factors, the paired differences to per
/// head of each measure as outputs. Every point and policy but per head is a row, each as likely.
///
/// Outputs are means over replicates: uncertain parameters and chance are averaged out.
/// - Throws: std::domain_error when nothing varies.
SensitivityData data_of_result(Result const& result, std::vector<std::size_t> const& measures);

} // namespace likvard
