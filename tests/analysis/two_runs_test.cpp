#include "likvard/analysis/two_runs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace likvard;

namespace {

/// One town, per head and one policy at two shares, one measure: the answer is at the share `lead`.
Result run_of(std::uint64_t seed, double change, double error, double lead = 0.1) {
  Result r;
  r.title = "A town";
  r.seed = seed;
  r.answer = {"gap", "linear", lead};
  r.points = {{.name = "town"}};
  r.policy_name = {"per_head", "linear", "linear"};
  r.policy_title = {"Per head", "In proportion to need", "In proportion to need"};
  r.policy_share = {0, 0.1, 0.2};
  r.measures = {{"gap", "Gap", "SD", "lower", "d"}};
  r.replicates = {128};
  r.degrees_of_freedom = {1e9}; // the normal's 1.96
  r.mean = {0.8, 0.8 + change, 0.8 + 2 * change};
  r.standard_error = r.variance = {0.1, 0.1, 0.1};
  r.difference = {0, change, 2 * change};
  r.difference_standard_error = {0, error, 2 * error};
  r.difference_variance = {0, 1, 1};
  return r;
}

} // namespace

// √(0.03² + 0.04²) = 0.05 where the luck is independent; at most 0.03 + 0.04 where the seed is the same.
TEST(TwoRuns, DifferenceOfTheAnswersAndItsError) {
  auto const other = compare_runs(run_of(1, -0.2, 0.03), run_of(2, -0.5, 0.04));
  ASSERT_TRUE(other.answer);
  EXPECT_TRUE(other.independent);
  EXPECT_NEAR(other.answer->difference, -0.3, 1e-12);
  EXPECT_NEAR(other.answer->difference_error, 0.05, 1e-12);
  EXPECT_NEAR(other.answer->half, 1.959964 * 0.05, 1e-6);
  auto const same = compare_runs(run_of(1, -0.2, 0.03), run_of(1, -0.5, 0.04));
  EXPECT_FALSE(same.independent);
  EXPECT_NEAR(same.answer->difference_error, 0.07, 1e-12);
}

TEST(TwoRuns, EachAnswersAtItsOwnShare) {
  auto const runs = compare_runs(run_of(1, -0.2, 0.03), run_of(2, -0.5, 0.02, 0.2));
  ASSERT_TRUE(runs.answer);
  EXPECT_EQ(runs.answer->policy[0], 1U);
  EXPECT_EQ(runs.answer->policy[1], 2U);
  EXPECT_NEAR(runs.answer->difference, -1.0 + 0.2, 1e-12);
  EXPECT_NEAR(runs.answer->difference_error, std::hypot(0.03, 0.04), 1e-12);
}

TEST(TwoRuns, MatchesByNameAndShare) {
  auto a = run_of(1, -0.2, 0.03), b = run_of(2, -0.5, 0.04);
  b.policy_name[1] = "threshold";
  b.measures[0].key = "gap_merit";
  auto const runs = compare_runs(a, b);
  EXPECT_EQ(runs.policies.first, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(runs.measures.size(), 0U);
  EXPECT_FALSE(runs.answer);             // no measure in common
  b.points = {{.name = "another name"}}; // one point each: these two
  EXPECT_EQ(compare_runs(a, b).points.size(), 1U);
  b.points.push_back(b.points[0]);
  EXPECT_EQ(compare_runs(a, b).points.size(), 0U);
}

TEST(TwoRuns, NoAnswerWhereNothingWasRun) {
  auto a = run_of(1, -0.2, 0.03);
  EXPECT_FALSE(compare_runs(a, run_of(2, std::numeric_limits<double>::quiet_NaN(), 0.04)).answer);
  auto b = run_of(2, -0.5, 0.04);
  b.replicates = {0};
  EXPECT_FALSE(compare_runs(a, b).answer);
  b.points = {};
  EXPECT_FALSE(compare_runs(a, b).answer);
}

#ifdef LIKVARD_PAGE
TEST(TwoRuns, ThePageLoadsNothingAndActsOnNothing) {
  auto a = run_of(1, -0.2, 0.03), b = run_of(2, -0.5, 0.04);
  b.title = "</script><b onload=x>{{data}}";
  auto const page = two_runs_page(a, b, {"a.h5", "b.h5"}, {{"run.seed", "1", std::nullopt}});
  EXPECT_EQ(page.find("<!DOCTYPE html>"), 0U);
  EXPECT_EQ(page.find("<b onload"), std::string::npos);
  EXPECT_NE(page.find("[\"run.seed\",\"1\",null]"), std::string::npos);
  EXPECT_EQ(page.find("{{page.css}}"), std::string::npos);
}
#endif
