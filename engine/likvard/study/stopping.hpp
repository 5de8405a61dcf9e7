#pragma once
#include "likvard/study/scenario.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// When a run with `run.precision` has seen enough.
namespace likvard {

/// Standard errors of the paired differences of one point: [M][K] of policies and kept measures; NaN where
/// too few blocks tell. Policy 0 is the reference and is not looked at.
struct PairedErrors {
  std::vector<std::string_view> measures; ///< [K] keys
  std::span<double const> error;          ///< [M][K]
};

/// Has every policy's paired difference, in every measure that a precision is wanted of, a standard error so
/// small at this point? True where none is wanted.
bool precise_enough(std::vector<Precision> const& wanted, PairedErrors const& point);

/// Of one measure, what was reached over the whole run.
struct Reached {
  Precision wanted;
  double largest = 0;       ///< standard error of a paired difference, over points and policies
  std::size_t short_of = 0; ///< points where it is above what is wanted
};

/// What ended the run, point after point.
class Stopping {
public:
  explicit Stopping(std::vector<Precision> const& wanted);
  void add(PairedErrors const& point);
  bool reached() const; ///< every precision at every point; else the budget or the user ended it
  std::vector<Reached> const& measures() const { return measures_; }
  std::size_t points() const { return points_; }

private:
  std::vector<Reached> measures_;
  std::size_t points_ = 0;
};

/// "every precision was reached: gap 0.0012 (0.002 wanted)" or "the budget of 65536 replicates a point ended
/// the run before every precision was reached: …"; empty where none is wanted.
/// - `budget`: replicates of a point at most; `complete`: was the run not stopped before?
std::string stopping_text(Stopping const& stopping, std::uint64_t budget, bool complete);

} // namespace likvard
