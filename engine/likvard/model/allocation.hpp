#pragma once
#include "likvard/model/parameters.hpp"
#include "likvard/model/transition.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// From need indices to money per pupil: stages B to E of engine/MODEL.md §5. The budget is the same under
/// every policy and spent exactly. Money is in units of b, the budget per pupil.
namespace likvard {

/// One need index of all units: the plain means, and those relative to the municipality (mean 1).
struct IndexView {
  std::span<double const> raw, relative; ///< [S]
};

/// The units that share a budget.
struct UnitView {
  std::span<std::uint32_t const> pupils;          ///< [S], >= 1
  std::span<std::array<double, 3> const> phase{}; ///< [S] pupils by school phase; empty = all alike
  std::span<double const> before{};               ///< [S] money per pupil of before, over b; empty = per head
};

struct AllocationScratch {
  std::vector<double> response, before, low, high;
  double claims = 0;               ///< Σ n g of `response`
  Block const* held = nullptr;     ///< whose `response` it is; only within allocate_all
  double const* held_of = nullptr; ///< and of which index
  bool holds = false;
  std::vector<std::uint32_t> order;
  TransitionScratch transition;
};

/// How an allocation came out.
struct AllocationReport {
  double share = 0;         ///< w as it came out: need money of the formula over the budget
  double mean_rate_sek = 0; ///< open: what the rates come to per pupil, before they are scaled to the budget
  bool per_head_fallback = false; ///< nobody had need: that part was paid per head
  std::uint32_t bound_units = 0;  ///< units at their floor or cap
};

/// Money per pupil over b, and the part of it that is given by need.
///
/// Closed pot, with w = share, v = lump_share, u = small_share, block k holding ω_k of the need money (Σω =
/// 1):
///
///     f/b = (1 - w - v - u) a_s/ā + v N/(S n_s) + u N κ_s/(n_s Σκ) + w Σ_k ω_k g_k(s)/ḡ_k,   ḡ = Σ n g / N,
///     κ_s = clip(2(1 - n_s/Y), 0, 1),   Y = small_pupils,   a_s mean phase weight of the unit's pupils
///
/// Open rates (SEK per pupil), then scaled to the budget; with a share set, the need rates are first scaled
/// so that they make up w of the whole:
///
///     r = base a_s + lump/n_s + small κ_s/n_s + Σ_k rate_k g_k(s);   f/b = r N/Σ n r
///
/// Then the transition against the money of before (per head unless given): f ← f₀ + pace (f - f₀), f₀ scaled
/// to the budget; and, where there are bounds, the one λ with Σ n clip(λ f, floor, cap) = N, floor the larger
/// of (1 - loss) f₀ and `least`, cap = (1 + gain) f₀.
///
/// Sources: the formulas of England (lump, sparsity taper), Flanders (parts of a pot), California and
/// others (rates); SKR 2018 for what Swedish municipalities call the share given out by need.
/// - Shapes: indices as many as the policy's blocks refer to; money and need_money [S] are overwritten.
/// - Expects: indices >= 0; w, v, u >= 0 with sum <= 1; bounds that are feasible (see `allocation_bounds`).
/// - Ensures: Σ pupils · money == Σ pupils to rounding; w = v = u = 0 without phases gives 1 for all.
/// - A block in which nobody has need is paid per head. No small unit: the small-unit part too.
AllocationReport allocate(Policy const& policy, std::span<IndexView const> indices, UnitView const& units,
                          AllocationScratch& scratch, std::span<double> money, std::span<double> need_money);

/// `allocate` for every policy of a replicate: money and need_money [M × S], reports [M]. Policies that
/// follow each other with the same block (a model at several shares) share its responses.
void allocate_all(std::span<Policy const> policies, std::span<IndexView const> indices, UnitView const& units,
                  AllocationScratch& scratch, std::span<AllocationReport> reports, std::span<double> money,
                  std::span<double> need_money);

/// What the rates of an open pot come to, SEK per pupil [S], before any scaling: the formula as its law
/// states it. `need` is the part by need.
void open_rates(Policy const& policy, std::span<IndexView const> indices, UnitView const& units,
                AllocationScratch& scratch, std::span<double> rate, std::span<double> need);

/// Floors and caps of a policy's transition over b, into scratch.low and .high; false when the policy has
/// none.
bool allocation_bounds(Policy const& policy, UnitView const& units, AllocationScratch& scratch);

} // namespace likvard
