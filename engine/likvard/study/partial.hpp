#pragma once
#include "likvard/study/block.hpp"

#include <cstdint>
#include <map>
#include <vector>

/// What is known of a run of replicates, and how two such runs become one. Runs are aligned: one of level L
/// holds the 16·2^L replicates from a multiple of 16·2^L on, and grows only by its other half. Whoever
/// computes which part, in which order and on which machine, the additions are the same and so are the bits.
namespace likvard {

/// Sizes of a study's numbers.
struct Shape {
  std::size_t years = 1, policies = 0, kept = 0;                ///< T, M, K
  std::size_t cells() const { return years * policies * kept; } ///< [T][M][K]
  std::size_t last_cells() const { return policies * kept; }    ///< of the last year
};

/// One aligned run. Moments are stored mean and Σ(x - mean)² apart: [2][T][M][K] each.
struct Partial {
  std::uint64_t first = 0; ///< quarter-blocks before it: a multiple of 2^level
  std::uint32_t level = 0;
  std::uint64_t count = 0;                           ///< replicates that succeeded
  std::uint64_t blocks = 0;                          ///< whole blocks with any; 0 below a whole block
  std::vector<double> value, difference;             ///< over replicates
  std::vector<double> block_value, block_difference; ///< over means of blocks; empty below a whole block
  std::vector<double> share_given;                   ///< [M] sums over replicates
  std::vector<double> unit_pupils, unit_need;        ///< [S] sums
  std::vector<double> unit_money;                    ///< [M][S] sums
  std::vector<Failure> failures;                     ///< in the order of the replicates

  std::uint64_t quarters() const { return std::uint64_t{1} << level; }
  std::uint64_t end() const { return first + quarters(); }
};

inline constexpr std::uint32_t block_level = 2; ///< 2^2 quarters are a block
static_assert(quarter_size << block_level == block_size);

/// A quarter as the smallest run.
Partial partial_of(BlockResult const& quarter, std::uint64_t number);

/// `left` with what follows it. Counts and sums are added, moments merged (Chan, Golub & LeVeque 1983). The
/// two need not be halves of one run when whole blocks are folded in order for a result.
void merge_into(Partial& left, Partial const& right);

/// Runs of one point that do not overlap; halves become wholes as they meet.
class Pile {
public:
  /// - Expects: nothing of it is there yet.
  void add(Partial part);
  /// The same for a run that is on disk already.
  void add_saved(Partial part);
  /// All whole blocks from the first on, folded in order; empty (count 0) when there are none.
  Partial total() const;
  bool covers(std::uint64_t quarter) const;
  bool touches(std::uint64_t begin, std::uint64_t end) const; ///< is any of it there?
  /// Is every quarter of [begin, end) there?
  bool holds(std::uint64_t begin, std::uint64_t end) const;
  std::uint64_t end() const; ///< after the last run; 0 when empty
  std::map<std::uint64_t, Partial> const& parts() const { return parts_; }
  /// The runs with anything added since they were last asked for.
  std::vector<Partial const*> unsaved();

private:
  std::map<std::uint64_t, Partial> parts_; ///< by `first`
  std::map<std::uint64_t, bool> saved_;
};

} // namespace likvard
