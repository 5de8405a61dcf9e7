#include "likvard/model/need.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/sampling.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

/// A stream's entity for unit s of cohort c. At most 4,096 units and cohorts are handled.
std::uint32_t cohort_entity(std::uint32_t cohort, std::size_t unit) {
  return cohort << 12U | static_cast<std::uint32_t>(unit);
}

/// σ² between units and shrunken means, in place. `within[s]` is Σ (v - mean)² over the pupils seen.
void shrink(NeedScratch& scratch, double overall) {
  double seen = 0, seen2 = 0, inside = 0, between = 0, units = 0;
  for (std::size_t s = 0; s < scratch.mean.size(); ++s) {
    double const k = scratch.count[s];
    if (k == 0) continue;
    units += 1;
    seen += k;
    seen2 += k * k;
    inside += scratch.within[s];
    between += k * (scratch.mean[s] - overall) * (scratch.mean[s] - overall);
  }
  if (units < 2 || seen <= units) return;
  double const tau2 = inside / (seen - units);
  double const sigma2 = std::max(0.0, (between - (units - 1) * tau2) / (seen - seen2 / seen));
  for (std::size_t s = 0; s < scratch.mean.size(); ++s) {
    if (scratch.count[s] == 0) continue;
    double const noise = tau2 / scratch.count[s];
    double const keep = sigma2 + noise > 0 ? sigma2 / (sigma2 + noise) : 0.0;
    scratch.mean[s] = overall + keep * (scratch.mean[s] - overall);
  }
}

/// Sums over the pupils of one cohort of one unit that the register has.
struct Seen {
  double pupils = 0, sum = 0, square = 0;
  void add(Seen const& other) {
    pupils += other.pupils;
    sum += other.sum;
    square += other.square;
  }
};

Seen look(Need const& need, std::span<double const> values, Counts const& n, Cohorts const& cohorts,
          StreamKey key, std::uint32_t cohort, std::size_t s, NeedScratch& scratch) {
  Counts const& table = cohort == 0 ? n : cohorts.earlier[cohort - 1];
  auto const row = static_cast<Eigen::Index>(s);
  scratch.seen.assign(&table(row, 0), &table(row, 0) + values.size());
  if (need.missing > 0) {
    Stream stream(key, Purpose::missing, cohort_entity(cohort, s));
    for (auto& count : scratch.seen) count = binomial(stream, count, 1 - need.missing);
  }
  Seen seen;
  for (std::size_t p = 0; p < values.size(); ++p) {
    seen.pupils += scratch.seen[p];
    seen.sum += scratch.seen[p] * values[p];
    seen.square += scratch.seen[p] * values[p] * values[p];
  }
  return seen;
}

/// Chance that a pupil who is not marked now was so in one of the years before.
double was_marked(Need const& need, std::span<double const> values, Counts const& n) {
  double marked = 0, pupils = 0;
  for (Eigen::Index s = 0; s < n.rows(); ++s)
    for (Eigen::Index p = 0; p < n.cols(); ++p) {
      marked += n(s, p) * values[p];
      pupils += n(s, p);
    }
  if (!(marked < pupils)) return 0;
  double const enters = std::min(1.0, marked * (1 - need.stays) / (pupils - marked));
  return 1 - portable::pow(1 - enters, static_cast<double>(need.years) - 1);
}

} // namespace

void unit_means(Counts const& n, std::span<double const> values, std::span<double> out) {
  for (Eigen::Index s = 0; s < n.rows(); ++s) {
    double sum = 0, pupils = 0;
    for (Eigen::Index p = 0; p < n.cols(); ++p) {
      sum += n(s, p) * values[p];
      pupils += n(s, p);
    }
    out[s] = pupils > 0 ? sum / pupils : 0.0;
  }
}

void make_relative(std::span<std::uint32_t const> pupils, std::span<double> index) {
  double sum = 0, total = 0;
  for (std::size_t s = 0; s < index.size(); ++s) {
    sum += pupils[s] * index[s];
    total += pupils[s];
  }
  double const scale = sum > 0 ? total / sum : 0.0;
  for (double& value : index) value *= scale;
}

std::uint32_t cohorts_seen(std::span<Need const> needs) {
  std::uint32_t count = 0;
  for (auto const& need : needs)
    count = std::max(count, need.lag + (need.pooling == Pooling::ever ? 1 : need.years) - 1);
  return count;
}

void draw_cohorts(std::uint32_t count, std::span<std::uint32_t const> pupils, Table const& pi, StreamKey key,
                  Cohorts& out) {
  LIKVARD_EXPECT(count < 4096 && pupils.size() <= 4096);
  out.earlier.resize(count);
  for (std::uint32_t c = 1; c <= count; ++c)
    draw_units(key, Purpose::earlier, cohort_entity(c, 0), pupils, pi, out.scratch, out.earlier[c - 1]);
}

void observe(Need const& need, std::span<double const> values, Counts const& n, Cohorts const& cohorts,
             StreamKey key, NeedScratch& scratch, std::span<double> out) {
  auto const units = static_cast<std::size_t>(n.rows());
  bool const ever = need.pooling == Pooling::ever;
  std::uint32_t const years = ever ? 1 : need.years;
  LIKVARD_EXPECT(need.lag + years <= cohorts.earlier.size() + 1);
  double const missed = ever ? was_marked(need, values, n) : 0.0;
  scratch.mean.assign(units, 0.0);
  scratch.within.assign(units, 0.0);
  scratch.count.assign(units, 0.0);
  scratch.newest.assign(units, 0.0);
  scratch.second.assign(units, 0.0);
  double sum = 0, seen = 0;
  for (std::size_t s = 0; s < units; ++s) {
    Seen all;
    for (std::uint32_t c = need.lag; c < need.lag + years; ++c) {
      Seen const cohort = look(need, values, n, cohorts, key, c, s, scratch);
      double const mean = cohort.pupils > 0 ? cohort.sum / cohort.pupils : 0.0;
      if (c == need.lag) scratch.newest[s] = mean;
      if (c == need.lag + 1) scratch.second[s] = mean;
      all.add(cohort);
    }
    if (missed > 0) {
      Stream stream(key, Purpose::ever, static_cast<std::uint32_t>(s));
      double const more = binomial(stream, static_cast<std::uint32_t>(all.pupils - all.sum), missed);
      all.sum += more;
      all.square += more;
    }
    if (all.pupils < need.smallest || all.pupils == 0) continue;
    scratch.count[s] = all.pupils;
    scratch.mean[s] = all.sum / all.pupils;
    scratch.within[s] = std::max(0.0, all.square - all.sum * all.sum / all.pupils);
    sum += all.sum;
    seen += all.pupils;
  }
  double const overall = seen > 0 ? sum / seen : 0.0;
  for (std::size_t s = 0; s < units; ++s)
    if (scratch.count[s] == 0) scratch.mean[s] = overall;
  if (need.shrinkage == Shrinkage::empirical_bayes) shrink(scratch, overall);
  for (std::size_t s = 0; s < units; ++s) {
    out[s] = scratch.mean[s];
    if (need.pooling == Pooling::largest && scratch.count[s] > 0)
      out[s] = std::max({out[s], scratch.newest[s], scratch.second[s]});
  }
}

} // namespace likvard
