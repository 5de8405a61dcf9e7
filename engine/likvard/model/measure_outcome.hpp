#pragma once
#include "likvard/model/measure_money.hpp"
#include "likvard/model/outcome.hpp"
#include "likvard/model/smooth_counts.hpp"

#include <array>
#include <span>
#include <vector>

/// Measures of outcomes with pupil noise integrated out: everything follows from sums per unit and group, and
/// from counts below a threshold as smooth functions of what a policy adds, so that a policy costs O(units)
/// whatever the number of pupils and profiles. All policies of a replicate are computed side by side, one in
/// each lane of a vector.
namespace likvard {

/// Sums over the pupils of one unit and one group (others, needy) before any money effect.
struct GroupSums {
  double n = 0, y = 0, y2 = 0; ///< pupils, Σ μ, Σ μ²
  double rank = 0, score = 0;  ///< Σ ridit, Σ socioeconomic score
  double ends = 0;             ///< Σ weight of the gap between the ends of the socioeconomic scale
  double exp_minus_y = 0;      ///< Σ exp(-μ)
};

/// Which of the costly expected readings are wanted; the others are left as they are.
struct CostlyReadings {
  bool thresholds = true, deciles = true;
  bool erreygers = true, kolm = true; ///< not_qualified_erreygers (with thresholds), kolm_pollak
  bool ends = true;                   ///< ses_gap
};

/// A replicate before any money effect, and scratch for what its policies do.
struct OutcomeBase {
  std::vector<std::array<GroupSums, 2>> unit; ///< [S]
  Table mean;                                 ///< [S × P] μ[s,p] before any money effect
  double pupils = 0, rank_variance = 0, score_variance = 0, mean_rank = 0, mean_score = 0;
  double rank_y = 0, score_y = 0, ends_y = 0; ///< Σ R μ, Σ a μ and Σ c μ over pupils
  std::vector<double> ends;                   ///< [P] c: weights of `ends_weights`
  Cells cells;
  SmoothCounts below, low, high; ///< about the threshold, and near the first and last decile
  double low_at = 0, high_at = 0;
  std::vector<double> lanes, spare, one; ///< scratch
  std::vector<double> pupils_of_profile, rank_weight;
};

/// - Shapes: n [S × P], unit_level [S].
void make_outcome_base(PupilModel const& model, Profiles const& profiles, Counts const& n,
                       std::span<double const> unit_level, OutcomeBase& out, CostlyReadings wanted = {});

/// Weights c[p] with Σ n[s,p] c[p] y = ŷ(.9) - ŷ(.1), ŷ the pupil-weighted least-squares polynomial of y in
/// the rank by socioeconomic score: cubic, or of as high a degree as there are different ranks less one
/// (Reardon 2011). `pupils` [P] counts over all units. All 0 when the ranks do not differ.
void ends_weights(std::span<double const> pupils, std::span<double const> rank, std::span<double> out);

/// The value t below which lies the part p of all pupils: Σ n Φ((t - μ - δ)/σ) = p N, by Newton's method kept
/// in a bracket, from `start`. `effect` [2 S] as in money_effect, or empty.  - Expects: 0 < p < 1, σ > 0.
/// The plain way, for what `quantiles_of_all` does not settle, and to test it.
double outcome_quantile(PupilModel const& model, Profiles const& profiles, Counts const& n, Table const& mean,
                        std::span<double const> effect, double p, double start);

/// Expected readings of every policy, into rows [M][measure_count].
/// - Shapes: effect [2 S × stride], policies in lanes, stride >= M a multiple of 8, lanes beyond M finite;
/// variance [M]
///   receives the variance of Y.
/// - Expects: `base` made with the same `wanted`.
void measure_outcomes(PupilModel const& model, Outcome const& outcome, double carry, Profiles const& profiles,
                      Counts const& n, OutcomeBase& base, std::span<double const> effect, std::size_t stride,
                      CostlyReadings wanted, std::span<double> variance, std::span<double> rows);

/// The same for one policy. `effect` is [2 S] from `money_effect`.  Returns the variance of Y.
double measure_outcome(PupilModel const& model, Outcome const& outcome, double carry,
                       Profiles const& profiles, Counts const& n, OutcomeBase& base,
                       std::span<double const> effect, CostlyReadings wanted, Row row);

} // namespace likvard
