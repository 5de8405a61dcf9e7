#include "likvard/model/marker.hpp"

#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <numeric>

using namespace likvard;

namespace {

double mean_of(Profiles const& profiles, std::vector<double> const& values) {
  return std::inner_product(values.begin(), values.end(), profiles.share.begin(), 0.0);
}

} // namespace

TEST(Marker, RiskAndMember) {
  auto const background = test::two_by_two();
  auto const profiles = make_profiles(background, 0.156);
  EXPECT_EQ(marker_values(Risk{}, profiles), profiles.risk);
  EXPECT_EQ(marker_values(Member{0}, profiles), (std::vector<double>{0, 0, 1, 1}));
  EXPECT_EQ(marker_values(Member{1}, profiles), (std::vector<double>{0, 1, 0, 1}));
}

// Whatever the cut divides, the pupils in the tail are the share asked for, and those furthest down come
// first.
TEST(Marker, TailHoldsTheShareAskedFor) {
  auto const profiles = make_profiles(test::two_by_two(), 0.156);
  for (double share : {0.01, 0.1, 0.15, 0.3, 0.6, 1.0}) {
    auto const values = marker_values(Tail{share, 0}, profiles);
    EXPECT_NEAR(mean_of(profiles, values), share, 1e-12);
    for (double value : values) {
      EXPECT_GE(value, 0);
      EXPECT_LE(value, 1 + 1e-12);
    }
  }
  // Depth: distance below the mean score, so that the deepest profile weighs most.
  auto const counted = marker_values(Tail{0.5, 0}, profiles), deep = marker_values(Tail{0.5, 1}, profiles);
  auto const deeper = marker_values(Tail{0.5, 2}, profiles);
  for (std::size_t p = 0; p < 4; ++p) {
    double const depth = std::max(0.0, -profiles.score[p]);
    EXPECT_NEAR(deep[p], counted[p] * depth, 1e-12);
    EXPECT_NEAR(deeper[p], counted[p] * depth * depth, 1e-12);
  }
}

// New South Wales: lowest quarter 2, next 1: mean weight .75 whatever the profiles.
TEST(Marker, TiersWeighTheRanks) {
  auto const profiles = make_profiles(test::two_by_two(), 0.156);
  EXPECT_NEAR(mean_of(profiles, marker_values(Tiers{{0.25, 0.5, 0.75}, {2, 1, 0, 0}}, profiles)), 0.75,
              1e-12);
  EXPECT_NEAR(mean_of(profiles, marker_values(Tiers{{}, {3}}, profiles)), 3, 1e-12);
}

// Profiles of one risk are one step of the ranking: they share their ranks, and their values.
TEST(Marker, EqualScoresShareTheirRanks) {
  auto background = test::two_by_two();
  background.variables[1].log_odds = {0, 0};
  auto const profiles = make_profiles(background, 0.156);
  for (auto const& marker : {Marker{Tail{0.1, 1}}, Marker{Tiers{{0.2, 0.7}, {5, 1, 0}}}}) {
    auto const values = marker_values(marker, profiles);
    EXPECT_NEAR(values[0], values[1], 1e-12);
    EXPECT_NEAR(values[2], values[3], 1e-12);
  }
}

TEST(Marker, AllAlikeHaveNoDepth) {
  auto background = test::two_by_two();
  for (auto& variable : background.variables) variable.log_odds = {0, 0};
  auto const profiles = make_profiles(background, 0.156);
  for (double value : marker_values(Tail{0.2, 1}, profiles)) EXPECT_EQ(value, 0);
  for (double value : marker_values(Tail{0.2, 0}, profiles)) EXPECT_NEAR(value, 0.2, 1e-12);
}
