// Indices with a bootstrap over rows, and designs made from the number of a run.
//   cmake --preset release -DLIKVARD_BENCH=ON && cmake --build build/release --target bench_sensitivity
//   build/release/bench/bench_sensitivity
#include "likvard/analysis/variance_indices.hpp"
#include "likvard/study/design.hpp"

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cmath>

using namespace likvard;

namespace {

/// 4,096 rows of 22 runs, 20 inputs: 90,112 outputs of Sobol's G.
std::vector<double> outputs(std::size_t inputs, std::uint64_t rows) {
  Design design{.scheme = Scheme::saltelli, .points = PointKind::sobol, .rows = rows, .scrambles = 8};
  design.factors.resize(inputs);
  auto const plan = make_design(design);
  std::vector<double> y, x(inputs);
  DesignScratch scratch;
  for (std::uint64_t run = 0; run < plan.runs(); ++run) {
    design_run(plan, run, scratch, x);
    double product = 1;
    for (std::size_t i = 0; i < inputs; ++i)
      product *= (std::abs(4 * x[i] - 2) + static_cast<double>(i)) / (1 + static_cast<double>(i));
    y.push_back(product);
  }
  return y;
}

/// Argument: resamples; 0: the delta method. First-order and total indices of 20 inputs.
void indices(benchmark::State& state) {
  auto const y = outputs(20, 4096);
  IntervalRule rule;
  rule.resamples = static_cast<std::uint32_t>(state.range(0));
  if (rule.resamples > 0) rule.method = IntervalMethod::bootstrap;
  for (auto _ : state) {
    auto const runs = swap_outputs(SwapScheme::saltelli, 20, 1, false, y);
    auto const out = swap_indices(runs, rule);
    benchmark::DoNotOptimize(out.total.data());
    ++rule.seed;
  }
  state.counters["outputs"] = static_cast<double>(y.size());
}
BENCHMARK(indices)->ArgName("resamples")->Arg(0)->Arg(100)->Unit(benchmark::kMillisecond);

/// 65,536 rows of 22 runs of 20 inputs: 1.44 million points, none of them kept. `grown_KiB` is how much the
/// process's largest memory rose while they were made.
void design_stream(benchmark::State& state) {
  Design design{.scheme = Scheme::saltelli,
                .points = state.range(0) == 0 ? PointKind::sobol : PointKind::random,
                .rows = 65536,
                .scrambles = 8};
  design.factors.resize(20);
  auto const plan = make_design(design);
  std::vector<double> x(20);
  auto const largest = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss);
  };
  double const before = largest();
  for (auto _ : state) {
    DesignScratch scratch;
    double sum = 0;
    for (std::uint64_t run = 0; run < plan.runs(); ++run) {
      design_run(plan, run, scratch, x);
      sum += x[run % 20];
    }
    benchmark::DoNotOptimize(sum);
  }
  state.counters["grown_KiB"] = largest() - before;
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * plan.runs()));
}
BENCHMARK(design_stream)->ArgName("random")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

} // namespace
