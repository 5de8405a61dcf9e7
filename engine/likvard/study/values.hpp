#pragma once
#include "likvard/study/partial.hpp"

#include <functional>
#include <span>
#include <vector>

/// The replicates' own values, of which quantiles are taken. They are many (4,096 times policies and measures
/// at each point) and are kept compact: the reference policy's in double precision, the paired differences to
/// it in single precision, which costs a value 6e-8 of its difference. They are written out as they come and
/// read back one policy at a time.
namespace likvard {

/// Of one quarter-block, each measure's replicates together.
struct Values {
  std::uint64_t quarter = 0;
  std::uint32_t count = 0;       ///< replicates that succeeded
  std::vector<double> reference; ///< [K][count] of policy 0
  std::vector<float> difference; ///< [M-1][K][count] policy - policy 0
};

/// - Expects: the block kept its values.
Values values_of(BlockResult const& quarter, std::uint64_t number, Shape const& shape);

/// Where quantiles read one point's values from: fill `out` with the [K][n] of policy 0, or the [K][n]
/// differences of policy m ≥ 1. Called from several threads.
struct ValueSource {
  std::size_t replicates = 0; ///< n
  std::function<void(std::vector<double>& out)> reference;
  std::function<void(std::size_t policy, std::vector<float>& out)> difference;
};

/// [Q][M][K] each.
struct Quantiles {
  std::vector<double> value, difference;
};

/// Quantiles of every policy and measure (Hyndman & Fan type 7), policies side by side on the threads at
/// hand.
/// - Expects: levels rising, in [0, 1].
Quantiles quantiles_of(ValueSource const& source, Shape const& shape, std::span<double const> levels);

/// Quantile of level p by linear interpolation between order statistics (Hyndman & Fan type 7). Reorders
/// `values`.
double sample_quantile(std::vector<double>& values, double p);

} // namespace likvard
