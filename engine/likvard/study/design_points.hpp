#pragma once
#include <cstdint>
#include <span>
#include <vector>

/// Points of the unit cube, each made from its number: none is stored, any part can be made alone, and a
/// longer design begins with the shorter one.
namespace likvard {

enum class PointKind {
  sobol,  ///< scrambled Sobol' points
  lhs,    ///< Latin hypercubes of `strata` rows, one after the other
  random, ///< independent
};

/// What all points share; made once.
struct PointSource {
  PointKind kind = PointKind::sobol;
  std::uint32_t columns = 0;
  std::uint64_t seed = 0;
  std::uint32_t scrambles = 1;           ///< sobol: row j is point j / K of scramble j mod K
  std::uint64_t strata = 0;              ///< lhs
  std::vector<std::uint32_t> directions; ///< [columns][32] sobol
  std::vector<std::uint32_t> scramble;   ///< [scrambles][columns] keys
};

inline constexpr std::uint32_t most_sobol_columns = 3667;

/// Sobol' direction numbers are Boost's (Joe & Kuo 2008). Point 0 is the origin, which Boost leaves out: with
/// it 2^m points are a net, and leaving it out can cost a factor √n (Owen 2020, "On dropping the first Sobol'
/// point").
/// - Expects: 1 <= columns (<= most_sobol_columns), scrambles >= 1; lhs: strata >= 1.
PointSource make_points(PointKind kind, std::uint32_t columns, std::uint64_t seed,
                        std::uint32_t scrambles = 1, std::uint64_t strata = 1);

/// Point `row`, each coordinate in (0, 1).
/// - sobol: hash-based nested uniform (Owen) scrambling of 32 bits (Burley 2020, "Practical hash-based Owen
///   scrambling"; the hash's constants are Vegdahl's 2021), a key for each column and scramble.
/// - lhs: the stratum of a row is a keyed permutation of its number (Feistel network with cycle walking;
/// Black
///   & Rogaway 2002).
/// - Expects: sobol: row / scrambles < 2^32.
void unit_point(PointSource const& source, std::uint64_t row, std::span<double> u);

/// A permutation of 0 … n-1 by a key, one image at a time.
std::uint64_t permuted(std::uint64_t i, std::uint64_t n, std::uint64_t key);

/// Nested uniform scramble of the bits of x, the highest first.
std::uint32_t owen_scrambled(std::uint32_t x, std::uint32_t key);

} // namespace likvard
