#include "likvard/study/unit_money.hpp"

#include "likvard/model/measure_money.hpp"
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/grouped.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace likvard {
namespace {

void check_bounds(Policy const& policy, UnitView const& view, AllocationScratch& scratch) {
  if (!allocation_bounds(policy, view, scratch) || bounds_feasible(scratch.low, scratch.high, view.pupils))
    return;
  double least = 0, most = 0, total = 0;
  for (std::size_t s = 0; s < view.pupils.size(); ++s) {
    total += view.pupils[s];
    least += view.pupils[s] * scratch.low[s];
    most += view.pupils[s] * scratch.high[s];
  }
  std::string const what = least > total
                               ? fmt::format("the floors come to {:.4g} % of the budget", 100 * least / total)
                               : fmt::format("the caps come to {:.4g} % of the budget", 100 * most / total);
  throw ScenarioError({fmt::format(
      "policy.{}: {} (change largest_loss, largest_gain or least, or the budget)", policy.name, what)});
}

std::optional<double> chance_of(Policy const& policy, AllocatedUnits const& units) {
  bool const plain = policy.pot == Pot::closed && policy.blocks.size() == 1 &&
                     std::holds_alternative<Linear>(policy.blocks.front().response) && !policy.largest_loss &&
                     !policy.largest_gain && policy.lump_share + policy.small_share + policy.least == 0 &&
                     policy.pace == 1;
  if (!plain || units.needy.empty() || policy.share <= 0) return std::nullopt;
  std::vector<double> const size(units.pupils.begin(), units.pupils.end());
  double const pupils = std::accumulate(size.begin(), size.end(), 0.0),
               members = std::accumulate(units.needy.begin(), units.needy.end(), 0.0);
  return policy.share * (1 - members / pupils) * expected_dissimilarity(size, members);
}

PolicyMoney pay(Policy const& policy, AllocatedUnits const& units, double per_pupil_sek,
                std::span<double> money, std::span<double> need_money) {
  std::size_t const count = units.pupils.size();
  std::vector<double> before;
  for (double sek : units.before_sek) before.push_back(sek / per_pupil_sek);
  UnitView const view{.pupils = units.pupils, .phase = units.phase, .before = before};
  std::vector<IndexView> indices;
  for (auto const& index : units.index) indices.push_back({index.raw, index.relative});
  AllocationScratch scratch;
  check_bounds(policy, view, scratch);
  PolicyMoney paid{policy, {}, {}, chance_of(policy, units)};
  paid.report = allocate(policy, indices, view, scratch, money, need_money);

  auto const& need = units.index.front().relative;
  std::vector<std::uint32_t> by_index(count);
  MoneyScratch sums;
  std::iota(by_index.begin(), by_index.end(), 0U);
  std::sort(by_index.begin(), by_index.end(),
            [&](auto a, auto b) { return need[a] > need[b] || (need[a] == need[b] && a < b); });
  std::vector<double> const needy = units.needy.empty() ? std::vector<double>(count, 0.0) : units.needy;
  measure_money(policy, paid.report, {units.pupils, needy, need, by_index, 0, per_pupil_sek},
                {money, need_money, money, money}, sums, paid.row);
  return paid;
}

} // namespace

UnitAllocation pay_units(AllocatedUnits units, std::vector<Policy> const& policies, double per_pupil_sek) {
  UnitAllocation out{std::move(units), per_pupil_sek, false, {}, {}, {}, {}};
  std::size_t const count = out.units.pupils.size();
  out.money.resize(policies.size() * count);
  out.need_money.resize(policies.size() * count);
  for (std::size_t m = 0; m < policies.size(); ++m)
    out.policies.push_back(pay(policies[m], out.units, per_pupil_sek, {out.money.data() + m * count, count},
                               {out.need_money.data() + m * count, count}));
  for (double x : out.money) out.sek_per_pupil.push_back(x * per_pupil_sek);
  return out;
}

std::string policy_label(PolicyMoney const& paid) {
  return fmt::format("{} {:.3g} %", paid.policy.title, 100 * paid.report.share);
}

std::string money_text(UnitAllocation const& allocation, std::size_t policy) {
  auto const& paid = allocation.policies[policy];
  double pupils = 0;
  for (auto n : allocation.units.pupils) pupils += n;
  double const moved = paid.measure(Measure::share_moved);
  std::string text =
      fmt::format("{}: moves {:.3g} % of the budget ({} SEK) between units", policy_label(paid), moved,
                  grouped(moved / 100 * pupils * allocation.per_pupil_sek));
  if (paid.moved_by_chance)
    text += fmt::format("; {:.2g} % would move even if pupils were dealt to the units at random",
                        100 * *paid.moved_by_chance);
  text += fmt::format("; best-funded unit {:+.1f} %, least {:+.1f} %", paid.measure(Measure::top_unit),
                      paid.measure(Measure::bottom_unit));
  if (!allocation.units.needy.empty())
    text += fmt::format("; a pupil in need gets {} SEK more than another",
                        grouped(paid.measure(Measure::money_gap_sek)));
  if (paid.report.bound_units > 0)
    text += fmt::format("; {} units at a floor or cap", paid.report.bound_units);
  if (paid.report.per_head_fallback) text += "; some of it goes per head, as nobody has need by its index";
  return text + ".";
}

} // namespace likvard
