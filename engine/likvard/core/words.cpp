#include "likvard/core/words.hpp"

#include "likvard/core/contract.hpp"

#ifndef LIKVARD_HALVES_TASK
#define LIKVARD_HALVES_TASK
namespace likvard {
/// What is drawn, and against which limits [size × stride].
struct HalvesTask {
  std::uint32_t const *key, *counter; ///< of entity 0
  HalvesDraw const* draws;
  std::size_t size;
  std::uint16_t const* limits;
  std::uint32_t* counts; ///< [size × stride]
  std::size_t stride;
  std::uint8_t* met; ///< [size]
};
} // namespace likvard
#endif

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
/// meaning). On the first W vectors of counters at once: each round waits for the one before it, so several
/// chains fill the time.
template <std::size_t W, class D, std::size_t most, class V = hn::Vec<D>>
HWY_INLINE void PhiloxTogether(D d, std::uint32_t key0, std::uint32_t key1, V (&c)[most][4]) {
  V const m0 = hn::Set(d, std::uint64_t{0xD2511F53}), m1 = hn::Set(d, std::uint64_t{0xCD9E8D57});
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    V const k0 = hn::Set(d, std::uint64_t{key0}), k1 = hn::Set(d, std::uint64_t{key1});
    V p[W], q[W];
#pragma GCC unroll 4
    for (std::size_t w = 0; w < W; ++w) p[w] = MulLow(c[w][0], m0), q[w] = MulLow(c[w][2], m1);
#pragma GCC unroll 4
    for (std::size_t w = 0; w < W; ++w) {
      c[w][0] = hn::Xor(hn::Xor(hn::ShiftRight<32>(q[w]), c[w][1]), k0);
      c[w][2] = hn::Xor(hn::Xor(hn::ShiftRight<32>(p[w]), c[w][3]), k1);
      c[w][1] = q[w], c[w][3] = p[w];
    }
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE void Philox(D d, std::uint32_t key0, std::uint32_t key1, V& c0, V& c1, V& c2, V& c3) {
  V c[1][4] = {{c0, c1, c2, c3}};
  PhiloxTogether<1>(d, key0, key1, c);
  c0 = c[0][0], c1 = c[0][1], c2 = c[0][2], c3 = c[0][3];
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

/// The blocks of `count` counters as two uniform numbers each: of one stream (from `counter` on one block
/// after another) or the first of many (one entity after another).
void Uniforms(std::uint32_t const* key, std::uint32_t const* counter, bool of_one, std::size_t count,
              double* u, double* v) {
  hn::ScalableTag<std::uint64_t> d;
  hn::Rebind<double, decltype(d)> df;
  using V = hn::Vec<decltype(d)>;
  std::size_t const lanes = hn::Lanes(d);
  HWY_ALIGN double last[8];
  for (std::size_t i = 0; i < count; i += lanes) {
    V c0 = of_one ? hn::Iota(d, counter[0] + i) : hn::Set(d, std::uint64_t{counter[0]});
    V c1 = of_one ? hn::Set(d, std::uint64_t{counter[1]}) : hn::Iota(d, counter[1] + i);
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

/// How many of each draw's half-words lie below each of B limits; `met` is set where any equals one.
template <std::size_t B>
void BelowLimits(HalvesTask const& task) {
  hn::ScalableTag<std::uint64_t> d;
  using V = hn::Vec<decltype(d)>;
  V const low = hn::Set(d, std::uint64_t{0xffffffff});
  V const c2 = hn::Set(d, std::uint64_t{task.counter[2]}), c3 = hn::Set(d, std::uint64_t{task.counter[3]});
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t u = 0; u < task.size; ++u) {
    HalvesDraw const& draw = task.draws[u];
    std::uint16_t const* limits = task.limits + u * task.stride;
    std::uint32_t* counts = task.counts + u * task.stride;
    for (std::size_t b = 0; b < B; ++b) counts[b] = 0;
    for (std::size_t i = 0; i < draw.count; i += 8) {
      V x0 = hn::Set(d, std::uint64_t{task.counter[0]} + i / 8), x2 = c2, x3 = c3;
      V x1 = hn::Set(d, std::uint64_t{task.counter[1] + draw.entity});
      Philox(d, task.key[0], task.key[1], x0, x1, x2, x3);
      std::uint64_t const pair[2] = {hn::GetLane(hn::Or(hn::And(x0, low), hn::ShiftLeft<32>(x1))),
                                     hn::GetLane(hn::Or(hn::And(x2, low), hn::ShiftLeft<32>(x3)))};
      for (std::size_t k = 0; k < 8 && i + k < draw.count; ++k) {
        auto const half = static_cast<std::uint16_t>(pair[k / 4] >> 16 * (k % 4));
        for (std::size_t b = 0; b < B; ++b) {
          counts[b] += half < limits[b];
          task.met[u] |= half == limits[b];
        }
      }
    }
  }
#else
  hn::Repartition<std::uint16_t, decltype(d)> dh;
  using H = hn::Vec<decltype(dh)>;
  std::size_t const whole = 8 * hn::Lanes(d); // half-words that a vector of counters gives
  H const most = hn::Set(dh, std::uint16_t{0xffff});
  H limit[B];
  std::size_t below[B];
  auto met = most != most; // no lane yet
  // A lane of 64 bits holds four half-words of its block: of the first pair of words those from 0, of the
  // second from 4 on.
  H const iota = hn::Iota(dh, std::uint16_t{0});
  H const place = iota + iota - hn::And(iota, hn::Set(dh, std::uint16_t{3}));
  auto const pack = [&](V a, V b)
                        HWY_ATTR { return hn::BitCast(dh, hn::Or(hn::And(a, low), hn::ShiftLeft<32>(b))); };
  // Several vectors at a time, whichever draws they belong to: a small draw fills hardly one. As many as
  // there are registers for.
  constexpr std::size_t together = HWY_TARGET <= HWY_AVX3 ? 4 : 2;
  std::size_t unit = 0, done = 0;
  while (unit < task.size) {
    std::size_t const first_unit = unit, first_done = done;
    V words[together][4];
    std::size_t wanted = 0;
#pragma GCC unroll 4
    for (std::size_t w = 0; w < together; ++w) {
      wanted += unit < task.size ? 1U : 0U;
      HalvesDraw const& draw = task.draws[unit < task.size ? unit : first_unit];
      words[w][0] = hn::Iota(d, task.counter[0] + done / 8);
      words[w][1] = hn::Set(d, std::uint64_t{task.counter[1] + draw.entity});
      words[w][2] = c2;
      words[w][3] = c3;
      done += whole;
      if (done >= draw.count) ++unit, done = 0;
    }
    if (together > 2 && wanted > 2)
      PhiloxTogether<together>(d, task.key[0], task.key[1], words);
    else
      PhiloxTogether<2>(d, task.key[0], task.key[1], words);
    unit = first_unit, done = first_done;
#pragma GCC unroll 4
    for (std::size_t w = 0; w < together; ++w) {
      if (unit == task.size) break;
      std::size_t const count = task.draws[unit].count;
      if (done == 0) {
        met = most != most;
        for (std::size_t b = 0; b < B; ++b) {
          below[b] = 0;
          limit[b] = hn::Set(dh, task.limits[unit * task.stride + b]);
        }
      }
      H half[2] = {pack(words[w][0], words[w][1]), pack(words[w][2], words[w][3])};
      if (done + whole > count) { // half-words beyond the last are never below a limit
        H const left = hn::Set(dh, static_cast<std::uint16_t>(count - done));
        half[0] = hn::IfThenElse(place < left, half[0], most);
        half[1] = hn::IfThenElse(place + hn::Set(dh, std::uint16_t{4}) < left, half[1], most);
      }
#pragma GCC unroll 8
      for (std::size_t b = 0; b < B; ++b) {
        below[b] += hn::CountTrue(dh, half[0] < limit[b]) + hn::CountTrue(dh, half[1] < limit[b]);
        met = hn::Or(met, hn::Or(half[0] == limit[b], half[1] == limit[b]));
      }
      done += whole;
      if (done < count) continue;
      for (std::size_t b = 0; b < B; ++b)
        task.counts[unit * task.stride + b] = static_cast<std::uint32_t>(below[b]);
      if (!hn::AllFalse(dh, met)) task.met[unit] = 1;
      ++unit, done = 0;
    }
  }
#endif
}

/// The same of up to eight limits.
void HalvesBelow(HalvesTask const& task, std::size_t bounds) {
  switch (bounds) {
  case 1: return BelowLimits<1>(task);
  case 2: return BelowLimits<2>(task);
  case 3: return BelowLimits<3>(task);
  case 4: return BelowLimits<4>(task);
  case 5: return BelowLimits<5>(task);
  case 6: return BelowLimits<6>(task);
  case 7: return BelowLimits<7>(task);
  default: return BelowLimits<8>(task);
  }
}

} // namespace likvard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <array>

namespace likvard {

HWY_EXPORT(Uniforms);
HWY_EXPORT(HalvesBelow);

namespace {

struct Counter {
  std::array<std::uint32_t, 4> counter;
  std::array<std::uint32_t, 2> key;
};

/// - Expects: entity < 2^24.
Counter counter_of(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t block) {
  LIKVARD_EXPECT(entity < (1U << 24));
  return {{block, static_cast<std::uint32_t>(purpose) << 24 | entity, key.replicate, key.point},
          {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)}};
}

/// counts[u, b] of the half-words of each draw below its limits, eight limits at a time; met[u] = 1 where any
/// equals one.
void halves_below(Counter const& c, std::span<HalvesDraw const> draws, std::size_t bounds,
                  HalvesScratch& scratch, std::span<std::uint32_t> counts) {
  scratch.met.assign(draws.size(), 0);
  for (std::size_t b = 0; b < bounds; b += 8) {
    HalvesTask const task{.key = c.key.data(),
                          .counter = c.counter.data(),
                          .draws = draws.data(),
                          .size = draws.size(),
                          .limits = scratch.limits.data() + b,
                          .counts = counts.data() + b,
                          .stride = bounds,
                          .met = scratch.met.data()};
    HWY_DYNAMIC_DISPATCH(HalvesBelow)(task, std::min<std::size_t>(8, bounds - b));
  }
}

/// The limits of these bounds; `more` is added to those that can grow.
void set_limits(std::span<std::uint64_t const> bounds, std::uint16_t more, HalvesScratch& scratch) {
  scratch.limits.resize(bounds.size());
  for (std::size_t b = 0; b < bounds.size(); ++b) {
    auto const limit = static_cast<std::uint16_t>(bounds[b] >> 48);
    scratch.limits[b] = static_cast<std::uint16_t>(limit + (limit < 0xffff ? more : 0));
  }
}

/// Of one draw some lie on a limit: how many on each, and for each of them where it lies among the bounds of
/// that limit.
void settle_met(Counter const& c, HalvesDraw const& draw, std::span<std::uint64_t const> bounds, Stream& more,
                HalvesScratch& scratch, std::span<std::uint32_t> counts) {
  set_limits(bounds, 1, scratch);
  scratch.upto.resize(bounds.size());
  halves_below(c, {&draw, 1}, bounds.size(), scratch, scratch.upto);
  for (std::size_t b = 0, end = 0; b < bounds.size(); b = end) {
    std::uint64_t const limit = bounds[b] >> 48;
    for (end = b + 1; end < bounds.size() && bounds[end] >> 48 == limit;) ++end;
    std::uint32_t const below = counts[b];
    for (std::uint32_t k = (limit < 0xffff ? scratch.upto[b] : draw.count) - below; k > 0; --k) {
      std::uint64_t const high = more(), fraction = high << 32 | more();
      for (std::size_t i = b; i < end; ++i) counts[i] += fraction < bounds[i] << 16;
    }
  }
}

} // namespace

void first_uniforms(StreamKey key, Purpose purpose, std::span<double> u, std::span<double> v) {
  LIKVARD_EXPECT(u.size() == v.size() && u.size() <= (1U << 24));
  Counter const c = counter_of(key, purpose, 0, 0);
  HWY_DYNAMIC_DISPATCH(Uniforms)(c.key.data(), c.counter.data(), false, u.size(), u.data(), v.data());
}

void uniforms_of(StreamKey key, Purpose purpose, std::uint32_t entity, std::span<double> out) {
  constexpr std::size_t blocks = 64;
  std::array<double, blocks> u, v;
  Counter c = counter_of(key, purpose, entity, 0);
  for (std::size_t i = 0; i < out.size(); i += 2 * blocks, c.counter[0] += blocks) {
    std::size_t const left = std::min(2 * blocks, out.size() - i);
    HWY_DYNAMIC_DISPATCH(Uniforms)
    (c.key.data(), c.counter.data(), true, (left + 1) / 2, u.data(), v.data());
    for (std::size_t k = 0; k < left; ++k) out[i + k] = (k % 2 == 0 ? u : v)[k / 2];
  }
}

void count_halves_below(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t first_block,
                        std::uint32_t count, std::span<std::uint64_t const> bounds, Stream& more,
                        HalvesScratch& scratch, std::span<std::uint32_t> counts) {
  LIKVARD_EXPECT(counts.size() == bounds.size() && count <= 0xffff && entity < (1U << 24));
  Counter const c = counter_of(key, purpose, 0, first_block);
  HalvesDraw const draw{entity, count};
  set_limits(bounds, 0, scratch);
  halves_below(c, {&draw, 1}, bounds.size(), scratch, counts);
  if (scratch.met[0] != 0) settle_met(c, draw, bounds, more, scratch, counts);
}

void count_halves_below(StreamKey key, Purpose purpose, std::uint32_t first_block,
                        std::span<HalvesDraw const> draws, std::span<std::uint64_t const> bounds,
                        HalvesScratch& scratch, std::span<std::uint32_t> counts) {
  if (draws.empty()) return;
  std::size_t const each = bounds.size() / draws.size();
  LIKVARD_EXPECT(counts.size() == bounds.size() && bounds.size() == each * draws.size());
  for (auto const& draw : draws) LIKVARD_EXPECT(draw.count <= 0xffff && draw.entity < (1U << 24));
  Counter const c = counter_of(key, purpose, 0, first_block);
  set_limits(bounds, 0, scratch);
  halves_below(c, draws, each, scratch, counts);
  scratch.some_met.clear();
  for (std::size_t u = 0; u < draws.size(); ++u)
    if (scratch.met[u] != 0) scratch.some_met.push_back(u);
  for (std::size_t u : scratch.some_met) {
    Stream more(key, purpose, draws[u].entity);
    settle_met(c, draws[u], bounds.subspan(u * each, each), more, scratch, counts.subspan(u * each, each));
  }
}

} // namespace likvard
#endif
