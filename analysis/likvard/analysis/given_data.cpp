#include "likvard/analysis/given_data.hpp"

#include "likvard/analysis/detail/sorted_rows.hpp"
#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace likvard {
using detail::sorted_on, detail::whole_rows;
namespace {

/// The estimate of one input: values centred and in the order of x, around the circle.
Estimate rank_estimate(std::vector<double> const& y, std::vector<double> const& variance_terms,
                       double variance, double quantile) {
  std::size_t const n = y.size();
  auto const at = [&](std::size_t k) { return y[k % n]; };
  double product = 0, products_of_differences = 0;
  for (std::size_t k = 0; k < n; ++k) {
    product += at(k) * at(k + 1);
    double const here = at(k) - at(k + 1), next = at(k + 2) - at(k + 3);
    products_of_differences += 0.25 * here * here * next * next;
  }
  double const count = static_cast<double>(n), value = product / count / variance;
  double sum = 0, square = 0;
  for (std::size_t k = 1; k <= n; ++k) {
    double const w = at(k) * (at(k - 1) + at(k + 1)) - at(k - 1) * at(k + 1);
    double const psi = w - value * variance_terms[k % n];
    sum += psi;
    square += psi * psi;
  }
  double const spread = (square - sum * sum / count) / (count - 1) - 2 * products_of_differences / count;
  // Where an input decides nothing, the difference of two estimates may fall below the smallest it can be.
  double const least = products_of_differences / count;
  double const error = std::sqrt(std::max(spread, least) / count) / variance;
  return {value, error, value - quantile * error, value + quantile * error};
}

} // namespace

RankIndices rank_indices(std::size_t inputs, std::span<double const> x, std::span<double const> y,
                         std::span<double const> noise, IntervalRule const& rule) {
  LIKVARD_EXPECT(noise.empty() || noise.size() == y.size());
  auto const rows = whole_rows(inputs, x, y);
  LIKVARD_EXPECT(rows.size() >= 4);
  RankIndices out;
  out.rows = rows.size();
  out.dropped = y.size() - rows.size();
  double const n = static_cast<double>(rows.size());
  for (std::size_t j : rows) out.mean += y[j] / n;
  double square = 0, fourth = 0;
  auto const variance_term = [&](std::size_t j) {
    return (y[j] - out.mean) * (y[j] - out.mean) - (noise.empty() ? 0.0 : noise[j]);
  };
  for (std::size_t j : rows) {
    square += variance_term(j) / n;
    fourth += variance_term(j) * variance_term(j) / n;
  }
  out.variance = square;
  out.first.resize(inputs);
  double const error = std::sqrt(std::max(0.0, fourth - square * square) / n);
  bool const moves = square > 1e-20 * out.mean * out.mean;
  out.defined = moves && square > 3 * error;
  if (!moves) return out;
  double const quantile = interval_quantile(rule, std::numeric_limits<double>::infinity());
  std::vector<double> values(rows.size()), terms(rows.size());
  for (std::size_t i = 0; i < inputs; ++i) {
    auto const order = sorted_on(x, inputs, i, rows);
    for (std::size_t k = 0; k < order.size(); ++k) {
      values[k] = y[order[k]] - out.mean;
      terms[k] = variance_term(order[k]);
    }
    out.first[i] = rank_estimate(values, terms, out.variance, quantile);
  }
  return out;
}

} // namespace likvard
