#pragma once
#include <span>

/// A gap between two groups over a nation of municipalities, split into what lies within and between them.
namespace likvard {

/// One municipality's pupils and shares not qualified (0-1).
struct GroupRates {
  double need = 0, others = 0;           ///< pupils
  double need_rate = 0, others_rate = 0; ///< of them not qualified
};

struct GapParts {
  double total = 0;   ///< Σ need·rate/Σ need - Σ others·rate/Σ others
  double within = 0;  ///< Σ (need_m/Σ need) (need_rate_m - others_rate_m)
  double between = 0; ///< total - within: where the groups live
};
GapParts gap_parts(std::span<GroupRates const> municipalities);

/// One municipality's money: pupils, money per pupil over the national mean (any scale), Theil's T within.
struct MoneyShare {
  double pupils = 0, money = 1, theil = 0;
};
struct TheilParts {
  double total = 0, within = 0, between = 0;
};
/// T = Σ s_m T_m + Σ s_m ln(money_m/mean), s_m the municipality's share of all money (Theil 1967).
TheilParts theil_parts(std::span<MoneyShare const> municipalities);

} // namespace likvard
