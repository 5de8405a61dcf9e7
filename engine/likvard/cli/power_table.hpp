#pragma once
#include "likvard/study/result.hpp"

#include <string>
#include <vector>

namespace likvard::cli {

/// The power of every point as a table with its curve over the years, what is needed to reach the power
/// wanted, and what a year more is worth. `points` as in the result.
std::string power_text(Points const& points, PowerResult const& power);

} // namespace likvard::cli
