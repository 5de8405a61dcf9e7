#pragma once
#include "likvard/study/scenario.hpp"

#include <cstdint>

/// What a study will cost, before it is run.
namespace likvard {

struct Size {
  std::uint64_t points = 0, policies = 0, measures = 0, years = 1;
  std::uint64_t replicates = 0;      ///< of all points, those that are run at least
  std::uint64_t most_replicates = 0; ///< with a precision wanted: the budget; else the same
  double result_bytes = 0;           ///< the result's numbers: its file but for the names
  double peak_bytes =
      0; ///< memory of a run, from above: points under way; the result itself goes to its file
};

/// Sizes alone: nothing is simulated.
Size size_of(Scenario const& scenario, int threads);

struct Pilot {
  std::size_t points = 0;       ///< tried, evenly over the design
  double point_seconds = 0;     ///< mean of preparing a point (finding a target's sorting), on one thread
  double replicate_seconds = 0; ///< mean of a replicate of all policies, on one thread
  double standard_error = 0;    ///< of the whole study's seconds, relative, from the spread between points
};

/// Prepare points and run one block each for about so many seconds (at least one point).
/// - Throws: ScenarioError when a point cannot be made.
Pilot pilot(Scenario const& scenario, double seconds);

} // namespace likvard
