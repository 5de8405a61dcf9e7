#include "likvard/model/outcome.hpp"

#include "likvard/core/contract.hpp"

#include <cmath>

#ifndef LIKVARD_EFFECT_TERMS
#define LIKVARD_EFFECT_TERMS
namespace likvard {
/// The terms of δ that are the same for all units and policies.
struct EffectTerms {
  double gain, ratio, curvature, pass_through, dilution;
};
} // namespace likvard
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likvard/model/money_effect.cpp"
#include <hwy/foreach_target.h>
//
#include "likvard/core/detail/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace likvard::HWY_NAMESPACE {

/// G(x) of money_response, lane by lane.
template <class D, class V>
HWY_INLINE V Response(D d, V x, double curvature) {
  V const log = Log(d, hn::Max(x, hn::Set(d, 0.05)));
  if (std::abs(curvature) < 1e-8) return log / hn::Set(d, 0.1);
  V const power = hn::Set(d, curvature);
  return Expm1(d, power * log) / power / hn::Set(d, 0.1);
}

/// What money f that reaches a group gives before dilution, A θ q G(x) with `gain` A θ q, and the x that
/// arrives.
template <class D, class V>
HWY_INLINE V Gain(D d, EffectTerms const& terms, V gain, V f, V& x) {
  V const one = hn::Set(d, 1.0);
  x = one + hn::Set(d, terms.pass_through) * (f - one);
  return gain * Response(d, x, terms.curvature);
}
template <class D, class V>
HWY_INLINE V Diluted(D d, EffectTerms const& terms, V x) {
  return hn::Set(d, terms.dilution) * hn::Max(hn::Zero(d), x - hn::Set(d, 1.0)) / hn::Set(d, 0.1);
}

/// One policy without earmarks: units in lanes, and its numbers in all lanes of `out`.
void EffectsOfOne(EffectTerms const& terms, double const* use, DeliveryLanes const& delivery, double* out) {
  constexpr std::size_t widest = 8;
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  std::size_t const units = delivery.pupils.size(), stride = delivery.stride, lanes = hn::Lanes(d);
  HWY_ALIGN double money[widest], gain[widest], others[widest], needy[widest];
  for (std::size_t s = 0; s < units; s += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      std::size_t const unit = s + k < units ? s + k : units - 1;
      money[k] = delivery.money[unit * stride];
      gain[k] = terms.gain * use[unit];
    }
    V x = hn::Zero(d);
    V const g = Gain(d, terms, hn::Load(d, gain), hn::Load(d, money), x), diluted = Diluted(d, terms, x);
    hn::Store(g - diluted, d, others);
    hn::Store(g * hn::Set(d, terms.ratio) - diluted, d, needy);
    for (std::size_t k = 0; k < lanes && s + k < units; ++k)
      for (std::size_t m = 0; m < stride; m += lanes) {
        hn::StoreU(hn::Set(d, others[k]), d, out + 2 * (s + k) * stride + m);
        hn::StoreU(hn::Set(d, needy[k]), d, out + (2 * (s + k) + 1) * stride + m);
      }
  }
}

void Effects(EffectTerms const& terms, double const* use, DeliveryLanes const& delivery, std::size_t policies,
             double* out) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  std::size_t const units = delivery.pupils.size(), stride = delivery.stride;
  bool const earmarks = !delivery.reach.empty();
  if (policies == 1 && !earmarks) return EffectsOfOne(terms, use, delivery, out);
  for (std::size_t s = 0; s < units; ++s) {
    V const gain = hn::Set(d, terms.gain * use[s]);
    bool const apart = earmarks && delivery.needy[s] > 0;
    for (std::size_t m = 0; m < policies; m += hn::Lanes(d)) {
      V others = hn::LoadU(d, delivery.money.data() + s * stride + m), needy = others;
      if (apart) {
        V const marked = hn::LoadU(d, delivery.reach.data() + m) *
                         hn::LoadU(d, delivery.need_money.data() + s * stride + m);
        others = others - marked;
        needy = needy + marked * hn::Set(d, delivery.pupils[s] / delivery.needy[s] - 1);
      }
      V x = others;
      V const g = Gain(d, terms, gain, others, x);
      hn::StoreU(g - Diluted(d, terms, x), d, out + 2 * s * stride + m);
      V y = x;
      V const h = apart ? Gain(d, terms, gain, needy, y) : g;
      hn::StoreU(h * hn::Set(d, terms.ratio) - Diluted(d, terms, y), d, out + (2 * s + 1) * stride + m);
    }
  }
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>

namespace likvard {

HWY_EXPORT(Effects);

void money_effects(Outcome const& outcome, Coefficients const& c, std::span<double const> use,
                   DeliveryLanes const& delivery, std::size_t policies, std::span<double> out) {
  LIKVARD_EXPECT(delivery.stride % 8 == 0 && policies <= delivery.stride &&
                 delivery.money.size() == use.size() * delivery.stride &&
                 out.size() == 2 * delivery.money.size() && delivery.pupils.size() == use.size() &&
                 delivery.needy.size() == use.size());
  double const exposure = std::min(outcome.years / 4, 1.0);
  EffectTerms const terms{exposure * c.theta, c.effect_ratio, c.curvature, c.pass_through,
                          exposure * c.dilution};
  HWY_DYNAMIC_DISPATCH(Effects)(terms, use.data(), delivery, policies, out.data());
}

} // namespace likvard
#endif
