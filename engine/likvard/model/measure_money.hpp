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

/// Which readings are wanted that cost more than a sum: those by the order of units (Gini, quantiles), those
/// by logarithms.
struct MoneyReadings {
  bool orders = true, logs = true;
};

/// Money of all policies. Lanes are policies: [S × stride], stride a multiple of 8, lanes beyond the policies
/// finite.
struct MoneyLanes {
  std::span<double const> seen, present, systematic; ///< the last two may be empty: then they are as seen
  std::size_t stride = 0;
  std::span<double const> by_policy; ///< [M × S] as seen, policy by policy
  std::span<double const>
      by_need; ///< [M × S] the part given by need; only looked at where policies have reach
};

struct MoneyScratch {
  std::vector<std::uint32_t> order;
  std::vector<double> pupils, index_away, rank_away, sums, one, present, systematic;
};

/// Measures of every policy into rows [M][measure_count]; unwanted ones are left as they are.
void measure_all_money(std::span<Policy const> policies, std::span<AllocationReport const> reports,
                       UnitNeed const& units, MoneyLanes const& money, MoneyReadings wanted,
                       MoneyScratch& scratch, std::span<double> rows);

/// The same for one policy.
void measure_money(Policy const& policy, AllocationReport const& report, UnitNeed const& units,
                   PaidMoney const& paid, MoneyScratch& scratch, Row row, MoneyReadings wanted = {});

} // namespace likvard
