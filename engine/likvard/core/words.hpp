#pragma once
#include "likvard/core/random.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Many random words at once, on whatever vector units there are: those that `Stream` would give.
namespace likvard {

/// The first two uniform01() of each of the streams of entities 0, 1, …: u[s] and v[s].
/// - Expects: u and v of equal length, at most 2^24.
void first_uniforms(StreamKey key, Purpose purpose, std::span<double> u, std::span<double> v);

/// The first numbers uniform01() of one stream.
void uniforms_of(StreamKey key, Purpose purpose, std::uint32_t entity, std::span<double> out);

/// Scratch of count_halves_below; reused, grows once.
struct HalvesScratch {
  std::vector<std::uint16_t> limits;
  std::vector<std::uint32_t> upto;
  std::vector<std::uint8_t> met;
  std::vector<std::size_t> some_met;
};

/// Of `count` draws that are uniform on 2^64ths, how many lie below each of the rising `bounds`: counts[b].
/// What sampling spends most of its time on, so a draw takes half a word, two to a word from the lower one
/// on, of the stream from block `first_block` on (four words a block). One that equals the first sixteen bits
/// of a bound is settled by two words of `more`; which of them it was does not matter to counts. O(count ×
/// bounds / 8).
/// - Expects: count < 2^16.
void count_halves_below(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t first_block,
                        std::uint32_t count, std::span<std::uint64_t const> bounds, Stream& more,
                        HalvesScratch& scratch, std::span<std::uint32_t> counts);

/// So many draws of one entity.
struct HalvesDraw {
  std::uint32_t entity, count;
};

/// The same of many entities at once, each with bounds of its own and with its stream from the beginning as
/// `more`: many small draws share their vectors.
/// - Expects: every count < 2^16, every entity < 2^24.
/// - Shapes: bounds and counts [draws × bounds of each].
void count_halves_below(StreamKey key, Purpose purpose, std::uint32_t first_block,
                        std::span<HalvesDraw const> draws, std::span<std::uint64_t const> bounds,
                        HalvesScratch& scratch, std::span<std::uint32_t> counts);

} // namespace likvard
