#include "likvard/core/prior_table.hpp"

#include "likvard/core/portable.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

constexpr double reach = 8;        ///< knots go so many standard deviations out in z
constexpr double spacing = 0.0625; ///< about, in z

/// A law at one place.
struct Place {
  double below, above, density, log_slope; ///< F, 1 - F, f, f'/f
};

/// x = 1/(1 + e^-t), and 1 - x as exactly.
Place place(Beta const& law, double t, double& x) {
  x = 1 / (1 + portable::exp(-t));
  double const rest = 1 / (1 + portable::exp(t));
  double const log_density = (law.a - 1) * portable::log(x) + (law.b - 1) * portable::log(rest) +
                             boost::math::lgamma(law.a + law.b) - boost::math::lgamma(law.a) -
                             boost::math::lgamma(law.b);
  return {boost::math::ibeta(law.a, law.b, x), boost::math::ibeta(law.b, law.a, rest),
          portable::exp(log_density), (law.a - 1) / x - (law.b - 1) / rest};
}

Place place(NormalMixture const& law, double at, double& x) {
  x = at;
  Place out{0, 0, 0, 0};
  double total = 0, slope = 0;
  for (double w : law.weight) total += w;
  for (std::size_t i = 0; i < law.part.size(); ++i) {
    double const z = (x - law.part[i].mean) / law.part[i].sd, w = law.weight[i] / total;
    double const f = w * portable::normal_pdf(z) / law.part[i].sd;
    out.below += w * portable::normal_cdf(z);
    out.above += w * portable::normal_cdf(-z);
    out.density += f;
    slope -= f * z / law.part[i].sd;
  }
  out.log_slope = out.density > 0 ? slope / out.density : 0.0;
  return out;
}

/// Where to put knots: evenly in the logit of x for a beta law (these are logits), in each part's own z for a
/// mixture.
std::vector<double> knots(Beta const& law) {
  // Beyond these logits the tails (x^a and (1-x)^b) have less than 1e-15.
  double const low = -36 / law.a - 3, high = 36 / law.b + 3;
  int const count = std::clamp(static_cast<int>(6 * (high - low)), 160, 1200);
  std::vector<double> logit;
  for (int i = 0; i <= count; ++i) logit.push_back(low + (high - low) * i / count);
  return logit;
}
std::vector<double> knots(NormalMixture const& law) {
  std::vector<double> x;
  for (auto const& part : law.part)
    for (double z = -reach; z <= reach; z += spacing) x.push_back(part.mean + part.sd * z);
  return x;
}

} // namespace

PriorTable::PriorTable(Prior const& prior) : prior_(prior) {
  auto const tabulate = [&](auto const& law) {
    Knots made;
    auto at = knots(law);
    std::sort(at.begin(), at.end());
    for (double where : at) {
      double x = 0;
      Place const here = place(law, where, x);
      double const tail = std::min(here.below, here.above);
      if (!(tail > 1e-15) || !(here.density > 0) || !std::isfinite(here.density)) continue;
      double const z = here.below < here.above ? portable::normal_quantile(here.below)
                                               : -portable::normal_quantile(here.above);
      if (!made.z.empty() && z - made.z.back() < 1e-4) continue; // too near to tell slopes apart
      double const slope = portable::normal_pdf(z) / here.density;
      made.z.push_back(z);
      made.x.push_back(x);
      made.slope.push_back(slope);
      made.bend.push_back(-z * slope - here.log_slope * slope * slope);
    }
    if (made.z.size() >= 2) knots_ = std::make_shared<Knots const>(std::move(made));
  };
  if (auto const* beta = std::get_if<Beta>(&prior)) tabulate(*beta);
  if (auto const* mixture = std::get_if<NormalMixture>(&prior)) tabulate(*mixture);
  if (auto const* normal = std::get_if<Normal>(&prior)) normal_.emplace(*normal);
}

double PriorTable::operator()(double u, double z) const {
  if (auto const* fixed = std::get_if<Fixed>(&prior_)) return fixed->value;
  if (normal_) return normal_->value(z);
  if (auto const* law = std::get_if<LogNormal>(&prior_))
    return portable::exp(law->log_mean + law->log_sd * z);
  if (!knots_ || !(z >= knots_->z.front() && z < knots_->z.back())) return quantile(prior_, u);
  auto const& [at, x, slope, bend] = *knots_;
  // The last knot that is not above z. Halving without branches: no processor guesses where z lies.
  std::size_t i = 0;
  for (std::size_t left = at.size(); left > 1;) {
    std::size_t const half = left / 2;
    i += half & (std::size_t{0} - static_cast<std::size_t>(at[i + half] <= z));
    left -= half;
  }
  double const h = at[i + 1] - at[i], t = (z - at[i]) / h;
  double const rise = x[i + 1] - x[i], a = h * slope[i], b = h * slope[i + 1];
  double const p = h * h * bend[i], q = h * h * bend[i + 1];
  // x_i + a t + p t²/2 + t³ (c3 + c4 t + c5 t²), the rest fixed by value and derivatives at the other end.
  double const d0 = rise - a - 0.5 * p, d1 = b - a - p, d2 = q - p;
  double const c3 = 10 * d0 - 4 * d1 + 0.5 * d2, c4 = -15 * d0 + 7 * d1 - d2, c5 = 6 * d0 - 3 * d1 + 0.5 * d2;
  return x[i] + t * (a + t * (0.5 * p + t * (c3 + t * (c4 + t * c5))));
}

} // namespace likvard
