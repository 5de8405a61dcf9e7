#pragma once
#include "likvard/model/parameters.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// From index to money per pupil. engine/MODEL.md §5.
namespace likvard {

/// g(x) of one unit.  - Expects: not Label (which needs all units).
double respond(Response const& response, double index);

struct AllocationScratch {
  std::vector<double> response;
  std::vector<std::uint32_t> order;
};

/// How an allocation came out.
struct AllocationReport {
  bool per_head_fallback = false; ///< nobody had need: the weighted part too was paid per head
  std::uint32_t bound_units = 0;  ///< units at their floor or cap
};

/// Money per pupil over the municipality's mean, f[s]/b, in a closed pot.
///
///     f/b = (1 - w - v - u) + v N/(S n_s) + u N κ_s/(n_s Σκ) + w g(x_s)/ḡ,   ḡ = Σ n g / N,   κ_s = clip(2(1
///     - n_s/Y), 0, 1)
///
/// w = share, v = lump_share, u = small_share, Y = small_pupils. Then, where bounds are set, the one λ with
/// Σ n clip(λ f, 1 - loss, 1 + gain) = N (bounds against per head; allocation-models.md §2.1 E).
/// Sources: weighting share as in SKR 2018; taper as in England's sparsity factor; λ as in water-filling.
/// - Shapes: index, pupils, money have length S >= 1; money is overwritten.
/// - Expects: index >= 0, pupils >= 1, w, v, u >= 0 with sum <= 1.
/// - Ensures: Σ pupils · money == Σ pupils within rounding; w = v = u = 0 gives 1 for all.
/// - Nobody in need: the weighted part is paid per head. No small unit: the small-unit part too.
AllocationReport allocate(Policy const& policy, std::span<double const> index,
                          std::span<std::uint32_t const> pupils, AllocationScratch& scratch,
                          std::span<double> money);

/// Scale to a budget under bounds: money[s] = clip(λ money[s], low, high) with Σ pupils · money = Σ pupils.
/// - Expects: low <= 1 <= high.  Returns the number of units at a bound.
std::uint32_t apply_bounds(double low, double high, std::span<std::uint32_t const> pupils,
                           std::span<double> money);

} // namespace likvard
