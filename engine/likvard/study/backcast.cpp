#include "likvard/study/backcast.hpp"

#include "likvard/core/contract.hpp"
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

double to_logit(double p) {
  double const inside = std::clamp(p, 0.005, 0.995);
  return std::log(inside / (1 - inside));
}
double from_logit(double x) {
  return 1 / (1 + std::exp(-x));
}

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

/// How a marker moves between the first year and another.
struct MarkerChange {
  std::vector<double> TownUnits::* share;
  double most, scale;
  double shift = 0;   ///< of municipalities' logit, on average
  double town_sd = 0; ///< of a municipality's about it
};

double town_mean(TownUnits const& town, std::vector<double> const& share) {
  auto const m = marked(town, share);
  double n = 0, x = 0;
  for (std::size_t s = 0; s < m.n.size(); ++s) {
    n += m.n[s];
    x += m.x[s];
  }
  return n > 0 ? x / n : not_known;
}

/// Mean and sd over municipalities of the change of their logit.
std::pair<double, double> town_change(TownYear const& from, TownYear const& to,
                                      std::vector<double> TownUnits::* share) {
  std::map<std::string, double> before;
  for (auto const& town : from.towns) before[town.code] = town_mean(town, town.*share);
  double n = 0, mean = 0, square = 0;
  for (auto const& town : to.towns) {
    auto const found = before.find(town.code);
    double const now = town_mean(town, town.*share);
    if (found == before.end() || !std::isfinite(found->second) || !std::isfinite(now)) continue;
    double const d = to_logit(now) - to_logit(found->second), off = d - mean;
    mean += off / ++n;
    square += off * (d - mean);
  }
  return {mean, n > 1 ? std::sqrt(square / (n - 1)) : 0.0};
}

/// One possible later year of a town.
TownUnits later(TownUnits const& town, double years, double growth, UnitDynamics const& dynamics,
                std::array<MarkerChange, 2> const& changes, StreamKey key) {
  Stream stream(key, Purpose::history);
  std::size_t const first = town.pupils.size();
  // Who is still there; one unit always is.
  double const stays = std::pow(1 - dynamics.closing, years);
  std::vector<std::size_t> from;
  for (std::size_t s = 0; s < first; ++s)
    if (uniform01(stream) < stays) from.push_back(s);
  if (from.empty())
    from.push_back(static_cast<std::size_t>(uniform01(stream) * static_cast<double>(first)) % first);
  std::size_t const old = from.size();
  auto const opened =
      binomial(stream, static_cast<std::uint32_t>(first), 1 - std::pow(1 - dynamics.opening, years));
  for (std::uint32_t i = 0; i < opened; ++i)
    from.push_back(static_cast<std::size_t>(uniform01(stream) * static_cast<double>(first)) % first);

  TownUnits out;
  out.code = town.code;
  out.name = town.name;
  double const size_sd = std::sqrt(dynamics.size_most * (1 - std::exp(-years / dynamics.size_scale)));
  double before = 0, after = 0, mean = 0, spread = 0;
  for (double n : town.pupils) {
    before += n;
    mean += std::log(n) / static_cast<double>(first);
  }
  for (double n : town.pupils)
    spread += (std::log(n) - mean) * (std::log(n) - mean) / static_cast<double>(first);
  // Sizes wander about the municipality's own spread, which is expected to stay.
  double const keep = spread > 0 ? std::max(0.0, 1 - size_sd * size_sd / (2 * spread)) : 0;
  for (std::size_t s : from) {
    double const d = std::log(town.pupils[s]) - mean;
    out.pupils.push_back(
        std::exp(mean + keep * d + std::sqrt((1 - keep * keep) * spread) * standard_normal(stream)));
    after += out.pupils.back();
  }
  for (double& n : out.pupils) n = std::max(1.0, std::round(n * before * growth / after));

  for (auto const& change : changes) {
    auto const& share = town.*change.share;
    double const p = town_mean(town, share);
    auto& next = out.*change.share;
    double const moved = from_logit(to_logit(p) + change.shift + change.town_sd * standard_normal(stream));
    double n = 0, square = 0, known = 0;
    for (std::size_t s = 0; s < first; ++s)
      if (std::isfinite(share[s])) {
        n += town.pupils[s];
        square += town.pupils[s] * (share[s] - p) * (share[s] - p);
        ++known;
      }
    double const chance = n > 0 ? p * (1 - p) * known / n : 0,
                 variance = n > 0 ? std::max(square / n, chance) : 0;
    double const v = change.most * (1 - std::exp(-years / change.scale));
    // The same unevenness at another level of the share: ε² is the variance over P(1 - P).
    double const stretch = p > 0 && p < 1 ? std::sqrt(moved * (1 - moved) / (p * (1 - p))) : 1;
    double const r = variance > 0 ? std::max(0.0, 1 - v / (2 * variance)) : 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
      double const z = standard_normal(stream), d = share[from[i]] - p;
      bool const kept = i < old && std::isfinite(d);
      double const sd = std::sqrt(variance);
      double const distance = stretch * (kept ? r * d + std::sqrt(1 - r * r) * sd * z : sd * z);
      next.push_back(std::isfinite(p) ? std::clamp(moved + distance, 0.0, 1.0) : not_known);
    }
  }
  return out;
}

BackcastFigure figure_summary(std::string const& year, std::size_t f, std::vector<std::string> const& names,
                              std::vector<std::vector<Numbers>> const& drawn,
                              std::vector<Numbers> const& happened) {
  BackcastFigure out{.year = year, .figure = figure_names[f], .rows = {}};
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

std::vector<BackcastFigure> backcast(std::vector<TownYear> const& years, UnitDynamics const& dynamics,
                                     std::uint64_t seed, std::uint32_t replicates) {
  LIKVARD_EXPECT(years.size() >= 2 && replicates > 0);
  TownYear const& start = years.front();
  double const first_span = years[1].time - start.time;
  std::vector<BackcastFigure> out;
  for (std::size_t y = 1; y < years.size(); ++y) {
    TownYear const& end = years[y];
    double const span = end.time - start.time, growth = all_pupils(end) / all_pupils(start);
    std::array<MarkerChange, 2> changes{
        {{&TownUnits::low_education, dynamics.low_most, dynamics.low_scale},
         {&TownUnits::foreign, dynamics.foreign_most, dynamics.foreign_scale}}};
    for (auto& change : changes) {
      change.shift = town_change(start, end, change.share).first;
      change.town_sd = town_change(start, years[1], change.share).second * std::sqrt(span / first_span);
    }
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
            later(*from[g], span, growth, dynamics, changes,
                  {seed, static_cast<std::uint32_t>(g + 1), static_cast<std::uint32_t>(y) * replicates + r}));
    });
    for (std::size_t f = 0; f < figure_names.size(); ++f)
      out.push_back(figure_summary(end.year, f, names, drawn, happened));
  }
  return out;
}

} // namespace likvard
