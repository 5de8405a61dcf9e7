#pragma once
#include "likvard/analysis/row_terms.hpp"

#include <span>

/// Variance-based sensitivity indices from a swap design. Blocks of runs, each of n rows: A and B drawn
/// independently; AB_i is A with the inputs of set i from B; BA_i is B with those of set i from A.
///
/// The simulator may be stochastic, Y = f(X, Z): with m >= 2 replicates at each point, each with its own
/// luck, the indices are those of m(X) = E[Y|X]. Products of runs with different luck are free of noise;
/// squares carry the variance of a point's mean, which is subtracted.
namespace likvard {

enum class SwapScheme {
  saltelli,   ///< blocks A, B, AB_1 … AB_d
  azzini,     ///< A, B, AB_1 … AB_d, BA_1 … BA_d
  conditional ///< the same blocks where inputs depend on each other: what is not kept is drawn given what is
};

/// One output at all runs. Rows with a run that failed (NaN) are left out by `swap_outputs`.
struct SwapOutputs {
  SwapScheme scheme = SwapScheme::azzini;
  Eigen::Index sets = 0; ///< d
  double replicates = 1; ///< m
  Eigen::ArrayXXd mean;  ///< [n][blocks] over replicates
  Eigen::ArrayXXd noise; ///< [n][blocks] unbiased variance of `mean` by chance; empty where m = 1
  std::vector<std::uint32_t> stratum; ///< [n] scrambles, or empty
  bool base_only = false; ///< only A is replicated: the other blocks' noise is A's, of the same law
  std::size_t dropped = 0;

  Eigen::Index ab(Eigen::Index set) const { return 2 + set; }
  Eigen::Index ba(Eigen::Index set) const { return 2 + sets + set; }
};

/// Arrange runs y[row][block][replicate] (block 0 is A).
/// - `base_only`: of the other blocks only the first replicate is there (the rest is not looked at).
/// - `stratum`: of each row, or empty.
SwapOutputs swap_outputs(SwapScheme scheme, std::size_t sets, std::size_t replicates, bool base_only,
                         std::span<double const> y, std::span<std::uint32_t const> stratum = {});

struct SwapIndices {
  std::vector<Estimate> first, total; ///< [d] of V(m); given dependence: full first-order, independent total
  std::vector<Estimate> pair;         ///< [d(d-1)/2] (0,1), (0,2), …; azzini only, and only when asked for
  double mean = 0;
  Estimate variance;    ///< V(m): of the expectation given the inputs
  Estimate noise;       ///< E[v]: chance given the inputs; 0 without replicates
  bool defined = false; ///< V(m) lies clearly above zero (three standard errors): else indices say nothing
  std::size_t rows = 0, dropped = 0;
};

/// First-order and total indices of every set.
///
/// saltelli: `S_i = mean[(B-μ)(AB_i-A)]/V` (Saltelli et al. 2010), `ST_i = mean[(A-AB_i)²]/2V` (Jansen 1999),
/// V the pooled variance of A and B. azzini (Azzini, Mara & Rosati 2021):
/// `S_i = 2 Σ(BA_i-B)(A-AB_i)/D_i`, `ST_i = Σ[(B-BA_i)² + (A-AB_i)²]/D_i`,
/// `D_i = Σ[(A-B)² + (BA_i-AB_i)²]`; `S_ij = mean[(BA_i-μ)(AB_j-μ) - (A-μ)(B-μ)]/V - S_i - S_j` (Saltelli
/// 2002), both orders averaged. conditional (Kucherenko, Tarantola & Annoni 2012): `S_i =
/// mean[(A-μ)(BA_i-B)]/V`, ST as Jansen.
/// - Expects: at least 2 rows.
SwapIndices swap_indices(SwapOutputs const& y, IntervalRule const& rule, bool pairs = false);

/// V(Y) split: set `levers` against all other inputs against chance. What the two do together is split
/// evenly between them (Shapley's value of two players); chance has E[v], all that many replicates would
/// average away. The three sum to 1.
struct VarianceSplit {
  Estimate levers, parameters, chance;
};

/// - `levers`: the set that holds all levers and context, or d: there are none; with `all_levers` all inputs
/// are such.
VarianceSplit variance_split(SwapOutputs const& y, Eigen::Index levers, bool all_levers,
                             IntervalRule const& rule);

/// How chance itself depends on the inputs: runs of log s², the s² of each half of the replicates, two to a
/// point, in the layout of `swap_outputs`.
/// - Expects: replicates >= 4.
std::vector<double> log_noise(std::span<double const> y, std::size_t replicates);

} // namespace likvard
