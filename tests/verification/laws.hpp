#pragma once
#include "likvard/model/table.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/tools/roots.hpp>

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <vector>

/// Exact laws of the samplers, by enumeration or quadrature: another road than the samplers take.
namespace likvard::verification {

inline double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

/// P(k of n), k = 0 … n.
inline std::vector<double> binomial_law(std::uint32_t n, double p) {
  std::vector<double> law;
  for (std::uint32_t k = 0; k <= n; ++k)
    law.push_back(std::exp(log_choose(n, k) + k * std::log(p) + (n - k) * std::log1p(-p)));
  return law;
}

/// The law of a table of counts: every table that can occur, and its probability.
struct CountLaw {
  std::map<std::vector<std::uint32_t>, std::size_t> index;
  std::vector<double> probability;

  std::size_t size() const { return probability.size(); }
  std::size_t place(Counts const& n) const {
    auto const found = index.find({n.data(), n.data() + n.size()});
    if (found == index.end()) throw std::logic_error("a table that the law does not know was drawn");
    return found->second;
  }
  void add(Counts const& n, double p) {
    index.emplace(std::vector<std::uint32_t>(n.data(), n.data() + n.size()), probability.size());
    probability.push_back(p);
  }
};

/// All ways of placing `total` in cells that hold at most capacity[i] each.
inline void for_each_split(std::vector<std::uint32_t> const& capacity, std::uint32_t total,
                           std::function<void(std::vector<std::uint32_t> const&)> const& f) {
  std::vector<std::uint32_t> part(capacity.size());
  std::function<void(std::size_t, std::uint32_t)> const place = [&](std::size_t i, std::uint32_t left) {
    if (i == capacity.size()) {
      if (left == 0) f(part);
      return;
    }
    for (std::uint32_t k = 0; k <= std::min(left, capacity[i]); ++k) {
      part[i] = k;
      place(i + 1, left - k);
    }
  };
  place(0, total);
}

/// Rows are independent multinomials.
inline CountLaw free_law(std::vector<std::uint32_t> const& pupils, Table const& pi) {
  CountLaw law;
  Counts n(pi.rows(), pi.cols());
  std::function<void(Eigen::Index, double)> const row = [&](Eigen::Index s, double p) {
    if (s == pi.rows()) return law.add(n, p);
    std::uint32_t const size = pupils[static_cast<std::size_t>(s)];
    for_each_split(std::vector<std::uint32_t>(static_cast<std::size_t>(pi.cols()), size), size,
                   [&](auto const& part) {
                     double mass = std::lgamma(size + 1.0);
                     for (Eigen::Index j = 0; j < pi.cols(); ++j) {
                       double const k = part[static_cast<std::size_t>(j)];
                       n(s, j) = part[static_cast<std::size_t>(j)];
                       mass += k * std::log(pi(s, j)) - std::lgamma(k + 1);
                     }
                     row(s + 1, p * std::exp(mass));
                   });
  };
  row(0, 1);
  return law;
}

/// Profile by profile, binomials with the units' remaining places and conditional shares, given that they sum
/// to the total: P(k) ∝ Π C(places, k) odds^k. With equal rows the multivariate hypergeometric law, with two
/// profiles Fisher's noncentral one.
inline CountLaw fixed_law(std::vector<std::uint32_t> const& pupils, std::vector<std::uint32_t> const& totals,
                          Table const& pi) {
  CountLaw law;
  Counts n(pi.rows(), pi.cols());
  std::function<void(Eigen::Index, std::vector<std::uint32_t> const&, double)> const column =
      [&](Eigen::Index p, std::vector<std::uint32_t> const& places, double probability) {
        if (p + 1 == pi.cols()) {
          for (std::size_t s = 0; s < places.size(); ++s) n(static_cast<Eigen::Index>(s), p) = places[s];
          return law.add(n, probability);
        }
        auto const mass = [&](std::vector<std::uint32_t> const& part) {
          double sum = 0;
          for (std::size_t s = 0; s < part.size(); ++s) {
            auto const row = static_cast<Eigen::Index>(s);
            double rest = 0;
            for (Eigen::Index j = p + 1; j < pi.cols(); ++j) rest += pi(row, j);
            sum += log_choose(places[s], part[s]) + part[s] * std::log(pi(row, p) / rest);
          }
          return std::exp(sum);
        };
        double whole = 0;
        for_each_split(places, totals[static_cast<std::size_t>(p)],
                       [&](auto const& part) { whole += mass(part); });
        for_each_split(places, totals[static_cast<std::size_t>(p)], [&](auto const& part) {
          std::vector<std::uint32_t> left(places);
          for (std::size_t s = 0; s < part.size(); ++s) {
            left[s] -= part[s];
            n(static_cast<Eigen::Index>(s), p) = part[s];
          }
          column(p + 1, left, probability * mass(part) / whole);
        });
      };
  column(0, pupils, 1);
  return law;
}

/// Quantiles i/cells, i = 1 … cells - 1, of logit X - logit Y, X and Y independent Beta(a, b): from
/// P(logit X <= t + logit Y) = ∫ F(logistic(t + logit y)) dF(y), by the midpoint rule over the quantiles of
/// y.
inline std::vector<double> beta_logit_difference_edges(double a, double b, int cells) {
  boost::math::beta_distribution<> const law(a, b);
  constexpr int steps = 4000;
  std::vector<double> logit;
  for (int i = 0; i < steps; ++i) {
    double const u = (i + 0.5) / steps;
    double const y = quantile(law, u);
    logit.push_back(std::log(y) - std::log1p(-y));
  }
  auto const distribution = [&](double t) {
    double sum = 0;
    for (double z : logit) sum += cdf(law, 1 / (1 + std::exp(-t - z)));
    return sum / steps;
  };
  std::vector<double> edges;
  for (int i = 1; i < cells; ++i) {
    double const u = static_cast<double>(i) / cells;
    std::uintmax_t rounds = 100;
    auto const bracket =
        boost::math::tools::toms748_solve([&](double t) { return distribution(t) - u; }, -400.0, 400.0,
                                          boost::math::tools::eps_tolerance<double>(30), rounds);
    edges.push_back(0.5 * (bracket.first + bracket.second));
  }
  return edges;
}

} // namespace likvard::verification
