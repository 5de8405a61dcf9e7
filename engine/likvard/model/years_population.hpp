#pragma once
#include "likvard/core/random.hpp"
#include "likvard/model/sampling.hpp"
#include "likvard/model/years_parameters.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Who is in which unit from year to year. engine/MODEL.md, "Years and quality work".
namespace likvard {

/// The key of year t's draws: the study's own in year 0, one of its own in every other. A year more moves no
/// draw of the years before; draws that persist (a unit's level, its use of money) keep the study's key.
StreamKey year_key(StreamKey key, std::uint32_t year);
/// The year before year 0; those before it count on from here.
inline constexpr std::uint32_t year_before_first = 1U << 20U;

/// The municipality in one year.
struct YearPopulation {
  std::vector<std::uint32_t> sizes; ///< [S]
  std::vector<double> weight;       ///< [S] sizes over their sum
  Table pi;                         ///< [S × P] whom entrants are drawn from
  Counts n;                         ///< [S × P]
  std::vector<double> drift;        ///< [S] d: log-odds of entrants per sd of score, against year 0
  std::vector<double> growth;       ///< [S] change of ln(size) against year 0
};

/// What stays the same over the years.
struct YearFrame {
  std::span<double const> first_weight;  ///< [S] of year 0
  Table const* first_pi = nullptr;       ///< [S × P] of year 0
  std::span<double const> share, score;  ///< [P] of the municipality's profiles
  std::span<std::uint32_t const> totals; ///< [P] pupils by profile; empty = a sample each year
  std::uint32_t pupils = 0, smallest_unit = 1;
};

struct YearScratch {
  SamplingScratch sampling;
  Counts entrants;
  std::vector<std::uint32_t> places, totals;
};

/// Pupils of a unit who stay: each with chance 1 - turnover; then, where more stay than there are places,
/// pupils leave at random until they fit.
/// - `kept` is [S × P] and holds the pupils of the year before; overwritten with those who stay.
void keep_pupils(double turnover, std::span<std::uint32_t const> sizes, StreamKey key, Counts& kept);

/// One year on, in place.
///
///     d ← ρ d + N(0, drift_sd²);   π[s,p] ∝ π₀[s,p] exp(d_s a[p]), margins restored
///     g ← ρ g + N(0, size_sd²) + response · result_s;   sizes ∝ w₀ exp(g), summing to N
///     n ← those who stay + entrants drawn from π, totals by profile kept when they are fixed
///
/// `result` [S] is by how many SD the unit's published results stood out last year (empty: families do not
/// look at them). With turnover 1 and nothing else moving, every year is a new draw of the same law.
/// - Expects: a smallest_unit that year 0 has; N pupils in all units together.
void next_population(Years const& years, YearFrame const& frame, std::span<double const> result,
                     StreamKey key, YearScratch& scratch, YearPopulation& population);

/// Earlier pupils: the chain run backwards from `n` at constant sizes and π (it is reversible there).
/// `out[c - 1]` is c years before.
void earlier_populations(Years const& years, YearFrame const& frame, YearPopulation const& first,
                         std::uint32_t count, StreamKey key, YearScratch& scratch, std::vector<Counts>& out);

} // namespace likvard
