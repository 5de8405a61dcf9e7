#include "likvard/model/segregation_groups.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/segregation.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

double plogp(double p) {
  return p > 0 ? p * portable::log(p) : 0.0;
}

struct Margins {
  std::vector<double> unit, group; ///< n_k, X_g
  double total = 0;
};

Margins margins_of(Table const& n) {
  Margins margins{std::vector<double>(static_cast<std::size_t>(n.rows()), 0.0),
                  std::vector<double>(static_cast<std::size_t>(n.cols()), 0.0), 0};
  for (Eigen::Index k = 0; k < n.rows(); ++k)
    for (Eigen::Index g = 0; g < n.cols(); ++g) {
      margins.unit[k] += n(k, g);
      margins.group[g] += n(k, g);
      margins.total += n(k, g);
    }
  return margins;
}

double entropy_of(std::span<double const> counts) {
  double total = 0, sum = 0;
  for (double x : counts) total += x;
  if (!(total > 0)) return 0;
  for (double x : counts) sum -= plogp(x / total);
  return sum;
}

} // namespace

GroupSegregation segregation_groups(Table const& n) {
  Margins const m = margins_of(n);
  GroupSegregation out;
  out.pupils = m.total;
  out.units =
      static_cast<std::size_t>(std::count_if(m.unit.begin(), m.unit.end(), [](double x) { return x > 0; }));
  out.groups =
      static_cast<std::size_t>(std::count_if(m.group.begin(), m.group.end(), [](double x) { return x > 0; }));
  out.entropy = entropy_of(m.group);
  for (double x : m.group)
    if (m.total > 0) out.interaction += x / m.total * (1 - x / m.total);
  out.defined = out.units > 1 && out.groups > 1;
  if (!out.defined) return out;
  double deviation = 0, square = 0;
  std::vector<double> pupils, members;
  for (Eigen::Index g = 0; g < n.cols(); ++g) {
    double const P = m.group[g] / m.total;
    if (!(P > 0)) continue;
    double of_group = 0;
    members.clear();
    pupils.clear();
    for (Eigen::Index k = 0; k < n.rows(); ++k) {
      if (!(m.unit[k] > 0)) continue;
      double const p = n(k, g) / m.unit[k];
      deviation += m.unit[k] * std::abs(p - P);
      of_group += m.unit[k] * (p - P) * (p - P);
      if (n(k, g) > 0) out.mutual_information += n(k, g) / m.total * portable::log(p / P);
      pupils.push_back(m.unit[k]);
      members.push_back(n(k, g));
    }
    square += of_group;
    out.squared_cv += of_group / P;
    out.normalised_exposure += of_group / (1 - P);
    out.gini += P * (1 - P) * segregation_gini(pupils, members);
  }
  auto const groups = static_cast<double>(out.groups), units = static_cast<double>(out.units);
  out.mutual_information = std::max(0.0, out.mutual_information);
  out.theil_h = out.mutual_information / out.entropy;
  out.dissimilarity = deviation / (2 * m.total * out.interaction);
  out.gini /= out.interaction;
  out.relative_diversity = square / (m.total * out.interaction);
  out.squared_cv /= m.total * (groups - 1);
  out.normalised_exposure /= m.total;
  out.eps2 = m.total > units ? 1 - (1 - out.relative_diversity) * (m.total - 1) / (m.total - units) : 0.0;
  return out;
}

std::vector<double> local_segregation(Table const& n) {
  Margins const m = margins_of(n);
  std::vector<double> score(m.unit.size(), 0.0);
  for (Eigen::Index k = 0; k < n.rows(); ++k)
    for (Eigen::Index g = 0; g < n.cols(); ++g)
      if (n(k, g) > 0)
        score[k] += n(k, g) / m.unit[k] * portable::log(n(k, g) / m.unit[k] * m.total / m.group[g]);
  return score;
}

Decomposition decompose(Table const& n, std::span<std::size_t const> district) {
  LIKVARD_EXPECT(district.size() == static_cast<std::size_t>(n.rows()));
  std::size_t const districts =
      district.empty() ? 0 : 1 + *std::max_element(district.begin(), district.end());
  Table whole = Table::Zero(static_cast<Eigen::Index>(districts), n.cols());
  for (Eigen::Index k = 0; k < n.rows(); ++k) whole.row(static_cast<Eigen::Index>(district[k])) += n.row(k);
  auto const all = segregation_groups(n), between = segregation_groups(whole);
  Decomposition out;
  out.total = all.mutual_information;
  out.h_total = all.theil_h;
  if (!all.defined) return out;
  out.between = between.mutual_information;
  for (std::size_t d = 0; d < districts; ++d) {
    std::vector<Eigen::Index> rows;
    for (Eigen::Index k = 0; k < n.rows(); ++k)
      if (district[k] == d) rows.push_back(k);
    Table part(static_cast<Eigen::Index>(rows.size()), n.cols());
    for (std::size_t i = 0; i < rows.size(); ++i) part.row(static_cast<Eigen::Index>(i)) = n.row(rows[i]);
    auto const inside = segregation_groups(part);
    out.within += inside.pupils / all.pupils * inside.mutual_information;
  }
  out.h_between = out.between / all.entropy;
  out.h_within = out.within / all.entropy;
  return out;
}

Table shrunk_composition(Table const& n, double scale) {
  Margins const m = margins_of(n);
  Table out = Table::Zero(n.rows(), n.cols());
  for (Eigen::Index k = 0; k < n.rows(); ++k) {
    if (!(m.unit[k] > 0)) continue;
    double sum = 0;
    for (Eigen::Index g = 0; g < n.cols(); ++g) {
      double const P = m.group[g] / m.total;
      out(k, g) = std::max(0.0, P + scale * (n(k, g) / m.unit[k] - P));
      sum += out(k, g);
    }
    out.row(k) *= m.unit[k] / sum;
  }
  return out;
}

} // namespace likvard
