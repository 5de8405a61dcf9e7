#include "likvard/model/measure_money.hpp"

#include "likvard/model/inequality.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

constexpr double noticeable = 5e-4; ///< of the mean: less is no gain and no loss

/// Money that lies elsewhere than under per head, and the pupils it concerns.
void measure_shift(UnitNeed const& units, PaidMoney const& paid, double total, Row row) {
  double moved = 0, systematic = 0, misplaced = 0, losing = 0, gaining = 0, without_need = 0, unpaid = 0;
  for (std::size_t s = 0; s < paid.seen.size(); ++s) {
    double const n = units.pupils[s], f = paid.seen[s], ideal = paid.present[s];
    moved += n * std::abs(f - 1);
    systematic += n * std::abs(paid.systematic[s] - 1);
    misplaced += n * std::abs(f - ideal);
    if (f < 1 - noticeable) losing += n;
    if (f > 1 + noticeable) gaining += n;
    if (f > 1 + noticeable && ideal <= 1) without_need += n;
    if (ideal > 1 + noticeable && f <= 1) unpaid += n;
  }
  at(row, Measure::share_moved) = 50 * moved / total;
  at(row, Measure::share_moved_systematic) = 50 * systematic / total;
  at(row, Measure::share_moved_noise) = 50 * (moved - systematic) / total;
  at(row, Measure::misallocated) = 50 * misplaced / total;
  at(row, Measure::paid_without_need) = 100 * without_need / total;
  at(row, Measure::need_without_pay) = 100 * unpaid / total;
  at(row, Measure::pupils_losing) = 100 * losing / total;
  at(row, Measure::pupils_gaining) = 100 * gaining / total;
}

/// Money of pupils in the need group against the others', and along the need of their units.
void measure_targeting(Policy const& policy, UnitNeed const& units, PaidMoney const& paid, double total,
                       Row row) {
  auto const money = paid.seen;
  double needy = 0, of_needy = 0, mean = 0, up = 0, down = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    needy += units.needy[s];
    of_needy += units.needy[s] * money[s];
    // Earmarked money goes from a unit's other pupils to its needy ones.
    if (units.needy[s] > 0) of_needy += policy.reach * paid.by_need[s] * (units.pupils[s] - units.needy[s]);
    mean += units.pupils[s] * units.index[s] / total;
  }
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const deviation = units.index[s] - mean;
    up += units.pupils[s] * deviation * (money[s] - 1);
    down += units.pupils[s] * deviation * deviation;
  }
  bool const both = needy > 0 && needy < total;
  // Σ n f = N: the others' money follows from the needy's.
  double const of_others = both ? (total - of_needy) / (total - needy) : 1.0;
  double const gap = both ? of_needy / needy - of_others : 0.0;
  double const part = needy / total;
  // by_index runs from the neediest: the sign turns so that money with the needy is positive.
  double const by_need = -concentration(money, units.pupils, units.by_index, units.index);
  double const of_need = -concentration(units.index, units.pupils, units.by_index, units.index);
  at(row, Measure::money_gap) = 100 * gap;
  at(row, Measure::money_gap_linear) = part > 0 ? 100 * policy.share * units.variance_ratio / part : 0.0;
  at(row, Measure::money_gap_sek) = gap * units.budget_per_pupil_sek;
  at(row, Measure::money_ratio) = both && of_others > 0 ? of_needy / needy / of_others : 1.0;
  at(row, Measure::money_concentration) = by_need;
  at(row, Measure::money_kakwani) = by_need - of_need;
  at(row, Measure::money_elasticity) = down > 1e-18 * total ? up / down : 0.0;
}

void measure_spread(UnitNeed const& units, std::span<double const> money, double total,
                    std::vector<std::uint32_t>& order, Row row) {
  order.assign(units.by_index.begin(), units.by_index.end());
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return money[a] < money[b] || (money[a] == money[b] && a < b);
  });
  double const low = money[order.front()], high = money[order.back()];
  Inequality const spread = inequality(money, units.pupils, order);
  at(row, Measure::top_unit) = 100 * (high - 1);
  at(row, Measure::bottom_unit) = 100 * (low - 1);
  at(row, Measure::money_cv) = 100 * spread.cv;
  at(row, Measure::money_gini) = spread.gini;
  at(row, Measure::money_range_ratio) = spread.range_ratio;
  at(row, Measure::money_mcloone) = spread.mcloone;
  at(row, Measure::money_verstegen) = spread.verstegen;
  at(row, Measure::money_theil) = spread.theil_t;
  at(row, Measure::money_mld) = spread.mld;
  at(row, Measure::money_atkinson_half) = spread.atkinson_half;
  at(row, Measure::money_atkinson_one) = spread.atkinson_one;
  at(row, Measure::largest_loss_sek) = std::max(0.0, 1 - low) * units.budget_per_pupil_sek;

  double const enough = units.adequate_per_pupil_sek > 0 && units.budget_per_pupil_sek > 0
                            ? units.adequate_per_pupil_sek / units.budget_per_pupil_sek
                            : 1.0;
  double adequate = 0, short_of = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    adequate += units.pupils[s] * std::min(1.0, money[s] / enough);
    short_of += units.pupils[s] * std::max(0.0, enough - money[s]);
  }
  at(row, Measure::adequacy) = 100 * adequate / total;
  at(row, Measure::shortfall_sek) = short_of / total * units.budget_per_pupil_sek;
}

} // namespace

void measure_money(Policy const& policy, AllocationReport const& report, UnitNeed const& units,
                   PaidMoney const& paid, std::vector<std::uint32_t>& order, Row row) {
  double total = 0;
  for (auto n : units.pupils) total += n;
  measure_shift(units, paid, total, row);
  measure_targeting(policy, units, paid, total, row);
  measure_spread(units, paid.seen, total, order, row);
  at(row, Measure::share_set) = 100 * (policy.own_share ? report.share : policy.share);
  at(row, Measure::share_given) = 100 * report.share;
  at(row, Measure::units_bound) = 100.0 * report.bound_units / static_cast<double>(paid.seen.size());
  at(row, Measure::per_head_fallback) = report.per_head_fallback ? 100.0 : 0.0;
}

} // namespace likvard
