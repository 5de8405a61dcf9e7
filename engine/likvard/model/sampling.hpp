#pragma once
#include "likvard/core/random.hpp"
#include "likvard/core/words.hpp"
#include "likvard/model/table.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// From shares π[s,p] to pupils n[s,p]. engine/MODEL.md §3.
namespace likvard {

/// Scratch of the draws; reused, grows once.
struct SamplingScratch {
  struct ByPupil {
    HalvesScratch halves;
    std::vector<HalvesDraw> draws;
    std::vector<std::uint64_t> bounds; ///< [draws × (P - 1)]
    std::vector<std::uint32_t> below;  ///< [draws × (P - 1)]
  } by_pupil;
  std::vector<std::uint32_t> capacity, draw, open;
  std::vector<double> rest, odds, chance;
};

/// Each unit's multinomial draw of its pupils from its row of π, from the stream (key, purpose, first_entity
/// + s).
///
/// The cheaper of two exact ways, by the numbers alone: a draw for each pupil, counted below the
/// cumulative shares (small units), or profile by profile as conditional binomials (large ones: O(P) whatever
/// the size).
void draw_units(StreamKey key, Purpose purpose, std::uint32_t first_entity,
                std::span<std::uint32_t const> pupils, Table const& pi, SamplingScratch& scratch, Counts& n);

/// Independent units: n[s,·] ~ Multinomial(pupils[s], π[s,·]). Row sums are exact, totals by profile vary.
void draw_counts_free(std::span<std::uint32_t const> pupils, Table const& pi, StreamKey key,
                      SamplingScratch& scratch, Counts& n);

/// The same, conditioned on the municipality's totals by profile: both margins are exact.
///
/// Profile by profile, n[·,p] are binomials with the units' remaining places c[s] and conditional shares,
/// given that they sum to totals[p]: P(n) ∝ Π C(c[s], n[s]) odds[s]^n[s]. With π[s,p] = π[p] this is the
/// multivariate hypergeometric law (pupils dealt at random), for two profiles Fisher's noncentral
/// hypergeometric one.
///
/// Sampler. A common factor on the odds (which leaves the law as it is) makes the expected sum equal the
/// total. Every place is then taken with chance r[s]; with a chance r common to all, it is taken for certain
/// with chance (r[s]-r)/(1-r) if r[s] > r, left for certain with chance 1 - r[s]/r if r[s] < r, and else
/// taken with chance r. The certain places are drawn. Of the M others x must be taken, which happens with
/// chance Binomial(x; M, r): the draw is accepted with that over its largest value, and x of the M places are
/// then a random subset. r maximises the variance left open, so a draw is mostly accepted: O(S) a profile.
/// Exact but for M below what it falls under with chance e^-36 (Bernstein's bound).
/// - Expects: Σ pupils == Σ totals.
void draw_counts_fixed(std::span<std::uint32_t const> pupils, std::span<std::uint32_t const> totals,
                       Table const& pi, StreamKey key, SamplingScratch& scratch, Counts& n);

} // namespace likvard
