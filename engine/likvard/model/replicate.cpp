#include "likvard/model/replicate.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/words.hpp"
#include "likvard/model/measure_segregation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace likvard {
namespace {

/// Unit sizes of this replicate, in order of standing. Which size stands where is luck.
void draw_sizes(Plan const& plan, StreamKey key, Workspace& work) {
  auto const& municipality = plan.parameters.municipality;
  work.sizes.assign(plan.sizes.begin(), plan.sizes.end());
  bool const fixed = plan.sorter.mechanism == Mechanism::given;
  if (!fixed && municipality.unit_pupils.empty() && municipality.sizes == SizeRule::drawn) {
    work.weight.resize(municipality.units);
    work.spare_u.resize(municipality.units);
    first_uniforms(key, Purpose::sizes, work.weight, work.spare_u);
    portable::normal_quantile(work.weight, work.weight);
    for (double& w : work.weight) w = portable::exp(municipality.size_log_sd * w);
    split_pupils(municipality.pupils, work.weight, municipality.smallest_unit, work.split, work.sizes);
  } else if (!fixed && municipality.sizes != SizeRule::equal) {
    Stream stream(key, Purpose::sizes);
    for (std::size_t s = work.sizes.size(); s > 1; --s) {
      auto const k = static_cast<std::size_t>(uniform01(stream) * static_cast<double>(s));
      std::swap(work.sizes[s - 1], work.sizes[std::min(k, s - 1)]);
    }
  }
  double const pupils = std::accumulate(work.sizes.begin(), work.sizes.end(), 0.0);
  work.weight.resize(work.sizes.size());
  for (std::size_t s = 0; s < work.sizes.size(); ++s) work.weight[s] = work.sizes[s] / pupils;
}

void draw_composition(Plan const& plan, StreamKey key, Workspace& work) {
  if (plan.pi.size() == 0)
    sort_units(plan.sorter, work.weight, plan.profiles, key, work.cuts, work.pi);
  else
    work.pi = plan.pi;
  if (plan.given.size() != 0)
    work.n = plan.given;
  else if (plan.parameters.municipality.totals == Totals::fixed)
    draw_counts_fixed(work.sizes, plan.totals, work.pi, key, work.sampling, work.n);
  else
    draw_counts_free(work.sizes, work.pi, key, work.sampling, work.n);
}

/// Every index as the allocation sees it, as it is, and under π, free of small-number noise.
void look_at_need(Plan const& plan, StreamKey key, Wanted wanted, Workspace& work) {
  draw_cohorts(plan.cohorts, work.sizes, work.pi, key, work.cohorts);
  for (auto* values : {&work.seen, &work.present, &work.expected})
    values->resize(plan.parameters.needs.size());
  see_needs(plan, key, wanted, work);
}

/// The pupils of the need group, and the units from the neediest.
void count_needy(Plan const& plan, Workspace& work) {
  std::size_t const units = work.sizes.size();
  work.pupils_of_unit.assign(work.sizes.begin(), work.sizes.end());
  work.needy.assign(units, 0.0);
  for (std::size_t s = 0; s < units; ++s)
    for (std::size_t p = 0; p < plan.profiles.size(); ++p)
      if (plan.profiles.needy[p])
        work.needy[s] += work.n(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p));
  auto const& need = work.present[0].relative;
  work.by_index.resize(units);
  std::iota(work.by_index.begin(), work.by_index.end(), 0U);
  std::sort(work.by_index.begin(), work.by_index.end(), [&](std::uint32_t a, std::uint32_t b) {
    return need[a] > need[b] || (need[a] == need[b] && a < b);
  });
}

void view(std::vector<IndexValues> const& values, std::vector<IndexView>& out) {
  out.clear();
  for (auto const& index : values) out.push_back({index.raw, index.relative});
}

/// [M × S] with policies in the lanes of [S × stride]. Lanes beyond do as the last policy does, so that
/// vectors have no more to do for them.
void to_lanes(std::span<double const> by_policy, std::size_t units, std::size_t stride,
              std::vector<double>& out) {
  out.resize(units * stride);
  std::size_t const policies = by_policy.size() / units;
  for (std::size_t s = 0; s < units; ++s) {
    double* lane = out.data() + s * stride;
    for (std::size_t m = 0; m < policies; ++m) lane[m] = by_policy[m * units + s];
    for (std::size_t m = policies; m < stride; ++m) lane[m] = lane[policies - 1];
  }
}

/// What every policy pays, under the index seen and, if wanted, under the others.
void pay(Plan const& plan, std::span<Policy const> policies, Wanted wanted, std::size_t stride,
         Workspace& work) {
  std::size_t const units = work.sizes.size(), cells = policies.size() * units;
  UnitView const view_of{
      .pupils = work.sizes, .phase = plan.parameters.municipality.given.phase, .before = {}};
  view(work.seen, work.seen_view);
  work.unit_money.resize(cells);
  work.unit_need.resize(cells);
  work.reports.resize(policies.size());
  allocate_all(policies, work.seen_view, view_of, work.allocation, work.reports, work.unit_money,
               work.unit_need);
  to_lanes(work.unit_money, units, stride, work.lanes);
  work.ideal_lanes.clear();
  work.systematic_lanes.clear();
  if (!wanted.index_noise) return;
  work.other_money.resize(cells);
  work.other_need.resize(cells);
  work.other_reports.resize(policies.size());
  view(work.present, work.present_view);
  allocate_all(policies, work.present_view, view_of, work.allocation, work.other_reports, work.other_money,
               work.other_need);
  to_lanes(work.other_money, units, stride, work.ideal_lanes);
  view(work.expected, work.expected_view);
  allocate_all(policies, work.expected_view, view_of, work.allocation, work.other_reports, work.other_money,
               work.other_need);
  to_lanes(work.other_money, units, stride, work.systematic_lanes);
}

/// δ of every policy, [2 S × stride].
void act(Outcome const& outcome, Coefficients const& coefficients, std::span<Policy const> policies,
         std::size_t stride, Workspace& work) {
  std::size_t const units = work.sizes.size();
  work.effects.resize(2 * units * stride);
  bool earmarks = false;
  for (auto const& policy : policies) earmarks |= policy.reach > 0;
  work.reach.clear();
  if (earmarks) {
    work.reach.assign(stride, policies.back().reach);
    for (std::size_t m = 0; m < policies.size(); ++m) work.reach[m] = policies[m].reach;
    to_lanes(work.unit_need, units, stride, work.need_lanes);
  }
  money_effects(outcome, coefficients, work.units.use,
                {work.lanes, work.need_lanes, work.reach, work.pupils_of_unit, work.needy, stride},
                policies.size(), work.effects);
}

} // namespace

Wanted wanted_for(std::span<std::size_t const> kept) {
  Wanted wanted{false, false, false, false, false, false, false, false, false, false, false};
  for (std::size_t k : kept) {
    auto const measure = static_cast<Measure>(k);
    wanted.thresholds |= needs_thresholds(measure);
    wanted.erreygers |= measure == Measure::not_qualified_erreygers;
    wanted.deciles |= measure == Measure::low_decile || measure == Measure::high_decile;
    wanted.kolm |= measure == Measure::kolm_pollak;
    wanted.ends |= measure == Measure::ses_gap;
    wanted.realised |= is_realised(measure);
    wanted.index_noise |= needs_other_indices(measure);
    wanted.money_orders |= needs_order_of_money(measure);
    wanted.money_logs |= needs_log_of_money(measure);
    wanted.segregation |= is_segregation(measure);
    wanted.by_chance |= measure == Measure::dissimilarity_by_chance;
  }
  return wanted;
}

void see_needs(Plan const& plan, StreamKey key, Wanted wanted, Workspace& work) {
  auto const& needs = plan.parameters.needs;
  std::size_t const units = work.sizes.size();
  auto const finish = [&](IndexValues& index) {
    index.relative = index.raw;
    make_relative(work.sizes, index.relative);
  };
  for (std::size_t k = 0; k < needs.size(); ++k) {
    for (auto* values : {&work.seen[k], &work.present[k], &work.expected[k]}) values->raw.resize(units);
    observe(needs[k], plan.need_values[k], work.n, work.cohorts, key, work.need, work.seen[k].raw);
    unit_means(work.n, plan.need_values[k], work.present[k].raw);
    finish(work.seen[k]);
    finish(work.present[k]);
    if (!wanted.index_noise) continue;
    for (std::size_t s = 0; s < units; ++s) {
      double sum = 0;
      for (std::size_t p = 0; p < plan.profiles.size(); ++p)
        sum += work.pi(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p)) * plan.need_values[k][p];
      work.expected[k].raw[s] = sum;
    }
    finish(work.expected[k]);
  }
}

void simulate(Plan const& plan, std::span<Policy const> policies, StreamKey key,
              std::span<double const, coefficient_count> u, Wanted wanted, Workspace& work,
              std::span<double> rows) {
  LIKVARD_EXPECT(rows.size() == policies.size() * measure_count);
  Outcome const& outcome = plan.parameters.outcome;
  Coefficients const coefficients = draw_coefficients(plan.laws, u);
  std::size_t const stride = (policies.size() + 7) / 8 * 8;

  draw_sizes(plan, key, work);
  draw_composition(plan, key, work);
  look_at_need(plan, key, wanted, work);
  count_needy(plan, work);
  draw_unit_luck(outcome, coefficients, plan.profiles, work.n, work.pi, key, work.units);
  make_outcome_base(plan.pupil_model, plan.profiles, work.n, work.units.level, work.base, costly(wanted));
  if (wanted.realised) draw_pupil_luck(plan.pupil_model, outcome, work.n, work.base, key, work.pupils);

  auto const& municipality = plan.parameters.municipality;
  auto const& true_need = work.present[0].relative;
  double const variance_ratio =
      measure_municipality(work.pupils_of_unit, work.needy, true_need, wanted.segregation, wanted.by_chance,
                           work.unit_order, rows);
  UnitNeed const need{work.sizes,
                      work.needy,
                      true_need,
                      work.by_index,
                      variance_ratio,
                      municipality.budget_per_pupil_sek,
                      municipality.adequate_per_pupil_sek};
  pay(plan, policies, wanted, stride, work);
  measure_all_money(
      policies, work.reports, need,
      {work.lanes, work.ideal_lanes, work.systematic_lanes, stride, work.unit_money, work.unit_need},
      {wanted.money_orders, wanted.money_logs}, work.money, rows);
  act(outcome, coefficients, policies, stride, work);
  work.variance.resize(policies.size());
  measure_outcomes(plan.pupil_model, outcome, coefficients.carry, plan.profiles, work.n, work.base,
                   work.effects, stride, costly(wanted), work.variance, rows);
  if (!wanted.realised) return;
  work.effect.resize(2 * work.sizes.size());
  for (std::size_t m = 0; m < policies.size(); ++m) {
    for (std::size_t i = 0; i < work.effect.size(); ++i) work.effect[i] = work.effects[i * stride + m];
    measure_realised(plan.pupil_model, outcome, coefficients.carry, plan.profiles, work.n, work.base,
                     work.pupils, work.effect, work.variance[m],
                     rows.subspan(m * measure_count).first<measure_count>());
  }
}

} // namespace likvard
