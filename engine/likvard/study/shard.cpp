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

/// The k-th of `count` nearly equal parts of `all` begins here, k from 0.
std::uint64_t share_begins(std::uint64_t all, std::uint64_t k, std::uint64_t count) {
  return all / count * k + all % count * k / count;
}

std::vector<Range> ranges_of_round(Shard shard, std::vector<Range> const& round) {
  std::uint64_t all = 0;
  for (auto const& range : round)
    if (!range.empty()) all += (range.end - range.begin) / quarters;
  std::uint64_t const from = share_begins(all, shard.index - 1, shard.count),
                      to = share_begins(all, shard.index, shard.count);
  std::vector<Range> out(round.size());
  std::uint64_t before = 0; // blocks of the points that went before
  for (std::size_t g = 0; g < round.size(); ++g) {
    std::uint64_t const here = round[g].empty() ? 0 : (round[g].end - round[g].begin) / quarters;
    std::uint64_t const first = std::clamp(from, before, before + here) - before,
                        last = std::clamp(to, before, before + here) - before;
    if (first < last) out[g] = {round[g].begin + quarters * first, round[g].begin + quarters * last};
    before += here;
  }
  return out;
}

} // namespace

std::vector<Range> ranges_of(Shard shard, Extent const& extent) {
  LIKVARD_EXPECT(shard.count >= 1 && shard.index >= 1 && shard.index <= shard.count);
  if (!extent.round.empty()) return ranges_of_round(shard, extent.round);
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
  std::uint64_t const from = share_begins(all, shard.index - 1, shard.count),
                      to = share_begins(all, shard.index, shard.count);
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
  if (!extent.round.empty()) return {}; // later rounds are smaller: some shards may have nothing to do
  if (extent.whole_points && shard.count > extent.points)
    return fmt::format(
        "a study that stops at a precision is divided by points: at most {} shards, or --round "
        "divides the replicates",
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
