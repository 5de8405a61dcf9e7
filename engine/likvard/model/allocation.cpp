#include "likvard/model/allocation.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/response.hpp"

#include <algorithm>
#include <limits>

namespace likvard {
namespace {

double taper(double pupils, double limit) {
  return limit > 0 ? std::clamp(2 * (1 - pupils / limit), 0.0, 1.0) : 0.0;
}

double weighted_sum(std::span<std::uint32_t const> pupils, std::span<double const> value) {
  double sum = 0;
  for (std::size_t s = 0; s < value.size(); ++s) sum += pupils[s] * value[s];
  return sum;
}

/// Mean phase weight of a unit's pupils.
double phase_weight(Policy const& policy, UnitView const& units, std::size_t s) {
  if (policy.phase_weights.empty() || units.phase.empty()) return 1;
  double sum = 0, pupils = 0;
  for (std::size_t g = 0; g < policy.phase_weights.size(); ++g) {
    sum += units.phase[s][g] * policy.phase_weights[g];
    pupils += units.phase[s][g];
  }
  return pupils > 0 ? sum / pupils : 1.0;
}

void respond_block(Block const& block, std::span<IndexView const> indices, UnitView const& units,
                   AllocationScratch& scratch) {
  IndexView const& index = indices[block.index];
  if (scratch.holds && scratch.held && scratch.held_of == index.raw.data() && *scratch.held == block) return;
  scratch.response.resize(units.pupils.size());
  respond_all(block, index.raw, index.relative, units.pupils, scratch.order, scratch.response);
  scratch.claims = weighted_sum(units.pupils, scratch.response);
  scratch.held = &block;
  scratch.held_of = index.raw.data();
}

/// Money of a closed pot; returns the part of w that found need.
double share_out(Policy const& policy, std::span<IndexView const> indices, UnitView const& units,
                 AllocationScratch& scratch, std::span<double> money, std::span<double> need_money) {
  auto const count = static_cast<double>(units.pupils.size());
  double total = 0, small = 0, parts = 0, found = 0;
  for (auto pupils : units.pupils) {
    total += pupils;
    if (policy.small_share > 0) small += taper(pupils, policy.small_pupils);
  }
  for (auto const& block : policy.blocks) parts += block.part;
  std::fill(need_money.begin(), need_money.end(), 0.0);
  if (policy.share > 0)
    for (auto const& block : policy.blocks) {
      respond_block(block, indices, units, scratch);
      double const part = parts > 0 ? policy.share * block.part / parts : 0.0;
      if (!(scratch.claims > 0) || !(part > 0)) continue;
      found += part;
      double const rate = part * total / scratch.claims;
      for (std::size_t s = 0; s < need_money.size(); ++s) need_money[s] += rate * scratch.response[s];
    }
  double per_head = 1 - found - policy.lump_share - (small > 0 ? policy.small_share : 0.0);
  double phases = total;
  bool const weighted = !policy.phase_weights.empty() && !units.phase.empty();
  if (weighted) {
    phases = 0;
    for (std::size_t s = 0; s < money.size(); ++s) phases += units.pupils[s] * phase_weight(policy, units, s);
    per_head *= total / phases;
  }
  for (std::size_t s = 0; s < money.size(); ++s) {
    double const n = units.pupils[s];
    money[s] = (weighted ? per_head * phase_weight(policy, units, s) : per_head) +
               policy.lump_share * total / (count * n) + need_money[s];
    if (small > 0) money[s] += policy.small_share * total * taper(n, policy.small_pupils) / (n * small);
  }
  return found;
}

/// Rates scaled to the budget; returns the share that goes by need.
double scale_rates(Policy const& policy, std::span<IndexView const> indices, UnitView const& units,
                   AllocationScratch& scratch, std::span<double> money, std::span<double> need_money,
                   AllocationReport& report) {
  open_rates(policy, indices, units, scratch, money, need_money);
  double total = 0;
  for (auto pupils : units.pupils) total += pupils;
  double const rates = weighted_sum(units.pupils, money), need = weighted_sum(units.pupils, need_money);
  double const base = rates - need;
  report.mean_rate_sek = rates / total;
  LIKVARD_EXPECT(rates > 0);
  // Need rates times c make up the share w of base + c · need.
  double base_scale = total / rates, need_scale = base_scale;
  if (!policy.own_share) {
    if (!(need > 0)) {
      base_scale = total / base;
    } else {
      need_scale = policy.share * total / need;
      base_scale = base > 0 ? (1 - policy.share) * total / base : 0.0;
    }
  }
  for (std::size_t s = 0; s < money.size(); ++s) {
    money[s] = base_scale * (money[s] - need_money[s]) + need_scale * need_money[s];
    need_money[s] *= need_scale;
  }
  return need * need_scale / total;
}

} // namespace

void open_rates(Policy const& policy, std::span<IndexView const> indices, UnitView const& units,
                AllocationScratch& scratch, std::span<double> rate, std::span<double> need) {
  std::fill(need.begin(), need.end(), 0.0);
  for (auto const& block : policy.blocks) {
    if (!(block.rate_sek > 0)) continue;
    respond_block(block, indices, units, scratch);
    for (std::size_t s = 0; s < need.size(); ++s) need[s] += block.rate_sek * scratch.response[s];
  }
  for (std::size_t s = 0; s < rate.size(); ++s) {
    double const n = units.pupils[s];
    rate[s] = policy.base_sek * phase_weight(policy, units, s) + policy.lump_sek / n +
              policy.small_sek * taper(n, policy.small_pupils) / n + need[s];
  }
}

bool allocation_bounds(Policy const& policy, UnitView const& units, AllocationScratch& scratch) {
  if (!policy.largest_loss && !policy.largest_gain && !(policy.least > 0)) return false;
  std::size_t const count = units.pupils.size();
  scratch.low.resize(count);
  scratch.high.resize(count);
  for (std::size_t s = 0; s < count; ++s) {
    double const before = units.before.empty() ? 1.0 : units.before[s];
    scratch.low[s] = std::max(policy.least, policy.largest_loss ? (1 - *policy.largest_loss) * before : 0.0);
    // The floor comes first where a cap below the least would contradict it.
    scratch.high[s] = policy.largest_gain ? std::max(scratch.low[s], (1 + *policy.largest_gain) * before)
                                          : std::numeric_limits<double>::infinity();
  }
  return true;
}

AllocationReport allocate(Policy const& policy, std::span<IndexView const> indices, UnitView const& units,
                          AllocationScratch& scratch, std::span<double> money, std::span<double> need_money) {
  std::size_t const count = units.pupils.size();
  LIKVARD_EXPECT(count > 0 && money.size() == count && need_money.size() == count);
  LIKVARD_EXPECT(policy.share >= 0 && policy.share + policy.lump_share + policy.small_share <= 1 + 1e-12);
  AllocationReport report;
  bool const wants_need = policy.pot == Pot::open || policy.share > 0;
  report.share = policy.pot == Pot::closed
                     ? share_out(policy, indices, units, scratch, money, need_money)
                     : scale_rates(policy, indices, units, scratch, money, need_money, report);
  double const wanted = policy.own_share ? 0.0 : policy.share;
  report.per_head_fallback = wants_need && (report.share < wanted - 1e-12 || !(report.share > 0));
  if (policy.pace < 1) {
    double total = 0, before = 0;
    for (std::size_t s = 0; s < count; ++s) {
      total += units.pupils[s];
      before += units.pupils[s] * (units.before.empty() ? 1.0 : units.before[s]);
    }
    for (std::size_t s = 0; s < count; ++s) {
      double const from = units.before.empty() ? 1.0 : units.before[s] * total / before;
      money[s] = from + policy.pace * (money[s] - from);
      need_money[s] *= policy.pace;
    }
  }
  if (allocation_bounds(policy, units, scratch)) {
    scratch.before.assign(money.begin(), money.end());
    report.bound_units = apply_bounds(scratch.low, scratch.high, units.pupils, scratch.transition, money);
    for (std::size_t s = 0; s < count; ++s)
      if (scratch.before[s] > 0) need_money[s] *= std::min(1.0, money[s] / scratch.before[s]);
  }
  return report;
}

namespace {

/// One block of a closed pot and nothing else: per head and by need.
bool is_plain(Policy const& policy) {
  return policy.pot == Pot::closed && policy.blocks.size() == 1 && policy.phase_weights.empty() &&
         policy.lump_share == 0 && policy.small_share == 0 && policy.pace >= 1 && !policy.largest_loss &&
         !policy.largest_gain && !(policy.least > 0);
}

/// `allocate` of a plain policy: the same operations, and so the same bits.
AllocationReport allocate_plain(Policy const& policy, std::span<IndexView const> indices,
                                UnitView const& units, double total, AllocationScratch& scratch,
                                std::span<double> money, std::span<double> need_money) {
  AllocationReport report;
  double rate = 0;
  if (policy.share > 0) {
    Block const& block = policy.blocks.front();
    respond_block(block, indices, units, scratch);
    double const part = block.part > 0 ? policy.share * block.part / block.part : 0.0;
    if (scratch.claims > 0 && part > 0) {
      report.share = part;
      rate = part * total / scratch.claims;
    }
    report.per_head_fallback = report.share < policy.share - 1e-12 || !(report.share > 0);
  }
  double const per_head = 1 - report.share;
  for (std::size_t s = 0; s < money.size(); ++s) {
    need_money[s] = rate > 0 ? rate * scratch.response[s] : 0.0;
    money[s] = per_head + need_money[s];
  }
  return report;
}

} // namespace

void allocate_all(std::span<Policy const> policies, std::span<IndexView const> indices, UnitView const& units,
                  AllocationScratch& scratch, std::span<AllocationReport> reports, std::span<double> money,
                  std::span<double> need_money) {
  std::size_t const count = units.pupils.size();
  LIKVARD_EXPECT(money.size() == policies.size() * count && need_money.size() == money.size() &&
                 reports.size() == policies.size());
  double total = 0;
  for (auto pupils : units.pupils) total += pupils;
  scratch.held = nullptr;
  scratch.holds = true;
  for (std::size_t m = 0; m < policies.size(); ++m) {
    auto const own = money.subspan(m * count, count), need = need_money.subspan(m * count, count);
    reports[m] = is_plain(policies[m])
                     ? allocate_plain(policies[m], indices, units, total, scratch, own, need)
                     : allocate(policies[m], indices, units, scratch, own, need);
  }
  scratch.holds = false;
}

} // namespace likvard
