#include "likvard/model/segregation_systematic.hpp"

#include "likvard/core/contract.hpp"

#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_f.hpp>
#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

/// P(F' <= f) with noncentrality λ.
double noncentral_cdf(double f, double above, double below, double lambda) {
  if (lambda <= 0) return cdf(boost::math::fisher_f_distribution<double>(above, below), f);
  return cdf(boost::math::non_central_f_distribution<double>(above, below, lambda), f);
}

/// λ at which P(F' <= f) = p; the probability falls as λ grows. 0 where it is below p from the start.
double noncentrality(double f, double above, double below, double p) {
  auto const excess = [&](double lambda) { return noncentral_cdf(f, above, below, lambda) - p; };
  if (excess(0) <= 0) return 0;
  double high = 4 + 2 * f * above;
  while (excess(high) > 0 && high < 1e9) high *= 2;
  std::uintmax_t steps = 200;
  auto const bracket = boost::math::tools::toms748_solve(
      excess, 0.0, high, boost::math::tools::eps_tolerance<double>(40), steps);
  return 0.5 * (bracket.first + bracket.second);
}

} // namespace

Interval systematic_interval(double variance_ratio, std::size_t units, std::size_t groups, double pupils,
                             double level) {
  LIKVARD_EXPECT(level > 0 && level < 1);
  auto const K = static_cast<double>(units);
  if (units < 2 || groups < 2 || !(pupils > K)) return {};
  double const tables = static_cast<double>(groups) - 1;
  // Beyond this noncentrality the law cannot be summed; there the interval is narrow and next to 1 anyway.
  constexpr double most = 1e7;
  double const V = std::clamp(variance_ratio, 0.0, most / (most + pupils * tables));
  double const above = (K - 1) * tables, below = (pupils - K) * tables;
  double const f = V / (K - 1) / ((1 - V) / (pupils - K));
  auto const ratio = [&](double lambda) { return lambda / (lambda + pupils * tables); };
  return {ratio(noncentrality(f, above, below, 0.5 + level / 2)),
          ratio(noncentrality(f, above, below, 0.5 - level / 2))};
}

double carrington_troske(double index, double expected) {
  if (index >= expected) return expected < 1 ? (index - expected) / (1 - expected) : 0.0;
  return (index - expected) / expected;
}

double density_corrected_dissimilarity(std::span<double const> n, std::span<double const> x) {
  double members = 0, others = 0;
  for (std::size_t k = 0; k < n.size(); ++k) {
    members += x[k];
    others += n[k] - x[k];
  }
  if (!(members > 0 && others > 0)) return 0;
  double sum = 0;
  for (std::size_t k = 0; k < n.size(); ++k) {
    double const a = x[k] / members, b = (n[k] - x[k]) / others;
    double const sigma = std::sqrt(a * (1 - a) / members + b * (1 - b) / others);
    if (!(sigma > 0)) {
      sum += std::abs(a - b);
      continue;
    }
    // The maximum solves θ = t tanh(tθ): 0 for t <= 1, else the limit from above.
    double const t = std::abs(a - b) / sigma;
    double theta = t;
    if (t <= 1) theta = 0;
    for (int step = 0; step < 10'000 && theta > 0; ++step) {
      double const next = t * std::tanh(t * theta);
      if (std::abs(next - theta) <= 1e-15 * t) break;
      theta = next;
    }
    sum += sigma * theta;
  }
  return 0.5 * sum;
}

} // namespace likvard
