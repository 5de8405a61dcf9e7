#pragma once
#include "likvard/model/measure_years.hpp"
#include "likvard/model/replicate.hpp"
#include "likvard/model/years_town.hpp"

#include <span>
#include <vector>

/// One replicate over several years: the one-state model year by year, with what is carried from one to the
/// next. engine/MODEL.md, "Years and quality work".
namespace likvard {

/// What one policy carries from year to year.
struct PolicyYears {
  std::vector<double> money, need_money; ///< [S] of the year before, over b; empty in year 0
  std::vector<double> effect;            ///< [build_up × 2 S] δ of the last years, newest first
  std::vector<std::size_t> first;        ///< [S] interventions that units began with
  QualityWork quality;
  HorizonSums horizon;
};

/// Scratch of one thread.
struct YearsWorkspace {
  TownYears town;
  TrueEffects truth;
  std::vector<PolicyYears> policy;
  std::vector<double> before, use, real_money, real_need, intervention, raw, adjusted;
  Table dose; ///< [S × J]
};

/// Fill rows [T][M][measure_count]: row (t, m) holds year t's measures, and those over years 0 … t.
///
/// Year 0 is the one-state model: with turnover 1, build_up 1, no interventions and no rise of use its rows
/// are those of `simulate`, bit by bit. `work` is left as the last year has it.
/// - Expects: years.count = T >= 1; at least one policy, the first per head.
/// - Ensures: another year or policy moves no other number of the rows before.
void simulate_years(Plan const& plan, std::span<Policy const> policies, StreamKey key,
                    std::span<double const, coefficient_count> u, Wanted wanted, Workspace& work,
                    YearsWorkspace& years, std::span<double> rows);

/// Weights w[k] of the effect of money k years back, k = 0 … build_up - 1: ∝ (1 - fade)^k, summing to 1.
std::vector<double> effect_weights(Years const& years);

/// Money of the year before as bounds see it: scaled to this year's budget and, where bounds could not be met
/// by any scale (units have changed size), drawn towards per head until they can.
void money_of_before(Policy const& policy, std::span<std::uint32_t const> pupils,
                     std::span<double const> money, AllocationScratch& scratch, std::vector<double>& before);

} // namespace likvard
