#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Two-group segregation indices of units with n[s] pupils of whom x[s] belong to the group.
///
/// Notation: K units, N = Σn, X = Σx, P = X/N, Q = 1 - P, p = x/n. Units without pupils are left out.
/// One unit, or one group only, has no unevenness: every index is 0 and `defined` is false (isolation
/// and exposure keep their plain meaning); never NaN.
namespace likvard {

struct Segregation {
  bool defined = false;
  std::size_t units = 0;        ///< K
  double pupils = 0, share = 0; ///< N, P
  double dissimilarity = 0;     ///< D = Σ n|p - P| / (2NPQ), 0-1 (Duncan & Duncan 1955)
  double variance_ratio = 0;    ///< V = Σ n(p - P)²/(NPQ), 0-1 (Coleman; correlation ratio)
  double eps2 = 0;    ///< 1 - (1-V)(N-1)/(N-K): V free of small-number bias, mean 0 by chance; 0 if N = K
  double theil_h = 0; ///< H = M/E, 0-1 (Theil & Finizza 1971)
  double mutual_information = 0; ///< M = Σ (n/N)(E - E_s), nats
  double isolation = 0;          ///< Σ (x/X) p
  double exposure = 0;           ///< Σ (x/X)(1 - p)
};

/// The indices above, one pass, no allocation. O(K).
Segregation segregation(std::span<double const> n, std::span<double const> x);

/// Gini index Σ n_i n_j |p_i - p_j| / (2N²PQ) by sorting, O(K log K); 0-1; 0 if undefined.
double segregation_gini(std::span<double const> n, std::span<double const> x);

/// E[D] when the X members are dealt at random to the N places: Σ_s E|x_s - n_s P| / (2NPQ), x_s
/// hypergeometric.
///
///     E|x - nP| = 2ν (N - X - n + ν)/N · P(x = ν),   ν = floor(nX/N) + 1          (De Moivre's closed form)
///
/// Members estimated from rounded shares need not be whole: the law takes them to the nearest pupil, P as it
/// is. 0 if undefined.
double expected_dissimilarity(std::span<double const> n, double members);

/// E[V] = (K-1)/(N-1) under random allocation, whatever P and the sizes.
double expected_variance_ratio(std::size_t units, double pupils);

/// Standard deviation of V under random allocation (Haldane 1940: variance of χ², V = χ²/N). 0 if N <= 3.
double variance_ratio_sd(std::span<double const> n, double members);

/// The largest V that units of these sizes allow with so many members; below 1 when no set of units holds
/// them exactly (two units of equal size, P = 0.1: 0.11). 0 if undefined.
///
/// V is convex in x, so its maximum lies where every unit but one is full or empty. Counts are rounded to
/// whole pupils. O(K·X/64); times the number of distinct sizes where it is below 1.
double largest_variance_ratio(std::span<double const> n, double members);

} // namespace likvard
