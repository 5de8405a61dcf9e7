#include "likvard/model/entropy.hpp"

#include "likvard/core/portable.hpp"
#include "likvard/model/sorting.hpp"

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

/// Between-unit share of the score's variance.
double score_icc(std::span<double const> weight, Table const& pi, std::span<double const> score) {
  double mean = 0, square = 0, between = 0;
  for (Eigen::Index s = 0; s < pi.rows(); ++s) {
    double unit = 0;
    for (Eigen::Index p = 0; p < pi.cols(); ++p) {
      unit += pi(s, p) * score[p];
      square += weight[s] * pi(s, p) * score[p] * score[p];
    }
    mean += weight[s] * unit;
    between += weight[s] * unit * unit;
  }
  double const variance = square - mean * mean;
  return variance > 1e-12 ? std::clamp((between - mean * mean) / variance, 0.0, 1.0) : 0.0;
}

/// Σ_{s<k} w_s w_k |p_s - p_k| by sorting.
double mean_difference(std::span<double const> weight, std::span<double const> part) {
  std::vector<std::size_t> order(part.size());
  for (std::size_t s = 0; s < order.size(); ++s) order[s] = s;
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return part[a] < part[b]; });
  double sum = 0, below = 0, members = 0;
  for (auto s : order) {
    sum += weight[s] * (part[s] * below - members);
    below += weight[s];
    members += weight[s] * part[s];
  }
  return sum;
}

} // namespace

std::string_view name_of(Index index) {
  switch (index) {
  case Index::eps2: return "eps2";
  case Index::variance_ratio: return "variance_ratio";
  case Index::dissimilarity: return "dissimilarity";
  case Index::theil_h: return "theil_h";
  case Index::mutual_information: return "mutual_information";
  case Index::gini: return "gini";
  case Index::hutchens: return "hutchens";
  case Index::isolation: return "isolation";
  case Index::icc: return "icc";
  }
  return "";
}

double index_of(Index index, std::span<double const> weight, Table const& pi,
                std::span<std::uint8_t const> member, std::span<double const> score) {
  if (index == Index::icc) return score_icc(weight, pi, score);
  auto const units = static_cast<std::size_t>(pi.rows());
  std::vector<double> part(units, 0.0);
  double overall = 0;
  for (std::size_t s = 0; s < units; ++s) {
    for (Eigen::Index p = 0; p < pi.cols(); ++p)
      if (member[p]) part[s] += pi(s, p);
    part[s] = std::min(part[s], 1.0);
    overall += weight[s] * part[s];
  }
  double const spread = overall * (1 - overall);
  if (!(spread > 1e-15)) return index == Index::isolation ? overall : 0.0;
  double sum = 0;
  switch (index) {
  case Index::eps2:
  case Index::variance_ratio:
    for (std::size_t s = 0; s < units; ++s) sum += weight[s] * (part[s] - overall) * (part[s] - overall);
    return sum / spread;
  case Index::dissimilarity:
    for (std::size_t s = 0; s < units; ++s) sum += weight[s] * std::abs(part[s] - overall);
    return sum / (2 * spread);
  case Index::theil_h:
  case Index::mutual_information:
    for (std::size_t s = 0; s < units; ++s) sum += weight[s] * (entropy(overall) - entropy(part[s]));
    return std::max(0.0, index == Index::theil_h ? sum / entropy(overall) : sum);
  case Index::gini: return mean_difference(weight, part) / spread;
  case Index::hutchens:
    for (std::size_t s = 0; s < units; ++s) sum += weight[s] * std::sqrt(part[s] * (1 - part[s]));
    return std::max(0.0, 1 - sum / std::sqrt(spread));
  case Index::isolation:
    for (std::size_t s = 0; s < units; ++s) sum += weight[s] * part[s] * part[s];
    return sum / overall;
  case Index::icc: break;
  }
  return 0;
}

double dirichlet_index(Index index, double P, double alpha) {
  using boost::math::digamma, boost::math::lgamma;
  double const Q = 1 - P, a = P * alpha, b = Q * alpha, V = 1 / (1 + alpha);
  if (!(P > 0 && Q > 0)) return index == Index::isolation ? P : index == Index::icc ? V : 0.0;
  auto const log_beta = [](double x, double y) { return lgamma(x) + lgamma(y) - lgamma(x + y); };
  double const information = entropy(P) - (digamma(alpha + 1) - P * digamma(a + 1) - Q * digamma(b + 1));
  switch (index) {
  case Index::eps2:
  case Index::variance_ratio:
  case Index::icc: return V;
  case Index::isolation: return P + Q * V;
  case Index::dissimilarity:
    return portable::exp((a - 1) * portable::log(P) + (b - 1) * portable::log(Q) - portable::log(alpha) -
                         log_beta(a, b));
  case Index::gini:
    return portable::exp(portable::log(2 / (P * Q * alpha)) + log_beta(alpha, alpha) - log_beta(a, a) -
                         log_beta(b, b));
  case Index::hutchens:
    return 1 - portable::exp(log_beta(a + 0.5, b + 0.5) - log_beta(a, b) - 0.5 * portable::log(P * Q));
  case Index::theil_h: return information / entropy(P);
  case Index::mutual_information: return information;
  }
  return 0;
}

} // namespace likvard
