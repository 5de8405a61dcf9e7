#include "likvard/model/transition.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {

bool bounds_feasible(std::span<double const> low, std::span<double const> high,
                     std::span<std::uint32_t const> pupils) {
  double least = 0, most = 0, total = 0;
  for (std::size_t s = 0; s < pupils.size(); ++s) {
    least += pupils[s] * low[s];
    most += pupils[s] * high[s];
    total += pupils[s];
  }
  return least <= total * (1 + 1e-9) && most >= total * (1 - 1e-9);
}

std::uint32_t apply_bounds(std::span<double const> low, std::span<double const> high,
                           std::span<std::uint32_t const> pupils, TransitionScratch& scratch,
                           std::span<double> money) {
  LIKVARD_EXPECT(bounds_feasible(low, high, pupils));
  auto& steps = scratch.steps;
  steps.clear();
  double total = 0, spent = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    LIKVARD_EXPECT(low[s] >= 0 && low[s] <= high[s]);
    total += pupils[s];
    spent += pupils[s] * low[s];
    money[s] = std::max(money[s], 1e-9);
    steps.push_back({low[s] / money[s], pupils[s] * money[s]});
    if (std::isfinite(high[s])) steps.push_back({high[s] / money[s], -(pupils[s] * money[s])});
  }
  std::sort(steps.begin(), steps.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
  double lambda = steps.front().at, slope = 0;
  for (auto const& step : steps) {
    double const more = slope * (step.at - lambda);
    if (spent + more >= total && slope > 0) break;
    spent += more;
    lambda = step.at;
    slope += step.slope;
  }
  if (slope > 0) lambda += std::max(0.0, total - spent) / slope;
  std::uint32_t at_bound = 0;
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const target = lambda * money[s];
    if (target <= low[s] * (1 + 1e-12) || target >= high[s] * (1 - 1e-12)) ++at_bound;
    money[s] = std::clamp(target, low[s], high[s]);
  }
  return at_bound;
}

} // namespace likvard
