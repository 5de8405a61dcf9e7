#include "likvard/analysis/detail/selection_run.hpp"
#include "likvard/analysis/selection_constants.hpp"
#include "likvard/core/contract.hpp"

#include <algorithm>

namespace likvard {
namespace {

using detail::SelectionRun;

/// W_il(r) = max(0, (h² S²_il/δ² - r) δ/2r), from the pairs' variances over the first stage.
class KnScreen {
public:
  KnScreen(std::size_t k, std::span<double const> first_stage, std::size_t n0, double h2, double delta)
      : k_(k), delta_(delta), limit_(k * k) {
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t l = 0; l < i; ++l) {
        Moments difference;
        for (std::size_t r = 0; r < n0; ++r)
          difference.add(first_stage[i * n0 + r] - first_stage[l * n0 + r]);
        limit_[i * k + l] = limit_[l * k + i] = h2 * difference.variance() / (delta * delta);
      }
  }

  double width(std::size_t i, std::size_t l, double r) const {
    return std::max(0.0, (limit_[i * k_ + l] - r) * delta_ / (2 * r));
  }

private:
  std::size_t k_;
  double delta_;
  std::vector<double> limit_; ///< [k × k] h² S²_il/δ²: beyond so many observations the pair is decided
};

/// All that are too far behind one of the others fall out together.
void eliminate(KnScreen const& screen, SelectionRun& run, std::vector<std::size_t>& alive) {
  auto const& sample = run.result.sample;
  auto const r = static_cast<double>(sample[alive.front()].count);
  std::vector<std::size_t> stay;
  for (std::size_t i : alive) {
    bool const behind = std::any_of(alive.begin(), alive.end(), [&](std::size_t l) {
      double const gap = sample[l].mean - sample[i].mean;
      // Equal means with no width left: the first of the two stays.
      return l != i && (gap > screen.width(i, l, r) || (gap == 0 && screen.width(i, l, r) == 0 && l < i));
    });
    if (!behind)
      stay.push_back(i);
    else
      run.result.out[i] = sample[i].count;
  }
  alive = std::move(stay);
}

} // namespace

Selection select_kn(std::size_t alternatives, Sampler const& sampler, SelectionOptions const& options) {
  LIKVARD_EXPECT(alternatives >= 2 && options.delta > 0 && options.first >= 2 && options.batch >= 1);
  SelectionRun run(alternatives, sampler, options);
  double const eta = kn_eta(1 - options.confidence, alternatives, options.first);
  double const h2 = 2 * eta * static_cast<double>(options.first - 1);

  std::vector<SampleRequest> requests;
  for (std::size_t i = 0; i < alternatives; ++i) requests.push_back({i, 0, options.first});
  std::vector<double> values;
  if (!run.take(requests, values)) return run.stop();
  for (std::size_t i = 0; i < alternatives; ++i)
    for (std::size_t r = 0; r < options.first; ++r) run.result.sample[i].add(values[i * options.first + r]);
  KnScreen const screen(alternatives, values, options.first, h2, options.delta);

  std::vector<std::size_t> alive(alternatives);
  for (std::size_t i = 0; i < alternatives; ++i) alive[i] = i;
  eliminate(screen, run, alive);
  while (alive.size() > 1) {
    requests.clear();
    for (std::size_t i : alive)
      requests.push_back({i, static_cast<std::size_t>(run.result.sample[i].count), options.batch});
    std::vector<std::size_t> const asked = alive;
    if (!run.take(requests, values)) return run.stop();
    // One observation at a time, as the procedure has it; of those that fall out the rest is not looked at.
    for (std::size_t r = 0; r < options.batch && alive.size() > 1; ++r) {
      for (std::size_t a = 0; a < asked.size(); ++a)
        if (run.alive(asked[a])) run.result.sample[asked[a]].add(values[a * options.batch + r]);
      eliminate(screen, run, alive);
    }
  }
  return run.decide(alive.front(), options.confidence);
}

} // namespace likvard
