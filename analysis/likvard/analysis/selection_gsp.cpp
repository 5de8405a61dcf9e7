#include "likvard/analysis/detail/selection_run.hpp"
#include "likvard/analysis/selection_constants.hpp"
#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

using detail::SelectionRun;

/// Rinott's second stage for those in play: max(n, ⌈(h s/δ)²⌉) observations of each.
bool second_stage(SelectionRun& run, std::span<double const> variance, double h, double delta) {
  std::vector<std::size_t> more(variance.size());
  for (std::size_t i = 0; i < more.size(); ++i) {
    if (!run.alive(i)) continue;
    double const wanted = std::ceil(h * h * variance[i] / (delta * delta));
    double const have = static_cast<double>(run.result.sample[i].count);
    // More than any budget: ask for so much that it is refused.
    constexpr double most = 1e15;
    more[i] = wanted > have ? static_cast<std::size_t>(std::min(wanted, most) - have) : 0;
  }
  return run.extend(more);
}

std::vector<double> variances(SelectionRun const& run) {
  std::vector<double> out;
  for (auto const& sample : run.result.sample) out.push_back(sample.variance());
  return out;
}

/// Batches in proportion to the standard deviations, `mean` on average, one at least.
std::vector<std::size_t> batches(std::span<double const> variance, std::size_t mean) {
  double sum = 0;
  for (double v : variance) sum += std::sqrt(v);
  double const average = sum / static_cast<double>(variance.size());
  std::vector<std::size_t> out;
  for (double v : variance)
    out.push_back(static_cast<std::size_t>(
        std::max(1.0, average > 0 ? std::ceil(static_cast<double>(mean) * std::sqrt(v) / average) : 1.0)));
  return out;
}

/// Screening of all pairs in play.
class GspScreen {
public:
  GspScreen(std::span<double const> variance, std::span<std::size_t const> batch, double eta, std::size_t n1)
      : variance_(variance), eta_(eta * std::sqrt(static_cast<double>(n1 - 1))) {
    for (std::size_t b : batch) last_.push_back(static_cast<double>(n1 + gsp_rounds * b));
  }

  void eliminate(SelectionRun& run) const {
    auto const& sample = run.result.sample;
    std::vector<std::size_t> fall;
    for (std::size_t i = 0; i < sample.size(); ++i) {
      if (!run.alive(i)) continue;
      for (std::size_t j = 0; j < sample.size(); ++j)
        if (j != i && run.alive(j) && far_behind(i, j, sample)) {
          fall.push_back(i);
          break;
        }
    }
    for (std::size_t i : fall) run.result.out[i] = sample[i].count;
  }

private:
  /// t (X̄_i - X̄_j) < -η √((n1-1) t_last). Where neither varies, t is infinite: any difference decides.
  bool far_behind(std::size_t i, std::size_t j, std::vector<Moments> const& sample) const {
    double const gap = sample[j].mean - sample[i].mean;
    if (gap <= 0) return false;
    auto const spread = [&](double ni, double nj) { return variance_[i] / ni + variance_[j] / nj; };
    double const now = spread(static_cast<double>(sample[i].count), static_cast<double>(sample[j].count));
    return gap > eta_ * now / std::sqrt(spread(last_[i], last_[j])) || now == 0;
  }

  std::span<double const> variance_;
  double eta_;
  std::vector<double> last_;
};

} // namespace

Selection select_rinott(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options) {
  LIKVARD_EXPECT(alternatives >= 2 && options.delta > 0 && options.first >= 5);
  SelectionRun run(alternatives, sampler, options);
  if (!run.extend_alive(options.first)) return run.stop();
  double const h = rinott_h(options.confidence, alternatives, options.first);
  if (!second_stage(run, variances(run), h, options.delta)) return run.stop();
  return run.decide(run.leader(), options.confidence);
}

Selection select_gsp(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options) {
  LIKVARD_EXPECT(alternatives >= 2 && options.delta > 0 && options.first >= 5 && options.batch >= 1);
  SelectionRun run(alternatives, sampler, options);
  if (!run.extend_alive(options.first)) return run.stop();
  double const alpha = (1 - options.confidence) / 2;
  auto const variance = variances(run);
  auto const batch = batches(variance, options.batch);
  GspScreen const screen(variance, batch, gsp_eta(alpha, alternatives, options.first), options.first);
  screen.eliminate(run);
  for (std::size_t round = 0; round < gsp_rounds && run.left() > 1; ++round) {
    std::vector<std::size_t> more(alternatives);
    for (std::size_t i = 0; i < alternatives; ++i) more[i] = run.alive(i) ? batch[i] : 0;
    if (!run.extend(more)) return run.stop();
    screen.eliminate(run);
  }
  if (run.left() > 1) {
    double const h = rinott_h(1 - alpha, alternatives, options.first);
    if (!second_stage(run, variance, h, options.delta)) return run.stop();
  }
  return run.decide(run.leader(), options.confidence);
}

} // namespace likvard
