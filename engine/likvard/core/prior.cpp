#include "likvard/core/prior.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace likvard {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

double phi_cdf(double z) {
  return z == infinite ? 1.0 : z == -infinite ? 0.0 : portable::normal_cdf(z);
}
double phi_pdf(double z) {
  return std::isfinite(z) ? portable::normal_pdf(z) : 0.0;
}

/// The same distribution seen from the other side.
Normal mirrored(Normal const& n) {
  return {-n.mean, n.sd, -n.high, -n.low};
}

double normal_mean(Normal const& n) {
  if (n.low > n.mean) return -normal_mean(mirrored(n));
  double const a = (n.low - n.mean) / n.sd, b = (n.high - n.mean) / n.sd;
  double const mass = phi_cdf(b) - phi_cdf(a);
  if (!(mass > 0))
    return std::clamp(n.mean, n.low, n.high); // so far out that the nearest bound is all there is
  return std::clamp(n.mean + n.sd * (phi_pdf(a) - phi_pdf(b)) / mass, n.low, n.high);
}

struct Quantile {
  double u;
  double operator()(Fixed const& p) const { return p.value; }
  double operator()(Uniform const& p) const { return p.low + u * (p.high - p.low); }
  double operator()(Normal const& p) const {
    NormalQuantiles const law(p);
    return law.value(portable::normal_quantile(law.chance(u)));
  }
  double operator()(LogNormal const& p) const {
    return portable::exp(p.log_mean + p.log_sd * portable::normal_quantile(u));
  }
  double operator()(Beta const& p) const {
    return quantile(boost::math::beta_distribution<double>(p.a, p.b), u);
  }
  double operator()(Triangular const& p) const {
    double const width = p.high - p.low, turn = (p.mode - p.low) / width;
    return u < turn ? p.low + std::sqrt(u * width * (p.mode - p.low))
                    : p.high - std::sqrt((1 - u) * width * (p.high - p.mode));
  }
  double operator()(NormalMixture const& p) const {
    double total = 0, low = infinite, high = -infinite;
    double const z = portable::normal_quantile(u); // the mixture's quantile lies between its parts'
    for (std::size_t i = 0; i < p.part.size(); ++i) {
      total += p.weight[i];
      low = std::min(low, p.part[i].mean + p.part[i].sd * z);
      high = std::max(high, p.part[i].mean + p.part[i].sd * z);
    }
    auto const excess = [&](double x) {
      double sum = 0;
      for (std::size_t i = 0; i < p.part.size(); ++i)
        sum += p.weight[i] / total * phi_cdf((x - p.part[i].mean) / p.part[i].sd);
      return sum - u;
    };
    if (!(high > low) || excess(low) >= 0) return low;
    if (excess(high) <= 0) return high;
    std::uintmax_t steps = 100;
    auto const bracket = boost::math::tools::toms748_solve(
        excess, low, high, boost::math::tools::eps_tolerance<double>(46), steps);
    return 0.5 * (bracket.first + bracket.second);
  }
};

struct Mean {
  double operator()(Fixed const& p) const { return p.value; }
  double operator()(Uniform const& p) const { return 0.5 * (p.low + p.high); }
  double operator()(Normal const& p) const { return normal_mean(p); }
  double operator()(LogNormal const& p) const {
    return portable::exp(p.log_mean + 0.5 * p.log_sd * p.log_sd);
  }
  double operator()(Beta const& p) const { return p.a / (p.a + p.b); }
  double operator()(Triangular const& p) const { return (p.low + p.mode + p.high) / 3; }
  double operator()(NormalMixture const& p) const {
    double sum = 0, total = 0;
    for (std::size_t i = 0; i < p.part.size(); ++i) {
      sum += p.weight[i] * p.part[i].mean;
      total += p.weight[i];
    }
    return sum / total;
  }
};

struct Bounds {
  std::pair<double, double> operator()(Fixed const& p) const { return {p.value, p.value}; }
  std::pair<double, double> operator()(Uniform const& p) const { return {p.low, p.high}; }
  std::pair<double, double> operator()(Normal const& p) const { return {p.low, p.high}; }
  std::pair<double, double> operator()(LogNormal const&) const { return {0, infinite}; }
  std::pair<double, double> operator()(Beta const&) const { return {0, 1}; }
  std::pair<double, double> operator()(Triangular const& p) const { return {p.low, p.high}; }
  std::pair<double, double> operator()(NormalMixture const&) const { return {-infinite, infinite}; }
};

struct Text {
  std::string operator()(Fixed const& p) const { return fmt::format("{:g}", p.value); }
  std::string operator()(Uniform const& p) const {
    return fmt::format("uniform from {:g} to {:g}", p.low, p.high);
  }
  std::string operator()(Normal const& p) const {
    std::string text = fmt::format("normal(mean {:g}, sd {:g})", p.mean, p.sd);
    if (std::isfinite(p.low) || std::isfinite(p.high))
      text += fmt::format(" between {:g} and {:g}", p.low, p.high);
    return text;
  }
  std::string operator()(LogNormal const& p) const {
    return fmt::format("log-normal(median {:.3g}, sd of log {:g})", portable::exp(p.log_mean), p.log_sd);
  }
  std::string operator()(Beta const& p) const {
    return fmt::format("beta({:g}, {:g}), mean {:.2g}", p.a, p.b, p.a / (p.a + p.b));
  }
  std::string operator()(Triangular const& p) const {
    return fmt::format("triangular from {:g} over {:g} to {:g}", p.low, p.mode, p.high);
  }
  std::string operator()(NormalMixture const& p) const {
    std::string text;
    for (std::size_t i = 0; i < p.part.size(); ++i)
      text += fmt::format("{}{:g} × normal(mean {:g}, sd {:g})", i == 0 ? "" : " + ", p.weight[i],
                          p.part[i].mean, p.part[i].sd);
    return text;
  }
};

} // namespace

NormalQuantiles::NormalQuantiles(Normal const& law)
    : law_(law.low > law.mean ? mirrored(law) : law), mirrored_(law.low > law.mean),
      low_(phi_cdf((law_.low - law_.mean) / law_.sd)), high_(phi_cdf((law_.high - law_.mean) / law_.sd)) {}

double NormalQuantiles::chance(double u) const {
  return std::clamp(low_ + (mirrored_ ? 1 - u : u) * (high_ - low_), 1e-300, 1 - 1e-16);
}

double NormalQuantiles::value(double z) const {
  double const x = std::clamp(law_.mean + law_.sd * z, law_.low, law_.high);
  return mirrored_ ? -x : x;
}

double quantile(Prior const& prior, double u) {
  LIKVARD_EXPECT(u > 0 && u < 1);
  return std::visit(Quantile{u}, prior);
}
double mean(Prior const& prior) {
  return std::visit(Mean{}, prior);
}
bool is_fixed(Prior const& prior) {
  return std::holds_alternative<Fixed>(prior);
}
double lowest(Prior const& prior) {
  return std::visit(Bounds{}, prior).first;
}
double highest(Prior const& prior) {
  return std::visit(Bounds{}, prior).second;
}
std::string to_text(Prior const& prior) {
  return std::visit(Text{}, prior);
}

} // namespace likvard
