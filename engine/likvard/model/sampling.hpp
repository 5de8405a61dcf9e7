#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/table.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// From shares π[s,p] to pupils n[s,p]. engine/MODEL.md §3.
namespace likvard {

/// Scratch of `draw_counts`; reused, grows once.
struct SamplingScratch {
  std::vector<std::uint32_t> capacity, draw;
  std::vector<double> rest, chance;
};

/// Independent units: n[s,·] ~ Multinomial(pupils[s], π[s,·]), cell by cell as conditional binomials.
/// Row sums are exact, totals by profile vary.
void draw_counts_free(std::span<std::uint32_t const> pupils, Table const& pi, StreamKey key, Counts& n);

/// The same, conditioned on the municipality's totals by profile: both margins are exact.
///
/// Profile by profile, n[·,p] are binomials with the units' remaining places and conditional shares, given
/// that they sum to totals[p]. With π[s,p] = π[p] this is the multivariate hypergeometric law (pupils dealt
/// at random) exactly.
///
/// Sampler: a common factor on the odds (which leaves the conditional law as it is) makes the expected sum
/// equal the total; all units but the most variable one are drawn, that one gets what is left, and the draw
/// is accepted with probability pmf / largest pmf there. About sqrt(S) tries a profile.
/// - Expects: Σ pupils == Σ totals.
void draw_counts_fixed(std::span<std::uint32_t const> pupils, std::span<std::uint32_t const> totals,
                       Table const& pi, StreamKey key, SamplingScratch& scratch, Counts& n);

/// One unit's multinomial draw of `pupils` from `shares` (sum 1), added to `out`.
void add_multinomial(std::uint32_t pupils, std::span<double const> shares, Stream& stream,
                     std::span<std::uint32_t> out);

} // namespace likvard
