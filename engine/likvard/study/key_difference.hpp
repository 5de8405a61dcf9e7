#pragma once
#include <optional>
#include <string>

namespace likvard {

/// A scenario key that two runs have with different values.
struct KeyDifference {
  std::string key;
  std::optional<std::string> first, second; ///< empty: the run's scenario does not set it
};

} // namespace likvard
