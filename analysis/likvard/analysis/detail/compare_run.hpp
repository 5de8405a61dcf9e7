#pragma once
#include "likvard/study/policy_rows.hpp"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <atomic>

/// What adaptive runs and decision analysis share. Inside analysis only.
namespace likvard::detail {

/// Runs `work` on so many threads (0 = all).
template <class Work>
auto on_threads(int threads, Work const& work) {
  int const count = threads > 0 ? threads : tbb::this_task_arena::max_concurrency();
  tbb::global_control const allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(count));
  tbb::task_arena arena(count);
  return arena.execute(work);
}

inline bool stopped(std::atomic<bool> const* stop) {
  return stop && stop->load(std::memory_order_relaxed);
}

/// - Throws: ScenarioError where a block has no replicate that succeeded, or a measure is not a number in
/// one.
void check_rows(Scenario const& scenario, std::size_t point, RowBlock const& rows,
                std::vector<std::size_t> const& measures);

} // namespace likvard::detail
