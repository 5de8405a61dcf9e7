// Elementary functions on vectors of doubles: the same operations in the same order on every processor, so
// the same bits. Included once per instruction set by Highway's foreach_target (no include guard of the usual
// kind). Only +, -, *, /, sqrt and integer operations are used: IEEE 754 rounds them the same way everywhere.
// No fused multiply-add, whose rounding differs. Errors are stated as found by tests/core/portable_test.cpp
// against long double.
#if defined(LIKVARD_CORE_LANES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef LIKVARD_CORE_LANES_INL
#undef LIKVARD_CORE_LANES_INL
#else
#define LIKVARD_CORE_LANES_INL
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace likvard::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Σ c[k] x^(N-1-k), highest degree first, by Estrin's scheme: pairs, pairs of pairs and so on, which keeps
/// the chain of operations that wait for each other short (Horner's rule is bound by their latency).
template <std::size_t N, class D, class V>
HWY_INLINE V Estrin(D d, V const* power, double const* c) {
  if constexpr (N == 1) {
    return hn::Set(d, c[0]);
  } else {
    constexpr std::size_t low = N <= 2 ? 1 : N <= 4 ? 2 : N <= 8 ? 4 : N <= 16 ? 8 : 16;
    constexpr std::size_t level = N <= 2 ? 0 : N <= 4 ? 1 : N <= 8 ? 2 : N <= 16 ? 3 : 4;
    return Estrin<N - low>(d, power, c) * power[level] + Estrin<low>(d, power, c + (N - low));
  }
}
template <class D, class V, std::size_t N>
HWY_INLINE V Polynomial(D d, V x, double const (&c)[N]) {
  static_assert(N <= 32);
  V power[5] = {x, x * x, x, x, x};
  for (std::size_t k = 2; k < 5 && (std::size_t{1} << k) < N; ++k) power[k] = power[k - 1] * power[k - 1];
  return Estrin<N>(d, power, c);
}

/// 2^k for whole numbers -1022 <= k <= 1023, k in the low bits of `k`.
template <class D, class I>
HWY_INLINE hn::Vec<D> PowerOfTwo(D d, I k) {
  hn::RebindToSigned<D> di;
  return hn::BitCast(d, hn::ShiftLeft<52>(k + hn::Set(di, std::int64_t{1023})));
}

/// x = k ln 2 + r, |r| <= ln 2 / 2; returns e^r - 1, and k as an integer. Taylor's series to degree 13 (its
/// rest is below 5e-18); ln 2 in two parts, the first with so many trailing zeros that k times it is exact.
template <class D, class V, class I>
HWY_INLINE V ReducedExpm1(D d, V x, I& k) {
  hn::RebindToSigned<D> di;
  V const magic = hn::Set(d, 0x1.8p52);
  V const shifted = x * hn::Set(d, 0x1.71547652b82fep0) + magic;
  k = hn::BitCast(di, shifted);
  V const whole = shifted - magic;
  V const r = (x - whole * hn::Set(d, 0x1.62e42feep-1)) - whole * hn::Set(d, 0x1.a39ef35793c76p-33);
  static constexpr double c[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800,
                                 1.0 / 362880,     1.0 / 40320,     1.0 / 5040,     1.0 / 720,
                                 1.0 / 120,        1.0 / 24,        1.0 / 6,        1.0 / 2};
  return r + r * r * Polynomial(d, r, c);
}

/// e^x; 0 below -707, infinite above 709.78. Relative error below 2 units of the last place (2^-53).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp(D d, V x) {
  hn::Vec<hn::RebindToSigned<D>> k;
  V const safe = hn::Min(hn::Max(x, hn::Set(d, -707.0)), hn::Set(d, 709.79));
  V const q = ReducedExpm1(d, safe, k);
  hn::RebindToSigned<D> di;
  V const half = PowerOfTwo(d, k - hn::Set(di, std::int64_t{1}));
  V const value = (half + half * q) * hn::Set(d, 2.0);
  V const low = hn::IfThenElse(x < hn::Set(d, -707.0), hn::Zero(d), value);
  return hn::IfThenElse(x != x, x, low);
}

/// The same for x <= 0 alone, with less to look after.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExpOfNegative(D d, V x) {
  hn::Vec<hn::RebindToSigned<D>> k;
  V const least = hn::Set(d, -707.0);
  V const q = ReducedExpm1(d, hn::Max(x, least), k);
  V const scale = PowerOfTwo(d, k);
  return hn::IfThenElseZero(x >= least, scale + scale * q);
}

/// e^x - 1 without cancellation near 0, |x| <= 700.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Expm1(D d, V x) {
  hn::Vec<hn::RebindToSigned<D>> k;
  V const q = ReducedExpm1(d, x, k);
  V const scale = PowerOfTwo(d, k);
  return scale * q + (scale - hn::Set(d, 1.0));
}

/// ln x, x normal and positive; -infinite at 0. x = 2^k m, sqrt(1/2) <= m < sqrt(2), ln m = 2
/// artanh((m-1)/(m+1)) by its series to the 23rd power. Error below 4 units of the last place.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Log(D d, V x) {
  hn::RebindToUnsigned<D> du;
  auto const bits = hn::BitCast(du, x);
  auto const root_half = hn::Set(du, std::uint64_t{0x3fe6a09e667f3bcd});
  auto const bias = hn::Set(du, std::uint64_t{1024} << 52);
  auto const biased = hn::ShiftRight<52>(bits - root_half + bias); // k + 1024 - 1, always positive
  V const k =
      hn::BitCast(d, biased | hn::Set(du, std::uint64_t{0x4330000000000000})) - hn::Set(d, 0x1p52 + 1024);
  auto const exponent = hn::ShiftLeft<52>(biased - hn::Set(du, std::uint64_t{1024}));
  V const m = hn::BitCast(d, bits - exponent);
  V const one = hn::Set(d, 1.0);
  V const s = (m - one) / (m + one), z = s * s;
  static constexpr double c[] = {2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
                                 2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
  V const series = s * z * Polynomial(d, z, c) + k * hn::Set(d, 0x1.a39ef35793c76p-33);
  V const value = k * hn::Set(d, 0x1.62e42feep-1) + (s + s + series);
  return hn::IfThenElse(x < hn::Set(d, 0x1p-1022), hn::Set(d, -HUGE_VAL), value);
}

/// Φ(-|x|) and φ(x), the standard normal density. Φ(-x) = φ(x) R(x), R Mills' ratio: (x + 5) R(x) is a
/// polynomial of degree 23 in (x - 5)/(x + 5), fitted at Chebyshev's nodes to 4e-17. The square of x is taken
/// with its rounding error (Dekker 1971), so the tail is right to 12 units of the last place as far as
/// doubles reach.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V NormalTail(D d, V x, V& density) {
  V const a = hn::Min(hn::Abs(x), hn::Set(d, 40.0));
  V const square = a * a;
  V const c = a * hn::Set(d, 134217729.0);
  V const high = c - (c - a), low = a - high;
  V const error = ((high * high - square) + (high + high) * low) + low * low;
  V const half = hn::Set(d, 0.5), one = hn::Set(d, 1.0);
  V const e = ExpOfNegative(d, hn::Set(d, -0.5) * square);
  density = (e - e * (half * error)) * hn::Set(d, 0.39894228040143267794);
  V const w = one / (a + hn::Set(d, 5.0));
  static constexpr double r[] = {
      -3.3368504879231682086e-10, -1.9688207966686728679e-09, 3.1868668438665130658e-09,
      2.3249183396165380869e-08,  -1.7398124277679195e-08,    -1.6898908396071304791e-07,
      9.6684283572163252728e-08,  1.0865648093633821582e-06,  -8.3606759801814068899e-07,
      -6.9405498481783576393e-06, 9.9747800855427325955e-06,  4.1812697072720425685e-05,
      -0.00012473565818721080714, -0.00014883252854029768254, 0.0013658591609424360836,
      -0.0019999620670556139589,  -0.0075032828206787589017,  0.052125502421826931427,
      -0.1732547340871504203,     0.41364471573217226562,     -0.78591107554654523977,
      1.2415470615738771524,      -1.6678665951889600534,     1.9280810471531576101};
  return density * (Polynomial(d, (a - hn::Set(d, 5.0)) * w, r) * w);
}

/// Φ(x), and the density φ(x).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V NormalCdf(D d, V x, V& density) {
  V const tail = NormalTail(d, x, density);
  return hn::IfThenElse(x < hn::Zero(d), tail, hn::Set(d, 1.0) - tail);
}

/// Φ⁻¹(u), 0 < u < 1: algorithm AS241 (Wichura 1988), relative error below 1e-15. Three rational functions;
/// all lanes evaluate what any lane needs.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V NormalQuantile(D d, V u) {
  V const q = u - hn::Set(d, 0.5), one = hn::Set(d, 1.0);
  static constexpr double a[] = {2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4,
                                 4.5921953931549871457e+4, 1.3731693765509461125e+4, 1.9715909503065514427e+3,
                                 1.3314166789178437745e+2, 3.3871328727963666080e0};
  static constexpr double b[] = {
      5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
      5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1.0};
  V const r = hn::Set(d, 0.180625) - q * q;
  V const middle = q * Polynomial(d, r, a) / Polynomial(d, r, b);
  auto const outside = hn::Abs(q) > hn::Set(d, 0.425);
  if (hn::AllFalse(d, outside)) return middle;

  static constexpr double c[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
                                 2.41780725177450611770e-1, 1.27045825245236838258e0,
                                 3.64784832476320460504e0,  5.76949722146069140550e0,
                                 4.63033784615654529590e0,  1.42343711074968357734e0};
  static constexpr double e[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
                                 1.51986665636164571966e-2, 1.48103976427480074590e-1,
                                 6.89767334985100004550e-1, 1.67638483018380384940e0,
                                 2.05319162663775882187e0,  1.0};
  V const tail = hn::Min(u, one - u);
  V const root = hn::Sqrt(hn::Set(d, 0.0) - Log(d, tail));
  V const near_root = root - hn::Set(d, 1.6);
  V value = Polynomial(d, near_root, c) / Polynomial(d, near_root, e);
  auto const far = hn::And(outside, root > hn::Set(d, 5.0));
  if (!hn::AllFalse(d, far)) {
    static constexpr double g[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
                                   1.24266094738807843860e-3, 2.65321895265761230930e-2,
                                   2.96560571828504891230e-1, 1.78482653991729133580e0,
                                   5.46378491116411436990e0,  6.65790464350110377720e0};
    static constexpr double h[] = {2.04426310338993978564e-15, 1.42151175831644588870e-7,
                                   1.84631831751005468180e-5,  7.86869131145613259100e-4,
                                   1.48753612908506148525e-2,  1.36929880922735805310e-1,
                                   5.99832206555887937690e-1,  1.0};
    V const far_root = root - hn::Set(d, 5.0);
    value = hn::IfThenElse(far, Polynomial(d, far_root, g) / Polynomial(d, far_root, h), value);
  }
  value = hn::IfThenElse(q < hn::Zero(d), hn::Set(d, 0.0) - value, value);
  return hn::IfThenElse(outside, value, middle);
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
