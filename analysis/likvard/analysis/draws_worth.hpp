#pragma once
#include "likvard/study/result.hpp"

#include <string>

/// What drawing the uncertain parameters evenly was worth in a result.
namespace likvard {

/// Over the paired differences of one measure, of every point and some policies: how many independent
/// replicates a replicate is worth, V/(n se²), V the variance over n replicates, se the standard error from
/// block means. Each is itself an estimate with the relative standard error √(2/(blocks - 1)).
struct DrawsWorth {
  double low = 1, median = 1, high = 1; ///< quantiles at 0.1, 0.5, 0.9
  std::size_t differences = 0;          ///< that vary; 0: nothing is said
  double relative_error = 0;            ///< of one of them, at the point with the fewest blocks
};
DrawsWorth draws_worth(Result const& result, std::vector<std::size_t> const& policies, std::size_t measure);

/// V/(n se²) of one paired difference.  - Expects: its standard error is above 0.
double draws_worth(Result const& result, std::size_t point, std::size_t policy, std::size_t measure);

/// One line for a reader; empty where there is nothing to say.
std::string draws_worth_text(DrawsWorth const& worth);

} // namespace likvard
