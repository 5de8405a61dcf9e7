#pragma once
#include "likvard/study/scenario.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Replicates of every point side by side. With common luck, replicate r has the same draw of the uncertain
/// parameters at every point: what all points together say under one possible state of the world.
namespace likvard {

struct StudyRows {
  std::size_t points = 0, replicates = 0, policies = 0; ///< G, R (whole blocks of 64), M
  std::vector<std::size_t> measures;                    ///< [K] places in measure_table
  std::vector<double> value;                            ///< [G][R][M][K]; of a shard, of its points alone
  std::vector<double> parameter;           ///< [R][C] uncertain parameters, as drawn at the first point
  std::vector<std::string> parameter_name; ///< [C]

  double at(std::size_t g, std::size_t r, std::size_t m, std::size_t k) const {
    return value[((g * replicates + r) * policies + m) * measures.size() + k];
  }
  std::size_t place(std::string_view measure) const; ///< - Expects: it is kept
};

struct RowsOptions {
  std::uint32_t shard = 1, shards = 1; ///< only the points g with g mod shards = shard - 1
  int threads = 0;                     ///< 0 = all
  std::atomic<bool> const* stop = nullptr;
  std::function<void(std::size_t done, std::size_t points)> on_progress;
};

/// Runs the scenario, one point after the other: only the numbers asked for are kept (at most 2×10⁸).
/// - Expects: measures that exist.
/// - Ensures: the values that `run` makes, the same bits for any number of threads. Empty when stopped.
/// - Throws: ScenarioError (a point cannot be made, a replicate failed, too many numbers).
StudyRows study_rows(Scenario const& scenario, std::vector<std::string> const& measures,
                     RowsOptions const& options);

/// Mean over rows and the standard error from the spread of block means (t, blocks - 1 degrees of freedom).
struct BlockMean {
  double mean = 0, standard_error = 0, degrees_of_freedom = 0;
};
/// - Expects: values.size() a multiple of 64, two blocks at least.
BlockMean block_mean(std::vector<double> const& values);

} // namespace likvard
