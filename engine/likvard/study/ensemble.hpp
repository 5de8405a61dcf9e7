#pragma once
#include "likvard/study/municipality_row.hpp"

#include <array>
#include <cstdint>
#include <vector>

/// Synthetic municipalities whose joint distribution follows measured national figures: engine/MODEL.md §15.
namespace likvard {

/// A line in ln N with residuals sd · shape(z), z standard normal.
struct LogLine {
  double intercept = 0, slope = 0, sd = 0;
  std::vector<std::array<double, 2>> shape =
      {}; ///< [knots] z, residual in sd: linear between; empty: z itself
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
  LogLine any_independent; ///< logit of having any independent unit (sd not used)
  /// Share of pupils in independent units, where there are any: its mean by ln N (linear between the knots),
  /// how it falls with the residual of low_education's logit, and its sd.
  std::vector<std::array<double, 2>> independent_mean;
  double independent_low = 0, independent_sd = 0;
  double size_sd = 0; ///< sd of ln(pupils per unit)
  std::uint32_t smallest_unit = 10;
};

/// The laws of the stages with their sources: see the definition.
EnsembleLaw ensemble_law(Stage stage);

/// Municipality i of `count`, made from its number alone: sizes are stratified (one in each n-th of the
/// distribution), everything else is quasi-random. Its pupils are then sorted, dealt and looked at as a
/// year's statistics would: shares, ε², H and p values are of that draw.
/// - Expects: i < count.
/// - Ensures: the same numbers for the same law, seed, i and count.
MunicipalityRow synthetic_municipality(EnsembleLaw const& law, Stage stage, std::uint64_t seed,
                                       std::uint32_t i, std::uint32_t count);

} // namespace likvard
