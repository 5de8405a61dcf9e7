#pragma once
#include "likvard/core/moments.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// Ranking and selection: which of k alternatives has the largest mean, with as few observations as that
/// takes. Observations of one alternative are independent and close to normal (block means of a study); how
/// they are made is the caller's.
namespace likvard {

/// Observations first … first + count - 1 of one alternative.
struct SampleRequest {
  std::size_t alternative = 0, first = 0, count = 0;
};

/// Fills `out` with the observations asked for, request after request. Observation b of an alternative is the
/// same however it is asked for, so that a selection has the same bits for any number of threads.
using Sampler = std::function<void(std::span<SampleRequest const>, std::span<double> out)>;

struct SelectionOptions {
  double confidence = 0.95;
  double delta = 0;                 ///< smallest difference that matters; not used by OCBA
  std::size_t first = 16;           ///< observations of each alternative in the first stage: n0 (n1 of GSP)
  std::size_t batch = 16;           ///< taken at a time; part of what makes a run repeatable
  std::uint64_t budget = 1'000'000; ///< observations in all, at most
  std::atomic<bool> const* stop = nullptr;
  /// After each batch: observations so far, alternatives still in play.
  std::function<void(std::uint64_t used, std::size_t left)> on_progress;
};

enum class SelectionEnd { decided, budget, interrupted };

struct Selection {
  std::size_t best = 0; ///< the chosen, or what looks best so far
  SelectionEnd end = SelectionEnd::budget;
  /// Decided: what the procedure promises (KN, Rinott, GSP) or what its samples speak for (OCBA); else 0.
  double probability = 0;
  std::vector<Moments> sample;    ///< [k] what the procedure used
  std::vector<std::uint64_t> out; ///< [k] observations of it when it fell out; 0 = it stayed to the end
  std::uint64_t used = 0;         ///< observations made
};

/// KN (Kim & Nelson 2001, ACM TOMACS 11(3), 251-273): fully sequential, for alternatives that share their
/// luck or do not.
///
///     h² = 2 η (n0 - 1),  S²_il = variance of X_i - X_l over the first n0
///     i stays while X̄_i(r) >= X̄_l(r) - W_il(r) for all l alive,  W_il(r) = max(0, (δ/2r)(h² S²_il/δ² - r))
///
/// - Promise: the best is chosen with probability >= confidence whenever it is better than all others by δ or
/// more
///   (and one within δ of the best with nearly that probability otherwise).
/// - Expects: two alternatives at least, delta > 0, first >= 2.
Selection select_kn(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options);

/// Rinott 1978: two stages, independent alternatives: n0 of each, then max(n0, ⌈(h S_i/δ)²⌉).
/// - Promise and expectations as of KN; first >= 5.
Selection select_rinott(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options);

/// Good selection procedure (Ni, Ciocan, Henderson & Hunter 2017, Operations Research 65(3), 821-836),
/// independent alternatives, for very many of them: n1 of each; `gsp_rounds` rounds of batches in proportion
/// to the first stage's standard deviations, each followed by a screening of all pairs
///
///     i falls out if t_ij (X̄_i - X̄_j) < -η √((n1-1) t_ij(last)),   t_ij = 1/(S²_i/n_i + S²_j/n_j)
///
/// and Rinott's second stage for those that are left; half the allowed error goes to each.
/// - Promise: the chosen is within δ of the best with probability >= confidence. Expectations as of
///   KN; first >= 5.
Selection select_gsp(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options);
inline constexpr std::size_t gsp_rounds = 10;

/// Optimal computing budget allocation (Chen, Lin, Yücesan & Chick 2000), independent alternatives: every
/// batch goes where it makes the choice surest,
///
///     N_i/N_j = (s_i/d_bi)² / (s_j/d_bj)²,   N_b = s_b √(Σ_{i≠b} N_i²/s_i²),
///
/// until 1 - Σ_{i≠b} Φ(-(d_bi + δ)/√(s²_b/N_b + s²_i/N_i)) reaches the confidence (δ = 0: the best itself) or
/// the budget ends. An approximation, not a promise: looking at it again and again makes it a little too
/// sure.
Selection select_ocba(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options);

/// Where OCBA would have the next `count` observations: [k], summing to count.
std::vector<std::size_t> ocba_shares(std::span<Moments const> sample, std::size_t count);

} // namespace likvard
