#pragma once
#include "likvard/study/result.hpp"

#include <atomic>
#include <functional>

namespace likvard {

struct Progress {
  std::uint64_t done = 0, total = 0; ///< replicates (a replicate of every policy at one point)
  std::size_t points_done = 0, points = 0;
};

struct RunOptions {
  int threads = 0;                         ///< 0 = all
  std::atomic<bool> const* stop = nullptr; ///< set: finish the blocks under way and return what there is
  std::function<void(Progress)>
      on_progress; ///< called from one thread at a time, at most some 10 times a second
};

/// Run a study: every point, every replicate, all policies side by side.
///
/// Replicates come in blocks of 64 with their own stratified draw of the uncertain parameters; blocks are
/// independent, so standard errors come from the spread of block means (t, blocks - 1 degrees of freedom).
/// - Ensures: the same bits for any number of threads.
/// - A replicate that throws is recorded in `failures` with its key, and left out.
/// - Throws: ScenarioError when a point cannot be made (a target out of reach, values that contradict each
/// other).
Result run(Scenario const& scenario, RunOptions const& options = {});

/// What `run` would refuse: one line per point that cannot be made; empty when all can.
std::vector<std::string> plan_problems(Scenario const& scenario);

/// One replicate again: every measure for every policy, [M][measure_count].
/// - Expects: point < number of points.
std::vector<double> repeat_replicate(Scenario const& scenario, std::uint32_t point, std::uint32_t replicate);

} // namespace likvard
