#include "likvard/study/run.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/study/collect.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/stopping.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <mutex>

#include <fmt/format.h>

namespace likvard {
namespace {

std::vector<std::size_t> kept_measures(Scenario const& scenario) {
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < measure_count; ++k)
    if ((scenario.measures.empty() && (scenario.years > 1 || !is_over_years(static_cast<Measure>(k)))) ||
        std::find(scenario.measures.begin(), scenario.measures.end(), measure_table()[k].key) !=
            scenario.measures.end())
      kept.push_back(k);
  return kept;
}

Wanted wanted_of(std::vector<std::size_t> const& kept) {
  Wanted wanted{.thresholds = false, .deciles = false, .realised = false, .index_noise = false};
  for (std::size_t k : kept) {
    wanted.thresholds |= needs_thresholds(static_cast<Measure>(k));
    wanted.deciles |= static_cast<Measure>(k) == Measure::low_decile;
    wanted.realised |= is_realised(static_cast<Measure>(k));
    wanted.index_noise |= needs_other_indices(static_cast<Measure>(k));
  }
  return wanted;
}

/// The plan of a point, or the line that says why there is none.
std::string try_plan(Scenario const& scenario, std::size_t point, Plan& plan) {
  try {
    plan = make_plan(scenario.points[point].parameters, scenario.seed);
  } catch (Unreachable const& error) {
    return fmt::format("{}: point '{}': {}", scenario.path, scenario.points[point].name, error.what());
  } catch (std::domain_error const& error) {
    return fmt::format("{}: point '{}': {}", scenario.path, scenario.points[point].name, error.what());
  }
  return {};
}

/// Tells how far the run is, from any thread, without slowing it.
class Reporter {
public:
  Reporter(RunOptions const& options, Progress start) : options_(options), progress_(start) { tell(); }
  void add(std::uint64_t replicates, std::size_t points) {
    std::lock_guard const lock(mutex_);
    progress_.done += replicates;
    progress_.points_done += points;
    auto const now = std::chrono::steady_clock::now();
    if (now - told_ < std::chrono::milliseconds(100) && progress_.done < progress_.total) return;
    told_ = now;
    tell();
  }
  void grow(std::uint64_t replicates) {
    std::lock_guard const lock(mutex_);
    progress_.total += replicates;
  }

private:
  void tell() const {
    if (options_.on_progress) options_.on_progress(progress_);
  }
  RunOptions const& options_;
  Progress progress_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point told_{};
};

/// A point under way.
struct Job {
  std::size_t point = 0;
  Plan plan;
  std::string problem;
  std::vector<BlockResult> blocks;
};

class Study {
public:
  Study(Scenario const& scenario, RunOptions const& options)
      : scenario_(scenario), options_(options), kept_(kept_measures(scenario)),
        result_(empty_result(scenario, kept_)), blocks_((scenario.replicates + block_size - 1) / block_size),
        reporter_(options, {0, blocks_ * block_size * scenario.points.size(), 0, scenario.points.size()}) {}

  Result go() {
    // Points are taken a window at a time: enough blocks to keep every thread busy, and memory for a window
    // only.
    std::size_t const window = std::max<std::size_t>(1, 256 / blocks_);
    for (std::size_t from = 0; from < scenario_.points.size(); from += window) {
      std::vector<Job> jobs;
      for (std::size_t g = from; g < std::min(from + window, scenario_.points.size()); ++g) {
        if (stopped()) break;
        jobs.push_back({.point = g, .plan = {}, .problem = {}, .blocks = {}});
      }
      make_plans(jobs);
      run_window(jobs);
    }
    if (stopped()) result_.complete = false;
    return std::move(result_);
  }

private:
  bool stopped() const { return options_.stop && options_.stop->load(std::memory_order_relaxed); }

  void make_plans(std::vector<Job>& jobs) {
    tbb::parallel_for(std::size_t{0}, jobs.size(), [&](std::size_t j) {
      jobs[j].problem = try_plan(scenario_, jobs[j].point, jobs[j].plan);
    });
    std::vector<std::string> problems;
    for (auto const& job : jobs)
      if (!job.problem.empty()) problems.push_back(job.problem);
    if (!problems.empty()) throw ScenarioError(problems);
  }

  void run_window(std::vector<Job>& jobs) {
    std::vector<Job*> open;
    for (auto& job : jobs) open.push_back(&job);
    // With a precision wanted, blocks double until it is reached: decisions fall at fixed numbers of blocks
    // only.
    for (std::size_t blocks = blocks_; !open.empty(); blocks *= 2) {
      run_blocks(open, blocks);
      std::vector<Job*> unsettled;
      for (Job* job : open) {
        std::size_t const failed_before = result_.failures.size();
        collect_point(scenario_, job->plan, job->point, job->blocks, result_);
        bool const budget_left = blocks * 2 * block_size <= scenario_.max_replicates;
        if (budget_left && !stopped() && !precise_enough(scenario_, result_, job->point)) {
          result_.failures.resize(failed_before); // told again with the whole point
          unsettled.push_back(job);
          reporter_.grow(blocks * block_size);
        } else {
          *job = {};
          reporter_.add(0, 1);
        }
      }
      open = unsettled;
    }
  }

  void run_blocks(std::vector<Job*> const& open, std::size_t blocks) {
    std::size_t const first = open.front()->blocks.size(), more = blocks - first;
    for (Job* job : open) job->blocks.resize(blocks);
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, open.size() * more, 1),
        [&](tbb::blocked_range<std::size_t> const& range) {
          for (std::size_t i = range.begin(); i < range.end(); ++i) {
            if (stopped()) return;
            Job& job = *open[i / more];
            auto const block = static_cast<std::uint32_t>(first + i % more);
            auto const point = static_cast<std::uint32_t>(job.point);
            BlockTask const task{.plan = &job.plan,
                                 .policies = &scenario_.policies,
                                 .kept = &kept_,
                                 .wanted = wanted_of(kept_),
                                 .seed = scenario_.seed,
                                 .stream_point = scenario_.luck == Luck::common ? 0 : point + 1,
                                 .point = point,
                                 .keep_values = !scenario_.quantiles.empty() &&
                                                (block + 1) * block_size <= quantile_replicates};
            job.blocks[block] = run_block(task, block, workspaces_.local());
            reporter_.add(block_size, 0);
          }
        },
        tbb::simple_partitioner());
  }

  Scenario const& scenario_;
  RunOptions const& options_;
  std::vector<std::size_t> kept_;
  Result result_;
  std::size_t blocks_;
  Reporter reporter_;
  tbb::enumerable_thread_specific<BlockWorkspace> workspaces_;
};

} // namespace

Result run(Scenario const& scenario, RunOptions const& options) {
  LIKVARD_EXPECT(!scenario.points.empty() && !scenario.policies.empty());
  auto const start = std::chrono::steady_clock::now();
  int const threads = options.threads > 0 ? options.threads : tbb::this_task_arena::max_concurrency();
  tbb::global_control const allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  tbb::task_arena arena(threads);
  Result result = arena.execute([&] { return Study(scenario, options).go(); });
  result.provenance.threads = threads;
  result.provenance.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

std::vector<std::string> plan_problems(Scenario const& scenario) {
  std::vector<std::string> problems(scenario.points.size());
  tbb::parallel_for(std::size_t{0}, problems.size(), [&](std::size_t g) {
    Plan plan;
    problems[g] = try_plan(scenario, g, plan);
  });
  std::erase(problems, "");
  return problems;
}

std::vector<double> repeat_replicate(Scenario const& scenario, std::uint32_t point, std::uint32_t replicate) {
  LIKVARD_EXPECT(point < scenario.points.size());
  Plan plan;
  if (std::string const problem = try_plan(scenario, point, plan); !problem.empty())
    throw ScenarioError({problem});
  std::uint32_t const stream_point = scenario.luck == Luck::common ? 0 : point + 1;
  auto const parameters = stratified_parameters({scenario.seed, stream_point, replicate / block_size});
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
