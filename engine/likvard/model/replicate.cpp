#include "likvard/model/replicate.hpp"

#include "likvard/core/contract.hpp"
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
    for (std::uint32_t s = 0; s < municipality.units; ++s) {
      Stream stream(key, Purpose::sizes, s);
      work.weight[s] = std::exp(municipality.size_log_sd * standard_normal(stream));
    }
    work.sizes = split_pupils(municipality.pupils, work.weight, municipality.smallest_unit);
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
    sort_units(plan.sorter, work.weight, plan.profiles, key, work.pi);
  else
    work.pi = plan.pi;
  if (plan.given.size() != 0)
    work.n = plan.given;
  else if (plan.parameters.municipality.totals == Totals::fixed)
    draw_counts_fixed(work.sizes, plan.totals, work.pi, key, work.sampling, work.n);
  else
    draw_counts_free(work.sizes, work.pi, key, work.n);
}

/// Every index as the allocation sees it, as it is, and under π, free of small-number noise.
void look_at_need(Plan const& plan, StreamKey key, Wanted wanted, Workspace& work) {
  auto const& needs = plan.parameters.needs;
  std::size_t const units = work.sizes.size();
  draw_cohorts(plan.cohorts, work.sizes, work.pi, key, work.cohorts);
  for (auto* values : {&work.seen, &work.present, &work.expected}) values->resize(needs.size());
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

} // namespace

void simulate(Plan const& plan, std::span<Policy const> policies, StreamKey key,
              std::span<double const, coefficient_count> u, Wanted wanted, Workspace& work,
              std::span<double> rows) {
  LIKVARD_EXPECT(rows.size() == policies.size() * measure_count);
  Outcome const& outcome = plan.parameters.outcome;
  Coefficients const coefficients = draw_coefficients(outcome, u);

  draw_sizes(plan, key, work);
  draw_composition(plan, key, work);
  look_at_need(plan, key, wanted, work);
  count_needy(plan, work);
  draw_unit_luck(outcome, coefficients, plan.profiles, work.n, work.pi, key, work.units);
  make_outcome_base(plan.pupil_model, plan.profiles, work.n, work.units.level, work.base);
  if (wanted.deciles)
    work.base.low_decile = outcome_quantile(plan.pupil_model, plan.profiles, work.n, work.base.mean, {}, 0.1,
                                            plan.pupil_model.threshold);
  if (wanted.realised) draw_pupil_luck(plan.pupil_model, outcome, work.n, work.base, key, work.pupils);

  std::size_t const units = work.sizes.size();
  for (auto* values : {&work.ideal, &work.systematic, &work.need_money, &work.spare}) values->resize(units);
  work.effect.resize(2 * units);
  work.unit_money.resize(policies.size() * units);
  view(work.seen, work.seen_view);
  view(work.present, work.present_view);
  view(work.expected, work.expected_view);
  auto const& municipality = plan.parameters.municipality;
  UnitView const view{.pupils = work.sizes, .phase = municipality.given.phase};
  auto const& true_need = work.present[0].relative;
  std::array<double, measure_count> municipal{};
  double const variance_ratio = measure_segregation(work.pupils_of_unit, work.needy, true_need, municipal);
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
    auto const report = allocate(policies[m], work.seen_view, view, work.allocation, money, work.need_money);
    if (wanted.index_noise) {
      allocate(policies[m], work.present_view, view, work.allocation, work.ideal, work.spare);
      allocate(policies[m], work.expected_view, view, work.allocation, work.systematic, work.spare);
    } else {
      work.ideal.assign(money.begin(), money.end());
      work.systematic.assign(money.begin(), money.end());
    }
    measure_money(policies[m], report, need, {money, work.need_money, work.ideal, work.systematic},
                  work.order, row);
    Delivery const delivery{policies[m].reach, work.need_money, work.pupils_of_unit, work.needy};
    money_effect(outcome, coefficients, work.units.use, money, delivery, work.effect);
    double const variance =
        measure_outcome(plan.pupil_model, outcome, coefficients.carry, plan.profiles, work.n, work.base,
                        work.effect, {wanted.thresholds, wanted.deciles}, row);
    if (wanted.realised)
      measure_realised(plan.pupil_model, outcome, coefficients.carry, plan.profiles, work.n, work.base,
                       work.pupils, work.effect, variance, row);
  }
}

} // namespace likvard
