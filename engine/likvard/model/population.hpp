#pragma once
#include "likvard/model/parameters.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Who the pupils are: background profiles and how often each occurs. engine/MODEL.md §1.
namespace likvard {

/// The cross product of the register variables, first variable slowest. All arrays have length P.
struct Profiles {
  std::vector<std::vector<std::uint8_t>> level; ///< [V][P] level of variable v in profile p
  std::vector<double> share;                    ///< π[p], sums to 1
  std::vector<double> risk;                     ///< probability of not reaching the goals
  std::vector<double> probit;                   ///< Φ⁻¹(risk)
  std::vector<double> score; ///< a[p]: socioeconomic score, mean 0, sd 1 over pupils (0 if all alike)
  std::vector<double> rank;  ///< ridit by score, neediest first, ties share the mid-rank; mean 1/2
  std::vector<std::vector<std::uint8_t>> in_group; ///< [groups][P]
  std::vector<std::uint8_t> needy;                 ///< in the need group
  std::size_t size() const { return share.size(); }
};

/// Number of profiles of a background.
std::size_t profile_count(Background const& background);

/// Profiles with their shares and risks.
///
///     z_v = l_v F + sqrt(1 - l_v²) e_v,   F, e_v ~ N(0, 1);   variable v is in level j where z_v falls
///     risk[p] = logistic(b + Σ_v log_odds[v][level]),   b solved so that Σ π risk = not_qualified
///
/// The one-factor Gaussian copula gives the joint table; iterative proportional fitting then makes the
/// margins exact. A user's `joint` replaces both.
Profiles make_profiles(Background const& background, double not_qualified);

/// Iterative proportional fitting of `table` [P] to margins of some variables: `margins[v]` empty = free.
/// - Ensures: margins met within 1e-12, odds ratios of the seed kept. Zero cells stay zero.
void fit_margins(Profiles const& profiles, std::span<std::vector<double> const> margins,
                 std::span<double> table);

/// Sizes of S units that sum exactly to `pupils`: the shares `weight` (any scale) rounded by largest
/// remainder, none below `smallest`.  - Expects: smallest · S <= pupils.
std::vector<std::uint32_t> split_pupils(std::uint32_t pupils, std::span<double const> weight,
                                        std::uint32_t smallest);
struct SplitScratch {
  std::vector<std::uint8_t> at_minimum;
  std::vector<double> rest;
  std::vector<std::uint32_t> part;
  std::vector<std::size_t> open, order;
};
/// The same into `size`, without allocating once the scratch has grown.
void split_pupils(std::uint32_t pupils, std::span<double const> weight, std::uint32_t smallest,
                  SplitScratch& scratch, std::vector<std::uint32_t>& size);

/// Relative sizes at the quantiles (s + 1/2)/S of a log-normal with sd `log_sd`: a typical municipality.
std::vector<double> typical_sizes(std::uint32_t units, double log_sd);

/// Round non-negative reals to integers with the same (given) sum, by largest remainder; ties to the first.
void round_to_sum(std::span<double const> values, std::uint32_t sum, std::span<std::uint32_t> out);
/// The same, `order` being scratch.
void round_to_sum(std::span<double const> values, std::uint32_t sum, std::vector<std::size_t>& order,
                  std::span<std::uint32_t> out);

} // namespace likvard
