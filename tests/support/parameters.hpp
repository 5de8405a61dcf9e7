#pragma once
#include "likvard/model/parameters.hpp"

#include <limits>

/// A small valid point to start a test from.
namespace likvard::test {

inline constexpr double no_bound = std::numeric_limits<double>::infinity();

inline Background two_by_two(double low = 0.36, double foreign = 0.27) {
  Background background;
  background.variables = {
      {"education", {"high", "low"}, {1 - low, low}, {0, 1.15}, 0.55, "post_secondary"},
      {"migration", {"native", "foreign"}, {1 - foreign, foreign}, {0, 1.15}, 0.55, "foreign"}};
  background.groups = {{"low", "low education", 0, {1}}, {"foreign", "foreign background", 1, {1}}};
  return background;
}

inline Outcome plain_outcome() {
  Outcome outcome;
  outcome.theta = Fixed{0.03};
  outcome.effect_ratio = Fixed{1.2};
  outcome.curvature = Fixed{1.0};
  outcome.pass_through = Fixed{1.0};
  outcome.use_mean = Fixed{1.0};
  outcome.use_sd = 0;
  outcome.peer = Fixed{0.12};
  outcome.selection = Fixed{0.38};
  outcome.dilution = Fixed{0.0};
  outcome.unit_sd = 0.19;
  outcome.cohort_sd = 0.07;
  outcome.carry = Fixed{1.0};
  outcome.merit_mean = 228.6;
  outcome.merit_sd = 70;
  return outcome;
}

inline Parameters small_town() {
  Parameters parameters;
  parameters.municipality.pupils = 1200;
  parameters.municipality.units = 6;
  parameters.municipality.size_log_sd = 0.5;
  parameters.municipality.smallest_unit = 10;
  parameters.municipality.budget_per_pupil_sek = 100'000;
  parameters.background = two_by_two();
  parameters.sorting.targets = {{0, Index::eps2, 0.06}};
  parameters.outcome = plain_outcome();
  return parameters;
}

inline Policy policy(Response response, double share) {
  Policy p;
  p.name = "test";
  p.blocks.front().response = std::move(response);
  p.share = share;
  return p;
}

} // namespace likvard::test
