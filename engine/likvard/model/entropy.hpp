#pragma once
#include "likvard/core/portable.hpp"

#include <cmath>

namespace likvard {

/// Entropy −p ln p − (1 − p) ln(1 − p) of a share p ∈ [0, 1], in nats; 0 at 0 and 1.
inline double entropy(double p) {
  return p > 0 && p < 1 ? -p * portable::log(p) - (1 - p) * portable::log1p(-p) : 0.0;
}

} // namespace likvard
