#pragma once
#include "likvard/model/allocation.hpp"
#include "likvard/model/measures.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Measures of where the money goes; formulas in the table of measures. A row has one slot per measure.
namespace likvard {

using Row = std::span<double, measure_count>;
inline double& at(Row row, Measure measure) {
  return row[static_cast<std::size_t>(measure)];
}

/// What money measures need to know of the units, the same for every policy of a replicate.
struct UnitNeed {
  std::span<std::uint32_t const> pupils;   ///< [S]
  std::span<double const> needy;           ///< [S] pupils of the need group
  std::span<double const> index;           ///< [S] true need index, mean 1 (or all 0)
  std::span<std::uint32_t const> by_index; ///< [S] units ordered by true index, neediest first
  double variance_ratio = 0;               ///< V of the need group
  double budget_per_pupil_sek = 0;
};

/// `money` and `ideal` are f/b under the observed and under the true index. `order` is scratch [S].
void measure_money(Policy const& policy, AllocationReport const& report, UnitNeed const& units,
                   std::span<double const> money, std::span<double const> ideal,
                   std::vector<std::uint32_t>& order, Row row);

/// Concentration index of `value` (pupil-weighted) along `order`; units whose `key` ties share the mid-rank:
/// C = 2 cov(value, R) / mean, R the ridit. Positive when value lies with those who come late in the order.
/// 0 when the mean is 0.
double concentration(std::span<double const> value, std::span<std::uint32_t const> pupils,
                     std::span<std::uint32_t const> order, std::span<double const> key);

} // namespace likvard
