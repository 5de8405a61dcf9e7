#include "likvard/study/unit_dynamics.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace likvard {
namespace {

/// A municipality in both years and where its units are: places in the second year, -1 = gone.
struct Pair {
  TownUnits const* from;
  TownUnits const* to;
  std::vector<std::ptrdiff_t> later;
  std::vector<std::size_t> fresh; ///< places of the second year whose unit is new
};

std::vector<Pair> pairs_of(TownYear const& from, TownYear const& to) {
  std::map<std::string, TownUnits const*> then;
  for (auto const& town : to.towns) then[town.code] = &town;
  std::vector<Pair> out;
  for (auto const& town : from.towns) {
    auto const found = then.find(town.code);
    if (found == then.end() || town.pupils.empty() || found->second->pupils.empty()) continue;
    LIKVARD_EXPECT(town.unit.size() == town.pupils.size() &&
                   found->second->unit.size() == found->second->pupils.size());
    Pair pair{&town, found->second, std::vector<std::ptrdiff_t>(town.unit.size(), -1), {}};
    std::map<std::string, std::size_t> place;
    for (std::size_t s = 0; s < town.unit.size(); ++s) place[town.unit[s]] = s;
    for (std::size_t s = 0; s < pair.to->unit.size(); ++s)
      if (auto const old = place.find(pair.to->unit[s]); old != place.end())
        pair.later[old->second] = static_cast<std::ptrdiff_t>(s);
      else
        pair.fresh.push_back(s);
    out.push_back(std::move(pair));
  }
  return out;
}

double mean_log(std::vector<double> const& n) {
  double mean = 0;
  for (double x : n) mean += std::log(x) / static_cast<double>(n.size());
  return mean;
}

/// Intraclass correlation of a yes or no over units of municipalities, from the spread of the counts:
/// Σ[(X - Kp)² - Kp(1-p)] / Σ K(K-1) p(1-p), at least 0, below 1.
struct Counts {
  double yes = 0, all = 0;
  std::vector<std::array<double, 2>> town; ///< X, K
  void add(double x, double k) {
    yes += x;
    all += k;
    town.push_back({x, k});
  }
  double share() const { return all > 0 ? yes / all : 0; }
  double icc() const {
    double const p = share();
    double above = 0, below = 0;
    for (auto const& [x, k] : town) {
      above += (x - k * p) * (x - k * p) - k * p * (1 - p);
      below += k * (k - 1) * p * (1 - p);
    }
    return below > 0 ? std::clamp(above / below, 0.0, 0.9) : 0;
  }
};

std::size_t class_of(double offset) {
  return static_cast<std::size_t>(
      std::upper_bound(size_class_bounds.begin(), size_class_bounds.end(), offset) -
      size_class_bounds.begin());
}

void estimate_units(std::vector<Pair> const& pairs, UnitDynamics& out) {
  Counts closed, opened;
  double stay = 0, stays = 0, gone = 0, leaves = 0, square = 0;
  for (auto const& pair : pairs) {
    double const k = static_cast<double>(pair.later.size()), mean = mean_log(pair.from->pupils),
                 then = mean_log(pair.to->pupils);
    double lost = 0;
    for (std::size_t s = 0; s < pair.later.size(); ++s) {
      double const d = std::log(pair.from->pupils[s]) - mean;
      square += d * d;
      if (pair.later[s] < 0) {
        ++lost;
        gone += d;
        ++leaves;
        continue;
      }
      stay += d;
      ++stays;
      out.size_change[class_of(d)].push_back(
          std::log(pair.to->pupils[static_cast<std::size_t>(pair.later[s])] / pair.from->pupils[s]));
    }
    for (std::size_t s : pair.fresh) out.new_size.push_back(std::log(pair.to->pupils[s]) - then);
    closed.add(lost, k);
    opened.add(std::min(k, static_cast<double>(pair.fresh.size())), k);
  }
  out.closing = closed.share();
  out.closing_icc = closed.icc();
  out.opening = opened.share();
  out.opening_icc = opened.icc();
  // Two normals of one variance have log odds linear in x with this slope (Fisher 1936).
  if (stays > 0 && leaves > 0 && square > 0)
    out.closing_tilt = std::max(0.0, (stay / stays - gone / leaves) / (square / (stays + leaves)));
}

/// Would statistics show the share of a unit of n pupils that is like its municipality? Twenty pupils are
/// expected where ten are wanted. What a unit happens to have does not decide: that would pick the high ones.
bool mostly_shown(double share, double n, TownAngles const& town, bool others) {
  constexpr double expected = 20;
  double const p = angle_share(town.mean);
  return std::isfinite(share) && (others ? 1 - p : p) * n >= expected;
}

struct Change {
  double n, before, after; ///< pupils of the first year; distances, the first one times its reliability
  double chance;           ///< (1 + reliability)/n
};

MarkerDynamics estimate_marker(std::vector<Pair> const& pairs, std::vector<double> TownUnits::* of,
                               bool others) {
  constexpr std::size_t fewest = 5; // units of a town: a mean and a slope are fitted in it
  constexpr double enough = 400;    // pupils beyond which a unit says no more of the variance
  MarkerDynamics out;
  std::vector<std::vector<Change>> towns;
  double cross = 0, own = 0, fresh = 0, fresh_e = 0, fresh_square = 0, fresh_town = 0;
  double towns_known = 0, shift = 0, shift_square = 0;
  for (auto const& pair : pairs) {
    auto const &a = (*pair.from).*of, &b = (*pair.to).*of;
    TownAngles const p = town_angles(*pair.from, a), q = town_angles(*pair.to, b);
    if (!std::isfinite(p.mean) || !std::isfinite(q.mean)) continue;
    double const d = q.mean - p.mean - shift; // Welford 1962
    shift += d / ++towns_known;
    shift_square += d * (q.mean - p.mean - shift);
    std::vector<Change> town;
    for (std::size_t s = 0; s < a.size(); ++s) {
      if (pair.later[s] < 0) continue;
      auto const t = static_cast<std::size_t>(pair.later[s]);
      if (!mostly_shown(a[s], pair.from->pupils[s], p, others) ||
          !mostly_shown(b[t], pair.to->pupils[t], q, others))
        continue;
      town.push_back({pair.from->pupils[s], p.reliability * (share_angle(a[s]) - p.mean),
                      share_angle(b[t]) - q.mean, (1 + p.reliability) / pair.from->pupils[s]});
    }
    for (std::size_t t : pair.fresh)
      if (mostly_shown(b[t], pair.to->pupils[t], q, others)) {
        double const e = share_angle(b[t]) - q.mean;
        fresh += 1;
        fresh_e += e;
        fresh_square += e * e;
        fresh_town += q.variance;
      }
    if (town.size() < fewest) continue;
    for (auto const& c : town) {
      cross += c.n * c.before * c.after;
      own += c.n * c.before * c.before;
    }
    towns.push_back(std::move(town));
  }
  if (towns_known > 1) out.town_sd = std::sqrt(shift_square / (towns_known - 1));
  if (fresh > 0 && fresh_town > 0) {
    out.new_mean = fresh_e / fresh;
    out.new_ratio = std::max(0.0, fresh_square / fresh - out.new_mean * out.new_mean) / (fresh_town / fresh);
  }
  if (!(own > 0)) return out;
  out.keep = cross / own;
  // Residuals about each town's own line; a + b (1+q)/n by weighted least squares on their squares.
  double s00 = 0, s01 = 0, s11 = 0, y0 = 0, y1 = 0;
  struct Residual {
    double chance, z2, z;
  };
  std::vector<Residual> residuals;
  std::vector<std::array<double, 2>> slopes; // Σ n e², slope
  for (auto const& town : towns) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (auto const& c : town) {
      n += c.n;
      x += c.n * c.before;
      y += c.n * c.after;
    }
    for (auto const& c : town) {
      xx += c.n * (c.before - x / n) * (c.before - x / n);
      xy += c.n * (c.before - x / n) * (c.after - y / n);
    }
    double const slope = xx > 0 ? xy / xx : out.keep;
    slopes.push_back({xx, slope});
    for (auto const& c : town) {
      // A fitted line takes its leverage from a residual's variance (Hoaglin & Welsch 1978).
      double const off = c.before - x / n, leverage = c.n * (1 / n + (xx > 0 ? off * off / xx : 0)),
                   z = (c.after - y / n - slope * off) / std::sqrt(std::max(0.05, 1 - leverage)),
                   w = std::min(c.n, enough);
      residuals.push_back({c.chance, z * z, z});
      s00 += w;
      s01 += w * c.chance;
      s11 += w * c.chance * c.chance;
      y0 += w * z * z;
      y1 += w * z * z * c.chance;
    }
  }
  double const det = s00 * s11 - s01 * s01;
  out.level = det > 0 ? std::max(0.0, (y0 * s11 - y1 * s01) / det) : 0;
  out.by_size = s01 > 0 ? std::max(0.0, (y0 - out.level * s00) / s01) : 0;
  double square = 0;
  for (auto const& r : residuals)
    if (double const v = out.level + out.by_size * r.chance; v > 0) {
      out.residual.push_back(r.z / std::sqrt(v));
      square += r.z2 / v;
    }
  double mean = 0;
  for (double z : out.residual) mean += z / static_cast<double>(out.residual.size());
  double const sd =
      std::sqrt(std::max(1e-12, square / static_cast<double>(out.residual.size()) - mean * mean));
  for (double& z : out.residual) z = (z - mean) / sd;
  // Spread of the towns' slopes beyond what their residuals give them.
  double above = 0, all = 0;
  for (std::size_t i = 0; i < towns.size(); ++i) {
    auto const& [xx, slope] = slopes[i];
    if (!(xx > 0)) continue;
    double chance = 0;
    for (auto const& c : towns[i])
      chance += c.n * c.n * c.before * c.before * (out.level + out.by_size * c.chance);
    above += xx * ((slope - out.keep) * (slope - out.keep) - chance / (xx * xx));
    all += xx;
  }
  out.keep_sd = all > 0 ? std::sqrt(std::max(0.0, above / all)) : 0;
  return out;
}

} // namespace

double share_angle(double p) {
  return 2 * std::asin(std::sqrt(std::clamp(p, 0.0, 1.0)));
}
double angle_share(double angle) {
  double const half = std::sin(std::clamp(angle, 0.0, std::numbers::pi) / 2);
  return half * half;
}

TownAngles town_angles(TownUnits const& town, std::vector<double> const& share) {
  double n = 0, sum = 0, square = 0, units = 0;
  for (std::size_t s = 0; s < share.size(); ++s)
    if (std::isfinite(share[s])) {
      n += town.pupils[s];
      sum += town.pupils[s] * share_angle(share[s]);
      ++units;
    }
  TownAngles out;
  if (!(n > 0)) return out;
  out.mean = sum / n;
  for (std::size_t s = 0; s < share.size(); ++s)
    if (std::isfinite(share[s])) {
      double const e = share_angle(share[s]) - out.mean;
      square += town.pupils[s] * e * e;
    }
  out.variance = square / n;
  out.reliability = square > 0 ? std::max(0.0, 1 - (units - 1) / square) : 0;
  return out;
}

UnitDynamics estimate_dynamics(TownYear const& from, TownYear const& to) {
  LIKVARD_EXPECT(to.time > from.time);
  UnitDynamics out;
  out.estimated_on = from.year + " to " + to.year;
  out.span = to.time - from.time;
  auto const pairs = pairs_of(from, to);
  estimate_units(pairs, out);
  out.low = estimate_marker(pairs, &TownUnits::low_education, true);
  out.foreign = estimate_marker(pairs, &TownUnits::foreign, false);
  return out;
}

} // namespace likvard
