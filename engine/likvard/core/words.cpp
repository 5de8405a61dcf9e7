#include "likvard/core/words.hpp"

#include "likvard/core/contract.hpp"

#include <cstring>

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

/// Words of counters {first + i, fixed...}, i = 0 … count - 1, in order.
void Blocks(std::uint32_t const* key, std::uint32_t const* counter, std::size_t count, std::uint32_t* out) {
  hn::ScalableTag<std::uint64_t> d;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  V const low = hn::Set(d, std::uint64_t{0xffffffff});
  HWY_ALIGN std::uint64_t first[8], second[8];
  for (std::size_t i = 0; i < count; i += lanes) {
    V c0 = hn::Iota(d, counter[0] + i), c1 = hn::Set(d, std::uint64_t{counter[1]});
    V c2 = hn::Set(d, std::uint64_t{counter[2]}), c3 = hn::Set(d, std::uint64_t{counter[3]});
    Philox(d, key[0], key[1], c0, c1, c2, c3);
    hn::Store(hn::Or(hn::And(c0, low), hn::ShiftLeft<32>(c1)), d, first);
    hn::Store(hn::Or(hn::And(c2, low), hn::ShiftLeft<32>(c3)), d, second);
    for (std::size_t k = 0; k < lanes && i + k < count; ++k) {
      std::uint64_t const pair[2] = {first[k], second[k]};
      std::memcpy(out + 4 * (i + k), pair, sizeof pair);
    }
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

/// Words below each bound; whether any equals one.
bool CountBelow(std::uint32_t const* words, std::size_t count, std::uint64_t const* bounds, std::size_t size,
                std::uint32_t* counts) {
  hn::ScalableTag<std::uint32_t> d;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  bool any = false;
  for (std::size_t b = 0; b < size; ++b) {
    auto const bound = static_cast<std::uint32_t>(bounds[b] >> 32);
    V const limit = hn::Set(d, bound);
    V below = hn::Zero(d), equal = hn::Zero(d);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
      V const w = hn::LoadU(d, words + i);
      below = below - hn::VecFromMask(d, w < limit);
      equal = hn::Or(equal, hn::VecFromMask(d, w == limit));
    }
    std::uint32_t sum = hn::GetLane(hn::SumOfLanes(d, below));
    bool tie = !hn::AllTrue(d, equal == hn::Zero(d));
    for (; i < count; ++i) {
      sum += words[i] < bound;
      tie |= words[i] == bound;
    }
    counts[b] = sum;
    any |= tie;
  }
  return any;
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

/// Words of `count` from the counters on that lie below each of B bounds; whether any equals one.
template <std::size_t B>
bool BelowBounds(std::uint32_t const* key, std::uint32_t const* counter, std::size_t count,
                 std::uint64_t const* bounds, std::uint32_t* counts) {
  hn::ScalableTag<std::uint64_t> d;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  V const low = hn::Set(d, std::uint64_t{0xffffffff}), zero = hn::Zero(d);
  V below[B], limit[B], equal = zero;
  for (std::size_t b = 0; b < B; ++b) {
    below[b] = zero;
    limit[b] = hn::Set(d, bounds[b] >> 32);
  }
  auto const look = [&](V word) HWY_ATTR {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < B; ++b) {
      below[b] = below[b] - hn::VecFromMask(d, word < limit[b]);
      equal = hn::Or(equal, hn::VecFromMask(d, word == limit[b]));
    }
  };
  V const c1 = hn::Set(d, std::uint64_t{counter[1]}), c2 = hn::Set(d, std::uint64_t{counter[2]});
  V const c3 = hn::Set(d, std::uint64_t{counter[3]});
  for (std::size_t i = 0; 4 * i < count; i += 2 * lanes) {
    V x[4] = {hn::Iota(d, counter[0] + i), c1, c2, c3};
    V y[4] = {hn::Iota(d, counter[0] + i + lanes), c1, c2, c3};
    PhiloxTwice(d, key[0], key[1], x, y);
    if (4 * (i + 2 * lanes) <= count) {
#pragma GCC unroll 4
      for (std::size_t w = 0; w < 4; ++w) {
        look(hn::And(x[w], low));
        look(hn::And(y[w], low));
      }
    } else { // words beyond the last are above every bound
      V const end = hn::Set(d, std::uint64_t{count}), most = hn::Set(d, ~std::uint64_t{0});
      V const first = hn::ShiftLeft<2>(hn::Iota(d, i)), second = first + hn::Set(d, std::uint64_t{4 * lanes});
#pragma GCC unroll 4
      for (std::size_t w = 0; w < 4; ++w) {
        V const place = hn::Set(d, std::uint64_t{w});
        look(hn::IfThenElse(first + place < end, hn::And(x[w], low), most));
        look(hn::IfThenElse(second + place < end, hn::And(y[w], low), most));
      }
    }
  }
  for (std::size_t b = 0; b < B; ++b)
    counts[b] = static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d, below[b])));
  return !hn::AllTrue(d, equal == zero);
}

bool StreamBelow(std::uint32_t const* key, std::uint32_t const* counter, std::size_t count,
                 std::uint64_t const* bounds, std::size_t size, std::uint32_t* counts) {
  switch (size) {
  case 1: return BelowBounds<1>(key, counter, count, bounds, counts);
  case 2: return BelowBounds<2>(key, counter, count, bounds, counts);
  case 3: return BelowBounds<3>(key, counter, count, bounds, counts);
  case 4: return BelowBounds<4>(key, counter, count, bounds, counts);
  case 5: return BelowBounds<5>(key, counter, count, bounds, counts);
  case 6: return BelowBounds<6>(key, counter, count, bounds, counts);
  case 7: return BelowBounds<7>(key, counter, count, bounds, counts);
  default: return BelowBounds<8>(key, counter, count, bounds, counts);
  }
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <array>
#include <vector>

namespace likvard {

HWY_EXPORT(Blocks);
HWY_EXPORT(FirstUniforms);
HWY_EXPORT(CountBelow);
HWY_EXPORT(StreamBelow);

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

} // namespace

void fill_words(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t first_block,
                std::span<std::uint32_t> out) {
  Counter const c = counter_of(key, purpose, entity, first_block);
  std::size_t const whole = out.size() / 4;
  HWY_DYNAMIC_DISPATCH(Blocks)(c.key.data(), c.counter.data(), whole, out.data());
  if (out.size() % 4 == 0) return;
  auto counter = c.counter;
  counter[0] += static_cast<std::uint32_t>(whole);
  auto const last = philox_block(counter, c.key);
  std::memcpy(out.data() + 4 * whole, last.data(), out.size() % 4 * sizeof(std::uint32_t));
}

void first_uniforms(StreamKey key, Purpose purpose, std::span<double> u, std::span<double> v) {
  LIKVARD_EXPECT(u.size() == v.size() && u.size() <= (1U << 24));
  Counter const c = counter_of(key, purpose, 0, 0);
  HWY_DYNAMIC_DISPATCH(FirstUniforms)(c.key.data(), c.counter.data(), u.size(), u.data(), v.data());
}

void count_below(std::span<std::uint32_t const> words, std::span<std::uint64_t const> bounds, Stream& more,
                 std::span<std::uint32_t> counts) {
  LIKVARD_EXPECT(counts.size() == bounds.size());
  if (!HWY_DYNAMIC_DISPATCH(CountBelow)(words.data(), words.size(), bounds.data(), bounds.size(),
                                        counts.data()))
    return;
  for (std::uint32_t const word : words) {
    bool tied = false;
    for (std::uint64_t const bound : bounds) tied |= word == bound >> 32;
    if (!tied) continue;
    std::uint32_t const fraction = more();
    for (std::size_t b = 0; b < bounds.size(); ++b)
      if (word == bounds[b] >> 32 && fraction < static_cast<std::uint32_t>(bounds[b])) ++counts[b];
  }
}

void count_stream_below(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t first_block,
                        std::uint32_t count, std::span<std::uint64_t const> bounds, Stream& more,
                        std::span<std::uint32_t> counts) {
  LIKVARD_EXPECT(counts.size() == bounds.size());
  if (bounds.empty()) return;
  if (bounds.size() <= 8) {
    Counter const c = counter_of(key, purpose, entity, first_block);
    if (!HWY_DYNAMIC_DISPATCH(StreamBelow)(c.key.data(), c.counter.data(), count, bounds.data(),
                                           bounds.size(), counts.data()))
      return;
  }
  // Many bounds, or a word on one of them: once in a thousand million.
  std::vector<std::uint32_t> words(count);
  fill_words(key, purpose, entity, first_block, words);
  count_below(words, bounds, more, counts);
}

} // namespace likvard
#endif
