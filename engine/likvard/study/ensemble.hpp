#pragma once
#include "likvard/study/municipality_row.hpp"

#include <array>
#include <cstdint>
#include <vector>

/// Synthetic municipalities whose joint distribution follows measured national figures: engine/MODEL.md §15.
namespace likvard {

/// A line in ln N with normal residuals.
struct LogLine {
  double intercept = 0, slope = 0, sd = 0;
};

/// How municipalities of one stage are drawn. All regressions are on ln N, N the municipality's *school*
/// pupils in grades 1-9 whatever the stage.
struct EnsembleLaw {
  std::vector<std::array<double, 2>>
      pupils;                     ///< [knots] level of the quantile, pupils (children): ln-linear between
  double school_pupils = 1;       ///< school pupils per pupil (child) of the stage
  LogLine units;                  ///< ln K
  LogLine low_education, foreign; ///< logit of the share
  LogLine low_unevenness, foreign_unevenness; ///< sqrt of the systematic ε²; below 0 it is 0
  double low_most = 1, foreign_most = 1;      ///< largest ε² drawn
  double unevenness_factor = 1;               ///< ε² of the stage over that of schools
  /// Correlations of the residuals above: units, low_education, foreign, low_unevenness, foreign_unevenness.
  std::array<std::array<double, 5>, 5> correlation{};
  LogLine any_independent;   ///< logit of having any independent unit (sd not used)
  LogLine independent_share; ///< of pupils, where there is any
  double size_sd = 0;        ///< sd of ln(pupils per unit)
  std::uint32_t smallest_unit = 10;
};

/// The laws of the stages with their sources: see the definition.
EnsembleLaw ensemble_law(Stage stage);

/// Municipality i of `count`, made from its number alone: sizes are stratified (one in each n-th of the
/// distribution), everything else is drawn. Its pupils are then sorted, dealt and looked at as a year's
/// statistics would: shares, ε², H and p values are of that draw.
/// - Expects: i < count.
/// - Ensures: the same numbers for the same law, seed, i and count.
MunicipalityRow synthetic_municipality(EnsembleLaw const& law, Stage stage, std::uint64_t seed,
                                       std::uint32_t i, std::uint32_t count);

} // namespace likvard
