#pragma once
#include "likvard/study/unit_dynamics.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// From the units of one year to what another year may look like: composition drifts, sizes change, units
/// open and close. Held against what happened. engine/MODEL.md §15.
namespace likvard {

/// What the model says of one municipality: mean and quantiles over replicates, and what happened (NaN: not
/// known).
struct BackcastRow {
  std::string name;
  double mean = 0, p5 = 0, p25 = 0, p75 = 0, p95 = 0, happened = 0;
};
struct BackcastFigure {
  std::string year, figure;
  std::string estimated_on;            ///< the years whose units say how units change
  bool in_sample = false;              ///< those years are the predicted ones
  std::vector<BackcastRow> rows;       ///< municipalities of both years where the figure is known
  double within_50 = 0, within_90 = 0; ///< share of them inside the model's 50 and 90 % intervals
  double mean_expected = 0, mean_happened = 0;
  double sd_expected = 0, sd_happened = 0; ///< over municipalities; expected: mean over replicates of that sd
};

/// Where the dynamics of each prediction come from: years[1] is predicted with what happened from years[1]
/// on, later ones with what happened up to years[1]. With two years only there is no other pair: in sample.
struct BackcastPair {
  std::size_t from = 0, to = 1;
  bool in_sample = true;
};
BackcastPair estimated_on(std::size_t years, std::size_t predicted);

/// From `years[0]` to every later one, `replicates` times.
///
/// Taken as given: the mean change of municipalities' logits and the nation's change of pupils up to the
/// predicted year (one number each). How units change is estimated on other years (estimate_dynamics) and
/// stretched from that span h0 to h: keep^(h/h0), a as the variance of an Ornstein-Uhlenbeck walk,
/// (1-keep^(2h/h0))/(1-keep²), variances of municipalities' own changes h/h0, a unit stays with
/// (1-closing)^(h/h0); chance, b, is that of one year's pupils. Units close and open
/// together (beta-binomial), small ones sooner; changes of size and residuals of shares are drawn from those
/// that were seen. Shares that fewer than ten pupils would show are hidden in what is predicted as in what
/// happened; where they are hidden in the first year, the pupils behind them are drawn.
/// - Expects: two years at least, in order.
/// - Ensures: the same numbers for any number of threads.
std::vector<BackcastFigure> backcast(std::vector<TownYear> const& years, std::uint64_t seed,
                                     std::uint32_t replicates);

/// The same with dynamics that are given.
std::vector<BackcastFigure> backcast(std::vector<TownYear> const& years, UnitDynamics const& dynamics,
                                     std::uint64_t seed, std::uint32_t replicates);

} // namespace likvard
