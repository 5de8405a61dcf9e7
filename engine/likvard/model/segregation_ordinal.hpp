#pragma once
#include "likvard/model/table.hpp"

/// Segregation by an ordered background (income, parents' education in levels): how much less the units' own
/// distributions vary than the whole. Categories run from low to high; counts n[k,j] of K units and J
/// categories.
namespace likvard {

/// Λ = 1 - Σ_k w_k Σ_j f(c_kj) / Σ_j f(c_j) over the cumulative shares c of j = 1 … J-1, w_k = n_k/N. All
/// 0-1; 0 with one unit or where everybody is in one category. `variation` is the mean of V at the
/// thresholds, weighted by c(1-c): its expectation by chance is (K-1)/(N-1), also with every pupil a category
/// of its own. Reardon 2009.
struct OrdinalSegregation {
  double information = 0; ///< f = -c log₂ c - (1-c) log₂(1-c)
  double variation = 0;   ///< f = 4c(1-c)
  double square_root = 0; ///< f = 2 sqrt(c(1-c))
  double absolute = 0;    ///< f = 1 - |2c-1|
};
OrdinalSegregation segregation_ordinal(Table const& n);

/// Rank-order indices: the two-group index at the p-th percentile, averaged over p with weights E(p) or
/// p(1-p). Published estimator: a least-squares polynomial of the given degree through the J-1 thresholds
/// (lower when there are fewer), integrated in closed form. Reardon 2011. 0 where not defined.
struct RankOrderSegregation {
  double information = 0; ///< H^R
  double variation = 0;   ///< R^R, of the variance ratio
  double square_root = 0; ///< S^R, of Hutchens' index
};
RankOrderSegregation segregation_rank_order(Table const& n, int degree = 4);

} // namespace likvard
