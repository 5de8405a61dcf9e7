#include "likvard/model/population.hpp"

#include "likvard/model/defaults.hpp"
#include "likvard/model/normal.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <numeric>

using namespace likvard;

namespace {

double margin(Profiles const& profiles, std::size_t v, std::size_t level) {
  double sum = 0;
  for (std::size_t p = 0; p < profiles.size(); ++p)
    if (profiles.level[v][p] == level) sum += profiles.share[p];
  return sum;
}

} // namespace

TEST(Profiles, MarginsAreExactForEveryStage) {
  for (Stage stage : {Stage::grundskola, Stage::forskola}) {
    Background const background = stage_background(stage);
    Profiles const profiles = make_profiles(background, 0.156);
    EXPECT_EQ(profiles.size(), stage == Stage::grundskola ? 96U : 12U);
    for (std::size_t v = 0; v < background.variables.size(); ++v)
      for (std::size_t j = 0; j < background.variables[v].shares.size(); ++j)
        EXPECT_NEAR(margin(profiles, v, j), background.variables[v].shares[j], 1e-12) << v << ' ' << j;
  }
}

// Two binary variables with latent correlation ρ = l² and P = 1/2 each: P(both) = 1/4 + asin(ρ)/(2π)
// (Sheppard 1899).
TEST(Profiles, CopulaHasTheLatentCorrelation) {
  Background background = test::two_by_two(0.5, 0.5);
  for (double loading : {0.0, 0.3, 0.6, 0.9}) {
    background.variables[0].loading = background.variables[1].loading = loading;
    Profiles const profiles = make_profiles(background, 0.2);
    EXPECT_NEAR(profiles.share[3], 0.25 + std::asin(loading * loading) / (2 * M_PI), 1e-10) << loading;
  }
}

TEST(Profiles, RiskHasTheMeanAndTheOddsAskedFor) {
  Profiles const profiles = make_profiles(test::two_by_two(), 0.156);
  double mean = 0;
  for (std::size_t p = 0; p < profiles.size(); ++p) mean += profiles.share[p] * profiles.risk[p];
  EXPECT_NEAR(mean, 0.156, 1e-12);
  auto const logit = [](double x) { return std::log(x / (1 - x)); };
  EXPECT_NEAR(logit(profiles.risk[2]) - logit(profiles.risk[0]), 1.15, 1e-9); // low education
  EXPECT_NEAR(logit(profiles.risk[1]) - logit(profiles.risk[0]), 1.15, 1e-9); // foreign background
}

TEST(Profiles, ScoreIsStandardisedAndRanksTheNeediestFirst) {
  Profiles const profiles = make_profiles(stage_background(Stage::grundskola), 0.156);
  double mean = 0, square = 0, rank = 0;
  for (std::size_t p = 0; p < profiles.size(); ++p) {
    mean += profiles.share[p] * profiles.score[p];
    square += profiles.share[p] * profiles.score[p] * profiles.score[p];
    rank += profiles.share[p] * profiles.rank[p];
  }
  EXPECT_NEAR(mean, 0, 1e-12);
  EXPECT_NEAR(square, 1, 1e-12);
  EXPECT_NEAR(rank, 0.5, 1e-12);
  auto const neediest = std::max_element(profiles.risk.begin(), profiles.risk.end()) - profiles.risk.begin();
  EXPECT_EQ(std::min_element(profiles.score.begin(), profiles.score.end()) - profiles.score.begin(),
            neediest);
  EXPECT_EQ(std::min_element(profiles.rank.begin(), profiles.rank.end()) - profiles.rank.begin(), neediest);
}

TEST(Profiles, AllAlikeHaveNoScore) {
  Background background = test::two_by_two();
  for (auto& variable : background.variables) variable.log_odds = {0, 0};
  Profiles const profiles = make_profiles(background, 0.156);
  for (std::size_t p = 0; p < profiles.size(); ++p) {
    EXPECT_EQ(profiles.score[p], 0);
    EXPECT_NEAR(profiles.rank[p], 0.5, 1e-12);
    EXPECT_NEAR(profiles.risk[p], 0.156, 1e-12);
  }
}

TEST(Profiles, AnEmptyLevelIsAllowed) {
  Profiles const profiles = make_profiles(test::two_by_two(0.0, 0.27), 0.156);
  EXPECT_NEAR(margin(profiles, 0, 0), 1, 1e-12);
  for (double share : profiles.share) EXPECT_TRUE(std::isfinite(share));
}

TEST(Profiles, AUsersTableIsTakenAsItIs) {
  Background background = test::two_by_two();
  background.joint = {0.5, 0.1, 0.2, 0.2};
  EXPECT_EQ(make_profiles(background, 0.156).share, background.joint);
}

TEST(SplitPupils, SumsExactlyAndKeepsTheMinimum) {
  for (std::uint32_t pupils : {60U, 61U, 999U, 1200U, 98025U}) {
    auto const size = split_pupils(pupils, typical_sizes(6, 1.5), 10);
    EXPECT_EQ(std::accumulate(size.begin(), size.end(), 0U), pupils);
    EXPECT_GE(*std::min_element(size.begin(), size.end()), 10U);
  }
  EXPECT_EQ(split_pupils(7, std::vector<double>{1}, 1), std::vector<std::uint32_t>{7});
  EXPECT_EQ(split_pupils(12, std::vector<double>{5, 1, 1}, 4), (std::vector<std::uint32_t>{4, 4, 4}));
}

TEST(RoundToSum,
     LargestRemaindersAreRoundedUp) { // 10·(.25, .33, .42) = 2.5, 3.3, 4.2: the one left goes to the first
  std::vector<std::uint32_t> out(3);
  round_to_sum(std::vector<double>{0.25, 0.33, 0.42}, 10, out);
  EXPECT_EQ(out, (std::vector<std::uint32_t>{3, 3, 4}));
}

TEST(TypicalSizes, AreTheLogNormalsQuantiles) {
  auto const size = typical_sizes(3, 0.8);
  EXPECT_NEAR(std::log(size[2] / size[1]), 0.8 * normal_quantile(5.0 / 6), 1e-12);
  EXPECT_NEAR(size[0] * size[2], 1, 1e-12);
}
