#include "likvard/model/segregation_ordinal.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/model/segregation.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace likvard {
namespace {

/// Cumulative counts: below[k][j] of unit k in categories 0 … j, whole[j] of all.
struct Cumulative {
  std::vector<double> size; ///< [K]
  Table below;              ///< [K × J]
  std::vector<double> whole;
  double total = 0;
};

Cumulative cumulate(Table const& n) {
  Cumulative c;
  c.below = n;
  c.whole.assign(static_cast<std::size_t>(n.cols()), 0.0);
  for (Eigen::Index k = 0; k < n.rows(); ++k) {
    for (Eigen::Index j = 1; j < n.cols(); ++j) c.below(k, j) += c.below(k, j - 1);
    c.size.push_back(n.cols() > 0 ? c.below(k, n.cols() - 1) : 0.0);
    c.total += c.size.back();
    for (Eigen::Index j = 0; j < n.cols(); ++j) c.whole[j] += c.below(k, j);
  }
  return c;
}

double xlog2(double c) {
  return c > 0 && c < 1 ? -c * (portable::log(c) / std::numbers::ln2) -
                              (1 - c) * (portable::log(1 - c) / std::numbers::ln2)
                        : 0.0;
}

template <class F>
double lambda(Cumulative const& c, F const& f) {
  double whole = 0, parts = 0;
  for (std::size_t j = 0; j + 1 < c.whole.size(); ++j) {
    whole += f(c.whole[j] / c.total);
    for (std::size_t k = 0; k < c.size.size(); ++k)
      if (c.size[k] > 0)
        parts += c.size[k] / c.total *
                 f(c.below(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j)) / c.size[k]);
  }
  return whole > 0 ? 1 - parts / whole : 0.0;
}

double binomial_coefficient(int n, int k) {
  double c = 1;
  for (int i = 1; i <= k; ++i) c = c * (n - k + i) / i;
  return c;
}

/// ∫ of p^m against the weights of the three indices. Reardon 2011, appendix.
double information_weight(int m) {
  double sum = 2.0 / ((m + 2) * (m + 2));
  for (int i = 0; i <= m; ++i)
    sum += 2 * ((m - i) % 2 == 0 ? 1.0 : -1.0) * binomial_coefficient(m, i) / ((m - i + 2) * (m - i + 2));
  return sum;
}
double variation_weight(int m) {
  return 6.0 / ((m + 2) * (m + 3));
}
double square_root_weight(int m) {
  double product = 4;
  for (int i = 0; i <= m; ++i) product *= (2.0 * i + 1) / (2.0 * i + 4);
  return product;
}

} // namespace

OrdinalSegregation segregation_ordinal(Table const& n) {
  Cumulative const c = cumulate(n);
  if (!(c.total > 0)) return {};
  return {lambda(c, xlog2), lambda(c, [](double x) { return 4 * x * (1 - x); }),
          lambda(c, [](double x) { return 2 * std::sqrt(std::max(0.0, x * (1 - x))); }),
          lambda(c, [](double x) { return 1 - std::abs(2 * x - 1); })};
}

RankOrderSegregation segregation_rank_order(Table const& n, int degree) {
  Cumulative const c = cumulate(n);
  std::vector<double> place, members(c.size.size());
  std::vector<std::array<double, 3>> value;
  for (std::size_t j = 0; j + 1 < c.whole.size(); ++j) {
    double const p = c.whole[j] / c.total;
    if (!(p > 0 && p < 1) || (!place.empty() && p <= place.back())) continue;
    for (std::size_t k = 0; k < members.size(); ++k)
      members[k] = c.below(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j));
    auto const index = segregation(c.size, members);
    place.push_back(p);
    value.push_back({index.theil_h, index.variance_ratio, index.hutchens});
  }
  if (place.empty()) return {};
  int const terms = std::min(degree + 1, static_cast<int>(place.size()));
  Eigen::MatrixXd powers(static_cast<Eigen::Index>(place.size()), terms);
  Eigen::MatrixXd values(static_cast<Eigen::Index>(place.size()), 3);
  for (Eigen::Index i = 0; i < powers.rows(); ++i) {
    for (int m = 0; m < terms; ++m) powers(i, m) = portable::pow(place[i], m);
    for (Eigen::Index v = 0; v < 3; ++v) values(i, v) = value[i][v];
  }
  Eigen::MatrixXd const fit = powers.colPivHouseholderQr().solve(values);
  RankOrderSegregation out;
  for (int m = 0; m < terms; ++m) {
    out.information += fit(m, 0) * information_weight(m);
    out.variation += fit(m, 1) * variation_weight(m);
    out.square_root += fit(m, 2) * square_root_weight(m);
  }
  return out;
}

} // namespace likvard
