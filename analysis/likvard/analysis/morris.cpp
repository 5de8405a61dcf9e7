#include "likvard/analysis/morris.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace likvard {
namespace {

double median_of(std::vector<double> values) {
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

double sd_of(std::vector<double> const& values) {
  auto const n = static_cast<Eigen::Index>(values.size());
  Eigen::Map<Eigen::ArrayXd const> const array(values.data(), n);
  return std::sqrt((array - array.mean()).square().sum() / static_cast<double>(n - 1));
}

Estimate around(double value, double error, double quantile) {
  return {value, error, value - quantile * error, value + quantile * error};
}

Estimate mean_over(std::vector<double> const& effects, double t) {
  auto const n = static_cast<Eigen::Index>(effects.size());
  double const mean = Eigen::Map<Eigen::ArrayXd const>(effects.data(), n).mean();
  return around(mean, sd_of(effects) / std::sqrt(static_cast<double>(n)), t);
}

/// Standard error of a statistic by resampling trajectories.
template <class Statistic>
double bootstrap_error(std::vector<double> const& effects, Eigen::ArrayXXf const& counts, Statistic of) {
  std::vector<double> sample, values;
  for (Eigen::Index r = 0; r < counts.cols(); ++r) {
    sample.clear();
    for (std::size_t j = 0; j < effects.size(); ++j)
      sample.insert(sample.end(), static_cast<std::size_t>(counts(static_cast<Eigen::Index>(j), r)),
                    effects[j]);
    values.push_back(of(sample));
  }
  return sd_of(values);
}

} // namespace

std::vector<ElementaryEffects> elementary_effects(std::size_t sets, std::size_t replicates,
                                                  std::span<double const> y,
                                                  std::span<std::uint32_t const> set,
                                                  std::span<double const> step, IntervalRule const& rule) {
  std::size_t const size = (sets + 1) * replicates;
  LIKVARD_EXPECT(sets > 0 && replicates > 0 && y.size() % size == 0);
  std::size_t const all = y.size() / size;
  LIKVARD_EXPECT(set.size() == all * sets && step.size() == all * sets);
  std::vector<std::vector<double>> effects(sets);
  std::vector<double> chance(sets), mean(sets + 1), noise(sets + 1);
  for (std::size_t j = 0; j < all; ++j) {
    bool whole = true;
    for (std::size_t k = 0; k <= sets; ++k) {
      auto const point = y.subspan(j * size + k * replicates, replicates);
      double sum = 0, square = 0;
      for (double value : point) sum += value;
      mean[k] = sum / static_cast<double>(replicates);
      for (double value : point) square += (value - mean[k]) * (value - mean[k]);
      noise[k] = replicates > 1 ? square / static_cast<double>(replicates * (replicates - 1)) : 0.0;
      whole = whole && std::isfinite(mean[k]);
    }
    if (!whole) continue;
    for (std::size_t k = 0; k < sets; ++k) {
      double const by = step[j * sets + k];
      effects[set[j * sets + k]].push_back((mean[k + 1] - mean[k]) / by);
      chance[set[j * sets + k]] += (noise[k] + noise[k + 1]) / (by * by);
    }
  }
  std::size_t const n = effects.front().size();
  LIKVARD_EXPECT(n >= 2);
  double const t = interval_quantile(rule, static_cast<double>(n - 1)),
               z = interval_quantile(rule, std::numeric_limits<double>::infinity());
  Eigen::ArrayXXf counts(n, std::max(rule.resamples, 200U));
  resampling_counts(rule.seed, 0, counts);
  std::vector<ElementaryEffects> out;
  for (std::size_t i = 0; i < sets; ++i) {
    auto sizes = effects[i];
    for (double& value : sizes) value = std::abs(value);
    ElementaryEffects e;
    e.mean = mean_over(effects[i], t);
    e.size = mean_over(sizes, t);
    e.middle = around(median_of(sizes), bootstrap_error(sizes, counts, median_of), z);
    e.spread = around(sd_of(effects[i]), bootstrap_error(effects[i], counts, sd_of), z);
    e.chance = chance[i] / static_cast<double>(n);
    out.push_back(e);
  }
  return out;
}

} // namespace likvard
