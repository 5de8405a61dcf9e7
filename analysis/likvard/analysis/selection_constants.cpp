#include "likvard/analysis/selection_constants.hpp"

#include "likvard/core/contract.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/tools/roots.hpp>

#include <cmath>
#include <numbers>
#include <vector>

namespace likvard {
namespace {

/// Points and weights of an integral over the law of χ²: Gauss–Legendre in √x, piece by piece. √x is close to
/// normal for any number of degrees of freedom, so that equal pieces resolve it.
struct ChiSquared {
  std::vector<double> x, weight, below; ///< below: P(X <= x)
};

ChiSquared chi_squared_rule(double degrees_of_freedom) {
  using Rule = boost::math::quadrature::gauss<double, 15>;
  constexpr double tail = 1e-14;
  constexpr int pieces = 6;
  boost::math::chi_squared_distribution<> const law(degrees_of_freedom);
  double const from = std::sqrt(quantile(law, tail)), to = std::sqrt(quantile(complement(law, tail)));
  ChiSquared out;
  auto const add = [&](double root, double weight) {
    double const x = root * root;
    out.x.push_back(x);
    out.weight.push_back(weight * 2 * root * pdf(law, x));
    out.below.push_back(cdf(law, x));
  };
  double const half = (to - from) / pieces / 2;
  for (int piece = 0; piece < pieces; ++piece) {
    double const middle = from + half * (2 * piece + 1);
    auto const& place = Rule::abscissa();
    auto const& weight = Rule::weights();
    for (std::size_t i = 0; i < place.size(); ++i) {
      add(middle + half * place[i], half * weight[i]);
      if (place[i] > 0) add(middle - half * place[i], half * weight[i]);
    }
  }
  return out;
}

/// 1 - Φ(z).
double upper(double z) {
  return std::erfc(z / std::numbers::sqrt2) / 2;
}

/// The root of an increasing function from `low` up.
template <class Function>
double increasing_root(Function f, double low, double high) {
  while (f(high) < 0) high *= 2;
  std::uintmax_t most = 200;
  auto const close = boost::math::tools::eps_tolerance<double>(46);
  auto const [a, b] = boost::math::tools::toms748_solve(f, low, high, close, most);
  return (a + b) / 2;
}

} // namespace

double kn_eta(double alpha, std::size_t k, std::size_t n0) {
  LIKVARD_EXPECT(alpha > 0 && alpha < 1 && k >= 2 && n0 >= 2);
  return (std::pow(2 * alpha / static_cast<double>(k - 1), -2 / static_cast<double>(n0 - 1)) - 1) / 2;
}

double gsp_eta(double alpha, std::size_t k, std::size_t n1) {
  LIKVARD_EXPECT(alpha > 0 && alpha < 1 && k >= 2 && n1 >= 5);
  auto const law = chi_squared_rule(static_cast<double>(n1 - 1));
  double const wanted = -std::expm1(std::log1p(-alpha) / static_cast<double>(k - 1));
  auto const missing = [&](double eta) {
    double sum = 0;
    for (std::size_t i = 0; i < law.x.size(); ++i) // the smaller of two: density 2 f (1 - F)
      sum += law.weight[i] * 2 * (1 - law.below[i]) * 2 * upper(eta * std::sqrt(law.x[i]));
    return wanted - sum;
  };
  return increasing_root(missing, 0.0, 1.0);
}

double rinott_h(double p, std::size_t k, std::size_t n0) {
  LIKVARD_EXPECT(p > 0 && p < 1 && k >= 2 && n0 >= 5);
  auto const law = chi_squared_rule(static_cast<double>(n0 - 1));
  double const freedom = static_cast<double>(n0 - 1);
  auto const excess = [&](double h) {
    double outer = 0;
    for (std::size_t j = 0; j < law.x.size(); ++j) {
      double inner = 0;
      for (std::size_t i = 0; i < law.x.size(); ++i)
        inner += law.weight[i] * upper(-h / std::sqrt(freedom * (1 / law.x[i] + 1 / law.x[j])));
      outer += law.weight[j] * std::pow(inner, static_cast<double>(k - 1));
    }
    return outer - p;
  };
  return increasing_root(excess, 0.0, 4.0);
}

} // namespace likvard
