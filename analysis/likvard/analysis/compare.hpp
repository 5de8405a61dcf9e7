#pragma once
#include "likvard/analysis/selection.hpp"
#include "likvard/study/result.hpp"

#include <optional>
#include <string>
#include <vector>

/// Which policy is best by one measure in each context: adaptive runs that stop when the choice is decided,
/// and what a fixed number of replicates says about the choice. `likvard compare`.
namespace likvard {

/// The policies that `scenario.compare` asks for: places in scenario.policies, per head first.
/// Of models without shares asked for: the one nearest to the answer's share.
/// - Throws: ScenarioError naming an unknown model or share, or when there is nothing to compare.
std::vector<std::size_t> compared_policies(Scenario const& scenario);

/// Place in measure_table of the measure that decides.
/// - Throws: ScenarioError when it is unknown, of several years in a study of one, or has no better
/// direction.
std::size_t compared_measure(Scenario const& scenario);

/// Places of the Pareto front's measures; those without a better direction count as spreads (less is better).
std::vector<std::size_t> compared_objectives(Scenario const& scenario);

/// What one context's adaptive run came to.
struct PointSelection {
  std::size_t point = 0;
  Selection
      selection; ///< observations are means of blocks of 64; higher is better (sign turned where lower is)
  std::uint64_t failures = 0; ///< replicates that failed
};

struct CompareOptions {
  int threads = 0;                 ///< 0 = all
  std::vector<std::size_t> points; ///< only these, in order; empty = all
  std::atomic<bool> const* stop = nullptr;
  /// Points done, of how many, replicates of the present point, policies still in play at it.
  std::function<void(std::size_t done, std::size_t points, std::uint64_t used, std::size_t left)> on_progress;
};

/// Every context by itself, by the scenario's method: KN with all policies on the same luck; OCBA, GSP and
/// Rinott with luck of its own for each, as their theory asks. An observation is the mean of a block of 64
/// replicates.
/// - Ensures: the same bits for any number of threads.
/// - Throws: ScenarioError (KN, GSP and Rinott without a delta, or as `run`).
/// - Points after an interruption are left out.
std::vector<PointSelection> select_policies(Scenario const& scenario, CompareOptions const& options = {});

/// The choice by `scenario.replicates` replicates of each point: which is best, regret, value of information,
/// Pareto front. Parameters that are uncertain at any point are listed. Arrays are of the points asked for: a
/// point's numbers do not depend on the others.
/// - Ensures and throws: as select_policies; needs no delta. Empty after an interruption.
std::optional<DecisionResult> decide(Scenario const& scenario, CompareOptions const& options = {});

} // namespace likvard
