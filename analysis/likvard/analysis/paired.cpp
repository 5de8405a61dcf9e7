#include "likvard/analysis/paired.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/study/interval.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace likvard {
namespace {

double degrees_of_freedom(PairedSample const& sample) {
  return static_cast<double>(sample.rows - 1);
}

double variance_of_difference(PairedSample const& sample, Eigen::Index i, Eigen::Index j) {
  double const v = sample.covariance(i, i) + sample.covariance(j, j) - 2 * sample.covariance(i, j);
  // What cancellation leaves of two alternatives that always agree is no variance.
  double const noise = 1e-14 * (sample.covariance(i, i) + sample.covariance(j, j));
  return v > noise ? v : 0;
}

} // namespace

PairedSample paired_sample(std::span<double const> values, std::size_t alternatives) {
  LIKVARD_EXPECT(alternatives > 0 && values.size() % alternatives == 0 && values.size() >= 2 * alternatives);
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  auto const k = static_cast<Eigen::Index>(alternatives);
  auto const n = static_cast<Eigen::Index>(values.size() / alternatives);
  Eigen::Map<Rows const> const rows(values.data(), n, k);
  PairedSample out;
  out.rows = static_cast<std::size_t>(n);
  out.mean = rows.colwise().mean();
  Rows const centred = rows.rowwise() - out.mean.transpose();
  out.covariance = centred.transpose() * centred / static_cast<double>(n - 1);
  return out;
}

PairedDifference paired_difference(PairedSample const& sample, std::size_t i, std::size_t j) {
  auto const a = static_cast<Eigen::Index>(i), b = static_cast<Eigen::Index>(j);
  double const variance = variance_of_difference(sample, a, b);
  double const apart = sample.covariance(a, a) + sample.covariance(b, b);
  double const scale = std::sqrt(sample.covariance(a, a) * sample.covariance(b, b));
  PairedDifference out;
  out.mean = sample.mean(a) - sample.mean(b);
  out.standard_error = std::sqrt(variance / static_cast<double>(sample.rows));
  out.correlation = scale > 0 ? sample.covariance(a, b) / scale : 0;
  if (apart > 0) out.runs_saved = variance > 0 ? apart / variance : std::numeric_limits<double>::infinity();
  return out;
}

std::vector<Bounds> sidak_intervals(PairedSample const& sample, std::size_t reference, double level) {
  auto const k = static_cast<std::size_t>(sample.mean.size());
  std::vector<Bounds> out(k);
  if (k < 2) return out;
  double const each = std::pow(level, 1 / static_cast<double>(k - 1));
  double const t = t_quantile((1 + each) / 2, degrees_of_freedom(sample));
  for (std::size_t i = 0; i < k; ++i) {
    if (i == reference) continue;
    auto const d = paired_difference(sample, i, reference);
    out[i] = {d.mean - t * d.standard_error, d.mean + t * d.standard_error};
  }
  return out;
}

std::vector<Bounds> comparisons_with_best(PairedSample const& sample, double level) {
  auto const k = static_cast<std::size_t>(sample.mean.size());
  std::vector<Bounds> out(k);
  if (k < 2) return out;
  double const t = t_quantile(1 - (1 - level) / static_cast<double>(k - 1), degrees_of_freedom(sample));
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < k; ++i) {
    double high = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < k; ++j) {
      if (j == i) continue;
      auto const d = paired_difference(sample, i, j);
      high = std::min(high, d.mean + t * d.standard_error);
    }
    out[i].high = std::max(0.0, high);
    if (out[i].high > 0) candidates.push_back(i);
  }
  for (std::size_t i = 0; i < k; ++i) {
    if (candidates.size() == 1 && candidates[0] == i) continue; // the best: nothing below 0
    for (std::size_t j : candidates) {
      if (j == i) continue;
      auto const d = paired_difference(sample, i, j);
      out[i].low = std::min(out[i].low, d.mean - t * d.standard_error);
    }
  }
  return out;
}

double sure_of_best(PairedSample const& sample, std::size_t best) {
  boost::math::students_t_distribution<> const law(degrees_of_freedom(sample));
  double doubt = 0;
  for (std::size_t j = 0; j < static_cast<std::size_t>(sample.mean.size()); ++j) {
    if (j == best) continue;
    auto const d = paired_difference(sample, best, j);
    if (d.standard_error > 0)
      doubt += cdf(complement(law, d.mean / d.standard_error));
    else if (d.mean <= 0)
      doubt += d.mean == 0 ? 0.5 : 1.0; // two that never differ: either will do
  }
  return std::max(0.0, 1 - doubt);
}

} // namespace likvard
