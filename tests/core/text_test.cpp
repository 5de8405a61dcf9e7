#include "likvard/core/text.hpp"

#include <gtest/gtest.h>

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

TEST(JoinAnd, ReadsAsASentence) {
  EXPECT_EQ(join_and({}), "");
  std::vector<std::string> const one{"a"}, two{"a", "b"}, three{"a", "b", "c"};
  EXPECT_EQ(join_and(one), "a");
  EXPECT_EQ(join_and(two), "a and b");
  EXPECT_EQ(join_and(three), "a, b and c");
}
