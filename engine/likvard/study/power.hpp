#pragma once
#include "likvard/study/result.hpp"

namespace likvard {

/// Power of the comparison at every point, number of pooled municipalities and year: model/power.hpp.
///
/// Each replicate draws a municipality of the point with its money under the answer's policy at the answer's
/// share, and its units' true effects with θ = `power.effect` (the other uncertain parameters are drawn);
/// given these the power is in closed form. Pools are replicates that follow each other; the standard error
/// comes from the spread over independent pools.
/// - Ensures: the same bits for any number of threads.
/// - Throws: ScenarioError when a point cannot be made, no policy gives money by need, or the replicates
/// make fewer than two pools of the largest size.
PowerResult run_power(Scenario const& scenario, int threads = 0);

/// First year in which the point's power reaches what is wanted; 0 if none does.
std::uint32_t first_year_enough(PowerResult const& power, std::size_t point, std::size_t pool);

/// The policy and share that the answer speaks of: its place in scenario.policies; 0 if none gives by need.
std::size_t answer_policy(Scenario const& scenario);

} // namespace likvard
