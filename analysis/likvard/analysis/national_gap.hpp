#pragma once
#include <span>

/// Inequality over a nation of municipalities, split into what lies within and between them: a gap between
/// two groups, a variance, Theil's T.
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

/// One group of a nation: its weight (pupils), its mean of something per pupil (any scale, above 0 for
/// Theil), and the variance and Theil's T of that within it.
struct EquityGroup {
  double weight = 0, mean = 1, variance = 0, theil = 0;
};
/// Inequality over a nation, what lies within its groups and what between them; total = within + between.
struct EquityParts {
  double mean = 0;
  double variance_within = 0;  ///< Σ (w/W) v
  double variance_between = 0; ///< Σ (w/W) (m - M)²
  double theil_within = 0;     ///< Σ (w m/(W M)) T
  double theil_between = 0;    ///< Σ (w m/(W M)) ln(m/M); Theil 1967, ch. 4; Shorrocks 1980
};
/// Groups without weight count for nothing; all zero when no group has weight or the mean is not above 0.
/// - Expects: weights of at least 0.
EquityParts equity_parts(std::span<EquityGroup const> groups);

} // namespace likvard
