#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likvard/core/portable.cpp"
#include <hwy/foreach_target.h>
//
#include "likvard/core/detail/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace likvard::HWY_NAMESPACE {

/// f on whole vectors; the last elements go through a padded one.
template <class F>
HWY_INLINE void Each(double const* x, std::size_t count, double* out, F f) {
  hn::ScalableTag<double> d;
  std::size_t const lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(f(d, hn::LoadU(d, x + i)), d, out + i);
  if (i == count) return;
  alignas(64) double last[8];
  for (std::size_t k = 0; k < lanes; ++k) last[k] = i + k < count ? x[i + k] : 0.5;
  hn::Store(f(d, hn::Load(d, last)), d, last);
  for (std::size_t k = 0; i + k < count; ++k) out[i + k] = last[k];
}

void ExpAll(double const* x, std::size_t count, double* out) {
  Each(x, count, out, [](auto d, auto v) HWY_ATTR { return Exp(d, v); });
}
void LogAll(double const* x, std::size_t count, double* out) {
  Each(x, count, out, [](auto d, auto v) HWY_ATTR { return Log(d, v); });
}
void CdfAll(double const* x, std::size_t count, double* out) {
  Each(x, count, out, [](auto d, auto v) HWY_ATTR {
    auto density = v;
    return NormalCdf(d, v, density);
  });
}
void QuantileAll(double const* u, std::size_t count, double* out) {
  Each(u, count, out, [](auto d, auto v) HWY_ATTR { return NormalQuantile(d, v); });
}

/// f of one number, on the instruction set that every processor of the kind has.
template <class F>
HWY_INLINE double One(double x, F f) {
  hn::CappedTag<double, 1> d;
  return hn::GetLane(f(d, hn::Set(d, x)));
}

double ExpOne(double x) {
  return One(x, [](auto d, auto v) HWY_ATTR { return Exp(d, v); });
}
double Expm1One(double x) {
  return One(x, [](auto d, auto v) HWY_ATTR { return Expm1(d, v); });
}
double LogOne(double x) {
  return One(x, [](auto d, auto v) HWY_ATTR { return Log(d, v); });
}
double CdfOne(double x) {
  return One(x, [](auto d, auto v) HWY_ATTR {
    auto density = v;
    return NormalCdf(d, v, density);
  });
}
double QuantileOne(double u) {
  return One(u, [](auto d, auto v) HWY_ATTR { return NormalQuantile(d, v); });
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

namespace likvard::portable {

HWY_EXPORT(ExpAll);
HWY_EXPORT(LogAll);
HWY_EXPORT(CdfAll);
HWY_EXPORT(QuantileAll);

double exp(double x) {
  return HWY_STATIC_DISPATCH(ExpOne)(x);
}
double expm1(double x) {
  return HWY_STATIC_DISPATCH(Expm1One)(x);
}
double log(double x) {
  if (!(x >= 0)) return std::numeric_limits<double>::quiet_NaN();
  return x > std::numeric_limits<double>::max() ? x : HWY_STATIC_DISPATCH(LogOne)(x);
}
double log1p(double x) {
  // ln u of the rounded u = 1 + x, and the slope times what was rounded off (Kahan).
  double const u = 1 + x;
  return u > 0 ? log(u) + (x - (u - 1)) / u : log(u);
}
double cos(double x) {
  // x = n π/2 + r, |r| <= π/4, π/2 in three parts so that n times the first two is exact (Cody & Waite 1980);
  // then Taylor's series.
  double const n = std::floor(x * (2 / std::numbers::pi) + 0.5);
  double const r = ((x - n * 0x1.921fb544p0) - n * 0x1.0b4611a6p-34) - n * 0x1.3198a2e037073p-69;
  double const z = r * r;
  auto const quarter = static_cast<std::int64_t>(n) & 3;
  double value = 0;
  if (quarter % 2 == 0)
    value = 1 + z * (-1.0 / 2 +
                     z * (1.0 / 24 +
                          z * (-1.0 / 720 +
                               z * (1.0 / 40320 + z * (-1.0 / 3628800 +
                                                       z * (1.0 / 479001600 + z * (-1.0 / 87178291200 +
                                                                                   z / 20922789888000)))))));
  else
    value = r * (1 + z * (-1.0 / 6 +
                          z * (1.0 / 120 +
                               z * (-1.0 / 5040 +
                                    z * (1.0 / 362880 + z * (-1.0 / 39916800 +
                                                             z * (1.0 / 6227020800 - z / 1307674368000)))))));
  return quarter == 1 || quarter == 2 ? -value : value;
}
double pow(double x, double y) {
  if (y == 0) return 1;
  if (y == 1) return x;
  if (y == 2) return x * x;
  return x > 0 ? exp(y * log(x)) : y > 0 ? 0.0 : std::numeric_limits<double>::infinity();
}
double normal_cdf(double x) {
  return HWY_STATIC_DISPATCH(CdfOne)(x);
}
double normal_pdf(double x) {
  return 0.39894228040143267794 * exp(-0.5 * x * x);
}
double normal_quantile(double u) {
  return HWY_STATIC_DISPATCH(QuantileOne)(u);
}

namespace {

constexpr std::size_t tabulated = 256;

std::array<double, tabulated> tabulate() {
  std::array<double, tabulated> table{};
  // The sum is carried with its rounding errors (Neumaier), so that each entry is right to the last place.
  double sum = 0, rest = 0;
  for (std::size_t k = 2; k < tabulated; ++k) {
    double const term = log(static_cast<double>(k)), next = sum + term;
    rest += std::abs(sum) >= term ? (sum - next) + term : (term - next) + sum;
    sum = next;
    table[k] = sum + rest;
  }
  return table;
}

} // namespace

double log_factorial(double k) {
  static std::array<double, tabulated> const table = tabulate();
  if (k < tabulated) return table[static_cast<std::size_t>(k)];
  double const r = 1 / k, r2 = r * r;
  return (k + 0.5) * log(k) - k + 0.91893853320467274178 +
         r * (1.0 / 12 + r2 * (-1.0 / 360 + r2 * (1.0 / 1260 - r2 / 1680)));
}

void exp(std::span<double const> x, std::span<double> out) {
  LIKVARD_EXPECT(x.size() == out.size());
  HWY_DYNAMIC_DISPATCH(ExpAll)(x.data(), x.size(), out.data());
}
void log(std::span<double const> x, std::span<double> out) {
  LIKVARD_EXPECT(x.size() == out.size());
  HWY_DYNAMIC_DISPATCH(LogAll)(x.data(), x.size(), out.data());
}
void normal_cdf(std::span<double const> x, std::span<double> out) {
  LIKVARD_EXPECT(x.size() == out.size());
  HWY_DYNAMIC_DISPATCH(CdfAll)(x.data(), x.size(), out.data());
}
void normal_quantile(std::span<double const> u, std::span<double> out) {
  LIKVARD_EXPECT(u.size() == out.size());
  HWY_DYNAMIC_DISPATCH(QuantileAll)(u.data(), u.size(), out.data());
}

} // namespace likvard::portable
#endif
