#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace likvard {

/// Every measure, in the order of the rows that a replicate fills and of `measure_table`.
enum class Measure : std::size_t {
  need_share,
  dissimilarity,
  dissimilarity_by_chance,
  variance_ratio,
  eps2,
  theil_h,
  isolation,
  isolation_others,
  exposure,
  segregation_gini,
  mutual_information,
  hutchens,
  gorard,
  variance_ratio_by_chance,
  variance_ratio_z,
  score_icc,
  share_set,
  share_given,
  share_moved,
  share_moved_systematic,
  share_moved_noise,
  misallocated,
  paid_without_need,
  need_without_pay,
  money_gap,
  money_gap_linear,
  money_gap_sek,
  money_ratio,
  top_unit,
  bottom_unit,
  money_cv,
  money_gini,
  money_range_ratio,
  money_mcloone,
  money_verstegen,
  money_theil,
  money_mld,
  money_atkinson_half,
  money_atkinson_one,
  money_concentration,
  money_kakwani,
  money_elasticity,
  pupils_losing,
  pupils_gaining,
  adequacy,
  shortfall_sek,
  largest_loss_sek,
  units_bound,
  per_head_fallback,
  mean_outcome,
  gap,
  gap_between,
  gap_within,
  gap_merit,
  not_qualified,
  not_qualified_need,
  not_qualified_others,
  not_qualified_gap,
  not_qualified_ratio,
  not_qualified_erreygers,
  low_decile,
  high_decile,
  sii,
  ses_gap,
  gradient,
  gradient_r2,
  between_units,
  between_units_net,
  kolm_pollak,
  largest_unit_difference,
  gap_realised,
  not_qualified_realised,
  not_qualified_gap_realised,
  between_units_realised,
  between_units_corrected,
  largest_unit_difference_realised,
  largest_unit_difference_chance,
  undefined,
  money_change,
  money_change_large,
  largest_yearly_loss,
  horizon_losing,
  horizon_gaining,
  gap_horizon,
  gap_gain_per_krona,
  years_to_effect,
  intervention_effect,
  best_found,
  useless_kept,
  apparent_excess,
  count
};
inline constexpr std::size_t measure_count = static_cast<std::size_t>(Measure::count);

enum class Better { none, lower, higher };

/// One row of the table of measures: the single source of their order, units and texts.
struct MeasureSpec {
  std::string_view key, title, unit;
  Better better;
  std::string_view description; ///< formula or definition, range, value in degenerate cases, source
};

std::span<MeasureSpec const> measure_table();

/// Measures that need a normal distribution function per cell and policy, and those that draw pupil noise:
/// the costly ones.
bool needs_thresholds(Measure measure);
bool is_realised(Measure measure);
/// Indices of the need group's segregation.
bool is_segregation(Measure measure);
/// Those by the order of units by money, and those by the logarithm of money.
bool needs_order_of_money(Measure measure);
bool needs_log_of_money(Measure measure);
/// Those that compare with the allocation under other indices than the one seen.
bool needs_other_indices(Measure measure);
/// Those that only a study over several years has.
bool is_over_years(Measure measure);

} // namespace likvard
