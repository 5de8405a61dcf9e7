#include "likvard/model/measure_years.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

constexpr double noticeable_mean = 5e-4; ///< of the mean, as in measure_money
constexpr double large_change = 0.05;

/// First year with half the largest gain; half to rounding is half.
double years_to_half(std::vector<double> const& gain) {
  double const largest = *std::max_element(gain.begin(), gain.end());
  if (!(largest > 1e-12)) return 0;
  for (std::size_t t = 0; t < gain.size(); ++t)
    if (gain[t] >= (0.5 - 1e-9) * largest) return static_cast<double>(t + 1);
  return 0;
}

} // namespace

void begin_horizon(std::size_t units, HorizonSums& sums) {
  sums = {};
  sums.money.assign(units, 0.0);
  sums.before.assign(units, 1.0);
}

void measure_horizon(std::span<std::uint32_t const> pupils, std::span<double const> money,
                     double gap_per_head, double budget_per_pupil_sek, HorizonSums& sums, Row row) {
  double total = 0, losing = 0, gaining = 0;
  sums.years += 1;
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const n = pupils[s], change = sums.before[s] > 0 ? money[s] / sums.before[s] - 1 : 0.0;
    total += n;
    sums.change += n * std::abs(change);
    if (std::abs(change) > large_change) sums.large += n;
    sums.largest_loss = std::max(sums.largest_loss, (sums.before[s] - money[s]) * budget_per_pupil_sek);
    sums.before[s] = money[s];
    sums.money[s] += money[s];
    double const mean = sums.money[s] / sums.years;
    if (mean < 1 - noticeable_mean) losing += n;
    if (mean > 1 + noticeable_mean) gaining += n;
  }
  sums.pupils += total;
  sums.gap += at(row, Measure::gap);
  sums.gain.push_back(gap_per_head - at(row, Measure::gap));
  sums.need_money_sek += at(row, Measure::share_given) / 100 * budget_per_pupil_sek;
  double gain = 0;
  for (double g : sums.gain) gain += g;

  at(row, Measure::money_change) = 100 * sums.change / sums.pupils;
  at(row, Measure::money_change_large) = 100 * sums.large / sums.pupils;
  at(row, Measure::largest_yearly_loss) = sums.largest_loss;
  at(row, Measure::horizon_losing) = 100 * losing / total;
  at(row, Measure::horizon_gaining) = 100 * gaining / total;
  at(row, Measure::gap_horizon) = sums.gap / sums.years;
  // Thousandths of an SD over thousands of kronor: both factors are 1,000.
  at(row, Measure::gap_gain_per_krona) = sums.need_money_sek > 0 ? 1e6 * gain / sums.need_money_sek : 0.0;
  at(row, Measure::years_to_effect) = years_to_half(sums.gain);
}

void measure_quality(FollowUp const& follow_up, bool decided, std::span<std::uint32_t const> pupils,
                     TrueEffects const& truth, Table const& dose, std::span<double const> effect,
                     std::span<std::size_t const> first, QualityWork const& work, Row row) {
  QualityTown const& town = work.town.front();
  bool const own_results =
      decided || follow_up.rule == FollowUpRule::none || follow_up.rule == FollowUpRule::before_after;
  double all = 0, sum = 0, found = 0, began_useless = 0, useless = 0, judged = 0, excess = 0;
  for (std::size_t s = 0; s < pupils.size(); ++s) {
    auto const unit = dose.row(static_cast<Eigen::Index>(s));
    if (!(unit.maxCoeff() > 0)) continue;
    double const n = pupils[s];
    std::size_t const runs = town.running[s];
    std::size_t best = 0;
    auto const value = [&](std::size_t j) { return unit(static_cast<Eigen::Index>(j)) * truth.mean[j]; };
    for (std::size_t j = 1; j < truth.mean.size(); ++j)
      if (value(j) > value(best)) best = j;
    all += n;
    sum += n * effect[s];
    if (value(runs) >= value(best)) found += n;
    if (truth.mean[first[s]] <= 0) {
      began_useless += n;
      if (truth.mean[runs] <= 0) useless += n;
    }
    if (own_results && !work.kept[s]) continue;
    judged += n;
    if (own_results)
      excess += n * (work.since[s] / town.age[s] - work.baseline[s] - effect[s]);
    else
      excess +=
          n * unit(static_cast<Eigen::Index>(runs)) *
          (work.believed(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(runs)) - truth.mean[runs]);
  }
  at(row, Measure::intervention_effect) = all > 0 ? sum / all : 0.0;
  at(row, Measure::best_found) = all > 0 ? 100 * found / all : 0.0;
  at(row, Measure::useless_kept) = began_useless > 0 ? 100 * useless / began_useless : 0.0;
  at(row, Measure::apparent_excess) = judged > 0 ? excess / judged : 0.0;
}

} // namespace likvard
