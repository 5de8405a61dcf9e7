#include "likvard/study/design_points.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/random.hpp"

#include <boost/random/sobol.hpp>

#include <bit>

namespace likvard {
namespace {

std::uint64_t mixed(std::uint64_t x) { // SplitMix64's finaliser (Steele, Lea & Flood 2014)
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

StreamKey key_of_point(std::uint64_t seed, std::uint64_t row) {
  return {seed, static_cast<std::uint32_t>(row >> 32U), static_cast<std::uint32_t>(row)};
}

std::uint32_t reversed(std::uint32_t x) {
  x = (x & 0x55555555U) << 1U | (x >> 1U & 0x55555555U);
  x = (x & 0x33333333U) << 2U | (x >> 2U & 0x33333333U);
  x = (x & 0x0f0f0f0fU) << 4U | (x >> 4U & 0x0f0f0f0fU);
  return x << 24U | (x & 0xff00U) << 8U | (x >> 8U & 0xff00U) | x >> 24U;
}

/// Boost walks in Gray code: its point 2^k is v_k xor v_{k-1}, so the direction numbers follow one by one.
std::vector<std::uint32_t> directions_of(std::uint32_t columns) {
  std::vector<std::uint32_t> out(std::size_t{columns} * 32), before(columns, 0);
  boost::random::sobol engine(columns);
  for (unsigned k = 0; k < 32; ++k) {
    engine.seed((std::uint64_t{1} << k) - 1); // the engine's first point is number 1
    for (std::uint32_t c = 0; c < columns; ++c) {
      before[c] ^= static_cast<std::uint32_t>(engine() >> 32U);
      out[std::size_t{c} * 32 + k] = before[c];
    }
  }
  return out;
}

double sobol_coordinate(std::uint32_t const* directions, std::uint32_t i, std::uint32_t key) {
  std::uint32_t x = 0;
  for (; i != 0; i &= i - 1) x ^= directions[std::countr_zero(i)];
  return (owen_scrambled(x, key) + 0.5) * 0x1p-32;
}

} // namespace

std::uint32_t owen_scrambled(std::uint32_t x, std::uint32_t key) {
  // In reversed order every step lets a bit change those above it only: a nested scramble (Laine & Karras
  // 2011).
  x = reversed(x);
  x ^= x * 0x3d20adeaU;
  x += key;
  x *= (key >> 16U) | 1U;
  x ^= x * 0x05526c56U;
  x ^= x * 0x53a22864U;
  return reversed(x);
}

std::uint64_t permuted(std::uint64_t i, std::uint64_t n, std::uint64_t key) {
  LIKVARD_EXPECT(i < n);
  if (n == 1) return 0;
  auto const half = static_cast<unsigned>((std::bit_width(n - 1) + 1) / 2);
  std::uint64_t const mask = (std::uint64_t{1} << half) - 1;
  do {
    std::uint64_t left = i >> half, right = i & mask;
    for (std::uint64_t round = 0; round < 4; ++round) {
      std::uint64_t const next = left ^ (mixed(key + 0x9e3779b97f4a7c15ULL * (right << 3U | round)) & mask);
      left = right;
      right = next;
    }
    i = left << half | right;
  } while (i >= n); // walks on within its cycle until it is back among 0 … n-1
  return i;
}

PointSource make_points(PointKind kind, std::uint32_t columns, std::uint64_t seed, std::uint32_t scrambles,
                        std::uint64_t strata) {
  LIKVARD_EXPECT(columns > 0 && scrambles > 0 && strata > 0);
  PointSource out{kind, columns, seed, kind == PointKind::sobol ? scrambles : 1, strata, {}, {}};
  if (kind != PointKind::sobol) return out;
  LIKVARD_EXPECT(columns <= most_sobol_columns);
  out.directions = directions_of(columns);
  for (std::uint32_t k = 0; k < scrambles; ++k) {
    Stream stream(key_of_point(seed, k), Purpose::design, 1);
    for (std::uint32_t c = 0; c < columns; ++c) out.scramble.push_back(stream());
  }
  return out;
}

void unit_point(PointSource const& source, std::uint64_t row, std::span<double> u) {
  LIKVARD_EXPECT(u.size() == source.columns);
  if (source.kind == PointKind::sobol) {
    std::uint64_t const i = row / source.scrambles;
    LIKVARD_EXPECT(i >> 32U == 0);
    std::uint32_t const* keys = &source.scramble[row % source.scrambles * source.columns];
    for (std::uint32_t c = 0; c < source.columns; ++c)
      u[c] =
          sobol_coordinate(&source.directions[std::size_t{c} * 32], static_cast<std::uint32_t>(i), keys[c]);
    return;
  }
  Stream stream(key_of_point(source.seed, row), Purpose::design);
  for (double& value : u) value = uniform01(stream);
  if (source.kind == PointKind::random) return;
  std::uint64_t const cube = row / source.strata, within = row % source.strata;
  for (std::uint32_t c = 0; c < source.columns; ++c) {
    std::uint64_t const key = mixed(mixed(source.seed + cube) + c);
    double const value = (static_cast<double>(permuted(within, source.strata, key)) + u[c]) /
                         static_cast<double>(source.strata);
    u[c] = value < 1 ? value : 1 - 0x1p-53; // the last stratum's end may round up
  }
}

} // namespace likvard
