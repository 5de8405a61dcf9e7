#include "likvard/model/money_sums.hpp"

#include "likvard/core/contract.hpp"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likvard/model/money_sums.cpp"
#include <hwy/foreach_target.h>
//
#include "likvard/core/detail/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace likvard::HWY_NAMESPACE {

/// Σ over units in their order, lane by lane.
void SumMoney(MoneyUnits const& units, double const* money, double const* present, double const* systematic,
              std::size_t stride, std::size_t policies, bool with_logs, double* sums) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  using S = MoneySum;
  auto const set = [&](double x) HWY_ATTR { return hn::Set(d, x); };
  V const zero = hn::Zero(d), one = set(1.0), least = set(1 + units.noticeable),
          most = set(1 - units.noticeable);
  V const enough = set(units.enough);
  std::size_t const count = units.pupils.size();
  for (std::size_t m = 0; m < policies; m += hn::Lanes(d)) {
    V moved = zero, known = zero, misplaced = zero, losing = zero, gaining = zero, without = zero,
      unpaid = zero;
    V needy = zero, along_need = zero, sum = zero, low = set(HUGE_VAL), high = set(-HUGE_VAL);
    V adequate = zero, short_of = zero;
    for (std::size_t s = 0; s < count; ++s) {
      V const n = set(units.pupils[s]), f = hn::LoadU(d, money + s * stride + m);
      V const ideal = hn::LoadU(d, present + s * stride + m);
      moved = moved + n * hn::Abs(f - one);
      known = known + n * hn::Abs(hn::LoadU(d, systematic + s * stride + m) - one);
      misplaced = misplaced + n * hn::Abs(f - ideal);
      auto const more = f > least;
      losing = losing + hn::IfThenElseZero(f < most, n);
      gaining = gaining + hn::IfThenElseZero(more, n);
      without = without + hn::IfThenElseZero(hn::And(more, ideal <= one), n);
      unpaid = unpaid + hn::IfThenElseZero(hn::And(ideal > least, f <= one), n);
      needy = needy + set(units.needy[s]) * f;
      along_need = along_need + set(units.pupils[s] * units.index_away[s]) * (f - one);
      sum = sum + n * f;
      low = hn::Min(low, f);
      high = hn::Max(high, f);
      adequate = adequate + n * hn::Min(one, f / enough);
      short_of = short_of + n * hn::Max(zero, enough - f);
    }
    V const mean = sum / set(units.total);
    V along_rank = zero, square = zero, roots = zero, theil = zero, logs = zero;
    for (std::size_t s = 0; s < count; ++s) {
      V const n = set(units.pupils[s]), f = hn::LoadU(d, money + s * stride + m), away = f - mean;
      along_rank = along_rank + set(units.pupils[s] * units.rank_away[s]) * away;
      square = square + n * away * away;
      if (!with_logs) continue;
      V const relative = f / mean, some = hn::Max(relative, set(1e-300));
      auto const paid = relative > zero;
      V const log = hn::IfThenElseZero(paid, Log(d, some));
      roots = roots + n * hn::Sqrt(relative);
      theil = theil + n * relative * log;
      logs = logs - n * log;
    }
    auto const keep = [&](S::Row row, V value) HWY_ATTR { hn::StoreU(value, d, sums + row * stride + m); };
    keep(S::moved, moved);
    keep(S::systematic, known);
    keep(S::misplaced, misplaced);
    keep(S::losing, losing);
    keep(S::gaining, gaining);
    keep(S::without_need, without);
    keep(S::unpaid, unpaid);
    keep(S::needy, needy);
    keep(S::along_need, along_need);
    keep(S::sum, sum);
    keep(S::along_rank, along_rank);
    keep(S::square, square);
    keep(S::low, low);
    keep(S::high, high);
    keep(S::adequate, adequate);
    keep(S::short_of, short_of);
    keep(S::roots, roots);
    keep(S::theil, theil);
    keep(S::logs, logs);
  }
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace likvard {

HWY_EXPORT(SumMoney);

void sum_money(MoneyUnits const& units, std::span<double const> money, std::span<double const> present,
               std::span<double const> systematic, std::size_t stride, std::size_t policies, bool with_logs,
               std::span<double> sums) {
  LIKVARD_EXPECT(stride % 8 == 0 && policies <= stride && money.size() == units.pupils.size() * stride &&
                 sums.size() == MoneySum::count * stride);
  HWY_DYNAMIC_DISPATCH(SumMoney)
  (units, money.data(), present.empty() ? money.data() : present.data(),
   systematic.empty() ? money.data() : systematic.data(), stride, policies, with_logs, sums.data());
}

} // namespace likvard
#endif
