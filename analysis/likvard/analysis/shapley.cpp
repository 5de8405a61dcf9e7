#include "likvard/analysis/shapley.hpp"

#include "likvard/core/contract.hpp"

#include <cmath>
#include <utility>

namespace likvard {

ShapleyEffects shapley_effects(std::size_t inputs, std::size_t replicates, std::span<double const> y,
                               std::span<std::uint32_t const> order, std::span<std::uint32_t const> stratum,
                               IntervalRule const& rule) {
  std::size_t const row_size = (inputs + 1) * replicates;
  LIKVARD_EXPECT(inputs > 0 && replicates > 0 && y.size() % row_size == 0);
  std::size_t const rows = y.size() / row_size;
  LIKVARD_EXPECT(order.size() == rows * inputs && (stratum.empty() || stratum.size() == rows));
  auto const d = static_cast<Eigen::Index>(inputs);
  Eigen::ArrayXXd terms = Eigen::ArrayXXd::Zero(static_cast<Eigen::Index>(rows), d);
  std::vector<Eigen::Index> keep;
  RowTerms out;
  std::vector<double> mean(inputs + 1);
  for (std::size_t j = 0; j < rows; ++j) {
    bool whole = true;
    double noise = 0;
    for (std::size_t k = 0; k <= inputs; ++k) {
      auto const point = y.subspan(j * row_size + k * replicates, replicates);
      double sum = 0, square = 0;
      for (double value : point) sum += value;
      mean[k] = sum / static_cast<double>(replicates);
      for (double value : point) square += (value - mean[k]) * (value - mean[k]);
      whole = whole && std::isfinite(mean[k]);
      if (k == inputs && replicates > 1) noise = square / static_cast<double>(replicates * (replicates - 1));
    }
    if (!whole) continue;
    auto const row = static_cast<Eigen::Index>(j);
    for (std::size_t k = 1; k <= inputs; ++k)
      terms(row, order[j * inputs + k - 1]) =
          (mean[inputs] - 0.5 * (mean[k] + mean[k - 1])) * (mean[k] - mean[k - 1]);
    terms(row, order[j * inputs + inputs - 1]) -= noise;
    keep.push_back(row);
    if (!stratum.empty()) out.stratum.push_back(stratum[j]);
  }
  LIKVARD_EXPECT(keep.size() >= 2);
  keep_rows(terms, keep);
  out.numerator = std::move(terms);
  out.denominator = out.numerator.rowwise().sum();
  ShapleyEffects effects;
  effects.rows = keep.size();
  effects.dropped = rows - keep.size();
  auto single = rule;
  single.family = 1;
  effects.variance = ratio_estimates(
      {out.denominator, Eigen::ArrayXd::Ones(out.denominator.rows()), out.stratum}, single)[0];
  effects.defined = effects.variance.value > 3 * effects.variance.standard_error;
  effects.effect = ratio_estimates(out, rule);
  return effects;
}

} // namespace likvard
