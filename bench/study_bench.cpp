// Around the replicates: the plan of a point, threads, and writing the result.
#include "town.hpp"

#include "likvard/io/result_file.hpp"
#include "likvard/io/study_file.hpp"
#include "likvard/study/collect.hpp"
#include "likvard/study/run.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>

namespace likvard::bench {
namespace {

/// The plan of a point; with a target the strength of sorting is solved for.
void plan(benchmark::State& state) {
  Town town = make_town(state.range(0), state.range(1), 1);
  Parameters parameters = town.scenario.points.front().parameters.all();
  if (state.range(2) != 0) {
    parameters.sorting.strength.reset();
    parameters.sorting.targets = {{0, Index::eps2, 0.06}};
  }
  for (auto _ : state) benchmark::DoNotOptimize(make_plan(parameters, 1));
}
BENCHMARK(plan)
    ->ArgNames({"pupils", "units", "targets"})
    ->Unit(benchmark::kMicrosecond)
    ->Args({1000, 8, 0})
    ->Args({10000, 30, 0})
    ->Args({10000, 30, 1})
    ->Args({100000, 150, 1});

/// A study of 16 points of 1,024 replicates and 41 policies; time on the clock.
void threads(benchmark::State& state) {
  Town town = make_town(10000, 30, 40);
  town.scenario.replicates = 1024;
  town.scenario.points = std::vector<Point>(16, town.scenario.points.front());
  RunOptions const options{.threads = static_cast<int>(state.range(0)), .stop = nullptr, .on_progress = {}};
  for (auto _ : state) benchmark::DoNotOptimize(run(town.scenario, options).mean.data());
}
BENCHMARK(threads)->ArgName("threads")->Unit(benchmark::kMillisecond)->UseRealTime()->Arg(1)->Arg(2);

/// A study of some seconds on one thread that ends in a result: 0 its blocks in memory, 1 in a file that is
/// synced at the end, 2 in one that is synced every second, as `likvard run` does. bench/sharding compares
/// them.
void checkpoints(benchmark::State& state) {
  Town town = make_town(10000, 30, 40);
  town.scenario.replicates = 2048;
  town.scenario.points = std::vector<Point>(24, town.scenario.points.front());
  auto const path = std::filesystem::temp_directory_path() / "likvard-bench-study.h5";
  RunOptions const options{.threads = 1, .stop = nullptr, .on_progress = {}};
  StudyOptions saving;
  saving.run = options;
  saving.checkpoint_seconds = state.range(0) == 1 ? 1e9 : 1;
  for (auto _ : state)
    if (state.range(0) == 0)
      write_result(path, run(town.scenario, options));
    else
      benchmark::DoNotOptimize(run_study(town.scenario, path, saving));
  std::filesystem::remove(path);
}
BENCHMARK(checkpoints)
    ->ArgName("store")
    ->Unit(benchmark::kMillisecond)
    ->Arg(0)
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// 10,000 points of 40 policies and per head, twelve measures, no quantiles: the largest result that is meant
/// to be written. Its numbers are noise in every bit, as Monte Carlo output is.
void write(benchmark::State& state) {
  Town town = make_town(1000, 8, 40);
  town.scenario.points =
      std::vector<Point>(static_cast<std::size_t>(state.range(0)), town.scenario.points.front());
  Result result = empty_result(town.scenario);
  std::mt19937_64 bits(1);
  auto const fill = [&](std::vector<double>& values) {
    for (double& value : values) value = std::uniform_real_distribution(0.0, 1.0)(bits);
  };
  for (auto* values : {&result.mean, &result.variance, &result.standard_error, &result.difference,
                       &result.difference_variance, &result.difference_standard_error})
    fill(*values);
  for (auto& units : result.units) {
    units.pupils.assign(8, 125.0);
    units.need.assign(8, 1.0);
    units.money.resize(8 * result.policy_name.size());
    fill(units.money);
  }
  auto const path = std::filesystem::temp_directory_path() / "likvard-bench.h5";
  try {
    for (auto _ : state) write_result(path, result);
  } catch (FileError const& error) {
    return state.SkipWithError(error.what());
  }
  state.counters["MB"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  std::filesystem::remove(path);
}
BENCHMARK(write)
    ->ArgName("points")
    ->Unit(benchmark::kMillisecond)
    ->Arg(100)
    ->Arg(10000)
    ->Iterations(1)
    ->UseRealTime();

} // namespace
} // namespace likvard::bench
