#pragma once
#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

/// Comparison of alternatives that met the same luck: paired differences, what the pairing saved, and
/// simultaneous intervals. An observation is a row of one number per alternative; rows are independent (block
/// means of a study).
namespace likvard {

/// Means and covariances of n rows of k alternatives.
struct PairedSample {
  std::size_t rows = 0;
  Eigen::VectorXd mean;       ///< [k]
  Eigen::MatrixXd covariance; ///< [k × k] of one row, unbiased
};

/// - Expects: values.size() a multiple of alternatives; at least two rows.
PairedSample paired_sample(std::span<double const> values, std::size_t alternatives);

/// i minus j.
struct PairedDifference {
  double mean = 0, standard_error = 0;
  double correlation = 0; ///< of the two in one row; 0 where one of them does not vary
  /// How many times as many runs independent sampling would need for this standard error:
  /// (V_i + V_j)/V(i - j); infinite where the difference does not vary, 1 where nothing does.
  double runs_saved = 1;
};
PairedDifference paired_difference(PairedSample const& sample, std::size_t i, std::size_t j);

struct Bounds {
  double low = 0, high = 0;
};

/// Intervals of i - reference for every other i, all true together with probability >= `level`: t-intervals
/// at level^(1/(k-1)) each (Šidák 1967: never below it, whatever the correlations). That of the reference is
/// [0, 0].
std::vector<Bounds> sidak_intervals(PairedSample const& sample, std::size_t reference, double level);

/// Multiple comparisons with the best: intervals of θ_i - max_{j≠i} θ_j, higher being better, all true
/// together with probability >= `level` (Hsu 1984; with unequal variances and pairing, after Edwards & Hsu
/// 1983):
///
///     high_i = max(0, min_{j≠i} (d_ij + w_ij)),   low_i = min(0, min_{j∈G, j≠i} (d_ij - w_ij)),   G = {i:
///     high_i > 0}
///
/// and low_i = 0 where i alone is in G. w_ij = t_{1-(1-level)/(k-1), n-1} se_ij: only the k - 1 one-sided
/// comparisons with the true best have to hold, whatever the correlations (Bonferroni). An alternative with
/// high_i = 0 is not the best; with low_i = 0 it is.
std::vector<Bounds> comparisons_with_best(PairedSample const& sample, double level);

/// How sure the sample is, at least, that the alternative that looks best is the best: 1 - Σ P(T_{n-1} >
/// d_bj/se_bj), the posterior probability under flat priors by Bonferroni's bound (Chick & Inoue 2001). 0 at
/// least.
double sure_of_best(PairedSample const& sample, std::size_t best);

} // namespace likvard
