#pragma once
#include "likvard/analysis/row_terms.hpp"

#include <span>
#include <string>

/// Sensitivity from any sample of inputs and outputs: no special design is needed. Points are taken as
/// independent draws.
namespace likvard {

/// First-order indices by ranks: with the points sorted on x, `S = mean[(y_k-ȳ)(y_{k+1}-ȳ)]/V` (Gamboa,
/// Gremaud, Klein & Lagnoux 2022, "Global sensitivity analysis: a novel generation of mighty estimators based
/// on rank statistics"). Neighbours have almost the same x and different luck, so the numerator is free of
/// noise; V is that of m(X) where `noise` is known.
///
/// Interval (ours): with W_k = y_k(y_{k-1} + y_{k+1}) - y_{k-1}y_{k+1}, centred, the sum of products has the
/// variance of Σ W_k less 2E[v]² n, v the variance of y given x, itself from squared differences of
/// neighbours; the ratio by the delta method.
/// - x[row][inputs], y[row], noise[row] (variance of y by chance given all inputs, or empty). Ties in x are
/// ordered by a hash of the row: neighbours among equals are then any two.
/// - Rows that are not finite are left out. Expects: at least 4 whole rows.
struct RankIndices {
  std::vector<Estimate> first; ///< [inputs]
  double mean = 0, variance = 0;
  bool defined = false;
  std::size_t rows = 0, dropped = 0;
};
RankIndices rank_indices(std::size_t inputs, std::span<double const> x, std::span<double const> y,
                         std::span<double const> noise, IntervalRule const& rule);

/// How far the distribution of y moves when an input is known, beyond its variance.
///
/// Inputs are cut into classes of equal numbers (or their values, where there are few).
/// - pawn: Kolmogorov–Smirnov distance between y in a class and y in all, median and largest over classes
///   (Pianosi & Wagener 2015, 2018).
/// - delta: half the mean absolute difference of the densities (Borgonovo 2007), by a histogram of equally
///   probable bins of y (given data: Plischke, Borgonovo & Smith 2013).
/// - *_chance: what an input without any effect would show on average with so many points: exact
///   expectations under random classes (delta: hypergeometric mean deviations; pawn: Kolmogorov's law, mean
///   .8687 √(1/n_c - 1/n)). Values are to be read against these.
struct DensityIndex {
  double pawn_median = 0, pawn_max = 0, pawn_chance = 0;
  double delta = 0, delta_chance = 0;
  std::size_t classes = 0;
};
std::vector<DensityIndex> density_indices(std::size_t inputs, std::span<double const> x,
                                          std::span<double const> y);

} // namespace likvard
