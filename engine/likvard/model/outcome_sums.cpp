#include "likvard/model/outcome_sums.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/portable.hpp"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likvard/model/outcome_sums.cpp"
#include <hwy/foreach_target.h>
//
#include "likvard/core/detail/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace likvard::HWY_NAMESPACE {

void SumOutcomes(OutcomeBase const& base, OutcomeTotals const& totals, double carry, double const* effect,
                 std::size_t stride, std::size_t policies, bool with_kolm, double* sums) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  using S = OutcomeSum;
  auto const one = [&](double x) HWY_ATTR { return hn::Set(d, x); };
  V const zero = hn::Zero(d);
  bool const both = totals.pupils[0] > 0 && totals.pupils[1] > 0;
  std::size_t const units = base.unit.size();
  for (std::size_t m = 0; m < policies; m += hn::Lanes(d)) {
    V group[2] = {zero, zero}, square = zero, kolm = zero;
    V rank = one(base.rank_y), score = one(base.score_y), ends = one(base.ends_y);
    V low = one(HUGE_VAL), high = one(-HUGE_VAL);
    for (std::size_t s = 0; s < units; ++s) {
      V carried = zero;
      double size = 0;
      for (std::size_t g = 0; g < 2; ++g) {
        GroupSums const& k = base.unit[s][g];
        V const shift = hn::LoadU(d, effect + (2 * s + g) * stride + m);
        V const moved = one(k.n) * shift;
        group[g] = group[g] + (one(k.y) + moved);
        square = square + (one(k.y2) + shift * (one(2 * k.y) + moved));
        rank = rank + shift * one(k.rank);
        score = score + shift * one(k.score);
        ends = ends + shift * one(k.ends);
        if (with_kolm && k.n > 0) kolm = kolm + Exp(d, zero - shift) * one(k.exp_minus_y);
        carried = carried + (one(k.y) + moved * one(carry));
        size += k.n;
      }
      if (!(size > 0)) continue;
      V const mean = carried / one(size);
      low = hn::Min(low, mean);
      high = hn::Max(high, mean);
    }
    V const total = one(base.pupils), mean = (group[0] + group[1]) / total;
    V const slope = base.score_variance > 0
                        ? (score / total - mean * one(base.mean_score)) / one(base.score_variance)
                        : zero;
    V gap_between = zero, between = zero, net = zero;
    for (std::size_t s = 0; s < units; ++s) {
      GroupSums const &others = base.unit[s][0], &needy = base.unit[s][1];
      double const size = others.n + needy.n;
      if (!(size > 0)) continue;
      V const first = one(others.y) + one(others.n) * hn::LoadU(d, effect + 2 * s * stride + m);
      V const second = one(needy.y) + one(needy.n) * hn::LoadU(d, effect + (2 * s + 1) * stride + m);
      V const unit = (first + second) / one(size);
      if (both)
        gap_between = gap_between + one(others.n / totals.pupils[0] - needy.n / totals.pupils[1]) * unit;
      V const away = unit - mean;
      between = between + one(size) * away * away;
      V const left = away - slope * one((others.score + needy.score) / size - base.mean_score);
      net = net + one(size) * left * left;
    }
    auto const keep = [&](S::Row row, V value) HWY_ATTR { hn::StoreU(value, d, sums + row * stride + m); };
    keep(S::others, group[0]);
    keep(S::needy, group[1]);
    keep(S::square, square);
    keep(S::rank, rank);
    keep(S::score, score);
    keep(S::ends, ends);
    keep(S::kolm, kolm);
    keep(S::low, low);
    keep(S::high, high);
    keep(S::gap_between, gap_between);
    keep(S::between, between);
    keep(S::net, net);
  }
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace likvard {

HWY_EXPORT(SumOutcomes);

OutcomeTotals sum_outcomes(OutcomeBase const& base, double carry, std::span<double const> effect,
                           std::size_t stride, std::size_t policies, bool with_kolm, std::span<double> sums) {
  LIKVARD_EXPECT(stride % 8 == 0 && policies <= stride && effect.size() == 2 * base.unit.size() * stride &&
                 sums.size() == OutcomeSum::count * stride);
  OutcomeTotals totals;
  for (auto const& unit : base.unit) {
    double size = 0, score = 0;
    for (std::size_t g = 0; g < 2; ++g) {
      totals.pupils[g] += unit[g].n;
      totals.start[g] += unit[g].y;
      size += unit[g].n;
      score += unit[g].score;
    }
    if (!(size > 0)) continue;
    double const standing = score / size - base.mean_score;
    totals.apart += size * standing * standing;
  }
  HWY_DYNAMIC_DISPATCH(SumOutcomes)(base, totals, carry, effect.data(), stride, policies, with_kolm,
                                    sums.data());
  return totals;
}

} // namespace likvard
#endif
