#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// How many pupils lie below a threshold when their group's mean moves, as a smooth function of the move: a
/// policy enters a unit's group by one number, so the function is tabulated once and read for every policy.
namespace likvard {

/// The municipality's cells in an order that vectors like: [P][stride], stride the units rounded up to whole
/// vectors.
struct Cells {
  std::size_t units = 0, stride = 0, profiles = 0;
  std::vector<double> pupils, mean; ///< [P × stride] n and μ; 0 beyond the last unit
  std::vector<std::uint8_t> needy;  ///< [P]
};

/// For row r = 2 s + g (unit, group) and weights w (pupils, or pupils times a weight of the profile):
///
///     H_r(δ) = Σ_{p in g} w[s,p] Φ((t - μ[s,p] - δ)/σ)
///
/// as Taylor's series of 14 terms about nodes at whole multiples of σ/2, by Hermite's polynomials (the k-th
/// derivative of Φ is
/// (-1)^(k-1) He_{k-1} φ). The remainder at a quarter of σ is below 0.25^14 sqrt(13!)/14! = 4e-15 of the
/// pupils (Cramér's bound on Hermite functions). Nodes are made when a policy first needs one; what a policy
/// reads does not depend on which others there are.
struct SmoothCounts {
  static constexpr int reach = 64; ///< nodes on each side: beyond 32 σ Φ is 0 or 1
  static constexpr std::size_t terms = 14;

  double threshold = 0, sigma = 1; ///< t and σ
  Cells const* cells = nullptr;
  std::array<std::vector<std::uint32_t>, 2> of_group; ///< its profiles
  std::vector<double> by_profile;                     ///< [P] weights of the second sum; empty = none
  std::vector<std::int32_t>
      slot; ///< [2 S × (2 reach + 1)] where the node's coefficients begin, -1 = not made
  /// Coefficients of H and, if asked for, of its derivative and of H under the second weights: eight nodes
  /// side by side, the k-th of each standing 8 k further on.
  std::vector<double> count, slope, weighted;
  std::size_t slots = 0; ///< taken, a multiple of 8
  bool with_slope = false;
  std::vector<std::uint32_t> used, todo; ///< row · 256 + node + reach
  std::vector<double> moves, by_lane;    ///< scratch of one policy
};

/// Tabulate about δ = 0; `with_slope` for quantiles_of_all. `by_profile` [P] asks for a second sum with
/// weights n[s,p] by_profile[p]; may be empty.
/// - Expects: σ > 0; `cells` outlives the table.
void tabulate_counts(Cells const& cells, double threshold, double sigma, std::span<double const> by_profile,
                     bool with_slope, SmoothCounts& table);

/// below[g · stride + m] = Σ_s H_{2s+g}(scale · effect[2 s + g, m]), and `along` [stride] the second sum over
/// both groups.
/// - Shapes: effect [2 S × stride], stride a multiple of 8; lanes beyond the policies hold any finite
/// numbers.
void count_all_below(SmoothCounts& table, double scale, std::span<double const> effect, std::size_t stride,
                     std::size_t policies, std::span<double> below, std::span<double> along);

/// The value below which lies the part p of all pupils, for every policy: F_m(q) = Σ_r H_r(δ[r,m] - (q - t))
/// = p N, by Newton's method from where the series about t, to the fourth power, has it. out[m] = NaN where
/// that did not settle.
void quantiles_of_all(SmoothCounts& table, double threshold, double p, double pupils,
                      std::span<double const> effect, std::size_t stride, std::size_t policies,
                      std::span<double> out);

/// Values near the first and the last decile of Σ w Φ((t - μ)/σ): from mean and standard deviation, then a
/// step of Newton's.
std::array<double, 2> near_deciles(Cells const& cells, double sigma);

} // namespace likvard
