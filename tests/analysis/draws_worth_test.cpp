#include "likvard/analysis/draws_worth.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace likvard;

namespace {

/// Two points of 640 replicates (10 blocks), per head and two policies, one measure: variance 2, and standard
/// errors that 640 independent replicates, or 4 and 9 times as many, would give.
Result small_result() {
  Result r;
  r.points = {{}, {}};
  r.policy_name = {"per_head", "a", "b"};
  r.measures.resize(1);
  r.replicates = {640, 640};
  r.degrees_of_freedom = {9, 9};
  r.mean.assign(6, 1.0);
  r.difference_variance = {0, 2, 2, 0, 2, 2};
  double const plain = std::sqrt(2.0 / 640);
  r.difference_standard_error = {0, plain, plain / 2, 0, plain / 3, 0}; // the last does not vary
  return r;
}

} // namespace

TEST(DrawsWorth, IsTheRatioOfVariances) {
  auto const worth = draws_worth(small_result(), {0, 1, 2}, 0);
  EXPECT_EQ(worth.differences, 3U);
  EXPECT_NEAR(worth.low, 1, 1e-12);
  EXPECT_NEAR(worth.median, 4, 1e-12);
  EXPECT_NEAR(worth.high, 9, 1e-12);
  EXPECT_NEAR(worth.relative_error, std::sqrt(2.0 / 9), 1e-12);
  EXPECT_NE(draws_worth_text(worth).find("worth 4 independent ones"), std::string::npos);
}

TEST(DrawsWorth, IsOfThePoliciesAskedFor) {
  auto const worth = draws_worth(small_result(), {0, 1}, 0);
  EXPECT_EQ(worth.differences, 2U);
  EXPECT_NEAR(worth.low, 1, 1e-12);
  EXPECT_NEAR(worth.high, 9, 1e-12);
}

TEST(DrawsWorth, SaysNothingOfTooLittle) {
  Result r = small_result();
  r.degrees_of_freedom = {1, 1};
  EXPECT_EQ(draws_worth_text(draws_worth(r, {1, 2}, 0)), "");
  r.difference_standard_error.assign(6, 0.0);
  EXPECT_EQ(draws_worth(r, {1, 2}, 0).differences, 0U);
}
