#pragma once
#include "likvard/model/follow_up.hpp"
#include "likvard/model/measure_money.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Measures over the years so far, for one policy; formulas in the table of measures.
namespace likvard {

/// What is carried from year to year.
struct HorizonSums {
  double years = 0, pupils = 0;                   ///< pupils × years
  double change = 0, large = 0, largest_loss = 0; ///< of money per pupil between years
  double gap = 0, need_money_sek = 0;             ///< sums over years; need money per pupil
  std::vector<double> money, before;              ///< [S] sum over years; of the year before
  std::vector<double> gain;                       ///< [years] reduction of the gap against per head
};

/// Start anew for units [S].
void begin_horizon(std::size_t units, HorizonSums& sums);

/// Take in a year and fill the row's measures over the years so far.
/// - `gap_per_head` is that of the reference this year; `row` holds the year's other measures.
/// - The first year compares with per head.
void measure_horizon(std::span<std::uint32_t const> pupils, std::span<double const> money,
                     double gap_per_head, double budget_per_pupil_sek, HorizonSums& sums, Row row);

/// Measures of quality work, after the year's follow-up. `effect` [S] is the true effect of the year;
/// `first` [S] what units began with. Rows stay 0 where nobody has money for an intervention.
void measure_quality(FollowUp const& follow_up, bool decided, std::span<std::uint32_t const> pupils,
                     TrueEffects const& truth, Table const& dose, std::span<double const> effect,
                     std::span<std::size_t const> first, QualityWork const& work, Row row);

} // namespace likvard
