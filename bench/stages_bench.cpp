// The stages of a replicate, each on what the stages before it left: one replicate's tables, the same every
// time, so that what is timed is the stage alone. Per replicate, or per policy where the name says so.
#include "town.hpp"

#include "likvard/core/portable.hpp"
#include "likvard/core/words.hpp"

#include <benchmark/benchmark.h>

#include <cmath>

namespace likvard::bench {
namespace {

/// A replicate that has been run: its workspace holds the input of every stage.
struct Run {
  Town town;
  Coefficients coefficients;
  StreamKey key{1, 0, 7};
  std::vector<double> rows, money, need_money;
  Workspace work;

  explicit Run(benchmark::State const& state)
      : town(make_town(state.range(0), state.range(1), 40)),
        coefficients(draw_coefficients(town.plan.parameters.outcome, middle())),
        rows(town.policies.size() * measure_count), money(town.plan.sizes.size()), need_money(money) {
    simulate(town.plan, town.policies, key, middle(), {}, work, rows);
  }
  Row row() { return std::span(rows).first<measure_count>(); }
  UnitView units() const { return {.pupils = work.sizes}; }
};

void towns(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"pupils", "units"})
      ->Args({100, 4})
      ->Args({1000, 8})
      ->Args({10000, 30})
      ->Args({100000, 150});
}

void stage_parameters(benchmark::State& state) {
  Outcome const outcome = make_town(100, 4, 1).plan.parameters.outcome;
  std::uint32_t block = 0;
  for (auto _ : state)
    for (auto const& u : draw_parameters({1, 0, block++}, ParameterDraws::latin))
      benchmark::DoNotOptimize(draw_coefficients(outcome, u));
  state.counters["per_replicate"] = benchmark::Counter(
      block_size, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(stage_parameters);

/// Sizes drawn anew from the log-normal: the default of a scenario.
void stage_sizes(benchmark::State& state) {
  Run run(state);
  std::vector<double> weight(run.town.plan.sizes.size()), second(weight.size());
  std::uint32_t r = 0;
  for (auto _ : state) {
    first_uniforms({1, 0, r++}, Purpose::sizes, weight, second);
    portable::normal_quantile(weight, weight);
    for (double& w : weight) w = portable::exp(0.81 * w);
    benchmark::DoNotOptimize(split_pupils(static_cast<std::uint32_t>(state.range(0)), weight, 10));
  }
}
BENCHMARK(stage_sizes)->Apply(towns);

void stage_sorting(benchmark::State& state) {
  Run run(state);
  for (auto _ : state) {
    sort_units(run.town.plan.sorter, run.work.weight, run.town.plan.profiles, run.key, run.work.cuts,
               run.work.pi);
    benchmark::DoNotOptimize(run.work.pi.data());
  }
}
BENCHMARK(stage_sorting)->Apply(towns);

void stage_composition_free(benchmark::State& state) {
  Run run(state);
  for (auto _ : state) {
    ++run.key.replicate;
    draw_counts_free(run.work.sizes, run.work.pi, run.key, run.work.sampling, run.work.n);
    benchmark::DoNotOptimize(run.work.n.data());
  }
}
BENCHMARK(stage_composition_free)->Apply(towns);

void stage_composition_fixed(benchmark::State& state) {
  Run run(state);
  for (auto _ : state) {
    ++run.key.replicate;
    draw_counts_fixed(run.work.sizes, run.town.plan.totals, run.work.pi, run.key, run.work.sampling,
                      run.work.n);
    benchmark::DoNotOptimize(run.work.n.data());
  }
}
BENCHMARK(stage_composition_fixed)->Apply(towns);

/// Last year's pupils drawn, and the index that they give.
void stage_need(benchmark::State& state) {
  Run run(state);
  auto& seen = run.work.seen[0];
  for (auto _ : state) {
    ++run.key.replicate;
    draw_cohorts(run.town.plan.cohorts, run.work.sizes, run.work.pi, run.key, run.work.cohorts);
    observe(run.town.plan.parameters.needs[0], run.town.plan.need_values[0], run.work.n, run.work.cohorts,
            run.key, run.work.need, seen.raw);
    seen.relative = seen.raw;
    make_relative(run.work.sizes, seen.relative);
    benchmark::DoNotOptimize(seen.relative.data());
  }
}
BENCHMARK(stage_need)->Apply(towns);

/// Units' luck and the sums that all policies share.
void stage_outcome(benchmark::State& state) {
  Run run(state);
  auto const& plan = run.town.plan;
  for (auto _ : state) {
    draw_unit_luck(plan.parameters.outcome, run.coefficients, plan.profiles, run.work.n, run.work.pi, run.key,
                   run.work.units);
    make_outcome_base(plan.pupil_model, plan.profiles, run.work.n, run.work.units.level, run.work.base,
                      costly(run.town.wanted));
    benchmark::DoNotOptimize(run.work.base.unit.data());
  }
}
BENCHMARK(stage_outcome)->Apply(towns);

void stage_realised(benchmark::State& state) {
  Run run(state);
  auto const& plan = run.town.plan;
  for (auto _ : state) {
    draw_pupil_luck(plan.pupil_model, plan.parameters.outcome, run.work.n, run.work.base, run.key,
                    run.work.pupils);
    benchmark::DoNotOptimize(run.work.pupils.below.data());
  }
}
BENCHMARK(stage_realised)->Apply(towns);

/// From the index to money, and from money to effects: 40 policies.
void policies_allocation(benchmark::State& state) {
  Run run(state);
  auto& work = run.work;
  std::size_t const stride = run.town.policies.size();
  for (auto _ : state) {
    allocate_all(run.town.policies, work.seen_view, run.units(), work.allocation, work.reports,
                 work.unit_money, work.unit_need);
    money_effects(run.town.plan.parameters.outcome, run.coefficients, work.units.use,
                  {work.lanes, work.need_lanes, work.reach, work.pupils_of_unit, work.needy, stride}, stride,
                  work.effects);
    benchmark::DoNotOptimize(work.effects.data());
  }
}
BENCHMARK(policies_allocation)->Apply(towns);

void money_measures(benchmark::State& state, MoneyReadings wanted) {
  Run run(state);
  auto& work = run.work;
  UnitNeed const need{work.sizes, work.needy, work.present[0].relative, work.by_index, 0.1, 112'200, 0};
  for (auto _ : state) {
    measure_all_money(run.town.policies, work.reports, need,
                      {work.lanes, {}, {}, run.town.policies.size(), work.unit_money, work.unit_need}, wanted,
                      work.money, run.rows);
    benchmark::DoNotOptimize(run.rows.data());
  }
}
void policies_money_measures(benchmark::State& state) {
  money_measures(state, {.orders = false, .logs = false});
}
void policies_money_orders(benchmark::State& state) {
  money_measures(state, {.orders = true, .logs = true});
}
BENCHMARK(policies_money_measures)->Apply(towns);
BENCHMARK(policies_money_orders)->Apply(towns);

void outcome_measures(benchmark::State& state, CostlyReadings wanted) {
  Run run(state);
  auto const& plan = run.town.plan;
  auto& work = run.work;
  for (auto _ : state) {
    measure_outcomes(plan.pupil_model, plan.parameters.outcome, 1, plan.profiles, work.n, work.base,
                     work.effects, run.town.policies.size(), wanted, work.variance, run.rows);
    benchmark::DoNotOptimize(run.rows.data());
  }
}
void policies_outcome_measures(benchmark::State& state) {
  outcome_measures(state, {.thresholds = false, .deciles = false, .erreygers = false, .kolm = false});
}
void policies_thresholds(benchmark::State& state) {
  outcome_measures(state, {.thresholds = true, .deciles = false, .erreygers = false, .kolm = false});
}
void policies_quantiles(benchmark::State& state) {
  outcome_measures(state, {.thresholds = false, .deciles = true, .erreygers = false, .kolm = false});
}
BENCHMARK(policies_outcome_measures)->Apply(towns);
BENCHMARK(policies_thresholds)->Apply(towns);
BENCHMARK(policies_quantiles)->Apply(towns);

void policy_realised(benchmark::State& state) {
  Run run(state);
  auto const& plan = run.town.plan;
  for (auto _ : state) {
    measure_realised(plan.pupil_model, plan.parameters.outcome, 1, plan.profiles, run.work.n, run.work.base,
                     run.work.pupils, run.work.effect, 1.0, run.row());
    benchmark::DoNotOptimize(run.rows.data());
  }
}
BENCHMARK(policy_realised)->Apply(towns);

} // namespace
} // namespace likvard::bench
