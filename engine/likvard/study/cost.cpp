#include "likvard/study/cost.hpp"

#include "likvard/core/moments.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <set>
#include <string_view>
#include <vector>

namespace likvard {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Of this process: what a machine busy with other things does not lengthen.
double processor_seconds_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

std::size_t kept_count(Scenario const& scenario) {
  if (!scenario.measures.empty()) return scenario.measures.size();
  std::size_t kept = 0;
  for (std::size_t k = 0; k < measure_count; ++k)
    kept += scenario.years > 1 || !is_over_years(static_cast<Measure>(k));
  return kept;
}

double units_of_all(Scenario const& scenario) {
  double units = 0;
  for (auto const& point : scenario.points) units += point.parameters.units;
  return units;
}

} // namespace

Size size_of(Scenario const& scenario, int threads) {
  Size size;
  size.points = scenario.points.size();
  size.policies = scenario.policies.size();
  size.measures = kept_count(scenario);
  size.years = scenario.years;
  size.replicates = size.points * scenario.replicates;
  size.most_replicates = !scenario.precision.empty()
                             ? size.points * std::max(scenario.replicates, scenario.max_replicates)
                             : size.replicates;

  constexpr double number = sizeof(double);
  double const cells = static_cast<double>(size.policies * size.measures),
               points = static_cast<double>(size.points), years = static_cast<double>(size.years);
  double const quantiles = static_cast<double>(scenario.quantiles.size());
  double const units = units_of_all(scenario);
  size.result_bytes = number * (points * cells * (6 + 2 * quantiles + (years > 1 ? 4 * years : 0)) +
                                units * (2 + static_cast<double>(size.policies)));

  // As many points are open as there are threads. Of each, runs of 2^i blocks are kept: mean and squares, of
  // values and differences, over replicates and over blocks, each year. Quantiles read the values of one
  // policy at a time.
  double const blocks = static_cast<double>(size.most_replicates) / points / block_size;
  double const run_bytes = number * 8 * years * cells;
  double const values_bytes =
      quantiles > 0 ? 4 * number * static_cast<double>(size.measures) * quantile_replicates : 0;
  constexpr double program = 80e6, thread = 16e6, // measured: libraries; scratch
      point = 400;                                // what differs from other points, where its blocks lie
  // The table at the end: the answer's measure, each model at one share. (--json has every policy.)
  std::set<std::string_view> models;
  for (auto const& policy : scenario.policies) models.insert(policy.name);
  double const table = number * points * static_cast<double>(models.size()) * (6 + 2 * quantiles);
  size.peak_bytes = program + points * point + units * number * 4 + table +
                    threads * (thread + (std::log2(std::max(1.0, blocks)) + 6) * run_bytes + values_bytes);
  return size;
}

namespace {

/// Halving steps: wherever one stops, the points tried lie evenly over the design.
std::vector<std::size_t> spread_order(std::size_t points) {
  std::vector<std::size_t> order;
  std::vector<bool> taken(points, false);
  for (std::size_t parts = 1; order.size() < points; parts *= 2)
    for (std::size_t i = 0; i < parts; ++i)
      if (std::size_t const g = (2 * i + 1) * points / (2 * parts); !taken[g]) {
        taken[g] = true;
        order.push_back(g);
      }
  return order;
}

} // namespace

Pilot pilot(Scenario const& scenario, double seconds) {
  std::size_t const points = scenario.points.size();
  Scenario one = scenario;
  one.replicates = block_size;
  one.precision.clear();
  Moments prepare, block;
  auto const start = Clock::now();
  for (std::size_t g : spread_order(points)) {
    if (prepare.count > 0 && seconds_since(start) >= seconds) break;
    one.points = {scenario.points[g]};
    auto const before = std::clock();
    if (auto const problems = plan_problems(one); !problems.empty()) throw ScenarioError(problems);
    double const preparing = processor_seconds_since(before);
    auto const prepared = std::clock();
    run(one, {.threads = 1});
    prepare.add(preparing);
    block.add(std::max(0.0, processor_seconds_since(prepared) - preparing));
  }
  Pilot out;
  out.points = prepare.count;
  out.point_seconds = prepare.mean;
  out.replicate_seconds = block.mean / block_size;
  double const blocks = static_cast<double>(scenario.replicates) / block_size;
  double const of_point = prepare.mean + blocks * block.mean;
  if (prepare.count > 1 && prepare.count < points)
    out.standard_error = std::hypot(prepare.standard_error(), blocks * block.standard_error()) / of_point *
                         std::sqrt(1 - static_cast<double>(prepare.count) / static_cast<double>(points));
  return out;
}

} // namespace likvard
