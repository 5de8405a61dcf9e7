#include "likvard/model/segregation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

double entropy(double p) {
  return p > 0 && p < 1 ? -p * std::log(p) - (1 - p) * std::log1p(-p) : 0.0;
}

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

} // namespace

Segregation segregation(std::span<double const> n, std::span<double const> x) {
  Segregation out;
  double total = 0, members = 0, together = 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    if (!(n[s] > 0)) continue;
    ++out.units;
    total += n[s];
    members += x[s];
    together += x[s] * x[s] / n[s];
  }
  if (members > 0) out.isolation = together / members;
  if (members > 0) out.exposure = 1 - out.isolation;
  out.pupils = total;
  out.share = total > 0 ? members / total : 0.0;
  double const P = out.share, Q = 1 - P;
  out.defined = out.units > 1 && members > 0 && members < total;
  if (!out.defined) return out;
  double const whole = entropy(P);
  double deviation = 0, square = 0, information = 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    if (!(n[s] > 0)) continue;
    double const p = x[s] / n[s];
    deviation += n[s] * std::abs(p - P);
    square += n[s] * (p - P) * (p - P);
    information += n[s] * (whole - entropy(p));
  }
  out.dissimilarity = deviation / (2 * total * P * Q);
  out.variance_ratio = square / (total * P * Q);
  double const places = static_cast<double>(out.units);
  out.eps2 = total > places ? 1 - (1 - out.variance_ratio) * (total - 1) / (total - places) : 0.0;
  out.mutual_information = std::max(0.0, information / total);
  out.theil_h = out.mutual_information / whole;
  return out;
}

double segregation_gini(std::span<double const> n, std::span<double const> x) {
  std::vector<std::size_t> order;
  double total = 0, members = 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    if (!(n[s] > 0)) continue;
    order.push_back(s);
    total += n[s];
    members += x[s];
  }
  if (order.size() < 2 || !(members > 0 && members < total)) return 0;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return x[a] * n[b] < x[b] * n[a]; });
  // Σ_{i<j} n_i n_j (p_j - p_i) over sorted units, each pair once.
  double below_pupils = 0, below_members = 0, sum = 0;
  for (std::size_t s : order) {
    sum += x[s] * below_pupils - n[s] * below_members;
    below_pupils += n[s];
    below_members += x[s];
  }
  double const P = members / total;
  return sum / (total * total * P * (1 - P));
}

double expected_dissimilarity(std::span<double const> n, double members) {
  double const total = std::round(std::accumulate(n.begin(), n.end(), 0.0)), X = std::round(members);
  if (!(X > 0 && X < total)) return 0;
  double const P = members / total, log_all = log_choose(total, X);
  double sum = 0;
  std::size_t units = 0;
  for (double size : n) {
    double const k = std::round(size);
    if (!(k > 0)) continue;
    ++units;
    double const nu = std::floor(k * X / total) + 1;
    double const others = total - X - k + nu;
    if (nu > std::min(k, X) || others <= 0) continue; // ν is beyond reach: no deviation above the mean
    sum += 2 * nu * others / total * std::exp(log_choose(k, nu) + log_choose(total - k, X - nu) - log_all);
  }
  return units > 1 ? sum / (2 * total * P * (1 - P)) : 0.0;
}

double expected_variance_ratio(std::size_t units, double pupils) {
  return pupils > 1 && units > 0 ? (static_cast<double>(units) - 1) / (pupils - 1) : 0.0;
}

double variance_ratio_sd(std::span<double const> n, double members) {
  double total = 0, inverse = 0, units = 0;
  for (double size : n) {
    if (!(size > 0)) continue;
    total += size;
    inverse += 1 / size;
    units += 1;
  }
  if (!(total > 3) || units < 2 || !(members > 0 && members < total)) return 0;
  auto const v = [&](double r) { return (total - r) * (r - 1) / (total - 1); };
  auto const w = [&](double sum, double r) { return (total * sum - r * r) / (total - 2); };
  double const v1 = v(units), w1 = w(inverse, units);
  double const v2 = v(2), w2 = w(1 / members + 1 / (total - members), 2);
  double const variance =
      2 * total / (total - 3) * (v1 - w1) * (v2 - w2) + total * total / (total - 1) * w1 * w2;
  return std::sqrt(std::max(0.0, variance)) / total;
}

} // namespace likvard
