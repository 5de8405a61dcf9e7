#include "likvard/model/measure_money.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/portable.hpp"
#include "likvard/model/inequality.hpp"
#include "likvard/model/money_sums.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

constexpr double noticeable = 5e-4; ///< of the mean: less is no gain and no loss

/// What all policies share.
struct Town {
  double total = 0, needy = 0, index_spread = 0, of_need = 0;
};

/// How far each unit's index and rank by index lie from the mean; ties share the mid-rank.
Town look_at_units(UnitNeed const& units, MoneyScratch& scratch) {
  std::size_t const count = units.pupils.size();
  Town town;
  double mean = 0;
  scratch.pupils.assign(units.pupils.begin(), units.pupils.end());
  scratch.index_away.resize(count);
  scratch.rank_away.resize(count);
  for (std::size_t s = 0; s < count; ++s) {
    town.total += units.pupils[s];
    town.needy += units.needy[s];
  }
  for (std::size_t s = 0; s < count; ++s) mean += units.pupils[s] * units.index[s] / town.total;
  for (std::size_t s = 0; s < count; ++s) {
    double const away = units.index[s] - mean;
    scratch.index_away[s] = away;
    town.index_spread += units.pupils[s] * away * away;
  }
  double below = 0, covariance = 0;
  auto const& order = units.by_index;
  for (std::size_t i = 0; i < count;) {
    double tied = 0, excess = 0;
    std::size_t j = i;
    for (; j < count && units.index[order[j]] == units.index[order[i]]; ++j) {
      tied += units.pupils[order[j]];
      excess += units.pupils[order[j]] * scratch.index_away[order[j]];
    }
    double const rank = (below + 0.5 * tied) / town.total - 0.5;
    for (; i < j; ++i) scratch.rank_away[order[i]] = rank;
    covariance += excess * rank;
    below += tied;
  }
  // by_index runs from the neediest: the sign turns so that what lies with the needy is positive.
  if (mean > 0) town.of_need = -2 * covariance / town.total / mean;
  return town;
}

/// The units from the least money to the most; the order of the policy before is often right already.
void order_by_money(std::span<double const> money, UnitNeed const& units, std::vector<std::uint32_t>& order) {
  auto const less = [&](std::uint32_t a, std::uint32_t b) {
    return money[a] < money[b] || (money[a] == money[b] && a < b);
  };
  if (order.size() != money.size()) order.assign(units.by_index.rbegin(), units.by_index.rend());
  if (!std::is_sorted(order.begin(), order.end(), less)) std::sort(order.begin(), order.end(), less);
}

} // namespace

void measure_all_money(std::span<Policy const> policies, std::span<AllocationReport const> reports,
                       UnitNeed const& units, MoneyLanes const& money, MoneyReadings wanted,
                       MoneyScratch& scratch, std::span<double> rows) {
  std::size_t const count = units.pupils.size(), stride = money.stride;
  LIKVARD_EXPECT(rows.size() == policies.size() * measure_count &&
                 money.by_policy.size() == policies.size() * count);
  Town const town = look_at_units(units, scratch);
  double const total = town.total, budget = units.budget_per_pupil_sek;
  double const enough =
      units.adequate_per_pupil_sek > 0 && budget > 0 ? units.adequate_per_pupil_sek / budget : 1.0;
  MoneyUnits const shared{scratch.pupils, units.needy, scratch.index_away, scratch.rank_away,
                          total,          enough,      noticeable};
  scratch.sums.resize(MoneySum::count * stride);
  sum_money(shared, money.seen, money.present, money.systematic, stride, policies.size(), wanted.logs,
            scratch.sums);
  bool const both = town.needy > 0 && town.needy < total;
  double const part = town.needy / total;
  scratch.order.clear();
  for (std::size_t m = 0; m < policies.size(); ++m) {
    Policy const& policy = policies[m];
    Row const row = rows.subspan(m * measure_count).first<measure_count>();
    auto const sum = [&](MoneySum::Row which) { return scratch.sums[which * stride + m]; };
    at(row, Measure::share_moved) = 50 * sum(MoneySum::moved) / total;
    at(row, Measure::share_moved_systematic) = 50 * sum(MoneySum::systematic) / total;
    at(row, Measure::share_moved_noise) = 50 * (sum(MoneySum::moved) - sum(MoneySum::systematic)) / total;
    at(row, Measure::misallocated) = 50 * sum(MoneySum::misplaced) / total;
    at(row, Measure::paid_without_need) = 100 * sum(MoneySum::without_need) / total;
    at(row, Measure::need_without_pay) = 100 * sum(MoneySum::unpaid) / total;
    at(row, Measure::pupils_losing) = 100 * sum(MoneySum::losing) / total;
    at(row, Measure::pupils_gaining) = 100 * sum(MoneySum::gaining) / total;

    double of_needy = sum(MoneySum::needy);
    if (policy.reach > 0) // earmarked money goes from a unit's other pupils to its needy ones
      for (std::size_t s = 0; s < count; ++s)
        if (units.needy[s] > 0)
          of_needy += policy.reach * money.by_need[m * count + s] * (units.pupils[s] - units.needy[s]);
    // Σ n f = N: the others' money follows from the needy's.
    double const of_others = both ? (total - of_needy) / (total - town.needy) : 1.0;
    double const gap = both ? of_needy / town.needy - of_others : 0.0;
    double const mean = sum(MoneySum::sum) / total;
    double const by_need = mean > 0 ? -2 * sum(MoneySum::along_rank) / total / mean : 0.0;
    at(row, Measure::money_gap) = 100 * gap;
    at(row, Measure::money_gap_linear) = part > 0 ? 100 * policy.share * units.variance_ratio / part : 0.0;
    at(row, Measure::money_gap_sek) = gap * budget;
    at(row, Measure::money_ratio) = both && of_others > 0 ? of_needy / town.needy / of_others : 1.0;
    at(row, Measure::money_concentration) = by_need;
    at(row, Measure::money_kakwani) = by_need - town.of_need;
    at(row, Measure::money_elasticity) =
        town.index_spread > 1e-18 * total ? sum(MoneySum::along_need) / town.index_spread : 0.0;

    double const low = sum(MoneySum::low);
    at(row, Measure::top_unit) = 100 * (sum(MoneySum::high) - 1);
    at(row, Measure::bottom_unit) = 100 * (low - 1);
    at(row, Measure::money_cv) = mean > 0 ? 100 * std::sqrt(sum(MoneySum::square) / total) / mean : 0.0;
    at(row, Measure::largest_loss_sek) = std::max(0.0, 1 - low) * budget;
    at(row, Measure::adequacy) = 100 * sum(MoneySum::adequate) / total;
    at(row, Measure::shortfall_sek) = sum(MoneySum::short_of) / total * budget;
    if (wanted.logs) {
      // Rounding can leave a trace below 0 where all are equal; a unit with nothing has no logarithm.
      double const roots = sum(MoneySum::roots) / total;
      double const mld = low > 0 ? std::max(0.0, sum(MoneySum::logs) / total) : 0.0;
      at(row, Measure::money_theil) = std::max(0.0, sum(MoneySum::theil) / total);
      at(row, Measure::money_mld) = mld;
      at(row, Measure::money_atkinson_half) = std::max(0.0, 1 - roots * roots);
      at(row, Measure::money_atkinson_one) = low > 0 ? -portable::expm1(-mld) : 1.0;
    }
    if (wanted.orders) {
      auto const own = money.by_policy.subspan(m * count, count);
      order_by_money(own, units, scratch.order);
      Inequality const spread = inequality_by_order(own, units.pupils, scratch.order);
      at(row, Measure::money_gini) = spread.gini;
      at(row, Measure::money_range_ratio) = spread.range_ratio;
      at(row, Measure::money_mcloone) = spread.mcloone;
      at(row, Measure::money_verstegen) = spread.verstegen;
    }
    AllocationReport const& report = reports[m];
    at(row, Measure::share_set) = 100 * (policy.own_share ? report.share : policy.share);
    at(row, Measure::share_given) = 100 * report.share;
    at(row, Measure::units_bound) = 100.0 * report.bound_units / static_cast<double>(count);
    at(row, Measure::per_head_fallback) = report.per_head_fallback ? 100.0 : 0.0;
  }
}

void measure_money(Policy const& policy, AllocationReport const& report, UnitNeed const& units,
                   PaidMoney const& paid, MoneyScratch& scratch, Row row, MoneyReadings wanted) {
  constexpr std::size_t stride = 8;
  auto const lane = [&](std::span<double const> money, std::vector<double>& out) {
    out.assign(money.size() * stride, 0.0);
    for (std::size_t s = 0; s < money.size(); ++s) out[s * stride] = money[s];
  };
  lane(paid.seen, scratch.one);
  lane(paid.present, scratch.present);
  lane(paid.systematic, scratch.systematic);
  measure_all_money({&policy, 1}, {&report, 1}, units,
                    {scratch.one, scratch.present, scratch.systematic, stride, paid.seen, paid.by_need},
                    wanted, scratch, row);
}

} // namespace likvard
