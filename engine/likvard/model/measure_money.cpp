#include "likvard/model/measure_money.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard {

double concentration(std::span<double const> value, std::span<std::uint32_t const> pupils,
                     std::span<std::uint32_t const> order, std::span<double const> key) {
  double total = 0, sum = 0;
  for (std::size_t s = 0; s < value.size(); ++s) {
    total += pupils[s];
    sum += pupils[s] * value[s];
  }
  if (!(sum > 0)) return 0;
  double const mean = sum / total;
  double below = 0, covariance = 0;
  for (std::size_t i = 0; i < order.size();) {
    double tied = 0, excess = 0;
    std::size_t j = i;
    for (; j < order.size() && key[order[j]] == key[order[i]]; ++j) {
      tied += pupils[order[j]];
      excess += pupils[order[j]] * (value[order[j]] - mean);
    }
    covariance += excess * ((below + 0.5 * tied) / total - 0.5);
    below += tied;
    i = j;
  }
  return 2 * covariance / total / mean;
}

void measure_money(Policy const& policy, AllocationReport const& report, UnitNeed const& units,
                   std::span<double const> money, std::span<double const> ideal,
                   std::vector<std::uint32_t>& order, Row row) {
  double total = 0, needy = 0, moved = 0, misplaced = 0, of_needy = 0, square = 0, losing = 0;
  double index_mean = 0;
  double low = money[0], high = money[0];
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const n = units.pupils[s];
    total += n;
    needy += units.needy[s];
    moved += n * std::abs(money[s] - 1);
    misplaced += n * std::abs(money[s] - ideal[s]);
    of_needy += units.needy[s] * money[s];
    square += n * (money[s] - 1) * (money[s] - 1);
    if (money[s] < 1 - 5e-4) losing += n;
    index_mean += n * units.index[s];
    low = std::min(low, money[s]);
    high = std::max(high, money[s]);
  }
  index_mean /= total;
  double slope_up = 0, slope_down = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const deviation = units.index[s] - index_mean;
    slope_up += units.pupils[s] * deviation * (money[s] - 1);
    slope_down += units.pupils[s] * deviation * deviation;
  }
  bool const both_groups = needy > 0 && needy < total;
  double const part = needy / total;
  // Σ n f = N: the others' money follows from the needy's.
  double const gap = both_groups ? of_needy / needy - (total - of_needy) / (total - needy) : 0.0;

  order.assign(units.by_index.begin(), units.by_index.end());
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return money[a] < money[b] || (money[a] == money[b] && a < b);
  });
  double const gini = concentration(money, units.pupils, order, money);
  // by_index runs from the neediest: the sign turns so that money with the needy is positive.
  double const by_need = -concentration(money, units.pupils, units.by_index, units.index);
  double const of_need = -concentration(units.index, units.pupils, units.by_index, units.index);

  at(row, Measure::share_set) = 100 * policy.share;
  at(row, Measure::share_moved) = 50 * moved / total;
  at(row, Measure::misallocated) = 50 * misplaced / total;
  at(row, Measure::money_gap) = 100 * gap;
  at(row, Measure::money_gap_linear) = part > 0 ? 100 * policy.share * units.variance_ratio / part : 0.0;
  at(row, Measure::money_gap_sek) = gap * units.budget_per_pupil_sek;
  at(row, Measure::top_unit) = 100 * (high - 1);
  at(row, Measure::bottom_unit) = 100 * (low - 1);
  at(row, Measure::money_cv) = 100 * std::sqrt(square / total);
  at(row, Measure::money_gini) = gini;
  at(row, Measure::money_kakwani) = by_need - of_need;
  at(row, Measure::money_elasticity) = slope_down > 1e-18 * total ? slope_up / slope_down : 0.0;
  at(row, Measure::pupils_losing) = 100 * losing / total;
  at(row, Measure::largest_loss_sek) = std::max(0.0, 1 - low) * units.budget_per_pupil_sek;
  at(row, Measure::units_bound) = 100.0 * report.bound_units / static_cast<double>(money.size());
  at(row, Measure::per_head_fallback) = report.per_head_fallback ? 100.0 : 0.0;
}

} // namespace likvard
