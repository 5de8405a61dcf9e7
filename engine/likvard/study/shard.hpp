#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// A study in parts, for many machines. Which replicates a shard takes depends on the study's size alone, so
/// that every machine knows without asking.
namespace likvard {

/// "3/16": the third of sixteen.
struct Shard {
  std::uint32_t index = 1, count = 1;
  bool whole() const { return count == 1; }
  bool operator==(Shard const&) const = default;
};

/// Quarter-blocks [begin, end) of a point.
struct Range {
  std::uint64_t begin = 0, end = 0;
  bool empty() const { return begin >= end; }
  bool operator==(Range const&) const = default;
};

/// What is divided: `blocks` at each of `points`; `whole_points` where a point must not be divided (a study
/// that stops at a precision looks at the whole point to decide).
struct Extent {
  std::size_t points = 0;
  std::uint64_t blocks = 0;
  bool whole_points = false;
  std::vector<Range> round; ///< [G] whole blocks: of a study in rounds what this one adds; empty: no rounds
};

/// What the shard does at each point [G]. Few points: a slice of the replicates of every point, so that
/// shards cost the same whatever the points cost. Many (64 a shard at least): whole points, dealt in a fixed
/// random order, so that each point is prepared once. Of a round, a slice of its blocks, point after point.
/// - Ensures: over all shards of a count, every quarter of [0, 4·blocks), or of the round, of every point
/// exactly
///   once.
std::vector<Range> ranges_of(Shard shard, Extent const& extent);

/// Why there cannot be so many shards; empty when there can.
std::string shard_problem(Shard shard, Extent const& extent);

/// "3/16".  - Returns {0, 0} when it is not two whole numbers, the first from 1 to the second.
Shard parse_shard(std::string const& text);

} // namespace likvard
