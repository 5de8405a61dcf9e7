// A replicate, whole: what bench/compare sets beside NumPy and R.
#include "town.hpp"

#include <benchmark/benchmark.h>

namespace likvard::bench {
namespace {

void per_pupil(benchmark::State& state, double replicates) {
  state.counters["per_pupil"] =
      benchmark::Counter(static_cast<double>(state.range(0)) * replicates,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// Blocks of replicates as a study runs them: uncertain parameters drawn, twelve measures of every policy
/// folded into means and variances, and their differences to the first policy's.
void replicate(benchmark::State& state) {
  Town const town = make_town(state.range(0), state.range(1), state.range(2));
  BlockTask const task{
      .plan = &town.plan, .policies = &town.policies, .kept = &town.kept, .wanted = town.wanted, .seed = 1};
  BlockWorkspace work;
  std::uint32_t block = 0;
  for (auto _ : state) benchmark::DoNotOptimize(run_block(task, block++, work));
  per_pupil(state, block_size);
}
BENCHMARK(replicate)
    ->ArgNames({"pupils", "units", "policies"})
    ->Unit(benchmark::kMicrosecond)
    ->Args({100, 4, 1})
    ->Args({1000, 8, 1})
    ->Args({10000, 30, 1})
    ->Args({100000, 150, 1})
    ->Args({100, 4, 40})
    ->Args({1000, 8, 40})
    ->Args({10000, 30, 40})
    ->Args({100000, 150, 40})
    // Two to be compared: per head and one model.
    ->Args({100, 4, 2})
    ->Args({1000, 8, 2})
    ->Args({10000, 30, 2})
    // A hundred times the pupils in as many units.
    ->Args({1000, 30, 1})
    ->Args({100000, 30, 1})
    ->Args({1000, 30, 40})
    ->Args({100000, 30, 40});

/// One replicate with every one-year measure, the realised and those that compare indices included.
void replicate_all_measures(benchmark::State& state) {
  Town const town = make_town(state.range(0), state.range(1), state.range(2));
  std::vector<double> rows(town.policies.size() * measure_count);
  Workspace work;
  std::uint32_t r = 0;
  for (auto _ : state) {
    simulate(town.plan, town.policies, {1, 0, r++}, middle(), {}, work, rows);
    benchmark::DoNotOptimize(rows.data());
  }
  per_pupil(state, 1);
}
BENCHMARK(replicate_all_measures)
    ->ArgNames({"pupils", "units", "policies"})
    ->Unit(benchmark::kMicrosecond)
    ->Args({10000, 30, 40});

} // namespace
} // namespace likvard::bench
