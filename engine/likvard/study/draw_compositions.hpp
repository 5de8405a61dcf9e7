#pragma once
#include "likvard/model/sorting.hpp"

#include <atomic>
#include <cstdint>
#include <vector>

namespace likvard {

/// One group's members dealt to units so that the units are as uneven as asked for.
struct CompositionQuestion {
  std::vector<std::uint32_t> pupils;     ///< [S] of each unit, in order of standing: most members first
  double share = 0;                      ///< of all pupils who are members, in (0, 1)
  Index index = Index::dissimilarity;    ///< which index is aimed at
  double target = 0;                     ///< its value free of chance: what units' own draw adds comes on top
  Mechanism mechanism = Mechanism::rank; ///< rank, tilt, dirichlet or random (without a target)
  Totals totals = Totals::fixed;         ///< fixed: the number of members is the same in every draw
  std::uint32_t draws = 1;
  std::uint64_t seed = 1;
};

struct Compositions {
  std::vector<std::uint32_t> members; ///< [draws × S]
  std::vector<double> expected; ///< [S] share of members that draws vary about; empty for dirichlet, where
                                ///< each draw has units of its own
};

/// Solves the mechanism's strength for the target and draws pupils as a replicate does: draw k has the luck
/// of replicate k at point 0. engine/MODEL.md §2, §3.
/// - Throws: ScenarioError (sizes, share or target out of range; a target out of reach, with the range).
/// - Stops early when `stop` is set: what was not drawn is 0.
Compositions draw_compositions(CompositionQuestion const& question, std::atomic<bool> const* stop = nullptr);

} // namespace likvard
