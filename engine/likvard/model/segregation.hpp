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
  double isolation_others = 0;   ///< Σ (x/X)(x-1)/(n-1): of a member's unit, the member left out
  double hutchens = 0;           ///< S = 1 - Σ sqrt((x/X)(y/Y)), 0-1 (Hutchens 2001)
  double gorard = 0;             ///< GS = ½ Σ |x/X - n/N| = QD (Gorard & Taylor 2002)
};

/// The indices above, one pass, no allocation. O(K).
Segregation segregation(std::span<double const> n, std::span<double const> x);

/// Gini index Σ n_i n_j |p_i - p_j| / (2N²PQ) by sorting, O(K log K); 0-1; 0 if undefined.
double segregation_gini(std::span<double const> n, std::span<double const> x);
/// The same, `order` being scratch.
double segregation_gini(std::span<double const> n, std::span<double const> x,
                        std::vector<std::size_t>& order);

/// Atkinson's index, 1 - (P/Q) (Σ p^b (1-p)^(1-b) n/(NP))^(1/(1-b)), 0-1; asymmetric in the groups but for b
/// = 1/2, where it is 1 - (1-S)². 0 if undefined.  - Expects: 0 < b < 1. Massey & Denton 1988.
double segregation_atkinson(std::span<double const> n, std::span<double const> x, double b);

} // namespace likvard
