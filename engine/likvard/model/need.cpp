#include "likvard/model/need.hpp"

#include "likvard/model/sampling.hpp"

#include <algorithm>

namespace likvard {
namespace {

void normalise(std::span<double> index, std::span<std::uint32_t const> pupils) {
  double sum = 0, total = 0;
  for (std::size_t s = 0; s < index.size(); ++s) {
    sum += pupils[s] * index[s];
    total += pupils[s];
  }
  double const scale = sum > 0 ? total / sum : 0.0;
  for (double& value : index) value *= scale;
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

} // namespace

void true_index(Counts const& n, std::span<double const> values, std::span<double> out) {
  double sum = 0, total = 0;
  for (Eigen::Index s = 0; s < n.rows(); ++s) {
    double of_unit = 0, pupils = 0;
    for (Eigen::Index p = 0; p < n.cols(); ++p) {
      of_unit += n(s, p) * values[p];
      pupils += n(s, p);
    }
    out[s] = pupils > 0 ? of_unit / pupils : 0.0;
    sum += of_unit;
    total += pupils;
  }
  double const scale = sum > 0 ? total / sum : 0.0;
  for (double& value : out) value *= scale;
}

void observed_index(Need const& need, std::span<double const> values, Counts const& n,
                    std::span<std::uint32_t const> pupils, Table const& pi, StreamKey key,
                    NeedScratch& scratch, std::span<double> out) {
  auto const units = static_cast<std::size_t>(n.rows());
  auto const profiles = static_cast<std::size_t>(n.cols());
  bool const sees_present = need.lag == 0;
  std::uint32_t const earlier = need.years - (sees_present ? 1 : 0);
  scratch.mean.assign(units, 0.0);
  scratch.within.assign(units, 0.0);
  scratch.count.assign(units, 0.0);
  double sum = 0, seen = 0;
  for (std::size_t s = 0; s < units; ++s) {
    auto const row = static_cast<Eigen::Index>(s);
    scratch.seen.assign(profiles, 0);
    if (sees_present)
      for (std::size_t p = 0; p < profiles; ++p) scratch.seen[p] = n(row, static_cast<Eigen::Index>(p));
    if (earlier > 0) {
      Stream stream(key, Purpose::earlier, static_cast<std::uint32_t>(s));
      add_multinomial(earlier * pupils[s], {&pi(row, 0), profiles}, stream, scratch.seen);
    }
    if (need.missing > 0) {
      Stream stream(key, Purpose::missing, static_cast<std::uint32_t>(s));
      for (auto& count : scratch.seen) count = binomial(stream, count, 1 - need.missing);
    }
    double k = 0, total = 0, square = 0;
    for (std::size_t p = 0; p < profiles; ++p) {
      k += scratch.seen[p];
      total += scratch.seen[p] * values[p];
      square += scratch.seen[p] * values[p] * values[p];
    }
    if (k < need.smallest || k == 0) continue;
    scratch.count[s] = k;
    scratch.mean[s] = total / k;
    scratch.within[s] = std::max(0.0, square - total * total / k);
    sum += total;
    seen += k;
  }
  double const overall = seen > 0 ? sum / seen : 0.0;
  for (std::size_t s = 0; s < units; ++s)
    if (scratch.count[s] == 0) scratch.mean[s] = overall;
  if (need.shrinkage == Shrinkage::empirical_bayes) shrink(scratch, overall);
  std::copy(scratch.mean.begin(), scratch.mean.end(), out.begin());
  normalise(out, pupils);
}

} // namespace likvard
