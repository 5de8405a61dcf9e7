#pragma once
#include "likvard/study/run.hpp"
#include "likvard/study/shard.hpp"
#include "likvard/study/values.hpp"

#include <functional>
#include <vector>

/// The work of a study: every quarter-block of every point, on all threads, without a point waiting for
/// another. What is finished goes to a store; what the store has already is not done again.
namespace likvard {

/// What is there of a point from before.
struct Loaded {
  std::vector<Partial> parts; ///< that do not overlap
  std::vector<bool> values;   ///< [quarter] of the first ones: are its values there?
};

/// Where finished work goes. Any function may be empty. `save` and `save_values` are called from all threads,
/// and the values of a run's replicates are saved before the run is.
struct Store {
  std::function<Loaded(std::size_t point)> load;
  std::function<void(std::size_t point, Values const&)> save_values;
  std::function<void(std::size_t point, Partial const&)> save; ///< a run that may hold earlier ones
  std::function<void()> checkpoint; ///< everything saved so far should survive a loss of power
  std::function<void(std::size_t point, Pile const&)> close; ///< the point is done, or the work was stopped
};

struct Work {
  Shard shard;
  double checkpoint_seconds = 0; ///< least time between checkpoints; 0 = none before a point is done
  std::vector<Range> round;      ///< [G] of a study in rounds, what this one adds; nothing is added to it
};

/// - Returns true when everything was done, false when stopped.
/// - Ensures: the same runs at the end for any number of threads, and whatever was loaded.
/// - Throws: ScenarioError when a point cannot be made; what the store throws.
bool compute(Scenario const& scenario, RunOptions const& options, Work const& work, Store const& store);

/// What a study divides among shards.
Extent extent_of(Scenario const& scenario, std::vector<Range> round = {});

} // namespace likvard
