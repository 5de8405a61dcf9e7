#include "likvard/model/inequality.hpp"

#include "likvard/core/portable.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {

double concentration(std::span<double const> value, std::span<std::uint32_t const> pupils,
                     std::span<std::uint32_t const> order, std::span<double const> key) {
  double total = 0, sum = 0;
  for (std::size_t s = 0; s < value.size(); ++s) {
    total += pupils[s];
    sum += pupils[s] * value[s];
  }
  if (!(sum > 0)) return 0;
  double const mean = sum / total;
  double below = 0, covariance = 0;
  for (std::size_t i = 0; i < order.size();) {
    double tied = 0, excess = 0;
    std::size_t j = i;
    for (; j < order.size() && key[order[j]] == key[order[i]]; ++j) {
      tied += pupils[order[j]];
      excess += pupils[order[j]] * (value[order[j]] - mean);
    }
    covariance += excess * ((below + 0.5 * tied) / total - 0.5);
    below += tied;
    i = j;
  }
  return 2 * covariance / total / mean;
}

double pupil_quantile(std::span<double const> value, std::span<std::uint32_t const> pupils,
                      std::span<std::uint32_t const> order, double p) {
  double total = 0, below = 0;
  for (auto n : pupils) total += n;
  for (std::uint32_t s : order) {
    below += pupils[s];
    if (below >= p * total * (1 - 1e-12)) return value[s];
  }
  return order.empty() ? 0.0 : value[order.back()];
}

Inequality inequality_by_order(std::span<double const> value, std::span<std::uint32_t const> pupils,
                               std::span<std::uint32_t const> order) {
  Inequality out;
  double sum = 0;
  for (std::size_t s = 0; s < value.size(); ++s) sum += pupils[s] * value[s];
  if (!(sum > 0)) return out;
  double const median = pupil_quantile(value, pupils, order, 0.5),
               p5 = pupil_quantile(value, pupils, order, 0.05);
  double low_n = 0, low_x = 0, high_n = 0, high_x = 0;
  for (std::size_t s = 0; s < value.size(); ++s) {
    double const n = pupils[s], x = value[s];
    if (x <= median) low_n += n, low_x += n * x;
    if (x >= median) high_n += n, high_x += n * x;
  }
  out.gini = concentration(value, pupils, order, value);
  if (p5 > 0) out.range_ratio = (pupil_quantile(value, pupils, order, 0.95) - p5) / p5;
  if (median > 0) {
    out.mcloone = low_x / (median * low_n);
    out.verstegen = high_x / (median * high_n);
  }
  return out;
}

Inequality inequality(std::span<double const> value, std::span<std::uint32_t const> pupils,
                      std::span<std::uint32_t const> order) {
  Inequality out = inequality_by_order(value, pupils, order);
  double total = 0, sum = 0;
  for (std::size_t s = 0; s < value.size(); ++s) {
    total += pupils[s];
    sum += pupils[s] * value[s];
  }
  if (!(sum > 0)) return out;
  double const mean = sum / total;
  double square = 0, theil = 0, logs = 0, roots = 0;
  bool nothing = false;
  for (std::size_t s = 0; s < value.size(); ++s) {
    double const n = pupils[s], x = value[s], relative = x / mean;
    square += n * (x - mean) * (x - mean);
    roots += n * std::sqrt(relative);
    if (x > 0) {
      double const log = portable::log(relative);
      theil += n * relative * log;
      logs -= n * log;
    } else {
      nothing = true;
    }
  }
  out.cv = std::sqrt(square / total) / mean;
  // Rounding can leave a trace below 0 where all are equal.
  out.theil_t = std::max(0.0, theil / total);
  out.mld = nothing ? 0.0 : std::max(0.0, logs / total);
  out.atkinson_half = std::max(0.0, 1 - roots / total * (roots / total));
  out.atkinson_one = nothing ? 1.0 : -portable::expm1(-out.mld);
  return out;
}

} // namespace likvard
