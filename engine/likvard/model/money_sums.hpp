#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

/// Where all policies of a replicate put the money, as sums over units: policies in the lanes of vectors.
namespace likvard {

/// Rows of the array that `sum_money` fills, [count][stride]. f money per pupil over the municipality's mean,
/// f* under the present index without error, f° under π.
struct MoneySum {
  enum Row : std::size_t {
    moved,        ///< Σ n |f - 1|
    systematic,   ///< Σ n |f° - 1|
    misplaced,    ///< Σ n |f - f*|
    losing,       ///< Σ n [f < 1 - ε]
    gaining,      ///< Σ n [f > 1 + ε]
    without_need, ///< Σ n [f > 1 + ε, f* <= 1]
    unpaid,       ///< Σ n [f* > 1 + ε, f <= 1]
    needy,        ///< Σ x f, x pupils of the need group
    along_need,   ///< Σ n (I - mean I)(f - 1)
    sum,          ///< Σ n f
    along_rank,   ///< Σ n (f - mean f)(R - 1/2), R the ridit by need
    square,       ///< Σ n (f - mean f)²
    low,          ///< min f
    high,         ///< max f
    adequate,     ///< Σ n min(1, f/enough)
    short_of,     ///< Σ n max(0, enough - f)
    roots,        ///< Σ n sqrt(f/mean)
    theil,        ///< Σ n (f/mean) ln(f/mean)
    logs,         ///< -Σ n ln(f/mean)
    count
  };
};

/// Per unit [S], the same for all policies.
struct MoneyUnits {
  std::span<double const> pupils, needy, index_away, rank_away; ///< n, x, I - mean I, R - 1/2
  double total = 0, enough = 1, noticeable = 0;                 ///< N, adequate money, ε
};

/// - Shapes: money, present, systematic [S × stride] (the last two may be empty: then they are `money`), sums
///   [MoneySum::count × stride]; stride a multiple of 8; lanes beyond the policies hold finite numbers.
/// - Where a policy leaves a unit without money, `theil` and `logs` leave that unit out.
void sum_money(MoneyUnits const& units, std::span<double const> money, std::span<double const> present,
               std::span<double const> systematic, std::size_t stride, std::size_t policies, bool with_logs,
               std::span<double> sums);

} // namespace likvard
