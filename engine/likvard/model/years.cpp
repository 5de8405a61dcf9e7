#include "likvard/model/years.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/measure_segregation.hpp"
#include "likvard/model/years_town.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

/// One policy in one year.
class PolicyYear {
public:
  PolicyYear(Plan const& plan, Policy const& policy, Coefficients const& drawn, std::uint32_t year,
             Wanted wanted, Workspace& work, YearsWorkspace& y, PolicyYears& carried)
      : plan_(plan), policy_(policy), c_(drawn), year_(year), wanted_(wanted), work_(work), y_(y),
        carried_(carried), units_(work.sizes.size()),
        prices_(portable::pow(1 + plan.parameters.years.price_drift, year)) {
    if (policy.pass_through) c_.pass_through = *policy.pass_through;
  }

  AllocationReport pay(std::span<double> money) {
    UnitView view{.pupils = work_.sizes, .phase = plan_.parameters.municipality.given.phase, .before = {}};
    if (!carried_.money.empty()) {
      money_of_before(policy_, work_.sizes, carried_.money, work_.allocation, y_.before);
      view.before = y_.before;
    }
    auto const report = allocate(policy_, work_.seen_view, view, work_.allocation, money, work_.need_money);
    if (wanted_.index_noise) {
      allocate(policy_, work_.present_view, view, work_.allocation, work_.ideal, work_.spare);
      allocate(policy_, work_.expected_view, view, work_.allocation, work_.systematic, work_.spare);
    } else {
      work_.ideal.assign(money.begin(), money.end());
      work_.systematic.assign(money.begin(), money.end());
    }
    // With a pace, need money too goes on from where it stood.
    if (policy_.pace < 1 && !carried_.need_money.empty())
      for (std::size_t s = 0; s < units_; ++s)
        work_.need_money[s] =
            std::min(money[s], work_.need_money[s] + (1 - policy_.pace) * carried_.need_money[s]);
    carried_.money.assign(money.begin(), money.end());
    carried_.need_money = work_.need_money;
    return report;
  }

  /// δ of the year's money, of the years that still count, and of what units run: work.effect [2 S].
  void act(std::span<double const> money, std::span<double const> weights) {
    auto const& interventions = plan_.parameters.interventions;
    double const budget = plan_.parameters.municipality.budget_per_pupil_sek;
    y_.real_money.resize(units_);
    y_.real_need.resize(units_);
    y_.use.resize(units_);
    y_.intervention.assign(units_, 0.0);
    y_.dose.resize(static_cast<Eigen::Index>(units_), static_cast<Eigen::Index>(interventions.size()));
    for (std::size_t s = 0; s < units_; ++s) {
      y_.use[s] = policy_.follow_up.use_gain == 0
                      ? work_.units.use[s]
                      : std::clamp(work_.units.use[s] + policy_.follow_up.use_gain * year_, -1.0, 3.0);
      double const extra = c_.pass_through * (money[s] - 1) * budget / prices_;
      double spent = 0;
      for (std::size_t j = 0; j < interventions.size(); ++j) {
        double const dose = policy_.plain_money ? 0.0 : dose_bought(interventions[j], extra);
        y_.dose(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(j)) = dose;
        if (dose > 0 && carried_.quality.town.front().running[s] == j)
          spent = dose * interventions[j].cost_sek / (budget * c_.pass_through);
      }
      y_.real_money[s] = money[s] / prices_ - spent;
      y_.real_need[s] = std::max(0.0, work_.need_money[s] / prices_ - spent);
    }
    if (!interventions.empty())
      intervention_effects(interventions, y_.truth, carried_.quality, y_.dose, y_.intervention);
    std::size_t const size = 2 * units_;
    std::copy_backward(carried_.effect.begin(), carried_.effect.end() - static_cast<std::ptrdiff_t>(size),
                       carried_.effect.end());
    Delivery const delivery{policy_.reach, y_.real_need, work_.pupils_of_unit, work_.needy};
    money_effect(plan_.parameters.outcome, c_, y_.use, y_.real_money, delivery,
                 std::span(carried_.effect).first(size));
    for (std::size_t i = 0; i < size; ++i) {
      work_.effect[i] = 0;
      for (std::size_t k = 0; k < weights.size(); ++k)
        work_.effect[i] += weights[k] * carried_.effect[k * size + i];
      work_.effect[i] += y_.intervention[i / 2] * (i % 2 == 1 ? c_.effect_ratio : 1.0);
    }
  }

  /// What the municipality sees, and what it does about it.
  void learn(KnownSpread const& spread, StreamKey key_of_year, Row row) {
    auto const& interventions = plan_.parameters.interventions;
    y_.adjusted = y_.town.results.adjusted;
    y_.raw = y_.town.results.raw;
    for (std::size_t s = 0; s < units_; ++s) {
      double const needy = work_.needy[s] / work_.pupils_of_unit[s];
      double const effect = (1 - needy) * work_.effect[2 * s] + needy * work_.effect[2 * s + 1];
      y_.adjusted[s] += effect;
      y_.raw[s] += effect;
      // The measures want the effect on all the unit's pupils.
      y_.intervention[s] *= 1 + needy * (c_.effect_ratio - 1);
    }
    SeenYear const seen{y_.adjusted, y_.raw, y_.town.results.variance};
    bool const decided = policy_.intervention.has_value() || policy_.plain_money;
    follow_up_year(policy_.follow_up, interventions, decided, spread, y_.truth, y_.dose, seen, year_,
                   key_of_year, carried_.quality);
    measure_quality(policy_.follow_up, decided, work_.sizes, y_.truth, y_.dose, y_.intervention,
                    carried_.first, carried_.quality, row);
  }

private:
  Plan const& plan_;
  Policy const& policy_;
  Coefficients c_;
  std::uint32_t year_;
  Wanted wanted_;
  Workspace& work_;
  YearsWorkspace& y_;
  PolicyYears& carried_;
  std::size_t units_;
  double prices_;
};

void begin_policies(Plan const& plan, std::span<Policy const> policies, Coefficients const& coefficients,
                    KnownSpread const& spread, StreamKey key, Workspace const& work, YearsWorkspace& y) {
  auto const& parameters = plan.parameters;
  std::size_t const units = work.sizes.size();
  if (!parameters.interventions.empty()) {
    draw_true_effects(parameters.interventions, units, key, y.truth);
    draw_results(plan, coefficients, year_key(key, year_before_first), work, y.town.results);
  }
  y.policy.resize(policies.size());
  for (std::size_t m = 0; m < policies.size(); ++m) {
    PolicyYears& carried = y.policy[m];
    carried.money.clear();
    carried.need_money.clear();
    carried.effect.assign(std::size_t{parameters.years.build_up} * 2 * units, 0.0);
    begin_horizon(units, carried.horizon);
    if (parameters.interventions.empty()) continue;
    begin_quality_work(policies[m].follow_up, parameters.interventions, policies[m].intervention, spread,
                       {y.town.results.adjusted, y.town.results.raw, y.town.results.variance}, y.truth, key,
                       carried.quality);
    carried.first = carried.quality.town.front().running;
  }
}

/// All policies in one year: rows [M][measure_count].
void year_of_policies(Plan const& plan, std::span<Policy const> policies, Coefficients const& coefficients,
                      std::uint32_t t, StreamKey key_of_year, Wanted wanted, KnownSpread const& spread,
                      std::span<double const> weights, Workspace& work, YearsWorkspace& y,
                      std::span<double> rows) {
  auto const& municipality = plan.parameters.municipality;
  std::size_t const units = work.sizes.size();
  auto const& true_need = work.present[0].relative;
  std::array<double, measure_count> municipal{};
  double const variance_ratio =
      measure_municipality(work.pupils_of_unit, work.needy, true_need, wanted.segregation, wanted.by_chance,
                           work.unit_order, municipal);
  UnitNeed const need{work.sizes,
                      work.needy,
                      true_need,
                      work.by_index,
                      variance_ratio,
                      municipality.budget_per_pupil_sek,
                      municipality.adequate_per_pupil_sek};
  for (std::size_t m = 0; m < policies.size(); ++m) {
    Row const row = rows.subspan(m * measure_count).first<measure_count>();
    std::copy(municipal.begin(), municipal.end(), row.begin());
    std::span<double> const money(&work.unit_money[m * units], units);
    PolicyYear one(plan, policies[m], coefficients, t, wanted, work, y, y.policy[m]);
    auto const report = one.pay(money);
    measure_money(policies[m], report, need, {money, work.need_money, work.ideal, work.systematic},
                  work.money, row, {wanted.money_orders, wanted.money_logs});
    one.act(money, weights);
    Outcome const& outcome = plan.parameters.outcome;
    double const variance = measure_outcome(plan.pupil_model, outcome, coefficients.carry, plan.profiles,
                                            work.n, work.base, work.effect, costly(wanted), row);
    if (wanted.realised)
      measure_realised(plan.pupil_model, outcome, coefficients.carry, plan.profiles, work.n, work.base,
                       work.pupils, work.effect, variance, row);
    measure_horizon(work.sizes, money, rows[static_cast<std::size_t>(Measure::gap)],
                    municipality.budget_per_pupil_sek, y.policy[m].horizon, row);
    if (!plan.parameters.interventions.empty()) one.learn(spread, key_of_year, row);
  }
}

} // namespace

std::vector<double> effect_weights(Years const& years) {
  std::vector<double> weight(years.build_up, 1.0);
  for (std::size_t k = 1; k < weight.size(); ++k) weight[k] = weight[k - 1] * (1 - years.fade);
  double const sum = std::accumulate(weight.begin(), weight.end(), 0.0);
  for (double& w : weight) w /= sum;
  return weight;
}

void money_of_before(Policy const& policy, std::span<std::uint32_t const> pupils,
                     std::span<double const> money, AllocationScratch& scratch, std::vector<double>& before) {
  double total = 0, sum = 0;
  for (std::size_t s = 0; s < money.size(); ++s) total += pupils[s], sum += pupils[s] * money[s];
  before.resize(money.size());
  for (std::size_t s = 0; s < money.size(); ++s) before[s] = money[s] * total / sum;
  UnitView const view{.pupils = pupils, .phase = {}, .before = before};
  for (int step = 0; step < 60 && allocation_bounds(policy, view, scratch); ++step) {
    if (bounds_feasible(scratch.low, scratch.high, pupils)) return;
    for (double& f : before) f = 1 + 0.5 * (f - 1);
  }
}

void simulate_years(Plan const& plan, std::span<Policy const> policies, StreamKey key,
                    std::span<double const, coefficient_count> u, Wanted wanted, Workspace& work,
                    YearsWorkspace& y, std::span<double> rows) {
  auto const& parameters = plan.parameters;
  Years const& years = parameters.years;
  LIKVARD_EXPECT(years.count >= 1 && !policies.empty() &&
                 rows.size() == years.count * policies.size() * measure_count);
  Coefficients const coefficients = draw_coefficients(plan.laws, u);
  auto const weights = effect_weights(years);
  TownFrame const frame = first_year(plan, policies, key, u, work, y.town);
  KnownSpread const spread = known_spread(parameters.outcome);
  begin_policies(plan, policies, coefficients, spread, key, work, y);

  std::size_t const units = work.sizes.size();
  for (auto* values : {&work.ideal, &work.systematic, &work.need_money, &work.spare}) values->resize(units);
  work.effect.resize(2 * units);
  work.unit_money.resize(policies.size() * units);
  for (std::uint32_t t = 0; t < years.count; ++t) {
    StreamKey const year = year_key(key, t);
    if (t > 0) next_year(plan, frame, year, work, y.town);
    look_at_town(plan, coefficients, key, year, wanted, work, y.town);
    auto const per_policy = policies.size() * measure_count;
    year_of_policies(plan, policies, coefficients, t, year, wanted, spread, weights, work, y,
                     rows.subspan(t * per_policy, per_policy));
  }
}

} // namespace likvard
