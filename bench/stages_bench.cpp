// The stages of a replicate, each on what the stages before it left: one replicate's tables, the same every
// time, so that what is timed is the stage alone. Per replicate, or per policy where the name says so.
#include "town.hpp"

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
    for (auto const& u : stratified_parameters({1, 0, block++}))
      benchmark::DoNotOptimize(draw_coefficients(outcome, u));
  state.counters["per_replicate"] = benchmark::Counter(
      block_size, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(stage_parameters);

/// Sizes drawn anew from the log-normal: the default of a scenario.
void stage_sizes(benchmark::State& state) {
  Run run(state);
  std::vector<double> weight(run.town.plan.sizes.size());
  std::uint32_t r = 0;
  for (auto _ : state) {
    for (std::uint32_t s = 0; s < weight.size(); ++s) {
      Stream stream({1, 0, r}, Purpose::sizes, s);
      weight[s] = std::exp(0.81 * standard_normal(stream));
    }
    ++r;
    benchmark::DoNotOptimize(split_pupils(static_cast<std::uint32_t>(state.range(0)), weight, 10));
  }
}
BENCHMARK(stage_sizes)->Apply(towns);

void stage_sorting(benchmark::State& state) {
  Run run(state);
  for (auto _ : state) {
    sort_units(run.town.plan.sorter, run.work.weight, run.town.plan.profiles, run.key, run.work.pi);
    benchmark::DoNotOptimize(run.work.pi.data());
  }
}
BENCHMARK(stage_sorting)->Apply(towns);

void stage_composition_free(benchmark::State& state) {
  Run run(state);
  for (auto _ : state) {
    ++run.key.replicate;
    draw_counts_free(run.work.sizes, run.work.pi, run.key, run.work.n);
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
    make_outcome_base(plan.pupil_model, plan.profiles, run.work.n, run.work.units.level, run.work.base);
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

/// From the index to money, and from money to effects: the mean over the 40 policies.
void policy_allocation(benchmark::State& state) {
  Run run(state);
  std::size_t m = 0;
  for (auto _ : state) {
    auto const& policy = run.town.policies[m++ % run.town.policies.size()];
    allocate(policy, run.work.seen_view, run.units(), run.work.allocation, run.money, run.need_money);
    Delivery const delivery{policy.reach, run.need_money, run.work.pupils_of_unit, run.work.needy};
    money_effect(run.town.plan.parameters.outcome, run.coefficients, run.work.units.use, run.money, delivery,
                 run.work.effect);
    benchmark::DoNotOptimize(run.work.effect.data());
  }
}
BENCHMARK(policy_allocation)->Apply(towns);

void policy_money_measures(benchmark::State& state) {
  Run run(state);
  auto const& policy = run.town.policies.front();
  auto const report =
      allocate(policy, run.work.seen_view, run.units(), run.work.allocation, run.money, run.need_money);
  UnitNeed const need{
      run.work.sizes, run.work.needy, run.work.present[0].relative, run.work.by_index, 0.1, 112'200, 0};
  for (auto _ : state) {
    measure_money(policy, report, need, {run.money, run.need_money, run.money, run.money}, run.work.order,
                  run.row());
    benchmark::DoNotOptimize(run.rows.data());
  }
}
BENCHMARK(policy_money_measures)->Apply(towns);

void outcome_measures(benchmark::State& state, CostlyReadings wanted) {
  Run run(state);
  auto const& plan = run.town.plan;
  for (auto _ : state) {
    // As money moves from policy to policy: an effect that is never the same twice.
    for (double& effect : run.work.effect) effect = effect > 0.05 ? effect - 0.05 : effect + 1e-4;
    benchmark::DoNotOptimize(measure_outcome(plan.pupil_model, plan.parameters.outcome, 1, plan.profiles,
                                             run.work.n, run.work.base, run.work.effect, wanted, run.row()));
  }
}
void policy_outcome_measures(benchmark::State& state) {
  outcome_measures(state, {.thresholds = false, .deciles = false});
}
void policy_thresholds(benchmark::State& state) {
  outcome_measures(state, {.thresholds = true, .deciles = false});
}
void policy_quantiles(benchmark::State& state) {
  outcome_measures(state, {.thresholds = false, .deciles = true});
}
BENCHMARK(policy_outcome_measures)->Apply(towns);
BENCHMARK(policy_thresholds)->Apply(towns);
BENCHMARK(policy_quantiles)->Apply(towns);

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
