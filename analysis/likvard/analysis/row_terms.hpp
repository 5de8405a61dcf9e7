#pragma once
#include <Eigen/Core>

#include <cstdint>
#include <vector>

/// Estimates that are ratios of means over the rows of a design, with intervals that hold.
namespace likvard {

/// Row j adds `numerator(j, i)` and `denominator(j, i)` to estimate i: `S_i = Σ_j N_ji / Σ_j D_ji`.
struct RowTerms {
  Eigen::ArrayXXd numerator;          ///< [n][q]
  Eigen::ArrayXXd denominator;        ///< [n][c], q a multiple of c: estimate i has column i mod c
  std::vector<std::uint32_t> stratum; ///< [n] scramble that each row belongs to; empty: rows are independent
};

enum class IntervalMethod {
  delta,     ///< independent rows: ψ_j = (N_j - S D_j) / mean(D), se = sd(ψ)/√n, normal
  scrambles, ///< independent scrambles: sd of their estimates / √K, Student's t with K - 1 degrees of freedom
  bootstrap  ///< independent rows: sd over resamples of rows, normal
};

struct IntervalRule {
  IntervalMethod method = IntervalMethod::delta;
  double level = 0.95;
  std::uint32_t family = 1;      ///< Šidák: all of so many intervals hold together with `level`
  std::uint32_t resamples = 100; ///< bootstrap
  std::uint64_t seed = 1;        ///< bootstrap
};

struct Estimate {
  double value = 0, standard_error = 0, low = 0, high = 0;
};

/// The q ratios with their intervals.
/// - Scrambled points are no independent rows: with K scrambles each gives an estimate of its own, and the
///   spread of these is what is honest. `value` is that of all points together.
/// - The same resamples serve all estimates (counts matrix times terms: one matrix product).
/// - A denominator that is not above zero leaves value 0 and an interval of no width: callers say why.
/// - Expects: n >= 2; with `scrambles` at least 2 strata.
/// - O(n q) without resampling.
std::vector<Estimate> ratio_estimates(RowTerms const& terms, IntervalRule const& rule);

/// Two-sided quantile for an interval of the rule's level, Šidák's level^(1/family) where they are several
/// (Šidák 1967); `degrees_of_freedom` infinite for the normal.
double interval_quantile(IntervalRule const& rule, double degrees_of_freedom);

/// Resampling counts [n][R]: column r says how often each row is in resample `first` + r; each sums to n.
void resampling_counts(std::uint64_t seed, std::uint32_t first, Eigen::Ref<Eigen::ArrayXXf> out);

/// Only the rows of `keep`, which increase.
void keep_rows(Eigen::ArrayXXd& values, std::vector<Eigen::Index> const& keep);

} // namespace likvard
