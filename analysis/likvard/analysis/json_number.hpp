#pragma once
#include <cmath>
#include <nlohmann/json.hpp>

namespace likvard {

/// JSON has no number for what is not known (NaN, infinite): null.
inline nlohmann::json json_number(double x) {
  return std::isfinite(x) ? nlohmann::json(x) : nlohmann::json(nullptr);
}

} // namespace likvard
