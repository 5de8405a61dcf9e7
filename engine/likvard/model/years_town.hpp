#pragma once
#include "likvard/model/follow_up.hpp"
#include "likvard/model/replicate.hpp"
#include "likvard/model/years_population.hpp"

#include <span>
#include <vector>

/// The municipality year by year, before any policy. engine/MODEL.md, "Years and quality work".
namespace likvard {

/// Unit results of a year as statistics would show them, before any money effect; common to all policies.
struct UnitResults {
  std::vector<double> adjusted, raw, variance; ///< [S] see SeenYear
};

struct TownYears {
  YearPopulation population;
  YearScratch step;
  std::vector<Counts> earlier, past; ///< pupils before year 0, newest first; of years 0, 1, …
  UnitResults results;
  std::vector<double> first_row;
};

/// What the first year fixes for all.
struct TownFrame {
  std::vector<double> weight; ///< [S]
  Table pi;                   ///< [S × P]
  std::vector<std::uint32_t> totals;
  std::uint32_t pupils = 0, smallest_unit = 1;
};

/// Year 0 by the one-state model itself, with every draw that it makes: sizes, π, pupils, earlier cohorts.
TownFrame first_year(Plan const& plan, std::span<Policy const> policies, StreamKey key,
                     std::span<double const, coefficient_count> u, Workspace& work, TownYears& town);

/// One year on: `work` then holds the year's sizes, π and pupils.
void next_year(Plan const& plan, TownFrame const& frame, StreamKey key_of_year, Workspace& work,
               TownYears& town);

/// Indices as seen and as they are, units' levels and use of money (which persist), results before money.
void look_at_town(Plan const& plan, Coefficients const& coefficients, StreamKey key, StreamKey key_of_year,
                  Wanted wanted, Workspace& work, TownYears& town);

/// Results of the part `measured` of the pupils: a sample of the unit's pupils without replacement.
///
///     adjusted = u + shock of the year + ε̄ + the unit's own shock,   ε̄ ~ N(0, σ²/m), m = measured · n
///     raw      = adjusted + mean α of the pupils measured + γ peer + τ standing
///
/// The adjustment for background is exact: for the pupils' own and for the company they keep.
void draw_results(Plan const& plan, Coefficients const& coefficients, StreamKey key_of_year,
                  Workspace const& work, UnitResults& out);

/// What follow-up takes as known: the spread of units' levels u (at least 0.01) and of years' shocks (0.001).
KnownSpread known_spread(Outcome const& outcome);

} // namespace likvard
