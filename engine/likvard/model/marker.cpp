#include "likvard/model/marker.hpp"

#include "likvard/core/portable.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

/// Half the width of a profile's ranks: all profiles of equal score are one step of the ranking.
double half_width(Profiles const& profiles, std::size_t p) {
  double tied = 0;
  for (std::size_t k = 0; k < profiles.size(); ++k)
    if (std::abs(profiles.score[k] - profiles.score[p]) <= 1e-9) tied += profiles.share[k];
  return 0.5 * tied;
}

/// Part of [low, high] that lies in [from, to]; a point counts whole.
double overlap(double low, double high, double from, double to) {
  if (!(high > low)) return low >= from && low < to ? 1.0 : 0.0;
  return std::max(0.0, std::min(high, to) - std::max(low, from)) / (high - low);
}

struct Values {
  Profiles const& profiles;
  std::vector<double> operator()(Risk) const { return profiles.risk; }
  std::vector<double> operator()(Member const& marker) const {
    auto const& member = profiles.in_group[marker.group];
    return {member.begin(), member.end()};
  }
  std::vector<double> operator()(Tail const& marker) const {
    std::vector<double> values;
    for (std::size_t p = 0; p < profiles.size(); ++p) {
      double const half = half_width(profiles, p), depth = std::max(0.0, -profiles.score[p]);
      values.push_back(overlap(profiles.rank[p] - half, profiles.rank[p] + half, 0, marker.share) *
                       (marker.depth == 0 ? 1.0 : portable::pow(depth, marker.depth)));
    }
    return values;
  }
  std::vector<double> operator()(Tiers const& marker) const {
    std::vector<double> values;
    for (std::size_t p = 0; p < profiles.size(); ++p) {
      double const half = half_width(profiles, p);
      double from = -1, sum = 0;
      for (std::size_t i = 0; i < marker.weights.size(); ++i) {
        double const to = i < marker.bounds.size() ? marker.bounds[i] : 2.0;
        sum += marker.weights[i] * overlap(profiles.rank[p] - half, profiles.rank[p] + half, from, to);
        from = to;
      }
      values.push_back(sum);
    }
    return values;
  }
};

} // namespace

std::vector<double> marker_values(Marker const& marker, Profiles const& profiles) {
  return std::visit(Values{profiles}, marker);
}

} // namespace likvard
