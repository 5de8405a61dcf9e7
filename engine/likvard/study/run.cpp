#include "likvard/study/run.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/study/collect.hpp"
#include "likvard/study/compute.hpp"
#include "likvard/study/detail/open_point.hpp"
#include "likvard/study/errors.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <tuple>

namespace likvard {
namespace {

/// A point's values in memory, by quarter.
class KeptValues {
public:
  void add(std::size_t point, Values const& values) {
    std::lock_guard const lock(mutex_);
    points_[point].emplace(values.quarter, values);
  }
  std::map<std::uint64_t, Values> take(std::size_t point) {
    std::lock_guard const lock(mutex_);
    auto const node = points_.extract(point);
    return node.empty() ? std::map<std::uint64_t, Values>{} : std::move(node.mapped());
  }

private:
  std::mutex mutex_;
  std::map<std::size_t, std::map<std::uint64_t, Values>> points_;
};

ValueSource source_of(std::map<std::uint64_t, Values> const& quarters, std::size_t kept) {
  std::size_t n = 0;
  for (auto const& [number, values] : quarters) n += values.count;
  auto const gather = [&quarters, kept, n](auto const& column, std::size_t skip, auto& out) {
    out.resize(kept * n);
    std::size_t at = 0;
    for (auto const& [number, values] : quarters) {
      for (std::size_t k = 0; k < kept; ++k)
        std::copy_n(column(values).begin() + static_cast<std::ptrdiff_t>((skip + k) * values.count),
                    values.count, out.begin() + static_cast<std::ptrdiff_t>(k * n + at));
      at += values.count;
    }
  };
  return {.replicates = n,
          .reference =
              [gather](std::vector<double>& out) {
                gather([](Values const& v) -> auto const& { return v.reference; }, 0, out);
              },
          .difference =
              [gather, kept](std::size_t policy, std::vector<float>& out) {
                gather([](Values const& v) -> auto const& { return v.difference; }, (policy - 1) * kept, out);
              }};
}

/// Only whole blocks count: a stopped run may have parts of some.
void drop_broken_blocks(Pile const& pile, std::map<std::uint64_t, Values>& quarters) {
  constexpr std::uint64_t per_block = block_size / quarter_size;
  std::erase_if(quarters, [&](auto const& entry) {
    std::uint64_t const block = entry.first / per_block * per_block;
    return !pile.holds(block, block + per_block);
  });
}

} // namespace

Result run(Scenario const& scenario, RunOptions const& options) {
  LIKVARD_EXPECT(!scenario.points.empty() && !scenario.policies.empty());
  auto const start = std::chrono::steady_clock::now();
  int const threads = options.threads > 0 ? options.threads : tbb::this_task_arena::max_concurrency();
  tbb::global_control const allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  Result result = empty_result(scenario);
  Shape const shape = shape_of(scenario);
  KeptValues values;
  std::mutex mutex;
  Store const store{
      .load = {},
      .save_values = [&](std::size_t point, Values const& v) { values.add(point, v); },
      .save = {},
      .checkpoint = {},
      .close =
          [&](std::size_t point, Pile const& pile) {
            Partial const total = pile.total();
            PointNumbers numbers = numbers_of(total, shape);
            auto quarters = values.take(point);
            drop_broken_blocks(pile, quarters);
            numbers.quantiles = quantiles_of(source_of(quarters, shape.kept), shape, scenario.quantiles);
            std::lock_guard const lock(mutex);
            place_point(numbers, point, result);
            result.failures.insert(result.failures.end(), total.failures.begin(), total.failures.end());
          }};
  result.complete = compute(scenario, options, {}, store);
  std::sort(result.failures.begin(), result.failures.end(), [](Failure const& a, Failure const& b) {
    return std::tie(a.point, a.replicate) < std::tie(b.point, b.replicate);
  });
  RateShares shares(shares_from_rates(scenario), result.policy_share);
  for (std::size_t g = 0; g < result.points.size(); ++g) {
    std::size_t const at = g * scenario.policies.size();
    PointNumbers brief;
    brief.replicates = result.replicates[g];
    brief.share_given.assign(result.share_given.begin() + static_cast<std::ptrdiff_t>(at),
                             result.share_given.begin() +
                                 static_cast<std::ptrdiff_t>(at + scenario.policies.size()));
    shares.add(brief);
  }
  result.provenance.threads = threads;
  result.provenance.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

std::vector<std::string> plan_problems(Scenario const& scenario) {
  std::vector<std::string> problems(scenario.points.size());
  CoefficientLaws const laws = detail::first_laws(scenario);
  tbb::parallel_for(std::size_t{0}, problems.size(), [&](std::size_t g) {
    Plan plan;
    problems[g] = detail::try_plan(scenario, g, &laws, plan);
  });
  std::erase(problems, "");
  return problems;
}

std::vector<double> repeat_replicate(Scenario const& scenario, std::uint32_t point, std::uint32_t replicate) {
  LIKVARD_EXPECT(point < scenario.points.size());
  Plan plan;
  if (std::string const problem = detail::try_plan(scenario, point, nullptr, plan); !problem.empty())
    throw ScenarioError({problem});
  std::uint32_t const stream_point = scenario.luck == Luck::common ? 0 : point + 1;
  auto const parameters =
      draw_parameters({scenario.seed, stream_point, replicate / block_size}, scenario.draws);
  BlockWorkspace work;
  StreamKey const key{scenario.seed, stream_point, replicate};
  auto const& u = parameters[replicate % block_size];
  std::size_t const size = scenario.policies.size() * measure_count;
  std::vector<double> rows(scenario.years * size);
  if (scenario.years == 1)
    simulate(plan, scenario.policies, key, u, {}, work.replicate, rows);
  else
    simulate_years(plan, scenario.policies, key, u, {}, work.replicate, work.years, rows);
  rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(size)); // the last year, as in the result
  return rows;
}

} // namespace likvard
