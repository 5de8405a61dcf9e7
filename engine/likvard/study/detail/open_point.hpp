#pragma once
#include "likvard/study/collect.hpp"
#include "likvard/study/compute.hpp"

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

/// One point while it is worked on. Inside study only.
namespace likvard::detail {

/// The plan of a point, or the line that says why there is none. `known`: laws of another point, for
/// make_plan.
std::string try_plan(Scenario const& scenario, std::size_t point, CoefficientLaws const* known, Plan& plan);
/// Laws that the others mostly share: those of the first point.
CoefficientLaws first_laws(Scenario const& scenario);

/// Quarters from the first whose values are kept for quantiles.
std::uint64_t quarters_with_values(Scenario const& scenario);

struct OpenPoint {
  std::size_t point = 0;
  Range range; ///< of this shard; its end moves where a precision is wanted
  Plan plan;
  std::vector<std::uint64_t> todo; ///< quarters
  std::size_t next = 0;            ///< of them, to hand out
  std::size_t running = 0;         ///< handed out and not back
  bool ready = false, done = false;
  std::mutex mutex; ///< of what follows
  Pile pile;
  std::vector<char> values; ///< [quarter] 1: saved; each touched by one thread at a time
};

/// Take in what is there from before. Returns the replicates of it.
std::uint64_t load(OpenPoint& open, Scenario const& scenario, Store const& store);

/// With nothing under way: list what is to do next, or find the point done. With a precision wanted, blocks
/// double until it is reached: decisions fall at fixed numbers of blocks only, and where later blocks are
/// there already the decision to go on was taken before; without `grows` none are added. Returns the
/// replicates added to the work.
std::uint64_t advance(OpenPoint& open, Scenario const& scenario, bool grows);

/// Run a quarter and keep it.
void run_and_keep(OpenPoint& open, Scenario const& scenario, BlockTask task, std::uint64_t quarter,
                  BlockWorkspace& work, Store const& store);

/// Save what is new of the point.
void save_new(OpenPoint& open, Store const& store);

/// Tells how far the run is, from any thread, without slowing it.
class Reporter {
public:
  Reporter(RunOptions const& options, Progress start);
  void add(std::uint64_t replicates, std::size_t points);
  void grow(std::uint64_t replicates);

private:
  void tell() const;
  RunOptions const& options_;
  Progress progress_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point told_;
};

} // namespace likvard::detail
