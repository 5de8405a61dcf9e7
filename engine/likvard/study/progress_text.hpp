#pragma once
#include "likvard/study/run.hpp"

#include <string>

namespace likvard {

/// "2 min 5 s".
std::string duration_text(double seconds);

/// How far a run is after `seconds`, in one line; for a terminal with a bar.
std::string progress_text(Progress const& progress, double seconds, bool with_bar);

} // namespace likvard
