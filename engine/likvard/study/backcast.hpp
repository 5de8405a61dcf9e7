#pragma once
#include "likvard/study/municipality_row.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// From the units of one year to what another year may look like: composition drifts, sizes change, units
/// open and close. Held against what happened. engine/MODEL.md §15.
namespace likvard {

/// One municipality's units in one year. Shares are NaN where the register does not say.
struct TownUnits {
  std::string code, name;
  std::vector<double> pupils, low_education, foreign; ///< [K]
};

struct TownYear {
  std::string year; ///< "2012/13"
  double time = 0;  ///< calendar year of its autumn
  std::vector<TownUnits> towns;
};

/// How units move. Skolverket units 2009/10-2023/24, our computation: the change of a unit's share has sd
/// .033, .045, .054, .067, .084 (low education) and .033, .046, .057, .075, .098 (foreign background) over 1,
/// 2, 3, 5 and 10 years; of ln size .155, .256, .304 over 1, 3 and 5. Each is v(h) = most (1 -
/// exp(-h/scale)).
struct UnitDynamics {
  double low_most = 0.0105, low_scale = 8.95;         ///< variance of the change of the share
  double foreign_most = 0.0195, foreign_scale = 14.8; ///< the same
  double size_most = 0.185, size_scale = 7.2;         ///< of ln size
  double closing = 0.04, opening = 0.035;             ///< chance a year, of the units there are
};

/// What the model says of one municipality: mean and quantiles over replicates, and what happened (NaN: not
/// known).
struct BackcastRow {
  std::string name;
  double mean = 0, p5 = 0, p25 = 0, p75 = 0, p95 = 0, happened = 0;
};
struct BackcastFigure {
  std::string year, figure;
  std::vector<BackcastRow> rows;       ///< municipalities of both years where the figure is known
  double within_50 = 0, within_90 = 0; ///< share of them inside the model's 50 and 90 % intervals
  double mean_expected = 0, mean_happened = 0;
  double sd_expected = 0, sd_happened = 0; ///< over municipalities; expected: mean over replicates of that sd
};

/// From `years[0]` to every later one, `replicates` times.
///
/// Taken as given: municipalities' mean change of each share's logit and the nation's change of pupils (one
/// number a year each), and how differently municipalities' shares moved between the first two years (sd of
/// the change of the logit, in sample; it grows with the root of time beyond). Within a municipality a unit's
/// distance d from its mean is
///     d(h) = r d(0) + sqrt(1 - r²) s z,   r = 1 - v(h)/(2 s²), at least 0,
/// s² the pupil-weighted variance of the first year's shares, at least what chance gives: unevenness is
/// expected to stay as it was, and what is tested is how far it wanders. Closed units' pupils go to the
/// others; new ones are as large as one drawn among the others, with a share from the municipality's own
/// spread.
/// - Expects: two years at least, in order.
/// - Ensures: the same numbers for any number of threads.
std::vector<BackcastFigure> backcast(std::vector<TownYear> const& years, UnitDynamics const& dynamics,
                                     std::uint64_t seed, std::uint32_t replicates);

} // namespace likvard
