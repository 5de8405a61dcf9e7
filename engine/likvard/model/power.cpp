#include "likvard/model/power.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/normal.hpp"

#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>

namespace likvard {

void Contrast::add(Contrast const& other) {
  xx += other.xx;
  xe += other.xe;
  ee += other.ee;
  units += other.units;
  towns += other.towns;
}

Contrast contrast_of(std::span<double const> money, std::span<double const> effect,
                     std::span<double const> variance) {
  double weight = 0, x = 0, e = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    LIKVARD_EXPECT(variance[s] > 0);
    double const w = 1 / variance[s];
    weight += w;
    x += w * money[s];
    e += w * effect[s];
  }
  x /= weight;
  e /= weight;
  Contrast out{.units = static_cast<double>(money.size()), .towns = 1};
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const w = 1 / variance[s];
    out.xx += w * (money[s] - x) * (money[s] - x);
    out.xe += w * (money[s] - x) * (effect[s] - e);
    out.ee += w * (effect[s] - e) * (effect[s] - e);
  }
  return out;
}

double t_test_power(double noncentrality, double df, double level) {
  if (!(df >= 1)) return 0;
  // Beyond this the test is sure to reject, and the series of the distribution function would only tire.
  constexpr double sure = 30, normal_from = 1e5;
  double const delta = std::min(std::abs(noncentrality), sure);
  if (df >= normal_from) {
    double const z = -normal_quantile(level / 2);
    return normal_cdf(delta - z) + normal_cdf(-delta - z);
  }
  double const critical = quantile(complement(boost::math::students_t_distribution<>(df), level / 2));
  boost::math::non_central_t_distribution<> const law(df, delta);
  return std::clamp(cdf(complement(law, critical)) + cdf(law, -critical), 0.0, 1.0);
}

double mean_build_up(std::span<double const> weights, std::uint32_t years) {
  LIKVARD_EXPECT(years >= 1);
  double part = 0, sum = 0;
  for (std::uint32_t t = 0; t < years; ++t) {
    if (t < weights.size()) part += weights[t];
    sum += part;
  }
  return sum / years;
}

double comparison_power(Contrast const& of, std::span<double const> weights, std::uint32_t years_after,
                        std::uint32_t years_before, double level) {
  LIKVARD_EXPECT(years_after >= 1 && years_before >= 1 && level > 0 && level < 1);
  double const df = of.units - of.towns - 1;
  // Money that differs by a millionth at most is the same for all.
  if (!(of.xx > 1e-12 * of.units) || df < 1) return 0;
  double const factor = 1.0 / years_after + 1.0 / years_before;
  double const part = mean_build_up(weights, years_after);
  double const left = part * part * std::max(0.0, of.ee - of.xe * of.xe / of.xx) / factor;
  return t_test_power(part * of.xe / std::sqrt(of.xx * factor * (1 + left / df)), df, level);
}

} // namespace likvard
