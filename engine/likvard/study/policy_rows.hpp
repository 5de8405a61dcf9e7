#pragma once
#include "likvard/study/block.hpp"

#include <string>
#include <vector>

/// Replicates as rows of numbers: what comparison and decision analysis look at. A run keeps moments only.
namespace likvard {

/// The same for all blocks of a point.
struct RowTask {
  Plan const* plan = nullptr;
  std::vector<Policy> const* policies = nullptr;      ///< [M] the first per head, as in a run
  std::vector<std::size_t> const* measures = nullptr; ///< [K] indices into measure_table
  std::uint64_t seed = 0;
  std::uint32_t stream_point = 0; ///< 0 with common luck
  std::uint32_t point = 0;        ///< for failures
  ParameterDraws draws = ParameterDraws::sobol;
};

/// Replicates of one block that succeeded.
struct RowBlock {
  std::size_t count = 0;
  std::vector<double> value;     ///< [count][M][K] of the last year
  std::vector<double> parameter; ///< [count][coefficient_count] uncertain parameters as drawn
  std::vector<Failure> failures;
};

/// The block's replicates, bit by bit those of a run: another policy beside it moves no number of a policy.
RowBlock rows_of_block(RowTask const& task, std::uint32_t block, BlockWorkspace& work);

/// - Throws: ScenarioError when the point cannot be made.
Plan plan_of_point(Scenario const& scenario, std::size_t point, CoefficientLaws const* known = nullptr);

/// Keys of the uncertain parameters, in the order of RowBlock::parameter: "outcome.theta", …
std::array<std::string_view, coefficient_count> coefficient_keys();

/// Those that are uncertain at the point: places among the keys.
std::vector<std::size_t> uncertain_coefficients(Outcome const& outcome);

} // namespace likvard
