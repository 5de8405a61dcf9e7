#pragma once
#include "likvard/core/moments.hpp"
#include "likvard/model/years.hpp"
#include "likvard/study/parameter_draws.hpp"
#include "likvard/study/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

/// A block of replicates: the unit of work, of merging and of the standard error.
namespace likvard {

inline constexpr std::uint32_t quarter_size = 16; ///< what one thread takes at a time
inline constexpr std::uint32_t quantile_replicates =
    4096; ///< quantiles are exact over at most the first so many

/// What a block needs to know; the same for all blocks of a study but for the plan and the key's point.
struct BlockTask {
  Plan const* plan = nullptr;
  std::vector<Policy> const* policies = nullptr;
  std::vector<std::size_t> const* kept = nullptr; ///< indices of the measures kept
  Wanted wanted;
  std::uint64_t seed = 0;
  std::uint32_t stream_point = 0; ///< 0 with common luck
  std::uint32_t point = 0;        ///< for failures
  ParameterDraws draws = ParameterDraws::sobol;
  bool keep_values = false; ///< for quantiles
};

/// Arrays are [M][K] over policies and kept measures; value and difference [T][M][K], year by year.
struct BlockResult {
  bool done = false;
  std::uint64_t count = 0;
  std::vector<Moments> value, difference;     ///< over the block's replicates; difference to policy 0
  std::vector<double> unit_pupils, unit_need; ///< [S] sums over replicates
  std::vector<double> unit_money;             ///< [M][S]
  std::vector<double> share_given;            ///< [M] sums of w as it came out
  std::vector<double> kept_values;            ///< [count][M][K] when kept
  std::vector<Failure> failures;
};

/// Scratch of one thread.
struct BlockWorkspace {
  Workspace replicate;
  YearsWorkspace years;
  std::vector<double> rows;
  std::vector<double> held, mean,
      square; ///< rows of kept measures that wait to be folded in, [rows][T][M][K]; sums [T][M][K]
  std::size_t held_rows = 0;
  std::optional<StreamKey> drawn; ///< the block that `parameters` are of
  ParameterBlock parameters{};
};

BlockResult run_block(BlockTask const& task, std::uint32_t block, BlockWorkspace& work);

/// The 16 replicates of one quarter of a block, number `quarter` of the point's.
BlockResult run_quarter(BlockTask const& task, std::uint64_t quarter, BlockWorkspace& work);

} // namespace likvard
