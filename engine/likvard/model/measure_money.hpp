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
  double adequate_per_pupil_sek = 0; ///< 0 = the budget per pupil
};

/// Money per pupil over the municipality's mean [S] that one policy pays under three indices.
struct PaidMoney {
  std::span<double const> seen;       ///< as the allocation sees need: what is paid
  std::span<double const> by_need;    ///< the part of it that is given by need
  std::span<double const> present;    ///< under the present pupils' true need
  std::span<double const> systematic; ///< under π: free of small-number noise
};

/// `order` is scratch [S].
void measure_money(Policy const& policy, AllocationReport const& report, UnitNeed const& units,
                   PaidMoney const& paid, std::vector<std::uint32_t>& order, Row row);

} // namespace likvard
