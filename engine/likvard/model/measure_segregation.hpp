#pragma once
#include "likvard/model/measure_money.hpp"

namespace likvard {

/// Fill the measures that are the municipality's, whatever the policy: need share, segregation of the need
/// group, and whether any index or gap is undefined.  Returns V.
double measure_segregation(std::span<double const> pupils, std::span<double const> needy,
                           std::span<double const> true_need, Row row);

/// The same into the row of every policy, [M][measure_count]. Without `all` only what other measures need (V,
/// `undefined`); `order` is scratch; `by_chance` adds the exact expectation of D, which costs more than all
/// the rest.
double measure_municipality(std::span<double const> pupils, std::span<double const> needy,
                            std::span<double const> true_need, bool all, bool by_chance,
                            std::vector<std::size_t>& order, std::span<double> rows);

} // namespace likvard
