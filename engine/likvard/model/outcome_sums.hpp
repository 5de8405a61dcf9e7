#pragma once
#include "likvard/model/measure_outcome.hpp"

#include <cstddef>
#include <span>

/// What all policies of a replicate do to outcomes, as sums over units: policies in the lanes of vectors.
namespace likvard {

/// Rows of the array that `sum_outcomes` fills, [count][stride].
struct OutcomeSum {
  enum Row : std::size_t {
    others,      ///< Σ Y over the pupils outside the need group
    needy,       ///< and in it
    square,      ///< Σ Y² without pupil noise
    rank,        ///< Σ ridit · Y
    score,       ///< Σ score · Y
    ends,        ///< Σ c · Y
    kolm,        ///< Σ exp(-Y)
    low,         ///< smallest mean of a unit with what is carried on
    high,        ///< largest
    gap_between, ///< gap between units
    between,     ///< Σ n (unit mean - mean)²
    net,         ///< the same, net of the unit's socioeconomic score
    count
  };
};

/// Group totals of pupils, and the slope's parts, that every policy shares.
struct OutcomeTotals {
  std::array<double, 2> pupils{};
  double start[2] = {0, 0}; ///< Σ μ by group
  double apart = 0;         ///< Σ n (unit score - mean score)²
};

/// - Shapes: effect [2 S × stride], sums [OutcomeSum::count × stride].
OutcomeTotals sum_outcomes(OutcomeBase const& base, double carry, std::span<double const> effect,
                           std::size_t stride, std::size_t policies, bool with_kolm, std::span<double> sums);

} // namespace likvard
