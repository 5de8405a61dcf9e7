#include "likvard/study/shard.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/random.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <numeric>

namespace likvard {
namespace {

constexpr std::size_t many_points = 64; ///< points a shard from which they are not divided
constexpr std::uint64_t quarters = 4;   ///< of a block
constexpr std::uint32_t most_shards = 1'000'000;

bool divides_points(Shard shard, Extent const& extent) {
  return !extent.whole_points && extent.points < many_points * shard.count;
}

/// Points in a fixed random order: the same on every machine, and without the periods that a design has.
std::vector<std::size_t> dealt(std::size_t points) {
  std::vector<std::size_t> order(points);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Stream stream({0, 0, 0}, Purpose::parameters);
  for (std::size_t i = points; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(uniform01(stream) * static_cast<double>(i))]);
  return order;
}

} // namespace

std::vector<Range> ranges_of(Shard shard, Extent const& extent) {
  LIKVARD_EXPECT(shard.count >= 1 && shard.index >= 1 && shard.index <= shard.count);
  std::vector<Range> ranges(extent.points);
  std::size_t const points = extent.points;
  if (!divides_points(shard, extent)) {
    auto const order = dealt(points);
    for (std::size_t i = shard.index - 1; i < points; i += shard.count)
      ranges[order[i]] = {0, quarters * extent.blocks};
    return ranges;
  }
  // Blocks are numbered point by point within each block number, and every shard takes a run of that.
  std::uint64_t const all = points * extent.blocks;
  auto const share = [&](std::uint64_t k) {
    return all / shard.count * k + all % shard.count * k / shard.count;
  };
  std::uint64_t const from = share(shard.index - 1), to = share(shard.index);
  // Of point g: the block numbers b with from <= b·points + g < to.
  auto const blocks_before = [&](std::uint64_t limit, std::size_t g) {
    return limit <= g ? 0 : (limit - g - 1) / points + 1;
  };
  for (std::size_t g = 0; g < points; ++g)
    ranges[g] = {quarters * blocks_before(from, g), quarters * blocks_before(to, g)};
  return ranges;
}

std::string shard_problem(Shard shard, Extent const& extent) {
  if (shard.count > most_shards) return fmt::format("at most {} shards are handled", most_shards);
  if (extent.whole_points && shard.count > extent.points)
    return fmt::format("a study that stops at a precision is divided by points: at most {} shards",
                       extent.points);
  if (!extent.whole_points && shard.count > extent.points * extent.blocks)
    return fmt::format("the study has {} blocks of 64 replicates: at most that many shards",
                       extent.points * extent.blocks);
  return {};
}

Shard parse_shard(std::string const& text) {
  Shard shard;
  char const* const end = text.data() + text.size();
  auto const index = std::from_chars(text.data(), end, shard.index);
  if (index.ec != std::errc{} || index.ptr == end || *index.ptr != '/') return {0, 0};
  auto const count = std::from_chars(index.ptr + 1, end, shard.count);
  if (count.ec != std::errc{} || count.ptr != end || shard.index < 1 || shard.index > shard.count)
    return {0, 0};
  return shard;
}

} // namespace likvard
