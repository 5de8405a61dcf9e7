#pragma once
#include "likvard/study/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Back from a mean to the replicates that it is the mean of.
namespace likvard {

/// One policy's and the reference policy's value of one measure in each replicate of a point.
struct Replay {
  std::vector<std::uint32_t> replicate;  ///< numbers of those that succeeded, in order
  std::vector<double> value, difference; ///< difference to policy 0 in the same replicate
  std::vector<std::pair<std::uint32_t, std::string>> failed;
};

/// Replicates 0 to 64·blocks - 1 of one point again, on all threads. `measure` is an index of
/// measure_table(); of several years the last one's values, as in the result.
/// - Ensures: the values that `run` made, bit for bit.
/// - Throws: ScenarioError when the point cannot be made.
Replay replay(Scenario const& scenario, std::size_t point, std::size_t policy, std::size_t measure,
              std::uint32_t blocks);

} // namespace likvard
