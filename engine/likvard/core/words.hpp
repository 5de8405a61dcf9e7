#pragma once
#include "likvard/core/random.hpp"

#include <cstdint>
#include <span>

/// Many random words at once, on whatever vector units there are: the very words that `Stream` would give.
namespace likvard {

/// Words of one stream from block `first_block` on (four words a block), as many as `out` holds.
void fill_words(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t first_block,
                std::span<std::uint32_t> out);

/// The first two uniform01() of each of the streams of entities 0, 1, …: u[s] and v[s].
/// - Expects: u and v of equal length, at most 2^24.
void first_uniforms(StreamKey key, Purpose purpose, std::span<double> u, std::span<double> v);

/// How many of `words` lie below each of the rising `bounds` (fractions of 2^32, given in 2^64ths):
/// counts[b]. A word that equals the upper half of a bound is settled by the next word of `more`, so that the
/// chance is that of 64 bits. O(words × bounds).
void count_below(std::span<std::uint32_t const> words, std::span<std::uint64_t const> bounds, Stream& more,
                 std::span<std::uint32_t> counts);

/// The same of the first `count` words of a stream from `first_block` on, without writing them anywhere.
void count_stream_below(StreamKey key, Purpose purpose, std::uint32_t entity, std::uint32_t first_block,
                        std::uint32_t count, std::span<std::uint64_t const> bounds, Stream& more,
                        std::span<std::uint32_t> counts);

} // namespace likvard
