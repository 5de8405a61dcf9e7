#include "likvard/study/stopping.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard {
namespace {

/// The largest standard error of a paired difference at the point; nothing where the measure was not kept.
double largest_error(Result const& r, std::string const& measure, std::size_t point) {
  double out = 0;
  for (std::size_t k = 0; k < r.measures.size(); ++k) {
    if (r.measures[k].key != measure) continue;
    for (std::size_t m = 1; m < r.policy_name.size(); ++m) {
      double const error = r.difference_standard_error[r.index(point, m, k)];
      if (std::isnan(error)) return error; // not known: too few blocks
      out = std::max(out, error);
    }
  }
  return out;
}

} // namespace

bool precise_enough(Scenario const& scenario, Result const& result, std::size_t point) {
  return std::all_of(scenario.precision.begin(), scenario.precision.end(), [&](Precision const& wanted) {
    return largest_error(result, wanted.measure, point) <= wanted.standard_error;
  });
}

Stopping stopping_of(Scenario const& scenario, Result const& result) {
  Stopping out;
  for (auto const& wanted : scenario.precision) {
    Reached reached{wanted, 0, 0};
    for (std::size_t g = 0; g < result.points.size(); ++g) {
      double const error = largest_error(result, wanted.measure, g);
      reached.largest = std::fmax(reached.largest, error);
      reached.short_of += !(error <= wanted.standard_error);
    }
    out.reached &= reached.short_of == 0;
    out.measure.push_back(reached);
  }
  return out;
}

std::string stopping_text(Scenario const& scenario, Result const& result) {
  if (scenario.precision.empty()) return {};
  auto const stopping = stopping_of(scenario, result);
  std::string list;
  for (auto const& m : stopping.measure) {
    list += fmt::format("{}{} {:.3g} ({:g} wanted", list.empty() ? "" : ", ", m.wanted.measure, m.largest,
                        m.wanted.standard_error);
    if (m.short_of > 0)
      list += fmt::format("; not reached at {} of {} points", m.short_of, result.points.size());
    list += ")";
  }
  std::string const what = stopping.reached ? "every precision was reached"
                           : result.complete
                               ? fmt::format("the budget of {} replicates a point ended the run before every "
                                             "precision was reached",
                                             std::max(scenario.max_replicates, scenario.replicates))
                               : "the run was interrupted before every precision was reached";
  return fmt::format("{}; largest standard errors: {}", what, list);
}

} // namespace likvard
