#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/parameters.hpp"
#include "likvard/model/table.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// The need index: as it is, and as the allocation sees it. engine/MODEL.md §4.
namespace likvard {

/// Pupil-weighted mean of `values` over n[s,·] for each unit, over the municipality's mean: mean 1.
/// If the municipality's mean is 0 (nobody in need) every index is 0.
void true_index(Counts const& n, std::span<double const> values, std::span<double> out);

struct NeedScratch {
  std::vector<std::uint32_t> seen; ///< [P]
  std::vector<double> mean, within;
  std::vector<double> count;
};

/// What the register shows.
///
/// Cohorts lag … lag + years - 1 are pooled; cohort 0 is the present one (n itself), the others are new draws
/// of the same π (the composition's drift over years is not in this index). Each pupil is missing with
/// probability `missing`. A unit with fewer than `smallest` pupils seen (or none) gets the municipality's
/// mean.
///
/// Shrinkage (empirical Bayes, DerSimonian–Laird moment estimate of the between-unit variance σ²):
///     x̃_s = x̄ + σ²/(σ² + τ²/k_s) (x_s - x̄),   τ² pooled variance within units, k_s pupils seen
/// - Ensures: Σ pupils · out / Σ pupils = 1 (or all 0 when nobody has need).
void observed_index(Need const& need, std::span<double const> values, Counts const& n,
                    std::span<std::uint32_t const> pupils, Table const& pi, StreamKey key,
                    NeedScratch& scratch, std::span<double> out);

} // namespace likvard
