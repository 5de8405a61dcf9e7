#pragma once
#include "likvard/study/result.hpp"

#include <string>
#include <vector>

/// When a run with `run.precision` has seen enough.
namespace likvard {

/// Has every policy's paired difference, in every measure that a precision is wanted of, a standard error so
/// small at this point? True where none is wanted.
bool precise_enough(Scenario const& scenario, Result const& result, std::size_t point);

/// Of one measure, what was reached over the whole run.
struct Reached {
  Precision wanted;
  double largest = 0;       ///< standard error of a paired difference, over points and policies
  std::size_t short_of = 0; ///< points where it is above what is wanted
};

/// What ended the run.
struct Stopping {
  bool reached = true; ///< every precision at every point; else the budget or the user ended it
  std::vector<Reached> measure;
};
Stopping stopping_of(Scenario const& scenario, Result const& result);

/// "every precision was reached: gap 0.0012 (0.002 wanted)" or "the budget of 65536 replicates a point ended
/// it before every precision was reached: …"; empty where none is wanted.
std::string stopping_text(Scenario const& scenario, Result const& result);

} // namespace likvard
