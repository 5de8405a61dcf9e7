#include "likvard/core/words.hpp"

#include "likvard/core/contract.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likvard/core/words.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace likvard::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Product of the low halves, 64 bits.
template <class V>
HWY_INLINE V MulLow(V a, V b) {
#if HWY_TARGET == HWY_SCALAR
  return V((a.raw & 0xffffffffU) * (b.raw & 0xffffffffU));
#else
  hn::Repartition<std::uint32_t, hn::DFromV<V>> half;
  return hn::MulEven(hn::BitCast(half, a), hn::BitCast(half, b));
#endif
}

/// Philox4x32-10 on one counter a lane, its words in the low halves of c (what the upper halves hold has no
/// meaning).
template <class D, class V = hn::Vec<D>>
HWY_INLINE void Philox(D d, std::uint32_t key0, std::uint32_t key1, V& c0, V& c1, V& c2, V& c3) {
  V const m0 = hn::Set(d, std::uint64_t{0xD2511F53}), m1 = hn::Set(d, std::uint64_t{0xCD9E8D57});
  for (int round = 0; round < 10; ++round) {
    V const p0 = MulLow(c0, m0), p1 = MulLow(c2, m1);
    c0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(p1), c1), hn::Set(d, std::uint64_t{key0}));
    c1 = p1;
    c2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(p0), c3), hn::Set(d, std::uint64_t{key1}));
    c3 = p0;
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
}

/// (v + 1/2) / 2^52 of the upper 52 bits of high · 2^32 + low.
template <class D, class V>
HWY_INLINE auto Uniform(D d, V high, V low) {
  hn::Rebind<double, D> df;
  V const bits = hn::Or(hn::ShiftLeft<32>(high), hn::And(low, hn::Set(d, std::uint64_t{0xffffffff})));
  V const whole = hn::Or(hn::ShiftRight<12>(bits), hn::Set(d, std::uint64_t{0x4330000000000000}));
  auto const value = hn::BitCast(df, whole) - hn::Set(df, 0x1p52);
  return (value + hn::Set(df, 0.5)) * hn::Set(df, 0x1p-52);
}

/// The first block of counters {0, purpose | s, ...}, s = 0 … count - 1, as two uniform numbers.
void FirstUniforms(std::uint32_t const* key, std::uint32_t const* counter, std::size_t count, double* u,
                   double* v) {
  hn::ScalableTag<std::uint64_t> d;
  hn::Rebind<double, decltype(d)> df;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  HWY_ALIGN double last[8];
  for (std::size_t i = 0; i < count; i += lanes) {
    V c0 = hn::Zero(d), c1 = hn::Iota(d, counter[1] + i);
    V c2 = hn::Set(d, std::uint64_t{counter[2]}), c3 = hn::Set(d, std::uint64_t{counter[3]});
    Philox(d, key[0], key[1], c0, c1, c2, c3);
    auto const first = Uniform(d, c0, c1), second = Uniform(d, c2, c3);
    if (i + lanes <= count) {
      hn::StoreU(first, df, u + i);
      hn::StoreU(second, df, v + i);
    } else {
      hn::Store(first, df, last);
      for (std::size_t k = 0; i + k < count; ++k) u[i + k] = last[k];
      hn::Store(second, df, last);
      for (std::size_t k = 0; i + k < count; ++k) v[i + k] = last[k];
    }
  }
}

/// Philox on two vectors of counters at once: each round waits for the one before it, so two chains fill the
/// time.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void PhiloxTwice(D d, std::uint32_t key0, std::uint32_t key1, V (&a)[4], V (&b)[4]) {
  V const m0 = hn::Set(d, std::uint64_t{0xD2511F53}), m1 = hn::Set(d, std::uint64_t{0xCD9E8D57});
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    V const k0 = hn::Set(d, std::uint64_t{key0}), k1 = hn::Set(d, std::uint64_t{key1});
    V const p0 = MulLow(a[0], m0), p1 = MulLow(a[2], m1), q0 = MulLow(b[0], m0), q1 = MulLow(b[2], m1);
    a[0] = hn::Xor(hn::Xor(hn::ShiftRight<32>(p1), a[1]), k0);
    b[0] = hn::Xor(hn::Xor(hn::ShiftRight<32>(q1), b[1]), k0);
    a[2] = hn::Xor(hn::Xor(hn::ShiftRight<32>(p0), a[3]), k1);
    b[2] = hn::Xor(hn::Xor(hn::ShiftRight<32>(q0), b[3]), k1);
    a[1] = p1, a[3] = p0, b[1] = q1, b[3] = q0;
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
}

/// Of the first `count` half-words from the counter on, how many lie below each of B limits; whether any
/// equals one.
template <std::size_t B>
bool BelowLimits(std::uint32_t const* key, std::uint32_t const* counter, std::size_t count,
                 std::uint16_t const* limits, std::uint32_t* counts) {
  hn::ScalableTag<std::uint64_t> d;
  using V = hn::Vec<decltype(d)>;
  V const low = hn::Set(d, std::uint64_t{0xffffffff});
  V const c1 = hn::Set(d, std::uint64_t{counter[1]}), c2 = hn::Set(d, std::uint64_t{counter[2]});
  V const c3 = hn::Set(d, std::uint64_t{counter[3]});
#if HWY_TARGET == HWY_SCALAR
  bool tie = false;
  for (std::size_t b = 0; b < B; ++b) counts[b] = 0;
  for (std::size_t i = 0; i < count; i += 8) {
    V x0 = hn::Set(d, std::uint64_t{counter[0]} + i / 8), x1 = c1, x2 = c2, x3 = c3;
    Philox(d, key[0], key[1], x0, x1, x2, x3);
    std::uint64_t const pair[2] = {hn::GetLane(hn::Or(hn::And(x0, low), hn::ShiftLeft<32>(x1))),
                                   hn::GetLane(hn::Or(hn::And(x2, low), hn::ShiftLeft<32>(x3)))};
    for (std::size_t k = 0; k < 8 && i + k < count; ++k) {
      auto const half = static_cast<std::uint16_t>(pair[k / 4] >> 16 * (k % 4));
      for (std::size_t b = 0; b < B; ++b) {
        counts[b] += half < limits[b];
        tie |= half == limits[b];
      }
    }
  }
  return tie;
#else
  hn::Repartition<std::uint16_t, decltype(d)> dh;
  using H = hn::Vec<decltype(dh)>;
  std::size_t const lanes = hn::Lanes(d);
  H const one = hn::Set(dh, std::uint16_t{1}), most = hn::Set(dh, std::uint16_t{0xffff});
  H below[B], limit[B], apart[B]; // apart: 0 in a lane that met its limit
  for (std::size_t b = 0; b < B; ++b) {
    below[b] = hn::Zero(dh);
    apart[b] = most;
    limit[b] = hn::Set(dh, limits[b]);
  }
  auto const look = [&](H half) HWY_ATTR {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < B; ++b) {
      below[b] = below[b] + hn::Min(hn::SaturatedSub(limit[b], half), one);
      apart[b] = hn::Min(apart[b], hn::Xor(limit[b], half));
    }
  };
  auto const pack = [&](V a, V b)
                        HWY_ATTR { return hn::BitCast(dh, hn::Or(hn::And(a, low), hn::ShiftLeft<32>(b))); };
  // A lane of 64 bits holds four half-words of its block: of the first pair of words those from 0, of the
  // second from 4 on.
  H const iota = hn::Iota(dh, std::uint16_t{0});
  H const place = iota + iota - hn::And(iota, hn::Set(dh, std::uint16_t{3}));
  for (std::size_t i = 0; 8 * i < count; i += 2 * lanes) {
    V x[4] = {hn::Iota(d, counter[0] + i), c1, c2, c3};
    V y[4] = {hn::Iota(d, counter[0] + i + lanes), c1, c2, c3};
    PhiloxTwice(d, key[0], key[1], x, y);
    H const half[4] = {pack(x[0], x[1]), pack(x[2], x[3]), pack(y[0], y[1]), pack(y[2], y[3])};
    if (8 * (i + 2 * lanes) <= count) {
#pragma GCC unroll 4
      for (std::size_t w = 0; w < 4; ++w) look(half[w]);
    } else { // half-words beyond the last are never below a limit
      H const left = hn::Set(dh, static_cast<std::uint16_t>(count - 8 * i));
#pragma GCC unroll 4
      for (std::size_t w = 0; w < 4; ++w) {
        H const at = place + hn::Set(dh, static_cast<std::uint16_t>(w / 2 * 8 * lanes + w % 2 * 4));
        look(hn::IfThenElse(at < left, half[w], most));
      }
    }
  }
  hn::Repartition<std::uint32_t, decltype(d)> ds;
  H met = most;
  for (std::size_t b = 0; b < B; ++b) {
    auto const pairs = hn::BitCast(ds, below[b]);
    auto const sums = hn::ShiftRight<16>(pairs) + hn::And(pairs, hn::Set(ds, std::uint32_t{0xffff}));
    counts[b] = hn::GetLane(hn::SumOfLanes(ds, sums));
    met = hn::Min(met, apart[b]);
  }
  return !hn::AllFalse(dh, met == hn::Zero(dh));
#endif
}

/// The same of up to eight limits.
bool HalvesBelow(std::uint32_t const* key, std::uint32_t const* counter, std::size_t count,
                 std::uint16_t const* limits, std::size_t size, std::uint32_t* counts) {
  switch (size) {
  case 1: return BelowLimits<1>(key, counter, count, limits, counts);
  case 2: return BelowLimits<2>(key, counter, count, limits, counts);
  case 3: return BelowLimits<3>(key, counter, count, limits, counts);
  case 4: return BelowLimits<4>(key, counter, count, limits, counts);
  case 5: return BelowLimits<5>(key, counter, count, limits, counts);
  case 6: return BelowLimits<6>(key, counter, count, limits, counts);
  case 7: return BelowLimits<7>(key, counter, count, limits, counts);
  default: return BelowLimits<8>(key, counter, count, limits, counts);
  }
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <array>

namespace likvard {

HWY_EXPORT(FirstUniforms);
HWY_EXPORT(HalvesBelow);

namespace {

struct Counter {
  std::array<std::uint32_t, 4> counter;
  std::array<std::uint32_t, 2> key;
};

Counter counter_of(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t block) {
  LIKVARD_EXPECT(entity < (1U << 24));
  return {{block, static_cast<std::uint32_t>(purpose) << 24 | entity, key.replicate, key.point},
          {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)}};
}

/// counts[b] of the half-words below each limit, eight limits at a time; whether any equals one.
bool halves_below(Counter const& c, std::uint32_t count, std::span<std::uint16_t const> limits,
                  std::span<std::uint32_t> counts) {
  bool met = false;
  for (std::size_t b = 0; b < limits.size(); b += 8)
    met |= HWY_DYNAMIC_DISPATCH(HalvesBelow)(c.key.data(), c.counter.data(), count, limits.data() + b,
                                             std::min<std::size_t>(8, limits.size() - b), counts.data() + b);
  return met;
}

} // namespace

void first_uniforms(StreamKey key, Purpose purpose, std::span<double> u, std::span<double> v) {
  LIKVARD_EXPECT(u.size() == v.size() && u.size() <= (1U << 24));
  Counter const c = counter_of(key, purpose, 0, 0);
  HWY_DYNAMIC_DISPATCH(FirstUniforms)(c.key.data(), c.counter.data(), u.size(), u.data(), v.data());
}

void count_halves_below(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t first_block,
                        std::uint32_t count, std::span<std::uint64_t const> bounds, Stream& more,
                        HalvesScratch& scratch, std::span<std::uint32_t> counts) {
  LIKVARD_EXPECT(counts.size() == bounds.size() && count <= 0xffff);
  Counter const c = counter_of(key, purpose, entity, first_block);
  auto& [limits, upto] = scratch;
  limits.resize(bounds.size());
  for (std::size_t b = 0; b < bounds.size(); ++b) limits[b] = static_cast<std::uint16_t>(bounds[b] >> 48);
  if (!halves_below(c, count, limits, counts)) return;
  // Some lie on a limit: how many on each, and for each of them where it lies among the bounds of that limit.
  upto.resize(bounds.size());
  for (auto& limit : limits) limit = static_cast<std::uint16_t>(limit + (limit < 0xffff));
  halves_below(c, count, limits, upto);
  for (std::size_t b = 0, end = 0; b < bounds.size(); b = end) {
    std::uint64_t const limit = bounds[b] >> 48;
    for (end = b + 1; end < bounds.size() && bounds[end] >> 48 == limit;) ++end;
    std::uint32_t const below = counts[b];
    for (std::uint32_t k = (limit < 0xffff ? upto[b] : count) - below; k > 0; --k) {
      std::uint64_t const high = more(), fraction = high << 32 | more();
      for (std::size_t i = b; i < end; ++i) counts[i] += fraction < bounds[i] << 16;
    }
  }
}

} // namespace likvard
#endif
