#include "likvard/study/shard.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace likvard;

namespace {

std::uint64_t quarters_in(std::vector<Range> const& ranges) {
  std::uint64_t sum = 0;
  for (auto const& range : ranges) sum += range.empty() ? 0 : range.end - range.begin;
  return sum;
}

} // namespace

// Whatever the numbers: every quarter of every point belongs to exactly one shard.
TEST(Shard, EveryQuarterBelongsToOneShard) {
  for (std::size_t points : {1U, 2U, 18U, 130U, 1000U})
    for (std::uint64_t blocks : {1U, 3U, 16U, 129U})
      for (std::uint32_t count : {1U, 2U, 3U, 16U, 97U, 200U})
        for (bool whole_points : {false, true}) {
          Extent const extent{points, blocks, whole_points};
          if (!shard_problem({1, count}, extent).empty()) continue;
          std::vector<std::vector<Range>> by_point(points);
          for (std::uint32_t k = 1; k <= count; ++k) {
            auto const ranges = ranges_of({k, count}, extent);
            ASSERT_EQ(ranges.size(), points);
            EXPECT_GT(quarters_in(ranges), 0U);
            for (std::size_t g = 0; g < points; ++g)
              if (!ranges[g].empty()) by_point[g].push_back(ranges[g]);
          }
          for (auto& ranges : by_point) {
            std::sort(ranges.begin(), ranges.end(),
                      [](Range const& a, Range const& b) { return a.begin < b.begin; });
            std::uint64_t at = 0;
            for (auto const& range : ranges) {
              ASSERT_EQ(range.begin, at);
              at = range.end;
            }
            ASSERT_EQ(at, 4 * blocks);
            if (whole_points) EXPECT_EQ(ranges.size(), 1U);
          }
        }
}

TEST(Shard, SharesDifferByABlockOrByAPoint) {
  for (std::uint32_t count : {2U, 7U, 200U}) {
    std::uint64_t least = ~0ULL, most = 0;
    for (std::uint32_t k = 1; k <= count; ++k) {
      std::uint64_t const n = quarters_in(ranges_of({k, count}, {18, 128, false}));
      least = std::min(least, n);
      most = std::max(most, n);
    }
    EXPECT_LE(most - least, 4U) << count;
  }
  // 1000 points for 7 shards are dealt whole: 142 or 143 each.
  for (std::uint32_t k = 1; k <= 7; ++k) {
    std::uint64_t const n = quarters_in(ranges_of({k, 7}, {1000, 2, false}));
    EXPECT_TRUE(n == 142 * 8 || n == 143 * 8) << n;
  }
}

// A round: points that need nothing, and others from different blocks on; a shard may have nothing to do.
TEST(Shard, ARoundIsDividedOnce) {
  std::vector<Range> const round{{8, 8}, {8, 16}, {64, 128}, {0, 0}, {4, 8}};
  for (std::uint32_t count : {1U, 2U, 3U, 7U, 19U, 40U}) {
    std::vector<std::uint64_t> at;
    for (auto const& range : round) at.push_back(range.begin);
    for (std::uint32_t k = 1; k <= count; ++k) {
      auto const ranges = ranges_of({k, count}, {round.size(), 2, true, round});
      EXPECT_LE(quarters_in(ranges), 4 * (19 / count + 1)) << k;
      for (std::size_t g = 0; g < round.size(); ++g) {
        if (ranges[g].empty()) continue;
        EXPECT_EQ(ranges[g].begin, at[g]);
        EXPECT_EQ(ranges[g].begin % 4, 0U);
        at[g] = ranges[g].end;
      }
    }
    for (std::size_t g = 0; g < round.size(); ++g) EXPECT_EQ(at[g], round[g].end) << count;
  }
}

TEST(Shard, TooManyAreRefused) {
  EXPECT_NE(shard_problem({1, 37}, {18, 2, false}), "");
  EXPECT_EQ(shard_problem({1, 36}, {18, 2, false}), "");
  EXPECT_NE(shard_problem({1, 19}, {18, 200, true}), "");
}

TEST(Shard, IsReadFromText) {
  EXPECT_EQ(parse_shard("3/16"), (Shard{3, 16}));
  for (char const* bad :
       {"", "3", "/", "0/4", "5/4", "3/16x", "-1/4", "1/0", "a/b", "99999999999/999999999999"})
    EXPECT_EQ(parse_shard(bad).count, 0U) << bad;
}
