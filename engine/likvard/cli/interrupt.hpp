#pragma once
#include <atomic>

namespace likvard::cli {

/// Set by the first Ctrl-C (or a request to terminate); a second one ends the program at once.
std::atomic<bool> const& stop_on_interrupt();

} // namespace likvard::cli
