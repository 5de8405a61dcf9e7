#pragma once
#include "likvard/model/parameters.hpp"

#include <limits>
#include <span>
#include <string>
#include <vector>

/// One municipality as a row of a national table: what statistics show of it, and what a scenario makes it
/// from.
namespace likvard {

inline constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

/// Of one group of pupils over the municipality's units; NaN where it is not known.
struct MarkerRow {
  double units = 0;                 ///< with 10 pupils or more and a share: what indices are of
  double share = not_known;         ///< of pupils, 0-1
  double dissimilarity = not_known; ///< D, 0-1
  double eps2 = not_known;          ///< ε² as a year's statistics show it: V free of chance; may be below 0
  double theil_h = not_known;       ///< H, 0-1
  double p_value = not_known;       ///< of (N-1)V against χ² with K-1 degrees of freedom: could it be chance?
  double systematic = 0;            ///< ε² that a scenario aims at: at least 0, within what sorting can reach
};

struct MunicipalityRow {
  std::string code, name;
  std::string group; ///< kind of municipality (SKR's grouping); "" where it is not known
  std::string size;  ///< class by pupils, size_class()
  Stage stage = Stage::grundskola;
  double pupils = 0, units = 0;
  double size_sd = 0;                    ///< sd of ln(pupils per unit); 0 with one unit
  double independent_share = not_known;  ///< of pupils, in independent units, 0-1
  double marker_correlation = not_known; ///< of the two shares over units, pupil-weighted
  double not_qualified = 0;              ///< expected share of pupils, typical_not_qualified()
  double suppressed = 0; ///< shares of units that were set to the middle of what suppression allows
  MarkerRow low_education, foreign;
};

/// Where a table comes from: shown wherever its numbers are.
struct MunicipalityTable {
  std::string source;
  std::vector<MunicipalityRow> rows;
};

/// "under 500", "500-1,000", …, "over 15,000" school pupils. Children in preschools count 2.26 each
/// (.106 pupils and .047 children an inhabitant): the class is the municipality's, whatever the stage.
std::string size_class(double pupils, Stage stage);

/// Expected share not qualified of a municipality: .008 + .312 low + .085 foreign (regression over
/// municipalities, Kolada 2010-2024, our computation), between .02 and .6. An unknown share counts as the
/// nation's.
double typical_not_qualified(double low_education, double foreign);

/// What statistics show of a group: n pupils, x of them in the group, by unit; units below 10 pupils are left
/// out, as their shares are not published. `systematic` is left at max(0, ε²).
MarkerRow marker_row(std::span<double const> n, std::span<double const> x);

/// Members of a group in a unit of n pupils as statistics let them be known: fewer than ten are hidden, and
/// stand for the middle of what that allows, min(5, n/2).
double as_published(double members, double n);

/// Pupil-weighted correlation of two shares over units; NaN with fewer than two units or no variation.
double share_correlation(std::span<double const> n, std::span<double const> x, std::span<double const> y);

/// sd of ln n over units (n - 1 in the denominator); 0 with one unit.
double log_size_sd(std::span<double const> n);

/// The municipality of a row as `[[points]]` sees it: two binary register variables with loading .55, ranked
/// on both groups.
Parameters row_parameters(MunicipalityRow const& row);

/// Change the two systematic ε² as little as it takes for sorting by rank to reach both at once in units of
/// these sizes. Markers go together in pupils, so one cannot be spread quite evenly while the other is not:
/// the smaller is raised by fortieths of the larger, up to the half of it; where that does not help both are
/// lowered by tenths. Most rows are left as they are.
void settle_targets(MunicipalityRow& row);

} // namespace likvard
