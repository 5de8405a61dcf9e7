#include "likvard/model/segregation.hpp"

#include <boost/dynamic_bitset.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

namespace likvard {
namespace {

double entropy(double p) {
  return p > 0 && p < 1 ? -p * std::log(p) - (1 - p) * std::log1p(-p) : 0.0;
}

/// ln n! less Stirling's formula √(2πn) (n/e)^n, n whole. Differences of lgamma would lose six digits in a
/// big city.
double stirling_error(double n) {
  if (n < 16) {
    double factorial = 1;
    for (int i = 2; i <= static_cast<int>(n); ++i) factorial *= i;
    return std::log(factorial) - (n + 0.5) * std::log(n) + n - 0.5 * std::log(2 * std::numbers::pi);
  }
  double const r = 1 / (n * n);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / n;
}

/// x ln(x/m) + m - x, without cancellation near x = m.
double deviance(double x, double m) {
  double const d = (x - m) / (x + m);
  if (std::abs(d) > 0.1) return x * std::log(x / m) + m - x;
  // ln(x/m) = 2 (d + d³/3 + d⁵/5 + ...) and m - x = -d (x + m).
  double sum = d * (x - m), power = 2 * x * d;
  for (int j = 3; j < 50; j += 2) {
    power *= d * d;
    double const next = sum + power / j;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

/// ln P(x of n), each with probability p; Loader's saddle-point form (2000), good to the last digits.
double log_binomial(double x, double n, double p) {
  if (x <= 0) return n * std::log1p(-p);
  if (x >= n) return n * std::log(p);
  return stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance(x, n * p) -
         deviance(n - x, n * (1 - p)) + 0.5 * std::log(n / (2 * std::numbers::pi * x * (n - x)));
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
  // The hypergeometric law as a ratio of binomial ones, whatever their probability: P keeps all three large.
  double const P = members / total, p = X / total, log_all = log_binomial(X, total, p);
  double sum = 0;
  std::size_t units = 0;
  for (double size : n) {
    double const k = std::round(size);
    if (!(k > 0)) continue;
    ++units;
    double const nu = std::floor(k * X / total) + 1;
    double const others = total - X - k + nu;
    if (nu > std::min(k, X) || others <= 0) continue; // ν is beyond reach: no deviation above the mean
    sum += 2 * nu * others / total *
           std::exp(log_binomial(nu, k, p) + log_binomial(X - nu, total - k, p) - log_all);
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

double largest_variance_ratio(std::span<double const> n, double members) {
  std::vector<std::size_t> size;
  for (double pupils : n)
    if (std::round(pupils) > 0) size.push_back(static_cast<std::size_t>(std::llround(pupils)));
  std::size_t const total = std::accumulate(size.begin(), size.end(), std::size_t{0});
  auto const X = static_cast<std::size_t>(std::llround(std::max(0.0, members)));
  if (size.size() < 2 || X == 0 || X >= total) return 0;
  // Which numbers of members up to X fill whole units, `spared` aside.
  auto const fillable = [&](std::size_t spared) {
    boost::dynamic_bitset<> sums(X + 1);
    sums.set(0);
    for (std::size_t s = 0; s < size.size(); ++s)
      if (s != spared && size[s] <= X) sums |= sums << size[s];
    return sums;
  };
  if (fillable(size.size()).test(X)) return 1;
  double together = 0; // Σ x²/n: full units count their pupils, the one between r of them r²/n
  std::set<std::size_t> tried;
  for (std::size_t s = 0; s < size.size(); ++s) {
    if (!tried.insert(size[s]).second) continue;
    auto const sums = fillable(s);
    for (std::size_t r = 1; r < size[s] && r <= X; ++r)
      if (sums.test(X - r)) {
        auto const rest = static_cast<double>(r);
        together =
            std::max(together, static_cast<double>(X - r) + rest * rest / static_cast<double>(size[s]));
      }
  }
  double const P = static_cast<double>(X) / static_cast<double>(total);
  return (together / static_cast<double>(X) - P) / (1 - P);
}

} // namespace likvard
