#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// Where a noisy ranking is cut into units, all cuts at once.
namespace likvard {

struct RankCuts {
  std::size_t stride = 0;     ///< units rounded up to whole vectors
  std::vector<double> target; ///< [stride] cumulative weights
  std::vector<double> cut;    ///< [stride] q_s; meaningless from the last unit on
  std::vector<double> below;  ///< [P × stride] Φ(q_s - x[p])
};

/// q_s with F(q_s) = w_0 + … + w_s for all units but the last, F(t) = Σ_p π[p] Φ(t - x[p]).
/// - Expects: weights and shares with sum 1.
void rank_cuts(std::span<double const> weight, std::span<double const> share, std::span<double const> x,
               RankCuts& out);

} // namespace likvard
