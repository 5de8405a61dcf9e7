#include "likvard/study/parameter_draws.hpp"

#include "likvard/core/words.hpp"

#include <numeric>

namespace likvard {
namespace {

constexpr std::uint32_t digits = 6; ///< 2^6 replicates
static_assert(1U << digits == block_size);

/// Sobol' direction numbers, their first six digits (Joe & Kuo 2008; tests compare them with Boost's).
constexpr std::array<std::array<std::uint8_t, digits>, coefficient_count> directions{{
    {32, 16, 8, 4, 2, 1},
    {32, 48, 40, 60, 34, 51},
    {32, 48, 24, 36, 58, 23},
    {32, 48, 8, 20, 62, 29},
    {32, 16, 8, 44, 62, 55},
    {32, 16, 24, 12, 50, 9},
    {32, 48, 40, 52, 22, 37},
    {32, 16, 40, 20, 34, 9},
    {32, 16, 40, 20, 10, 53},
}};

/// The digits of Sobol' point i, in order of the number that they make: 0 to 63, each once over the points.
std::uint32_t sobol_digits(std::uint32_t i, std::size_t dimension) {
  std::uint32_t x = 0;
  for (std::uint32_t k = 0; k < digits; ++k)
    if ((i >> k & 1U) != 0) x ^= directions[dimension][k];
  return x;
}

/// Each digit flipped or not by a bit of `flips` that belongs to the digits before it.
std::uint32_t scrambled(std::uint32_t x, std::uint64_t flips) {
  std::uint32_t out = 0, node = 1;
  for (std::uint32_t k = digits; k-- > 0;) {
    std::uint32_t const digit = x >> k & 1U;
    out = out << 1U | (digit ^ static_cast<std::uint32_t>(flips >> node & 1U));
    node = node << 1U | digit;
  }
  return out;
}

/// Which of 64 equal parts of (0, 1) each replicate falls into.
std::array<std::uint32_t, block_size> strata(Stream& stream, std::size_t dimension, ParameterDraws draws) {
  std::array<std::uint32_t, block_size> out{};
  if (draws == ParameterDraws::sobol) {
    std::uint64_t const high = stream(), flips = high << 32U | stream();
    for (std::uint32_t i = 0; i < block_size; ++i) out[i] = scrambled(sobol_digits(i, dimension), flips);
  } else {
    std::iota(out.begin(), out.end(), 0U);
    for (std::uint32_t i = block_size; i > 1; --i)
      std::swap(out[i - 1], out[static_cast<std::uint32_t>(uniform01(stream) * i)]);
  }
  return out;
}

} // namespace

ParameterBlock draw_parameters(StreamKey key_of_block, ParameterDraws draws) {
  ParameterBlock u{};
  for (std::size_t j = 0; j < coefficient_count; ++j) {
    auto const entity = static_cast<std::uint32_t>(j);
    // Numbers of the stream that its strata take before each replicate has its own.
    std::size_t const taken = draws == ParameterDraws::sobol   ? 1
                              : draws == ParameterDraws::latin ? block_size - 1
                                                               : 0;
    std::array<double, 2 * block_size> numbers{};
    uniforms_of(key_of_block, Purpose::parameters, entity, std::span(numbers).first(taken + block_size));
    for (std::uint32_t i = 0; i < block_size; ++i) u[i][j] = numbers[taken + i];
    if (draws == ParameterDraws::independent) continue;
    Stream stream(key_of_block, Purpose::parameters, entity);
    auto const stratum = strata(stream, j, draws);
    for (std::uint32_t i = 0; i < block_size; ++i) u[i][j] = (stratum[i] + u[i][j]) / block_size;
  }
  return u;
}

} // namespace likvard
