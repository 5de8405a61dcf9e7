#pragma once
#include "likvard/study/values.hpp"

#include <vector>

/// From the moments of a point's replicates to the numbers of a result.
namespace likvard {

/// Indices of the measures that a scenario keeps.
std::vector<std::size_t> kept_measures(Scenario const& scenario);
Shape shape_of(Scenario const& scenario);
/// Does the policy set a share itself, or (false) does its rate make one?  [M], true = the rate makes it.
std::vector<bool> shares_from_rates(Scenario const& scenario);

/// A result with everything but numbers: what was asked, of what, and room for none.
Result described(Scenario const& scenario);
/// The same with room for numbers (NaN where no replicate was run).
Result empty_result(Scenario const& scenario);

/// One point's part of a result; arrays [M][K], of years [T][M][K], of quantiles [Q][M][K].
struct PointNumbers {
  std::uint64_t replicates = 0;
  double degrees_of_freedom = 0;
  std::vector<double> mean, variance, standard_error;
  std::vector<double> difference, difference_variance, difference_standard_error;
  YearByYear year;
  Quantiles quantiles;
  std::vector<double> share_given; ///< [M] mean of w as it came out
  UnitMeans units;                 ///< without names
};

/// Numbers of the whole blocks merged in `total`; NaN where there are none. Quantiles are left empty.
PointNumbers numbers_of(Partial const& total, Shape const& shape);

/// Put a point's numbers in their place.
void place_point(PointNumbers const& numbers, std::size_t point, Result& result);

/// Rates have no share of their own: what they came to, as a mean over the points that were run, places them.
class RateShares {
public:
  RateShares(std::vector<bool> from_rates, std::vector<double>& share);
  void add(PointNumbers const& numbers);

private:
  std::vector<bool> from_rates_;
  std::vector<double>& share_;
  std::vector<double> sum_;
  double points_ = 0;
};

} // namespace likvard
