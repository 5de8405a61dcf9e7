#pragma once
#include <cstddef>
#include <span>

/// What indices are when chance alone deals pupils to units: all margins fixed (sizes n_k, members X_g),
/// every allocation equally likely, so x[k,g] is hypergeometric. Fractional margins are taken to the nearest
/// pupil.
namespace likvard {

/// E[D] = Σ_s E|x_s - n_s P| / (2NPQ), by De Moivre's closed form of the mean deviation:
///
///     E|x - nP| = 2ν (N - X - n + ν)/N · P(x = ν),   ν = floor(nX/N) + 1
///
/// Members estimated from rounded shares need not be whole: the law takes them to the nearest pupil, P as it
/// is. 0 if undefined.
double expected_dissimilarity(std::span<double const> n, double members);

/// The multigroup D: Σ_g Σ_k E|x_kg - n_k P_g| / (2NI).
double expected_dissimilarity(std::span<double const> n, std::span<double const> groups);

/// The same for units of n pupils of whom each is a member with probability P, whatever the others are (only
/// sizes fixed): 2ν Q P(x = ν) / (2nPQ), ν = floor(nP) + 1, x binomial. Winship 1977.  - Expects: n >= 1, 0 <
/// P < 1.
double expected_dissimilarity_binomial(double n, double share);

/// E[V] = E[R] = E[C] = E[Pn] = (K-1)/(N-1) under random allocation, whatever P and the sizes.
double expected_variance_ratio(std::size_t units, double pupils);

/// Standard deviation of V, and of C for more groups, under random allocation (Haldane 1940: variance of χ²,
/// V = χ²/N, C = χ²/(N(G-1))). 0 if N <= 3.
double variance_ratio_sd(std::span<double const> n, double members);
double squared_cv_sd(std::span<double const> n, std::span<double const> groups);

/// E[M] = Σ_k Σ_g E[(x/N) ln(xN/(n_k X_g))], nats: the expected mutual information of Vinh, Epps & Bailey
/// 2010. O(Σ over different sizes and groups of the law's width).  E[H] is that over the entropy.
double expected_mutual_information(std::span<double const> n, std::span<double const> groups);

/// E[S] of Hutchens' index: 1 - Σ_k E sqrt(x(n_k-x)) / sqrt(X(N-X)).
double expected_hutchens(std::span<double const> n, double members);

/// E[xPx] = P + Q (K-1)/(N-1); leave-one-out isolation: (X-1)/(N-1), whatever the sizes.
double expected_isolation(std::size_t units, double pupils, double members);

/// The largest that D, V and H can be: units of these sizes with so many members. All are convex in x, so
/// their maximum lies where every unit but one is full or empty. Below 1 when no set of units holds the
/// members exactly (two units of equal size, P = 0.1: V 0.11). Counts are rounded to whole pupils. All 0 if
/// undefined. O(K·X/64); times the number of distinct sizes where they are below 1.
struct LargestSegregation {
  double dissimilarity = 0, variance_ratio = 0, theil_h = 0;
};
LargestSegregation largest_segregation(std::span<double const> n, double members);

} // namespace likvard
