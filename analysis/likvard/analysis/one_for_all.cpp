#include "likvard/analysis/one_for_all.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <numeric>

namespace likvard {

PairedSample widest_sample(Result const& r, std::size_t point, std::vector<std::size_t> const& policies,
                           std::size_t measure) {
  LIKVARD_EXPECT(r.degrees_of_freedom[point] >= 1 && r.measures[measure].better != "none");
  double const sign = r.measures[measure].better == "higher" ? 1 : -1;
  auto const k = static_cast<Eigen::Index>(policies.size());
  Eigen::VectorXd error(k);
  PairedSample out;
  out.rows = static_cast<std::size_t>(r.degrees_of_freedom[point]) + 1;
  out.mean.resize(k);
  for (Eigen::Index i = 0; i < k; ++i) {
    std::size_t const at = r.index(point, policies[static_cast<std::size_t>(i)], measure);
    out.mean(i) = sign * r.difference[at];
    error(i) = r.difference_standard_error[at];
  }
  // Covariance -s_i s_j: differences as wide as they can be.
  out.covariance = -static_cast<double>(out.rows) * error * error.transpose();
  out.covariance.diagonal() *= -1;
  return out;
}

std::vector<OneForAll> one_for_all(std::vector<double> const& behind, std::vector<double> const& behind_se,
                                   std::vector<double> const& weight, std::size_t policies) {
  LIKVARD_EXPECT(policies > 0 && behind.size() == weight.size() * policies &&
                 behind_se.size() == behind.size());
  double const sum = std::accumulate(weight.begin(), weight.end(), 0.0);
  std::vector<OneForAll> out(policies);
  for (std::size_t m = 0; m < policies; ++m)
    for (std::size_t g = 0; g < weight.size(); ++g) {
      std::size_t const at = g * policies + m;
      out[m].mean += weight[g] / sum * behind[at];
      out[m].mean_se += weight[g] / sum * behind_se[at];
      if (g == 0 || behind[at] > out[m].largest) {
        out[m].largest = behind[at];
        out[m].largest_se = behind_se[at];
        out[m].where = g;
      }
    }
  return out;
}

std::vector<double> point_weights(Points const& points) {
  std::vector<double> out;
  for (auto const& point : points) out.push_back(point.municipalities);
  if (std::any_of(out.begin(), out.end(), [](double w) { return w <= 0; })) out.assign(points.size(), 1.0);
  return out;
}

} // namespace likvard
