#pragma once
#include <cstddef>

/// Constants of ranking and selection procedures; those that are integrals to about nine digits.
namespace likvard {

/// η of KN: ½ ((2α/(k-1))^(-2/(n0-1)) - 1). Kim & Nelson 2001, ACM TOMACS 11(3), with c = 1.
/// - Expects: 0 < alpha < 1, k >= 2, n0 >= 2.
double kn_eta(double alpha, std::size_t k, std::size_t n0);

/// η of GSP: E[2 Φ(-η √R)] = 1 - (1-α)^(1/(k-1)), R the smaller of two independent χ² of n1 - 1 degrees of
/// freedom. Ni, Ciocan, Henderson & Hunter 2017, Operations Research 65(3), eq. (1).
/// - Expects: 0 < alpha < 1, k >= 2, n1 >= 5 (with fewer the law's tail is too long).
double gsp_eta(double alpha, std::size_t k, std::size_t n1);

/// Rinott's h: P(Z_i <= h √((n0-1)(1/X_i + 1/X_0))^-1 for all k - 1 others) = p, with X independent χ² of n0
/// - 1 degrees of freedom:
///
///     ∫ [∫ Φ(h / √((n0-1)(1/x + 1/y))) f(x) dx]^(k-1) f(y) dy = p
///
/// Rinott 1978, Communications in Statistics A7(8).
/// - Expects: 0 < p < 1, k >= 2, n0 >= 5.
double rinott_h(double p, std::size_t k, std::size_t n0);

} // namespace likvard
