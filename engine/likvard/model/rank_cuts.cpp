#include "likvard/model/rank_cuts.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/portable.hpp"

#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likvard/model/rank_cuts.cpp"
#include <hwy/foreach_target.h>
//
#include "likvard/core/detail/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace likvard::HWY_NAMESPACE {

/// Newton's method on every cut at once; `cut` holds the starts, and NaN where it did not settle.
void Solve(double const* target, std::size_t count, double const* share, double const* x,
           std::size_t profiles, double* cut) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  V const zero = hn::Zero(d);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    V t = hn::LoadU(d, cut + i);
    V const wanted = hn::LoadU(d, target + i);
    auto settled = zero != zero;
    for (int step = 0; step < 20 && !hn::AllTrue(d, settled); ++step) {
      V value = zero - wanted, slope = zero;
      for (std::size_t p = 0; p < profiles; ++p) {
        V density = zero;
        V const below = NormalCdf(d, t - hn::Set(d, x[p]), density);
        value = value + hn::Set(d, share[p]) * below;
        slope = slope + hn::Set(d, share[p]) * density;
      }
      V const full = value / hn::Max(slope, hn::Set(d, 1e-12));
      V const bounded = hn::Min(hn::Max(full, hn::Set(d, -0.5)), hn::Set(d, 0.5));
      V const move = hn::IfThenElse(settled, zero, bounded);
      t = t - move;
      settled = hn::Or(settled, hn::Abs(move) < hn::Set(d, 1e-8)); // the next would be about its square
    }
    hn::StoreU(hn::IfThenElse(settled, t, hn::Set(d, std::numeric_limits<double>::quiet_NaN())), d, cut + i);
  }
}

/// below[p, i] = Φ(cut[i] - x[p]), [profiles × stride].
void Below(double const* cut, std::size_t stride, double const* x, std::size_t profiles, double* below) {
  hn::ScalableTag<double> d;
  for (std::size_t p = 0; p < profiles; ++p)
    for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
      auto density = hn::Zero(d);
      hn::StoreU(NormalCdf(d, hn::LoadU(d, cut + i) - hn::Set(d, x[p]), density), d, below + p * stride + i);
    }
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>

namespace likvard {

HWY_EXPORT(Solve);
HWY_EXPORT(Below);

namespace {

/// t with F(t) = target by Newton's method kept inside a shrinking bracket: the plain way, for ranking almost
/// without noise, where F is steps and flats.
double bracketed(double target, std::span<double const> share, std::span<double const> x, double low,
                 double high) {
  double t = 0.5 * (low + high);
  for (int step = 0; step < 200; ++step) {
    double value = -target, slope = 0;
    for (std::size_t p = 0; p < x.size(); ++p) {
      value += share[p] * portable::normal_cdf(t - x[p]);
      slope += share[p] * portable::normal_pdf(t - x[p]);
    }
    (value < 0 ? low : high) = t;
    if (std::abs(value) < 1e-15) break;
    double next = slope > 1e-300 ? t - value / slope : 0.5 * (low + high);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - t) <= 1e-15 * (1 + std::abs(t))) break;
    t = next;
  }
  return t;
}

} // namespace

void rank_cuts(std::span<double const> weight, std::span<double const> share, std::span<double const> x,
               RankCuts& out) {
  LIKVARD_EXPECT(!weight.empty() && x.size() == share.size());
  std::size_t const cuts = weight.size() - 1;
  out.stride = (weight.size() + 7) / 8 * 8;
  out.target.assign(out.stride, 0.5);
  out.cut.resize(out.stride);
  out.below.resize(share.size() * out.stride);
  double mean = 0, square = 0, cumulative = 0;
  for (std::size_t p = 0; p < x.size(); ++p) mean += share[p] * x[p];
  for (std::size_t p = 0; p < x.size(); ++p) square += share[p] * (x[p] - mean) * (x[p] - mean);
  for (std::size_t s = 0; s < cuts; ++s) {
    cumulative += weight[s];
    out.target[s] = std::min(cumulative, 1 - 0x1p-53);
  }
  // Lanes beyond the last cut do as it does: vectors go on until every lane has settled.
  if (cuts > 0)
    std::fill(out.target.begin() + static_cast<std::ptrdiff_t>(cuts), out.target.end(), out.target[cuts - 1]);
  double const sd = std::sqrt(1 + square);
  portable::normal_quantile(out.target, out.cut);
  for (double& t : out.cut) t = mean + sd * t;
  HWY_DYNAMIC_DISPATCH(Solve)(out.target.data(), out.stride, share.data(), x.data(), x.size(),
                              out.cut.data());
  auto const [least, most] = std::minmax_element(x.begin(), x.end());
  for (std::size_t s = 0; s < out.stride; ++s)
    if (!std::isfinite(out.cut[s])) out.cut[s] = bracketed(out.target[s], share, x, *least - 9, *most + 9);
  HWY_DYNAMIC_DISPATCH(Below)(out.cut.data(), out.stride, x.data(), x.size(), out.below.data());
}

} // namespace likvard
#endif
