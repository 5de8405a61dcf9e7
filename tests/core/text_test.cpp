#include "likvard/core/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace likvard;

namespace {

std::vector<std::string_view> const keys{"pupils", "units", "unit_pupils", "shares", "title", "rank", "no"};

} // namespace

TEST(Nearest, FindsOneSlip) {
  EXPECT_EQ(nearest("pupls", keys), "pupils");   // one left out
  EXPECT_EQ(nearest("puppils", keys), "pupils"); // one too many
  EXPECT_EQ(nearest("pupile", keys), "pupils");  // one for another
  EXPECT_EQ(nearest("ttile", keys), "title");    // two neighbours swapped
  EXPECT_EQ(nearest("PUPILS", keys), "pupils");  // case
}

TEST(Nearest, ASwapCountsOne) {
  std::vector<std::string_view> const words{"abdc", "abxx"};
  EXPECT_EQ(nearest("abcd", words), "abdc"); // one swap against two changes
}

TEST(Nearest, LongerWordsMayDifferMore) {
  EXPECT_EQ(nearest("unit_puplis_", keys), "unit_pupils");
  EXPECT_EQ(nearest("unitpupil", keys), "unit_pupils");
}

TEST(Nearest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("concentration", keys), "");
  EXPECT_EQ(nearest("", keys), "");
  EXPECT_EQ(nearest("xy", keys), ""); // two changes would make "no" of any two letters
  EXPECT_EQ(nearest("pupils", {}), "");
  EXPECT_EQ(nearest(std::string(100'000, 'p'), keys), "");
}

TEST(Nearest, TheFirstOfEquallyNearWins) {
  std::vector<std::string_view> const words{"cat", "car"};
  EXPECT_EQ(nearest("cap", words), "cat");
}

namespace {

/// Written from the definition: insertions, deletions, substitutions and swaps of neighbours, one each.
std::size_t plain_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

} // namespace

TEST(Nearest, NothingNearIsPassedOver) {
  std::mt19937 random(1);
  auto const word = [&] {
    std::string out(1 + random() % 12, ' ');
    for (char& c : out) c = "abcd_.\xc3"[random() % 7];
    return out;
  };
  for (int i = 0; i < 5000; ++i) {
    std::vector<std::string> const words{word(), word(), word(), word()};
    std::vector<std::string_view> const candidates(words.begin(), words.end());
    std::string const wanted = word();
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, wanted.size() / 3) + 1;
    for (auto candidate : candidates)
      if (auto const d = plain_distance(wanted, candidate);
          d < least && d < std::max(wanted.size(), candidate.size())) {
        least = d;
        best = candidate;
      }
    EXPECT_EQ(nearest(wanted, candidates), best) << wanted;
  }
}

TEST(JoinAnd, ReadsAsASentence) {
  EXPECT_EQ(join_and({}), "");
  std::vector<std::string> const one{"a"}, two{"a", "b"}, three{"a", "b", "c"};
  EXPECT_EQ(join_and(one), "a");
  EXPECT_EQ(join_and(two), "a and b");
  EXPECT_EQ(join_and(three), "a, b and c");
}
