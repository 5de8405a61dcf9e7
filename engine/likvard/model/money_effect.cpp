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

void Effects(EffectTerms const& terms, double const* use, DeliveryLanes const& delivery, std::size_t policies,
             double* out) {
  hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  V const one = hn::Set(d, 1.0), zero = hn::Zero(d), through = hn::Set(d, terms.pass_through);
  std::size_t const units = delivery.pupils.size(), stride = delivery.stride;
  bool const earmarks = !delivery.reach.empty();
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
      auto const diluted = [&](V x) HWY_ATTR {
        return hn::Set(d, terms.dilution) * hn::Max(zero, x - one) / hn::Set(d, 0.1);
      };
      V const x = one + through * (others - one), g = gain * Response(d, x, terms.curvature);
      hn::StoreU(g - diluted(x), d, out + 2 * s * stride + m);
      V const y = apart ? one + through * (needy - one) : x;
      V const h = apart ? gain * Response(d, y, terms.curvature) : g;
      hn::StoreU(h * hn::Set(d, terms.ratio) - diluted(y), d, out + (2 * s + 1) * stride + m);
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
