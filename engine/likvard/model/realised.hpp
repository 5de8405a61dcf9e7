#pragma once
#include "likvard/model/measure_outcome.hpp"

#include <span>
#include <vector>

/// What one year's statistics would show: pupil noise drawn, exactly, without drawing pupils. engine/MODEL.md
/// §6.
namespace likvard {

/// The pupils' luck of one replicate, common to all policies.
struct PupilLuck {
  std::vector<double> mean_noise;        ///< [2 S] mean of ε over unit and group: N(0, σ²/n)
  double cohort = 0;                     ///< the municipality's shock of the year, SD
  Table chance;                          ///< [S × P] below the threshold at per-head money, shock included
  Counts below;                          ///< [S × P] drawn count below the threshold at per-head money
  Table u;                               ///< [S × P] uniform number that moves counts when money moves
  std::vector<double> after, mass, none; ///< scratch [S × P]: chances moved to, ln P(nobody moves), and that
};

void draw_pupil_luck(PupilModel const& model, Outcome const& outcome, Counts const& n,
                     OutcomeBase const& base, StreamKey key, PupilLuck& out);

/// Count below the threshold when its chance moves from `before` to `after`, coupled with `below` successes
/// of `n` at `before`: the pupils' own noise stays, so a lower chance only takes some out, a higher one only
/// brings some in. Marginally exactly Binomial(n, after) when `below` ~ Binomial(n, before) and u is uniform.
std::uint32_t move_count(std::uint32_t n, std::uint32_t below, double before, double after, double u);

/// Smallest k with P(Binomial(n, p) <= k) >= u.
std::uint32_t binomial_quantile(std::uint32_t n, double p, double u);

/// Realised readings of one policy. `variance` is that of Y, from measure_outcome.
/// - Expects: `row` holds its expected readings.
void measure_realised(PupilModel const& model, Outcome const& outcome, double carry, Profiles const& profiles,
                      Counts const& n, OutcomeBase const& base, PupilLuck& luck,
                      std::span<double const> effect, double variance, Row row);

} // namespace likvard
