#pragma once
#include "likvard/model/measure_money.hpp"

namespace likvard {

/// Fill the measures that are the municipality's, whatever the policy: need share, segregation of the need
/// group, and whether any index or gap is undefined.  Returns V.
double measure_segregation(std::span<double const> pupils, std::span<double const> needy,
                           std::span<double const> true_need, Row row);

} // namespace likvard
