#pragma once
#include <array>
#include <cstdint>
#include <limits>

/// Counter-based random streams: a stream is a *key*, not a state that is passed around.
///
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11) maps a
/// 128-bit counter and a 64-bit key to four 32-bit words. The key is the seed; the counter holds who asks and
/// for what, so any draw can be repeated alone and adding a unit or a policy moves no other draw:
///
///     counter = { index of the block of four words, purpose << 24 | entity, replicate, point }
namespace likvard {

/// What a draw is for. Values are part of the result's definition: never renumber.
enum class Purpose : std::uint8_t {
  sizes = 1,        ///< unit sizes and their order
  sorting = 2,      ///< random part of a sorting mechanism
  composition = 3,  ///< pupils to units
  earlier = 4,      ///< cohorts that the need index sees
  missing = 5,      ///< register gaps
  unit_effect = 6,  ///< u[s]
  use_of_money = 7, ///< q[s]
  cell_noise = 8,   ///< realised cell means
  cell_count = 9,   ///< realised counts below the threshold
  cohort = 10,      ///< the municipality's shock of the year
  parameters = 11,  ///< uncertain parameters
  ever = 12,        ///< pupils marked in an earlier year
  // over years:
  leavers = 30,             ///< pupils who leave a unit
  drift = 31,               ///< a unit's standing from year to year
  growth = 32,              ///< a unit's size from year to year
  unit_result = 33,         ///< noise of a unit's results of a year
  intervention_effect = 34, ///< true mean effects
  intervention_unit = 35,   ///< how they differ between units
  first_intervention = 36,  ///< what a unit begins with
  choice = 37,              ///< choices of the next intervention
  network = 38,             ///< units of other municipalities
  power = 39,               ///< noise of the results that a test looks at
  // of the analysis:
  design = 50,       ///< points of a design
  design_order = 51, ///< the order in which a row moves its inputs
  resampling = 60,   ///< bootstrap resamples
  // of national tables:
  municipality = 70, ///< a synthetic municipality
  history = 71,      ///< a municipality's units from one year to another
};

struct StreamKey {
  std::uint64_t seed = 0;
  std::uint32_t point = 0; ///< 0 with common random numbers: every point meets the same luck
  std::uint32_t replicate = 0;
};

/// One stream of 2^34 words. Meets UniformRandomBitGenerator, so Boost.Random distributions draw from it.
class Stream {
public:
  using result_type = std::uint32_t;

  /// - Expects: entity < 2^24.
  Stream(StreamKey key, Purpose purpose, std::uint32_t entity = 0);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() {
    if (next_ == 4) refill();
    return words_[next_++];
  }

private:
  void refill();

  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> words_{};
  unsigned next_ = 4;
};

/// Ten rounds of Philox4x32 for one counter and key; Random123's published vectors are its test.
std::array<std::uint32_t, 4> philox_block(std::array<std::uint32_t, 4> counter,
                                          std::array<std::uint32_t, 2> key);

/// Uniform on the open interval (0, 1): (52 random bits + 1/2) / 2^52. Never 0 or 1, so quantile functions
/// are safe.
double uniform01(Stream& stream);

/// Standard normal by inversion of one uniform01.
double standard_normal(Stream& stream);

/// Gamma of this shape and scale 1. Marsaglia & Tsang (2000), "A simple method for generating gamma
/// variables".
/// - Expects: shape > 0.
double standard_gamma(Stream& stream, double shape);

/// Number of successes in n trials of probability p: inversion where few are expected, else Hörmann's
/// transformed rejection (1993, BTRS). Exact but for the rounding of doubles; p <= 0 gives 0, p >= 1 gives n.
std::uint32_t binomial(Stream& stream, std::uint32_t n, double p);

} // namespace likvard
