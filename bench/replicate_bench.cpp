// One replicate and its stages, by municipal size and number of policies.
//   cmake --preset release -DLIKVARD_BENCH=ON && cmake --build build/release --target bench_replicate
//   build/release/bench/bench_replicate
#include "likvard/model/replicate.hpp"
#include "support/parameters.hpp"

#include <benchmark/benchmark.h>

using namespace likvard;

namespace {

Parameters town(std::uint32_t pupils, std::uint32_t units) {
  Parameters parameters = test::small_town();
  parameters.municipality.pupils = pupils;
  parameters.municipality.units = units;
  return parameters;
}

std::array<double, coefficient_count> middle() {
  std::array<double, coefficient_count> u{};
  u.fill(0.5);
  return u;
}

/// Arguments: pupils, units, policies.
void replicate(benchmark::State& state) {
  Plan const plan = make_plan(
      town(static_cast<std::uint32_t>(state.range(0)), static_cast<std::uint32_t>(state.range(1))), 1);
  std::vector<Policy> policies;
  for (std::int64_t m = 0; m < state.range(2); ++m)
    policies.push_back(
        test::policy(Linear{}, 0.25 * static_cast<double>(m) / static_cast<double>(state.range(2))));
  std::vector<double> rows(policies.size() * measure_count);
  Workspace work;
  std::uint32_t r = 0;
  auto const u = middle();
  for (auto _ : state) {
    simulate(plan, policies, {1, 0, r++}, u, {}, work, rows);
    benchmark::DoNotOptimize(rows.data());
  }
  state.counters["ns_per_pupil"] =
      benchmark::Counter(static_cast<double>(state.range(0)) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(replicate)
    ->ArgNames({"pupils", "units", "policies"})
    ->Args({100, 4, 1})
    ->Args({1000, 8, 1})
    ->Args({10000, 30, 1})
    ->Args({100000, 150, 1})
    ->Args({100, 4, 40})
    ->Args({1000, 8, 40})
    ->Args({10000, 30, 40})
    ->Args({100000, 150, 40});

/// Sorting and sampling alone: what does not depend on policies.
void composition(benchmark::State& state) {
  Plan const plan = make_plan(
      town(static_cast<std::uint32_t>(state.range(0)), static_cast<std::uint32_t>(state.range(1))), 1);
  std::vector<double> weight;
  for (auto size : plan.sizes)
    weight.push_back(static_cast<double>(size) / static_cast<double>(state.range(0)));
  Table pi;
  Counts n;
  SamplingScratch scratch;
  std::uint32_t r = 0;
  for (auto _ : state) {
    sort_units(plan.sorter, weight, plan.profiles, {1, 0, r}, pi);
    draw_counts_fixed(plan.sizes, plan.totals, pi, {1, 0, r++}, scratch, n);
    benchmark::DoNotOptimize(n.data());
  }
}
BENCHMARK(composition)
    ->ArgNames({"pupils", "units"})
    ->Args({1000, 8})
    ->Args({10000, 30})
    ->Args({100000, 150});

} // namespace
