#include "likvard/study/stopping.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard {
namespace {

/// The largest standard error of a paired difference at the point; nothing where the measure was not kept.
double largest_error(PairedErrors const& point, std::string_view measure) {
  double out = 0;
  std::size_t const kept = point.measures.size();
  for (std::size_t k = 0; k < kept; ++k) {
    if (point.measures[k] != measure) continue;
    for (std::size_t at = kept + k; at < point.error.size(); at += kept) {
      if (std::isnan(point.error[at])) return point.error[at]; // not known: too few blocks
      out = std::max(out, point.error[at]);
    }
  }
  return out;
}

} // namespace

bool precise_enough(std::vector<Precision> const& wanted, PairedErrors const& point) {
  return std::all_of(wanted.begin(), wanted.end(), [&](Precision const& one) {
    return largest_error(point, one.measure) <= one.standard_error;
  });
}

Stopping::Stopping(std::vector<Precision> const& wanted) {
  for (auto const& one : wanted) measures_.push_back({one, 0, 0});
}

void Stopping::add(PairedErrors const& point) {
  ++points_;
  for (auto& one : measures_) {
    double const error = largest_error(point, one.wanted.measure);
    one.largest = std::fmax(one.largest, error);
    one.short_of += !(error <= one.wanted.standard_error);
  }
}

bool Stopping::reached() const {
  return std::all_of(measures_.begin(), measures_.end(), [](Reached const& m) { return m.short_of == 0; });
}

std::string stopping_text(Stopping const& stopping, std::uint64_t budget, bool complete) {
  if (stopping.measures().empty()) return {};
  std::string list;
  for (auto const& m : stopping.measures()) {
    list += fmt::format("{}{} {:.3g} ({:g} wanted", list.empty() ? "" : ", ", m.wanted.measure, m.largest,
                        m.wanted.standard_error);
    if (m.short_of > 0)
      list += fmt::format("; not reached at {} of {} points", m.short_of, stopping.points());
    list += ")";
  }
  std::string const what = stopping.reached() ? "every precision was reached"
                           : complete
                               ? fmt::format("the budget of {} replicates a point ended the run before every "
                                             "precision was reached",
                                             budget)
                               : "the run was interrupted before every precision was reached";
  return fmt::format("{}; largest standard errors: {}", what, list);
}

} // namespace likvard
