#pragma once
#include "likvard/study/municipality_row.hpp"

#include <array>
#include <string>
#include <vector>

/// How a nation's units change from one year to another, estimated from both. engine/MODEL.md §15.
namespace likvard {

/// One municipality's units in one year. Shares are NaN where the register does not say.
struct TownUnits {
  std::string code, name;
  std::vector<double> pupils, low_education, foreign; ///< [K]
  std::vector<std::string> unit = {};                 ///< [K] unit codes; empty: not known
};

struct TownYear {
  std::string year; ///< "2012/13"
  double time = 0;  ///< calendar year of its autumn
  std::vector<TownUnits> towns;
};

/// Angle of a share: 2 asin √p, in which a share of n pupils by chance has variance 1/n whatever it is
/// (Fisher 1922); 0 to π.
double share_angle(double p);
double angle_share(double angle); ///< angles beyond 0 or π count as these

/// One marker's shares of a municipality as angles: their pupil-weighted mean, their variance about it, and
/// the part of that variance that is not chance, 1 - (K-1)/(N variance), at least 0.
struct TownAngles {
  double mean = not_known, variance = 0, reliability = 0;
};
TownAngles town_angles(TownUnits const& town, std::vector<double> const& share);

/// Of one marker, distances e of a unit's angle from the municipality's mean angle:
///     e(later) = r_m q e + √(a + b (1+q)/n) z,   r_m ~ N(keep, keep_sd²) one a municipality, q its
///     reliability:
/// what chance put into e does not last (errors in variables). Of n pupils dealt anew chance has variance
/// 1/n, and what e leaves open of the true distance has q/n (both normal): b is 1 where nothing else depends
/// on size.
struct MarkerDynamics {
  double keep = 1, keep_sd = 0;
  double level = 0, by_size = 0; ///< a; b
  std::vector<double> residual;  ///< z, mean 0 and variance 1; empty: normal
  double new_mean = 0,
         new_ratio = 1; ///< of new units: mean of e, and their variance over that of the municipality
  double town_sd = 0;   ///< of a municipality's change of the mean angle about the nation's
};

/// Classes of ln size less the municipality's mean, below each: changes of size differ between them.
inline constexpr std::array<double, 3> size_class_bounds{-1, -0.3, 0.3};

struct UnitDynamics {
  std::string estimated_on;        ///< the two school years
  double span = 1;                 ///< years between them
  double closing = 0, opening = 0; ///< share of the first year's units that are gone; new ones over them
  double closing_icc = 0,
         opening_icc = 0; ///< correlation of that between units of a municipality: they come together
  double closing_tilt =
      0; ///< how much less likely, in log odds, per unit of ln size above the municipality's mean
  std::array<std::vector<double>, size_class_bounds.size() + 1> size_change; ///< changes of ln size, by class
  std::vector<double> new_size; ///< ln size of new units less the mean of the others
  MarkerDynamics low, foreign;
};

/// Moments of every unit that is in both years (by its code) and of those in one of them. A share that rests
/// on fewer than ten pupils counted is not used.
/// - Expects: `to` later than `from`, units with codes.
/// - Ensures: variances and correlations of at least 0.
UnitDynamics estimate_dynamics(TownYear const& from, TownYear const& to);

} // namespace likvard
