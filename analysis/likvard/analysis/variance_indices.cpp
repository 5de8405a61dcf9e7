#include "likvard/analysis/variance_indices.hpp"

#include "likvard/core/contract.hpp"

#include <cmath>
#include <numeric>

namespace likvard {
namespace {

using Array = Eigen::ArrayXXd;
using Column = Eigen::ArrayXd;

std::size_t blocks_of(SwapScheme scheme, std::size_t sets) {
  return 2 + (scheme == SwapScheme::saltelli ? sets : 2 * sets);
}

/// The variance by chance of a block's means; none without replicates.
Column noise_of(SwapOutputs const& y, Eigen::Index block) {
  if (y.noise.size() == 0) return Column::Zero(y.mean.rows());
  return y.noise.col(block);
}

double pooled_mean(SwapOutputs const& y) {
  return 0.5 * (y.mean.col(0).mean() + y.mean.col(1).mean());
}

/// V(m), row by row. For two replicates (M-μ)² - s²/2 is the product of the two: Cov(y1, y2).
Column variance_terms(SwapOutputs const& y, double mu) {
  Column a = (y.mean.col(0) - mu).square() - noise_of(y, 0);
  if (y.base_only) return a;
  return 0.5 * (a + (y.mean.col(1) - mu).square() - noise_of(y, 1));
}

/// Σ over i of `V_i` (first) or `V_Ti` (total) in units of variance, one column per set.
void first_terms(SwapOutputs const& y, double mu, Eigen::Ref<Array> out) {
  auto const a = y.mean.col(0), b = y.mean.col(1);
  for (Eigen::Index i = 0; i < y.sets; ++i) switch (y.scheme) {
    case SwapScheme::saltelli: out.col(i) = (b - mu) * (y.mean.col(y.ab(i)) - a); break;
    case SwapScheme::azzini: out.col(i) = 0.5 * (y.mean.col(y.ba(i)) - b) * (a - y.mean.col(y.ab(i))); break;
    case SwapScheme::conditional: out.col(i) = (a - mu) * (y.mean.col(y.ba(i)) - b); break;
    }
}

void total_terms(SwapOutputs const& y, Eigen::Ref<Array> out) {
  auto const a = y.mean.col(0), b = y.mean.col(1);
  for (Eigen::Index i = 0; i < y.sets; ++i) {
    out.col(i) = 0.5 * ((a - y.mean.col(y.ab(i))).square() - noise_of(y, 0) - noise_of(y, y.ab(i)));
    if (y.scheme == SwapScheme::azzini)
      out.col(i) = 0.5 * out.col(i) +
                   0.25 * ((b - y.mean.col(y.ba(i))).square() - noise_of(y, 1) - noise_of(y, y.ba(i)));
  }
}

/// D_i / 4 for Azzini, V(m) for the others.
Array denominators(SwapOutputs const& y, double mu) {
  if (y.scheme != SwapScheme::azzini) return variance_terms(y, mu);
  Column const base = (y.mean.col(0) - y.mean.col(1)).square() - noise_of(y, 0) - noise_of(y, 1);
  Array out(y.mean.rows(), y.sets);
  for (Eigen::Index i = 0; i < y.sets; ++i)
    out.col(i) = 0.25 * (base + (y.mean.col(y.ba(i)) - y.mean.col(y.ab(i))).square() - noise_of(y, y.ab(i)) -
                         noise_of(y, y.ba(i)));
  return out;
}

Array pair_terms(SwapOutputs const& y, double mu) {
  Array first(y.mean.rows(), y.sets);
  first_terms(y, mu, first);
  Column const base = (y.mean.col(0) - mu) * (y.mean.col(1) - mu);
  Array out(y.mean.rows(), y.sets * (y.sets - 1) / 2);
  Eigen::Index k = 0;
  for (Eigen::Index i = 0; i < y.sets; ++i)
    for (Eigen::Index j = i + 1; j < y.sets; ++j)
      out.col(k++) = 0.5 * ((y.mean.col(y.ba(i)) - mu) * (y.mean.col(y.ab(j)) - mu) +
                            (y.mean.col(y.ba(j)) - mu) * (y.mean.col(y.ab(i)) - mu)) -
                     base - first.col(i) - first.col(j);
  return out;
}

/// E[v]: the mean over a row's blocks, which all have the law of X; from variances of means back to one run.
Column noise_terms(SwapOutputs const& y) {
  if (y.base_only) return noise_of(y, 0) * y.replicates;
  if (y.noise.size() == 0) return Column::Zero(y.mean.rows());
  return y.noise.rowwise().mean() * y.replicates;
}

/// Means of a row's points, and the variances of these by chance.
void point_moments(std::span<double const> row, std::size_t replicates, Eigen::Index j, SwapOutputs& out) {
  std::size_t const blocks = row.size() / replicates;
  for (std::size_t b = 0; b < blocks; ++b) {
    std::size_t const m = out.base_only && b > 0 ? 1 : replicates;
    auto const point = row.subspan(b * replicates, m);
    double const centre = std::accumulate(point.begin(), point.end(), 0.0) / static_cast<double>(m);
    double square = 0;
    for (double value : point) square += (value - centre) * (value - centre);
    auto const column = static_cast<Eigen::Index>(b);
    out.mean(j, column) = centre;
    if (m > 1) out.noise(j, column) = square / static_cast<double>(m * (m - 1));
    // The others are single runs of the same law: their noise is expected to be that of one run of A.
    if (out.base_only && b > 0) out.noise(j, column) = out.noise(j, 0) * static_cast<double>(replicates);
  }
}

/// A plain mean with its standard error: a ratio to one.
Estimate mean_of(Column const& values, SwapOutputs const& y, IntervalRule rule) {
  rule.family = 1;
  return ratio_estimates({values, Column::Ones(values.size()), y.stratum}, rule).front();
}

} // namespace

SwapOutputs swap_outputs(SwapScheme scheme, std::size_t sets, std::size_t replicates, bool base_only,
                         std::span<double const> y, std::span<std::uint32_t const> stratum) {
  std::size_t const blocks = blocks_of(scheme, sets), row_size = blocks * replicates;
  LIKVARD_EXPECT(sets > 0 && replicates > 0 && y.size() % row_size == 0);
  std::size_t const rows = y.size() / row_size;
  LIKVARD_EXPECT(stratum.empty() || stratum.size() == rows);
  SwapOutputs out{.scheme = scheme,
                  .sets = static_cast<Eigen::Index>(sets),
                  .replicates = static_cast<double>(replicates),
                  .mean = {},
                  .noise = {},
                  .stratum = {},
                  .base_only = base_only && replicates > 1};
  using RowMajor = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  auto const n = static_cast<Eigen::Index>(rows), width = static_cast<Eigen::Index>(blocks);
  if (replicates == 1) {
    out.mean = Eigen::Map<RowMajor const>(y.data(), n, width);
  } else {
    out.mean.resize(n, width);
    out.noise = Array::Zero(n, width);
    for (std::size_t j = 0; j < rows; ++j)
      point_moments(y.subspan(j * row_size, row_size), replicates, static_cast<Eigen::Index>(j), out);
  }
  // A sum with a NaN or an infinity in it is none of the finite numbers.
  Column sums = out.mean.rowwise().sum();
  if (replicates > 1) sums += out.noise.rowwise().sum();
  std::vector<Eigen::Index> keep;
  for (Eigen::Index j = 0; j < n; ++j)
    if (std::isfinite(sums(j))) keep.push_back(j);
  out.dropped = rows - keep.size();
  keep_rows(out.mean, keep);
  if (replicates > 1) keep_rows(out.noise, keep);
  if (!stratum.empty())
    for (Eigen::Index j : keep) out.stratum.push_back(stratum[static_cast<std::size_t>(j)]);
  return out;
}

SwapIndices swap_indices(SwapOutputs const& y, IntervalRule const& rule, bool pairs) {
  LIKVARD_EXPECT(y.mean.rows() >= 2);
  double const mu = pooled_mean(y);
  SwapIndices out{.first = {}, .total = {}, .pair = {}, .mean = mu, .variance = {}, .noise = {}};
  out.rows = static_cast<std::size_t>(y.mean.rows());
  out.dropped = y.dropped;
  Column const variance = variance_terms(y, mu);
  out.variance = mean_of(variance, y, rule);
  out.noise = mean_of(noise_terms(y), y, rule);
  // An output that does not move differs from zero by rounding only.
  bool const moves = out.variance.value > 1e-20 * mu * mu;
  out.defined = moves && out.variance.value > 3 * out.variance.standard_error;
  auto const d = static_cast<std::size_t>(y.sets);
  if (!moves) {
    out.first.resize(d);
    out.total.resize(d);
    return out;
  }
  RowTerms terms{Array(y.mean.rows(), 2 * y.sets), denominators(y, mu), y.stratum};
  first_terms(y, mu, terms.numerator.leftCols(y.sets));
  total_terms(y, terms.numerator.rightCols(y.sets));
  auto const both = ratio_estimates(terms, rule);
  out.first.assign(both.begin(), both.begin() + static_cast<std::ptrdiff_t>(d));
  out.total.assign(both.begin() + static_cast<std::ptrdiff_t>(d), both.end());
  if (pairs && y.scheme == SwapScheme::azzini && d > 1) {
    auto joint = rule;
    if (rule.family > 1) joint.family = static_cast<std::uint32_t>(d * (d - 1) / 2);
    out.pair = ratio_estimates({pair_terms(y, mu), variance, y.stratum}, joint);
  }
  return out;
}

VarianceSplit variance_split(SwapOutputs const& y, Eigen::Index levers, bool all_levers,
                             IntervalRule const& rule) {
  LIKVARD_EXPECT(levers <= y.sets);
  double const mu = pooled_mean(y);
  Column const variance = variance_terms(y, mu), chance = noise_terms(y);
  Column lever = Column::Zero(variance.size());
  if (levers < y.sets) {
    Array first(variance.size(), y.sets), total(variance.size(), y.sets);
    first_terms(y, mu, first);
    total_terms(y, total);
    lever = 0.5 * (first.col(levers) + total.col(levers));
  } else if (all_levers) {
    lever = variance;
  }
  RowTerms terms{Array(variance.size(), 3), variance + chance, y.stratum};
  terms.numerator << lever, variance - lever, chance;
  auto const parts = ratio_estimates(terms, rule);
  return {parts[0], parts[1], parts[2]};
}

std::vector<double> log_noise(std::span<double const> y, std::size_t replicates) {
  LIKVARD_EXPECT(replicates >= 4 && y.size() % replicates == 0);
  std::vector<double> out;
  out.reserve(y.size() / replicates * 2);
  std::size_t const half = replicates / 2;
  for (std::size_t at = 0; at < y.size(); at += replicates)
    for (std::size_t part = 0; part < 2; ++part) {
      auto const values = y.subspan(at + part * half, half);
      double const mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(half);
      double square = 0;
      for (double value : values) square += (value - mean) * (value - mean);
      out.push_back(std::log(square / static_cast<double>(half - 1)));
    }
  return out;
}

} // namespace likvard
