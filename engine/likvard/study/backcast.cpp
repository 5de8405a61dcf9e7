#include "likvard/study/backcast.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/prior.hpp"
#include "likvard/core/random.hpp"
#include "likvard/study/values.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace likvard {
namespace {

constexpr std::array<char const*, 6> figure_names{"eps2 low education",
                                                  "eps2 foreign background",
                                                  "share low education",
                                                  "share foreign background",
                                                  "units",
                                                  "sd of ln unit size"};
using Numbers = std::array<double, figure_names.size()>;

/// Units with a known share: pupils and pupils in the group.
struct Marked {
  std::vector<double> n, x;
};
Marked marked(TownUnits const& town, std::vector<double> const& share) {
  Marked out;
  for (std::size_t s = 0; s < share.size(); ++s)
    if (std::isfinite(share[s])) {
      out.n.push_back(town.pupils[s]);
      out.x.push_back(town.pupils[s] * share[s]);
    }
  return out;
}

Numbers look_at(TownUnits const& town) {
  auto const low = marked(town, town.low_education), foreign = marked(town, town.foreign);
  MarkerRow const a = marker_row(low.n, low.x), b = marker_row(foreign.n, foreign.x);
  return {a.eps2,
          b.eps2,
          a.share,
          b.share,
          static_cast<double>(town.pupils.size()),
          town.pupils.size() > 1 ? log_size_sd(town.pupils) : not_known};
}

double all_pupils(TownYear const& year) {
  double n = 0;
  for (auto const& town : year.towns)
    for (double size : town.pupils) n += size;
  return n;
}

/// Mean over municipalities of the change of their mean angle.
double town_change(TownYear const& from, TownYear const& to, std::vector<double> TownUnits::* share) {
  std::map<std::string, double> before;
  for (auto const& town : from.towns) before[town.code] = town_angles(town, town.*share).mean;
  double n = 0, mean = 0;
  for (auto const& town : to.towns) {
    auto const found = before.find(town.code);
    double const now = town_angles(town, town.*share).mean;
    if (found == before.end() || !std::isfinite(found->second) || !std::isfinite(now)) continue;
    mean += (now - found->second - mean) / ++n;
  }
  return mean;
}

/// One of the values seen; standard normal when none was.
double draw_of(std::vector<double> const& seen, Stream& stream) {
  if (seen.empty()) return standard_normal(stream);
  auto const i = static_cast<std::size_t>(uniform01(stream) * static_cast<double>(seen.size()));
  return seen[std::min(i, seen.size() - 1)];
}

/// A municipality's own chance about the mean chance p with intraclass correlation icc: beta distributed.
double own_chance(double p, double icc, double u) {
  if (!(p > 0) || !(p < 1) || icc < 1e-3) return p;
  double const both = (1 - icc) / icc;
  return quantile(Beta{std::max(0.05, p * both), std::max(0.05, (1 - p) * both)}, u);
}

/// Where the town goes between the years of a prediction.
struct Step {
  double spans = 1;            ///< h/h0
  double growth = 1;           ///< of the nation's pupils
  double low = 0, foreign = 0; ///< change of the mean angle of the shares
};

/// Who is there in the later year: places of the first year's units, the last `opened` of them new.
struct Members {
  std::vector<std::size_t> from;
  std::size_t old = 0;
};
Members members_later(TownUnits const& town, Step const& step, UnitDynamics const& dynamics, double mean,
                      Stream& stream) {
  std::size_t const first = town.pupils.size();
  double const u = uniform01(stream), // closing and opening go together: units are reorganised
      closes = own_chance(1 - std::pow(1 - dynamics.closing, step.spans), dynamics.closing_icc, u),
               opens = own_chance(1 - std::pow(1 - std::min(0.99, dynamics.opening), step.spans),
                                  dynamics.opening_icc, u);
  Members out;
  for (std::size_t s = 0; s < first; ++s) {
    double const odds = closes / std::max(1e-12, 1 - closes) *
                        std::exp(-dynamics.closing_tilt * (std::log(town.pupils[s]) - mean));
    if (uniform01(stream) * (1 + odds) >= odds) out.from.push_back(s);
  }
  if (out.from.empty()) // one unit always is
    out.from.push_back(static_cast<std::size_t>(uniform01(stream) * static_cast<double>(first)) % first);
  out.old = out.from.size();
  auto const opened = binomial(stream, static_cast<std::uint32_t>(first), opens);
  for (std::uint32_t i = 0; i < opened; ++i) out.from.push_back(first);
  return out;
}

std::vector<double> sizes_later(TownUnits const& town, Members const& members, Step const& step,
                                UnitDynamics const& dynamics, double mean, Stream& stream) {
  std::vector<double> out;
  double before = 0, after = 0, then = 0;
  for (double n : town.pupils) before += n;
  for (std::size_t i = 0; i < members.old; ++i) {
    double const n = town.pupils[members.from[i]], d = std::log(n) - mean;
    auto const kind = static_cast<std::size_t>(
        std::upper_bound(size_class_bounds.begin(), size_class_bounds.end(), d) - size_class_bounds.begin());
    auto const& seen = dynamics.size_change[kind];
    double usual = 0;
    for (double x : seen) usual += x / static_cast<double>(seen.size());
    double const change =
        seen.empty() ? 0 : step.spans * usual + std::sqrt(step.spans) * (draw_of(seen, stream) - usual);
    out.push_back(n * std::exp(change));
    then += std::log(out.back()) / static_cast<double>(members.old);
  }
  for (std::size_t i = members.old; i < members.from.size(); ++i)
    out.push_back(std::exp(then + (dynamics.new_size.empty() ? 0 : draw_of(dynamics.new_size, stream))));
  for (double n : out) after += n;
  for (double& n : out) n = std::max(1.0, std::round(n * before * step.growth / after));
  return out;
}

/// Shares of the later year, hidden as statistics hide them.
std::vector<double> shares_later(TownUnits const& town, std::vector<double> const& share,
                                 Members const& members, std::vector<double> const& sizes, Step const& step,
                                 double shift, bool others, MarkerDynamics const& dynamics, bool at_rest,
                                 Stream& stream) {
  TownAngles const now = town_angles(town, share);
  std::vector<double> out(members.from.size(), not_known);
  if (!std::isfinite(now.mean)) return out;
  double const mean = now.mean + shift + std::sqrt(step.spans) * dynamics.town_sd * standard_normal(stream),
               k = std::clamp(dynamics.keep, 0.01, 1.0), keep = std::pow(k, step.spans),
               walked = k < 1 ? (1 - keep * keep) / (1 - k * k) : step.spans,
               own = (keep + std::sqrt(step.spans) * dynamics.keep_sd * standard_normal(stream)) *
                     (at_rest ? 1 : now.reliability),
               new_sd = std::sqrt(dynamics.new_ratio * now.variance);
  for (std::size_t i = 0; i < out.size(); ++i) {
    double distance;
    if (i < members.old && std::isfinite(share[members.from[i]])) {
      std::size_t const s = members.from[i];
      double const size = town.pupils[s], counted = (others ? 1 - share[s] : share[s]) * size;
      double before = share[s];
      if (!at_rest && counted < 9.5) { // hidden: 0 to 9 pupils, any alike
        double const some = uniform01(stream) * std::min(9.0, size) / size;
        before = others ? 1 - some : some;
      }
      double const v = walked * dynamics.level + dynamics.by_size * (1 + now.reliability) / size;
      distance = own * (share_angle(before) - now.mean) +
                 (v > 0 ? std::sqrt(v) * draw_of(dynamics.residual, stream) : 0.0);
    } else {
      distance = dynamics.new_mean + new_sd * standard_normal(stream);
    }
    double const next = angle_share(mean + distance), count = others ? 1 - next : next;
    double const seen = at_rest ? count : as_published(count * sizes[i], sizes[i]) / sizes[i];
    out[i] = others ? 1 - seen : seen;
  }
  return out;
}

/// One possible later year of a town.
TownUnits later(TownUnits const& town, Step const& step, UnitDynamics const& dynamics, StreamKey key) {
  Stream stream(key, Purpose::history);
  double mean = 0;
  for (double n : town.pupils) mean += std::log(n) / static_cast<double>(town.pupils.size());
  Members const members = members_later(town, step, dynamics, mean, stream);
  TownUnits out{town.code, town.name, sizes_later(town, members, step, dynamics, mean, stream), {}, {}};
  // Nothing that moves shares: what is hidden stays as it stood.
  auto const rests = [](MarkerDynamics const& d) {
    return d.level + d.by_size + d.keep_sd == 0 && d.keep == 1;
  };
  out.low_education = shares_later(town, town.low_education, members, out.pupils, step, step.low, true,
                                   dynamics.low, rests(dynamics.low), stream);
  out.foreign = shares_later(town, town.foreign, members, out.pupils, step, step.foreign, false,
                             dynamics.foreign, rests(dynamics.foreign), stream);
  return out;
}

BackcastFigure figure_summary(std::string const& year, std::size_t f, std::vector<std::string> const& names,
                              std::vector<std::vector<Numbers>> const& drawn,
                              std::vector<Numbers> const& happened) {
  BackcastFigure out{.year = year, .figure = figure_names[f], .estimated_on = {}, .rows = {}};
  std::size_t const replicates = drawn.empty() ? 0 : drawn.front().size();
  std::vector<double> sum(replicates), square(replicates);
  double sum_real = 0, square_real = 0;
  for (std::size_t g = 0; g < drawn.size(); ++g) {
    std::vector<double> values;
    for (auto const& numbers : drawn[g])
      if (std::isfinite(numbers[f])) values.push_back(numbers[f]);
    double const real = happened[g][f];
    if (values.size() < replicates || !std::isfinite(real)) continue;
    BackcastRow row{.name = names[g], .happened = real};
    for (std::size_t r = 0; r < replicates; ++r) {
      row.mean += values[r] / static_cast<double>(replicates);
      sum[r] += values[r];
      square[r] += values[r] * values[r];
    }
    row.p5 = sample_quantile(values, 0.05);
    row.p25 = sample_quantile(values, 0.25);
    row.p75 = sample_quantile(values, 0.75);
    row.p95 = sample_quantile(values, 0.95);
    out.within_50 += real >= row.p25 && real <= row.p75;
    out.within_90 += real >= row.p5 && real <= row.p95;
    sum_real += real;
    square_real += real * real;
    out.rows.push_back(std::move(row));
  }
  double const n = static_cast<double>(out.rows.size());
  if (out.rows.empty()) return out;
  auto const sd = [n](double s, double q) { return std::sqrt(std::max(0.0, q / n - s / n * s / n)); };
  out.within_50 /= n;
  out.within_90 /= n;
  out.mean_happened = sum_real / n;
  out.sd_happened = sd(sum_real, square_real);
  for (std::size_t r = 0; r < replicates; ++r) {
    out.mean_expected += sum[r] / n / static_cast<double>(replicates);
    out.sd_expected += sd(sum[r], square[r]) / static_cast<double>(replicates);
  }
  return out;
}

} // namespace

namespace {

void predict(std::vector<TownYear> const& years, std::size_t y, UnitDynamics const& dynamics, bool in_sample,
             std::uint64_t seed, std::uint32_t replicates, std::vector<BackcastFigure>& out) {
  TownYear const &start = years.front(), &end = years[y];
  Step const step{(end.time - start.time) / dynamics.span, all_pupils(end) / all_pupils(start),
                  town_change(start, end, &TownUnits::low_education),
                  town_change(start, end, &TownUnits::foreign)};
  std::map<std::string, TownUnits const*> then;
  for (auto const& town : end.towns) then[town.code] = &town;
  std::vector<std::string> names;
  std::vector<TownUnits const*> from;
  std::vector<Numbers> happened;
  for (auto const& town : start.towns)
    if (auto const found = then.find(town.code); found != then.end() && !town.pupils.empty()) {
      names.push_back(town.name);
      from.push_back(&town);
      happened.push_back(look_at(*found->second));
    }
  std::vector<std::vector<Numbers>> drawn(from.size(), std::vector<Numbers>(replicates));
  tbb::parallel_for(std::size_t{0}, from.size(), [&](std::size_t g) {
    for (std::uint32_t r = 0; r < replicates; ++r)
      drawn[g][r] = look_at(
          later(*from[g], step, dynamics,
                {seed, static_cast<std::uint32_t>(g + 1), static_cast<std::uint32_t>(y) * replicates + r}));
  });
  for (std::size_t f = 0; f < figure_names.size(); ++f) {
    out.push_back(figure_summary(end.year, f, names, drawn, happened));
    out.back().estimated_on = dynamics.estimated_on;
    out.back().in_sample = in_sample;
  }
}

} // namespace

BackcastPair estimated_on(std::size_t years, std::size_t predicted) {
  LIKVARD_EXPECT(years >= 2 && predicted >= 1 && predicted < years);
  if (years == 2) return {0, 1, true};
  return predicted == 1 ? BackcastPair{1, 2, false} : BackcastPair{0, 1, false};
}

std::vector<BackcastFigure> backcast(std::vector<TownYear> const& years, std::uint64_t seed,
                                     std::uint32_t replicates) {
  LIKVARD_EXPECT(years.size() >= 2 && replicates > 0);
  std::vector<BackcastFigure> out;
  for (std::size_t y = 1; y < years.size(); ++y) {
    BackcastPair const pair = estimated_on(years.size(), y);
    predict(years, y, estimate_dynamics(years[pair.from], years[pair.to]), pair.in_sample, seed, replicates,
            out);
  }
  return out;
}

std::vector<BackcastFigure> backcast(std::vector<TownYear> const& years, UnitDynamics const& dynamics,
                                     std::uint64_t seed, std::uint32_t replicates) {
  LIKVARD_EXPECT(years.size() >= 2 && replicates > 0);
  std::vector<BackcastFigure> out;
  for (std::size_t y = 1; y < years.size(); ++y) predict(years, y, dynamics, false, seed, replicates, out);
  return out;
}

} // namespace likvard
