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

/// Need as it is and as it is seen, and the pupils of the need group.
void assess_need(Plan const& plan, StreamKey key, Workspace& work) {
  std::size_t const units = work.sizes.size();
  work.true_need.resize(units);
  work.seen_need.resize(units);
  work.needy.assign(units, 0.0);
  true_index(work.n, plan.need_values, work.true_need);
  observed_index(plan.parameters.need, plan.need_values, work.n, work.sizes, work.pi, key, work.need,
                 work.seen_need);
  for (std::size_t s = 0; s < units; ++s)
    for (std::size_t p = 0; p < plan.profiles.size(); ++p)
      if (plan.profiles.needy[p])
        work.needy[s] += work.n(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p));
  work.by_index.resize(units);
  std::iota(work.by_index.begin(), work.by_index.end(), 0U);
  std::sort(work.by_index.begin(), work.by_index.end(), [&](std::uint32_t a, std::uint32_t b) {
    return work.true_need[a] > work.true_need[b] || (work.true_need[a] == work.true_need[b] && a < b);
  });
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
  assess_need(plan, key, work);
  draw_unit_luck(outcome, coefficients, plan.profiles, work.n, work.pi, key, work.units);
  make_outcome_base(plan.pupil_model, plan.profiles, work.n, work.units.level, work.base);
  if (wanted.realised) draw_pupil_luck(plan.pupil_model, outcome, work.n, work.base, key, work.pupils);

  std::size_t const units = work.sizes.size();
  work.ideal.resize(units);
  work.effect.resize(2 * units);
  work.unit_money.resize(policies.size() * units);
  std::array<double, measure_count> municipal{};
  work.pupils_of_unit.assign(work.sizes.begin(), work.sizes.end());
  double const variance_ratio =
      measure_segregation(work.pupils_of_unit, work.needy, work.true_need, municipal);
  UnitNeed const need{work.sizes,    work.needy,     work.true_need,
                      work.by_index, variance_ratio, plan.parameters.municipality.budget_per_pupil_sek};
  for (std::size_t m = 0; m < policies.size(); ++m) {
    Row const row = rows.subspan(m * measure_count).first<measure_count>();
    std::copy(municipal.begin(), municipal.end(), row.begin());
    std::span<double> const money(&work.unit_money[m * units], units);
    auto const report = allocate(policies[m], work.seen_need, work.sizes, work.allocation, money);
    allocate(policies[m], work.true_need, work.sizes, work.allocation, work.ideal);
    measure_money(policies[m], report, need, money, work.ideal, work.order, row);
    money_effect(outcome, coefficients, work.units.use, money, work.effect);
    measure_outcome(plan.pupil_model, outcome, coefficients.carry, plan.profiles, work.n, work.base,
                    work.effect, wanted.thresholds, row);
    if (wanted.realised)
      measure_realised(plan.pupil_model, outcome, coefficients.carry, plan.profiles, work.n, work.base,
                       work.pupils, work.effect, row);
  }
}

} // namespace likvard
