#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/population.hpp"
#include "likvard/model/table.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Residence and school choice, as expected flows between areas and units. engine/MODEL.md §2.
namespace likvard {

/// What all geographies of one municipality share. A areas of equal population, P profiles, C family types.
struct ChoiceModel {
  Choice choice;
  Table residence;                      ///< [P × A] families by profile and area, areas by status; sums to 1
  std::vector<std::uint32_t> type;      ///< [P] family type: profiles that see units alike
  std::vector<double> type_score;       ///< [C]
  std::vector<std::uint8_t> type_group; ///< [C] member of `choice.group`
};

/// Families by area and type.
///
/// Residence is a noisy ranking on the score with correlation r = choice.residence (sort_by_rank), areas in
/// order of status. Types are the distinct pairs of score and group, or, where there are more than 16, 8
/// classes of the score's rank by group, each with its mean score.
ChoiceModel make_choice_model(Choice const& choice, Profiles const& profiles);

/// How far the last round was from settled.
struct ChoiceReport {
  int rounds = 0;
  double places = 0;      ///< largest relative error of a unit's places, before margins are restored
  double composition = 0; ///< largest change of a unit's share of the own group
};

/// π[s,p] of one geography.
///
/// Units lie at random on a square, areas around units in proportion to their places; both are ordered by a
/// smooth random field (a Gaussian field with squared-exponential covariance, by random Fourier features:
/// Rahimi & Recht 2007), so that near areas are alike and a unit's standing z_s, the normal score of its
/// place in the order, is that of its surroundings. Family (a, p) that chooses sees
///
///     U = -distance · d(a,s) + standing · z_s · score[p] + own_group · (share of p's group in s)
///
/// and takes unit s with probability ∝ B_s exp(U); one that does not, with probability ∝ B_s exp(-8 d(a,s))
/// over units with a catchment. The B_s, the price of a place, fill every unit: the flows maximise entropy
/// plus utility at both margins (Wilson 1971). They are found by iterative proportional fitting, over-relaxed
/// by 1.5 (Thibault, Chizat, Dossal & Papadakis 2021). Groups' shares are those of the outcome: from even
/// ones they move by 50/(100 + round) of what is lacking in each round, until both settle (1e-4) or 2,000
/// rounds are over. Where everybody chooses and places are balanced in full between such steps, that is the
/// concave-convex procedure (Yuille & Rangarajan 2003), which climbs. Strong preferences for company
/// (own_group above 2) settle slowly now and then, and may have several outcomes: the one reached from even
/// shares is taken; the report says how far from settled it is.
///
/// Independent units, a random round(independent_share · S), take choosers only; no further unit is made
/// independent where together they would have more places than 95 % of the choosers fill.
/// - Ensures: margins exact; one unit gives π = share. O(rounds · S·A·C + S·A·P).
ChoiceReport sort_by_choice(ChoiceModel const& model, std::span<double const> weight,
                            std::span<double const> share, StreamKey key, Table& pi);

} // namespace likvard
