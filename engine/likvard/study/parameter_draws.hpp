#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/outcome.hpp"

#include <array>
#include <cstdint>

/// How the uncertain parameters of a block of replicates are drawn.
namespace likvard {

inline constexpr std::uint32_t block_size = 64; ///< replicates of a block

/// Blocks are independent of each other whichever is chosen, and every replicate's numbers are uniform; the
/// replicates of a block are independent, or together cover the priors more evenly than luck does.
enum class ParameterDraws {
  latin,       ///< a Latin hypercube: each prior evenly (McKay, Beckman & Conover 1979)
  sobol,       ///< 64 scrambled Sobol' points: pairs of priors as well (randomised quasi-Monte Carlo)
  independent, ///< plain Monte Carlo
};

using ParameterBlock = std::array<std::array<double, coefficient_count>, block_size>;

/// One uniform number per uncertain parameter for each replicate of a block.
/// - sobol: the first 64 Sobol' points in nine dimensions, a (0, 6, 1)-net in each of them, scrambled by
/// nested
///   uniform random flips of their six binary digits (Owen 1995, "Randomly permuted (t,m,s)-nets"); below the
///   sixth digit a point is alone in its cell, so the rest of it is a uniform number of its own. A mean over
///   the block is unbiased, and its variance never above e ≈ 2.72 times that of independent draws for a net
///   with t = 0 (Owen 1997), while smooth functions of few parameters gain orders of magnitude.
ParameterBlock draw_parameters(StreamKey key_of_block, ParameterDraws draws);

} // namespace likvard
