#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/parameters.hpp"
#include "likvard/model/sampling.hpp"
#include "likvard/model/table.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Need indices: as they are, and as the allocation sees them. engine/MODEL.md §4.
namespace likvard {

/// Pupil-weighted mean of `values` over n[s,·] for each unit; 0 in a unit without pupils.
void unit_means(Counts const& n, std::span<double const> values, std::span<double> out);

/// Divide by the municipality's pupil-weighted mean, so that it becomes 1. If that is 0 (nobody in need)
/// every index is 0.
void make_relative(std::span<std::uint32_t const> pupils, std::span<double> index);

/// Earlier cohorts of one replicate: cohort c is who was there c years ago, drawn anew from the same π (the
/// composition's drift over years is not in it). Every index sees the same cohorts.
struct Cohorts {
  std::vector<Counts> earlier; ///< [c - 1]
  SamplingScratch scratch;
};

/// How many earlier cohorts these indices look at.
std::uint32_t cohorts_seen(std::span<Need const> needs);

/// Each unit and cohort has its own stream: more years or units move no other draw.
void draw_cohorts(std::uint32_t count, std::span<std::uint32_t const> pupils, Table const& pi, StreamKey key,
                  Cohorts& out);

struct NeedScratch {
  std::vector<std::uint32_t> seen;         ///< [P]
  std::vector<double> mean, within, count; ///< [S]
  std::vector<double> newest, second;      ///< [S] means of single cohorts
};

/// What the register shows: the unit means of one index, raw.
///
/// Cohorts lag … lag + years - 1 are seen, cohort 0 being the present one (n itself). Each pupil is missing
/// with probability `missing`. A unit with fewer than `smallest` pupils seen (or none) gets the mean over the
/// pupils seen elsewhere.
///
/// Pooling: `mean` of all pupils seen; `largest` of the newest cohort's mean, the one before and the mean of
/// all (as California's funded attendance); `ever` counts of the newest cohort those marked in any of `years`
/// years (as England's FSM6): an unmarked pupil was so with chance 1 - (1 - e)^(years - 1), e = P(1 -
/// stays)/(1 - P) the chance of becoming marked that keeps the share P constant.
///
/// Shrinkage (empirical Bayes, DerSimonian–Laird moment estimate of the between-unit variance σ²):
///     x̃_s = x̄ + σ²/(σ² + τ²/k_s) (x_s - x̄),   τ² pooled variance within units, k_s pupils seen
/// - Shapes: values [P], n [S × P], out [S].
/// - Expects: `ever` with values 0 and 1 only; cohorts.earlier holds all that `need` looks at.
void observe(Need const& need, std::span<double const> values, Counts const& n, Cohorts const& cohorts,
             StreamKey key, NeedScratch& scratch, std::span<double> out);

} // namespace likvard
