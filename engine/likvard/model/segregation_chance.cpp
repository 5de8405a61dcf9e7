#include "likvard/model/segregation_chance.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/model/entropy.hpp"

#include <boost/dynamic_bitset.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <set>
#include <vector>

namespace likvard {
namespace {

/// ln n! less Stirling's formula √(2πn) (n/e)^n, n whole. Differences of lgamma would lose six digits in a
/// big city.
double stirling_error(double n) {
  if (n < 16) {
    double factorial = 1;
    for (int i = 2; i <= static_cast<int>(n); ++i) factorial *= i;
    return portable::log(factorial) - (n + 0.5) * portable::log(n) + n -
           0.5 * portable::log(2 * std::numbers::pi);
  }
  double const r = 1 / (n * n);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / n;
}

/// x ln(x/m) + m - x, without cancellation near x = m.
double deviance(double x, double m) {
  double const d = (x - m) / (x + m);
  if (std::abs(d) > 0.1) return x * portable::log(x / m) + m - x;
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
  if (x <= 0) return n * portable::log1p(-p);
  if (x >= n) return n * portable::log(p);
  return stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance(x, n * p) -
         deviance(n - x, n * (1 - p)) + 0.5 * portable::log(n / (2 * std::numbers::pi * x * (n - x)));
}

/// ln P(x) when X of N members are dealt to n places: a ratio of binomial laws, whatever their probability;
/// X/N keeps all three large.
double log_hypergeometric(double x, double n, double X, double N) {
  double const p = X / N;
  return log_binomial(x, n, p) + log_binomial(X - x, N - n, p) - log_binomial(X, N, p);
}

/// Σ_x P(x) f(x): from the mode outwards, until the law has died out.
template <class F>
double hypergeometric_mean(double n, double X, double N, F const& f) {
  double const low = std::max(0.0, n + X - N), high = std::min(n, X);
  if (X >= N || n >= N) return f(high);
  double const mode = std::clamp(std::floor((n + 1) * (X + 1) / (N + 2)), low, high);
  double const at_mode = portable::exp(log_hypergeometric(mode, n, X, N));
  double sum = at_mode * f(mode);
  double mass = at_mode;
  for (double x = mode; x < high && mass > 1e-19 * at_mode; ++x) {
    mass *= (X - x) * (n - x) / ((x + 1) * (N - X - n + x + 1));
    sum += mass * f(x + 1);
  }
  mass = at_mode;
  for (double x = mode; x > low && mass > 1e-19 * at_mode; --x) {
    mass *= x * (N - X - n + x) / ((X - x + 1) * (n - x + 1));
    sum += mass * f(x - 1);
  }
  return sum;
}

/// Units by whole size: how many there are of each.
std::map<double, double> sizes_of(std::span<double const> n) {
  std::map<double, double> sizes;
  for (double size : n)
    if (std::round(size) > 0) sizes[std::round(size)] += 1;
  return sizes;
}

double whole_total(std::span<double const> n) {
  double total = 0;
  for (double size : n) total += std::round(size);
  return total;
}

} // namespace

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
           portable::exp(log_binomial(nu, k, p) + log_binomial(X - nu, total - k, p) - log_all);
  }
  return units > 1 ? sum / (2 * total * P * (1 - P)) : 0.0;
}

double expected_dissimilarity_binomial(double n, double share) {
  double const nu = std::floor(n * share) + 1;
  return nu > n ? 0.0
                : nu * (1 - share) * portable::exp(log_binomial(nu, n, share)) / (n * share * (1 - share));
}

double expected_variance_ratio(std::size_t units, double pupils) {
  return pupils > 1 && units > 0 ? (static_cast<double>(units) - 1) / (pupils - 1) : 0.0;
}

double variance_ratio_sd(std::span<double const> n, double members) {
  double const total = std::accumulate(n.begin(), n.end(), 0.0);
  std::array<double, 2> const groups{members, total - members};
  return squared_cv_sd(n, groups);
}

double expected_dissimilarity(std::span<double const> n, std::span<double const> groups) {
  double const total = std::accumulate(groups.begin(), groups.end(), 0.0);
  double interaction = 0, sum = 0;
  for (double members : groups) {
    double const P = total > 0 ? members / total : 0.0;
    interaction += P * (1 - P);
    sum += P * (1 - P) * expected_dissimilarity(n, members);
  }
  return interaction > 0 ? sum / interaction : 0.0;
}

double squared_cv_sd(std::span<double const> n, std::span<double const> groups) {
  double total = 0, units = 0, inverse = 0, columns = 0, column_inverse = 0;
  for (double size : n) {
    if (!(size > 0)) continue;
    total += size;
    inverse += 1 / size;
    units += 1;
  }
  for (double members : groups) {
    if (!(members > 0)) continue;
    columns += 1;
    column_inverse += 1 / members;
  }
  if (!(total > 3) || units < 2 || columns < 2) return 0;
  auto const v = [&](double r) { return (total - r) * (r - 1) / (total - 1); };
  auto const w = [&](double sum, double r) { return (total * sum - r * r) / (total - 2); };
  double const v1 = v(units), w1 = w(inverse, units), v2 = v(columns), w2 = w(column_inverse, columns);
  double const variance =
      2 * total / (total - 3) * (v1 - w1) * (v2 - w2) + total * total / (total - 1) * w1 * w2;
  return std::sqrt(std::max(0.0, variance)) / (total * (columns - 1));
}

double expected_mutual_information(std::span<double const> n, std::span<double const> groups) {
  double const total = whole_total(n);
  auto const sizes = sizes_of(n), members = sizes_of(groups);
  double units = 0, sum = 0;
  for (auto const& [size, count] : sizes) units += count;
  if (units < 2) return 0;
  for (auto const& [size, units_of_size] : sizes)
    for (auto const& [X, groups_of_size] : members) {
      if (X >= total) continue; // everybody is in it: no information
      sum += units_of_size * groups_of_size * hypergeometric_mean(size, X, total, [&](double x) {
               return x > 0 ? x / total * portable::log(x * total / (size * X)) : 0.0;
             });
    }
  return sum;
}

double expected_hutchens(std::span<double const> n, double members) {
  double const total = whole_total(n), X = std::round(members);
  if (!(X > 0 && X < total)) return 0;
  double sum = 0, units = 0;
  for (auto const& [size, count] : sizes_of(n)) {
    units += count;
    sum += count * hypergeometric_mean(size, X, total, [&](double x) { return std::sqrt(x * (size - x)); });
  }
  return units < 2 ? 0.0 : 1 - sum / std::sqrt(X * (total - X));
}

double expected_isolation(std::size_t units, double pupils, double members) {
  if (!(pupils > 1)) return 0;
  double const P = members / pupils;
  return P + (1 - P) * expected_variance_ratio(units, pupils);
}

LargestSegregation largest_segregation(std::span<double const> n, double members) {
  std::vector<std::size_t> size;
  for (double pupils : n)
    if (std::round(pupils) > 0) size.push_back(static_cast<std::size_t>(std::llround(pupils)));
  std::size_t const total = std::accumulate(size.begin(), size.end(), std::size_t{0});
  auto const X = static_cast<std::size_t>(std::llround(std::max(0.0, members)));
  if (size.size() < 2 || X == 0 || X >= total) return {};
  // Which numbers of members up to X fill whole units, `spared` aside.
  auto const fillable = [&](std::size_t spared) {
    boost::dynamic_bitset<> sums(X + 1);
    sums.set(0);
    for (std::size_t s = 0; s < size.size(); ++s)
      if (s != spared && size[s] <= X) sums |= sums << size[s];
    return sums;
  };
  if (fillable(size.size()).test(X)) return {1, 1, 1};
  auto const N = static_cast<double>(total), all = static_cast<double>(X);
  double const P = all / N, whole = entropy(P);
  LargestSegregation largest;
  std::set<std::size_t> tried;
  for (std::size_t s = 0; s < size.size(); ++s) {
    if (!tried.insert(size[s]).second) continue;
    auto const sums = fillable(s);
    auto const places = static_cast<double>(size[s]);
    for (std::size_t r = 1; r < size[s] && r <= X; ++r) {
      if (!sums.test(X - r)) continue;
      // Full units count their pupils; the one between holds r of its places.
      double const rest = static_cast<double>(r), p = rest / places;
      double const together = (all - rest + rest * p) / all;
      double const apart = std::abs(rest / all - (places - rest) / (N - all));
      largest.variance_ratio = std::max(largest.variance_ratio, (together - P) / (1 - P));
      largest.theil_h = std::max(largest.theil_h, 1 - places / N * entropy(p) / whole);
      largest.dissimilarity =
          std::max(largest.dissimilarity,
                   0.5 * ((all - rest) / all + (N - all - (places - rest)) / (N - all) + apart));
    }
  }
  return largest;
}

} // namespace likvard
