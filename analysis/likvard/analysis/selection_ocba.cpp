#include "likvard/analysis/detail/selection_run.hpp"
#include "likvard/core/contract.hpp"

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

using detail::SelectionRun;

std::size_t best_of(std::span<Moments const> sample) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < sample.size(); ++i)
    if (sample[i].mean > sample[best].mean) best = i;
  return best;
}

double probability_of_choice(std::span<Moments const> sample, std::size_t best, double delta) {
  double doubt = 0;
  auto const part = [](Moments const& m) { return m.variance() / static_cast<double>(m.count); };
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (i == best) continue;
    double const spread = std::sqrt(part(sample[best]) + part(sample[i]));
    double const ahead = sample[best].mean - sample[i].mean + delta;
    if (spread > 0)
      doubt += cdf(boost::math::normal_distribution<>{}, -ahead / spread);
    else if (ahead <= 0)
      doubt += 0.5; // two that are the same
  }
  return std::max(0.0, 1 - doubt);
}

/// Share of the whole that each should have had, not scaled.
std::vector<double> ideal(std::span<Moments const> sample) {
  std::size_t const best = best_of(sample);
  double widest = 0;
  for (auto const& m : sample) widest = std::max(widest, m.variance());
  std::vector<double> weight(sample.size());
  if (widest <= 0) return std::vector<double>(sample.size(), 1.0);
  // Ties with the best would ask for everything, those that do not vary for nothing: both are bounded.
  double const least_gap = 1e-3 * std::sqrt(widest);
  double squares = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (i == best) continue;
    double const variance = std::max(sample[i].variance(), 1e-9 * widest);
    double const gap = std::max(sample[best].mean - sample[i].mean, least_gap);
    weight[i] = variance / (gap * gap);
    squares += weight[i] * weight[i] / variance;
  }
  weight[best] = std::sqrt(std::max(sample[best].variance(), 1e-9 * widest) * squares);
  return weight;
}

} // namespace

std::vector<std::size_t> ocba_shares(std::span<Moments const> sample, std::size_t count) {
  auto const weight = ideal(sample);
  double const sum = std::accumulate(weight.begin(), weight.end(), 0.0);
  double total = static_cast<double>(count);
  for (auto const& m : sample) total += static_cast<double>(m.count);
  std::vector<double> missing(sample.size());
  double all = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    missing[i] = std::max(0.0, total * weight[i] / sum - static_cast<double>(sample[i].count));
    all += missing[i];
  }
  // Whole numbers that sum to count: the largest remainders are rounded up.
  std::vector<std::size_t> out(sample.size()), order(sample.size());
  std::vector<double> rest(sample.size());
  std::size_t given = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    double const part = static_cast<double>(count) * missing[i] / all;
    out[i] = static_cast<std::size_t>(part);
    rest[i] = part - std::floor(part);
    given += out[i];
  }
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rest[a] > rest[b]; });
  for (std::size_t i = 0; given < count; i = (i + 1) % order.size(), ++given) ++out[order[i]];
  return out;
}

Selection select_ocba(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options) {
  LIKVARD_EXPECT(alternatives >= 2 && options.first >= 2 && options.batch >= 1);
  SelectionRun run(alternatives, sampler, options);
  if (!run.extend_alive(options.first)) return run.stop();
  for (;;) {
    std::size_t const best = run.leader();
    double const sure = probability_of_choice(run.result.sample, best, options.delta);
    if (sure >= options.confidence) return run.decide(best, sure);
    std::uint64_t const left = options.budget - std::min(options.budget, run.result.used);
    auto const more = std::min<std::uint64_t>(options.batch, left);
    if (more == 0 || !run.extend(ocba_shares(run.result.sample, static_cast<std::size_t>(more)))) {
      run.result.probability = sure;
      return run.stop();
    }
  }
}

} // namespace likvard
