#pragma once
#include "likvard/model/measure_money.hpp"
#include "likvard/model/outcome.hpp"

#include <array>
#include <span>
#include <vector>

/// Measures of outcomes with pupil noise integrated out: everything follows from sums per unit and group, so
/// that a policy costs O(units), and O(units × profiles) only where shares below a threshold are asked for.
namespace likvard {

/// Sums over the pupils of one unit and one group (others, needy) before any money effect.
struct GroupSums {
  double n = 0, y = 0, y2 = 0; ///< pupils, Σ μ, Σ μ²
  double rank = 0, score = 0;  ///< Σ ridit, Σ socioeconomic score
  double exp_minus_y = 0;      ///< Σ exp(-μ)
};

struct OutcomeBase {
  std::vector<std::array<GroupSums, 2>> unit; ///< [S]
  Table mean;                                 ///< [S × P] μ[s,p] before any money effect
  double pupils = 0, rank_variance = 0, score_variance = 0, mean_rank = 0, mean_score = 0;
  double rank_y = 0, score_y = 0; ///< Σ R μ and Σ a μ over pupils
};

void make_outcome_base(PupilModel const& model, Profiles const& profiles, Counts const& n,
                       std::span<double const> unit_level, OutcomeBase& out);

/// Expected readings of one policy. `effect` is [2 S] from `money_effect`. Thresholds are left at 0 unless
/// asked for.
void measure_outcome(PupilModel const& model, Outcome const& outcome, double carry, Profiles const& profiles,
                     Counts const& n, OutcomeBase const& base, std::span<double const> effect,
                     bool thresholds, Row row);

} // namespace likvard
