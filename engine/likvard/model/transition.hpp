#pragma once
#include <cstdint>
#include <span>
#include <vector>

/// From the formula's money to what is paid: stage E. engine/MODEL.md §5.
namespace likvard {

struct TransitionScratch {
  struct Step {
    double at = 0, slope = 0;
  };
  std::vector<Step> steps;
};

/// Whether Σ pupils · low <= Σ pupils <= Σ pupils · high, to rounding: else no scale spends the budget.
bool bounds_feasible(std::span<double const> low, std::span<double const> high,
                     std::span<std::uint32_t const> pupils);

/// Scale to the budget under bounds: money[s] = clip(λ money[s], low[s], high[s]) with Σ pupils · money =
/// Σ pupils. Spending is piecewise linear and increasing in λ, so λ is found exactly, by a sweep over the
/// sorted points where a unit leaves its floor or reaches its cap (water-filling).
/// - Expects: 0 <= low <= high (may be infinite), bounds_feasible, money >= 0.
/// - A unit without money counts as having a billionth: it must be able to take what others may not.
/// Returns the number of units at a bound.  O(S log S).
std::uint32_t apply_bounds(std::span<double const> low, std::span<double const> high,
                           std::span<std::uint32_t const> pupils, TransitionScratch& scratch,
                           std::span<double> money);

} // namespace likvard
