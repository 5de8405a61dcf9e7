#include "likvard/model/realised.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/model/normal.hpp"

#include <boost/math/distributions/binomial.hpp>

#include <algorithm>
#include <cmath>

namespace likvard {

namespace {

/// The same from P(X = 0), which is not 0: sums masses upward.
std::uint32_t climb(std::uint32_t n, double odds, double mass, double u) {
  double cumulative = mass;
  std::uint32_t k = 0;
  while (cumulative < u && k < n) {
    mass *= odds * static_cast<double>(n - k) / (k + 1);
    ++k;
    cumulative += mass;
  }
  return k;
}

constexpr double farthest = 500; ///< expected successes up to which the first mass does not underflow

} // namespace

std::uint32_t binomial_quantile(std::uint32_t n, double p, double u) {
  if (n == 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (n * p > farthest ||
      n * portable::log1p(-p) < -700) { // far from 0 the walk is long and its first term may underflow
    using RoundUp = boost::math::policies::policy<
        boost::math::policies::discrete_quantile<boost::math::policies::integer_round_up>>;
    return static_cast<std::uint32_t>(quantile(boost::math::binomial_distribution<double, RoundUp>(n, p), u));
  }
  return climb(n, p / (1 - p), portable::exp(n * portable::log1p(-p)), u);
}

std::uint32_t move_count(std::uint32_t n, std::uint32_t below, double before, double after, double u) {
  if (after < before) return below - binomial_quantile(below, 1 - after / before, u);
  if (after > before) return below + binomial_quantile(n - below, (after - before) / (1 - before), u);
  return below;
}

void draw_pupil_luck(PupilModel const& model, Outcome const& outcome, Counts const& n,
                     OutcomeBase const& base, StreamKey key, PupilLuck& out) {
  out.mean_noise.resize(2 * base.unit.size());
  out.chance.resize(n.rows(), n.cols());
  out.below.resize(n.rows(), n.cols());
  out.u.resize(n.rows(), n.cols());
  Stream year(key, Purpose::cohort);
  out.cohort = outcome.cohort_sd * standard_normal(year);
  double const scale = 1 / model.sigma;
  out.chance = (model.threshold - base.mean - out.cohort) * scale;
  std::span<double> const chances(out.chance.data(), static_cast<std::size_t>(out.chance.size()));
  portable::normal_cdf(chances, chances);
  for (Eigen::Index s = 0; s < n.rows(); ++s) {
    Stream noise(key, Purpose::cell_noise, static_cast<std::uint32_t>(s));
    for (std::size_t g = 0; g < 2; ++g) {
      double const size = base.unit[s][g].n, z = standard_normal(noise);
      out.mean_noise[2 * s + g] = size > 0 ? model.sigma * z / std::sqrt(size) : 0.0;
    }
    Stream count(key, Purpose::cell_count, static_cast<std::uint32_t>(s));
    for (Eigen::Index p = 0; p < n.cols(); ++p) {
      out.below(s, p) = binomial(count, n(s, p), out.chance(s, p));
      out.u(s, p) = uniform01(count);
    }
  }
}

namespace {

/// Counts below the threshold by group when every cell's chance has moved: luck.below moved as move_count
/// does, its functions taken of all cells at once.
std::array<double, 2> moved_counts(PupilModel const& model, double carry, Profiles const& profiles,
                                   Counts const& n, OutcomeBase const& base, PupilLuck& luck,
                                   std::span<double const> effect) {
  auto const cells = static_cast<std::size_t>(n.size()), width = profiles.size();
  luck.after.resize(cells);
  luck.mass.resize(cells);
  double const scale = 1 / model.sigma;
  for (std::size_t s = 0, i = 0; i < cells; ++s)
    for (std::size_t p = 0; p < width; ++p, ++i) {
      double const shift = carry * effect[2 * s + profiles.needy[p]];
      luck.after[i] = (model.threshold - base.mean.data()[i] - luck.cohort - shift) * scale;
    }
  portable::normal_cdf(luck.after, luck.after);
  // A lower chance takes each success out with chance 1 - after/before, a higher one brings each failure in
  // with chance 1 - (1-after)/(1-before): P(none moves) is that ratio to the power of how many there are.
  for (std::size_t i = 0; i < cells; ++i) {
    double const before = luck.chance.data()[i], after = luck.after[i];
    luck.mass[i] = after < before ? after / before : (1 - after) / (1 - before);
  }
  portable::log(luck.mass, luck.mass);
  std::array<double, 2> below{};
  for (std::size_t i = 0; i < cells; ++i) {
    bool const out = luck.after[i] < luck.chance.data()[i];
    std::uint32_t const count = out ? luck.below.data()[i] : n.data()[i] - luck.below.data()[i];
    luck.mass[i] = count > 0 ? count * luck.mass[i] : 0.0;
  }
  luck.none.resize(cells);
  portable::exp(luck.mass, luck.none);
  for (std::size_t s = 0, i = 0; i < cells; ++s)
    for (std::size_t p = 0; p < width; ++p, ++i) {
      std::size_t const g = profiles.needy[p];
      std::uint32_t const all = n.data()[i], was = luck.below.data()[i];
      if (all == 0) continue;
      double const before = luck.chance.data()[i], after = luck.after[i], u = luck.u.data()[i];
      if (effect[2 * s + g] == 0 || after == before || u <= luck.none[i]) { // nobody moves, as most often
        below[g] += was;
      } else if (luck.mass[i] < -farthest) {
        below[g] += move_count(all, was, before, after, u);
      } else {
        bool const out = after < before;
        double const chance = out ? 1 - after / before : (after - before) / (1 - before);
        std::uint32_t const moves = climb(out ? was : all - was, chance / (1 - chance), luck.none[i], u);
        below[g] += out ? was - moves : was + moves;
      }
    }
  return below;
}

} // namespace

void measure_realised(PupilModel const& model, Outcome const& outcome, double carry, Profiles const& profiles,
                      Counts const& n, OutcomeBase const& base, PupilLuck& luck,
                      std::span<double const> effect, double variance, Row row) {
  std::array<double, 2> const below = moved_counts(model, carry, profiles, n, base, luck, effect);
  std::array<double, 2> pupils{}, noise{};
  double sum = 0, square = 0, units = 0;
  double low = INFINITY, high = -INFINITY;
  for (Eigen::Index s = 0; s < n.rows(); ++s) {
    double unit_n = 0, unit_y = 0;
    std::array<double, 2> shift{};
    for (std::size_t g = 0; g < 2; ++g) {
      GroupSums const& k = base.unit[s][g];
      double const extra = k.n * luck.mean_noise[2 * s + g];
      shift[g] = carry * effect[2 * s + g];
      pupils[g] += k.n;
      noise[g] += extra;
      unit_n += k.n;
      unit_y += k.y + k.n * shift[g] + extra;
    }
    if (unit_n > 0) {
      low = std::min(low, unit_y / unit_n);
      high = std::max(high, unit_y / unit_n);
      sum += unit_y;
      square += unit_y * unit_y / unit_n;
      units += 1;
    }
  }
  bool const both = pupils[0] > 0 && pupils[1] > 0;
  at(row, Measure::gap_realised) =
      both ? at(row, Measure::gap) + noise[0] / pupils[0] - noise[1] / pupils[1] : 0.0;
  at(row, Measure::not_qualified_realised) = 100 * (below[0] + below[1]) / (pupils[0] + pupils[1]);
  at(row, Measure::not_qualified_gap_realised) =
      both ? 100 * (below[1] / pupils[1] - below[0] / pupils[0]) : 0.0;
  double const total = pupils[0] + pupils[1];
  double const between = square / total - sum / total * (sum / total);
  double const chance = model.sigma * model.sigma * std::max(0.0, units - 1) / total;
  at(row, Measure::between_units_realised) = 100 * between / variance;
  at(row, Measure::between_units_corrected) = 100 * (between - chance) / variance;
  double const difference = outcome.merit_sd * (high - low);
  at(row, Measure::largest_unit_difference_realised) = difference;
  at(row, Measure::largest_unit_difference_chance) = difference - at(row, Measure::largest_unit_difference);
}

} // namespace likvard
