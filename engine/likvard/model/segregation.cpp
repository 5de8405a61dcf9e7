#include "likvard/model/segregation.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/model/entropy.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace likvard {
Segregation segregation(std::span<double const> n, std::span<double const> x) {
  Segregation out;
  double total = 0, members = 0, together = 0, met = 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    if (!(n[s] > 0)) continue;
    ++out.units;
    total += n[s];
    members += x[s];
    together += x[s] * x[s] / n[s];
    if (n[s] > 1) met += x[s] * std::max(0.0, x[s] - 1) / (n[s] - 1);
  }
  if (members > 0) out.isolation = together / members;
  if (members > 0) out.exposure = 1 - out.isolation;
  if (members > 0) out.isolation_others = met / members;
  out.pupils = total;
  out.share = total > 0 ? members / total : 0.0;
  double const P = out.share, Q = 1 - P;
  out.defined = out.units > 1 && members > 0 && members < total;
  if (!out.defined) return out;
  double const whole = entropy(P);
  double deviation = 0, square = 0, information = 0, mixed = 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    if (!(n[s] > 0)) continue;
    double const p = x[s] / n[s];
    deviation += n[s] * std::abs(p - P);
    square += n[s] * (p - P) * (p - P);
    information += n[s] * (whole - entropy(p));
    mixed += std::sqrt(std::max(0.0, x[s] * (n[s] - x[s])));
  }
  out.dissimilarity = deviation / (2 * total * P * Q);
  out.variance_ratio = square / (total * P * Q);
  double const places = static_cast<double>(out.units);
  out.eps2 = total > places ? 1 - (1 - out.variance_ratio) * (total - 1) / (total - places) : 0.0;
  out.mutual_information = std::max(0.0, information / total);
  out.theil_h = out.mutual_information / whole;
  out.hutchens = std::max(0.0, 1 - mixed / std::sqrt(members * (total - members)));
  out.gorard = Q * out.dissimilarity;
  return out;
}

double segregation_gini(std::span<double const> n, std::span<double const> x) {
  std::vector<std::size_t> order;
  return segregation_gini(n, x, order);
}

double segregation_gini(std::span<double const> n, std::span<double const> x,
                        std::vector<std::size_t>& order) {
  order.clear();
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

double segregation_atkinson(std::span<double const> n, std::span<double const> x, double b) {
  LIKVARD_EXPECT(b > 0 && b < 1);
  double total = 0, members = 0, sum = 0;
  std::size_t units = 0;
  for (std::size_t s = 0; s < n.size(); ++s) {
    if (!(n[s] > 0)) continue;
    ++units;
    total += n[s];
    members += x[s];
    double const p = x[s] / n[s];
    sum += n[s] * portable::pow(p, b) * portable::pow(std::max(0.0, 1 - p), 1 - b);
  }
  if (units < 2 || !(members > 0 && members < total)) return 0;
  double const P = members / total;
  return std::max(0.0, 1 - P / (1 - P) * portable::pow(sum / (total * P), 1 / (1 - b)));
}

} // namespace likvard
