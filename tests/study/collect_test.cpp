#include "likvard/study/collect.hpp"

#include "likvard/study/interval.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace likvard;
using namespace likvard::test;

namespace {

constexpr std::size_t policies = 2, kept = 2, cells = policies * kept, units = 2;

Scenario two_policies() {
  Scenario s;
  s.policies = {policy(Linear{}, 0), policy(Linear{}, 0.1)};
  s.points.push_back({"point", {}, 0, small_town()});
  return s;
}

Plan two_units() {
  Plan plan;
  plan.sizes = {10, 20};
  return plan;
}

/// A block of random replicates whose level is its own.
BlockResult block_of(std::uint32_t number, std::size_t replicates, bool keep = false) {
  Stream stream({21, 0, number}, Purpose::sizes);
  BlockResult block;
  block.done = true;
  block.count = replicates;
  block.share_given.assign(2, 0.1 * static_cast<double>(replicates));
  block.value.resize(cells);
  block.difference.resize(cells);
  double const level = standard_normal(stream);
  for (std::size_t r = 0; r < replicates; ++r)
    for (std::size_t i = 0; i < cells; ++i) {
      double const x = level * static_cast<double>(i + 1) + standard_normal(stream);
      block.value[i].add(x);
      block.difference[i].add(0.1 * x - level);
      if (keep) block.kept_values.push_back(x);
    }
  for (std::size_t s = 0; s < units; ++s) {
    block.unit_pupils.push_back(static_cast<double>((s + 1) * 10 * replicates));
    block.unit_need.push_back(static_cast<double>((s + 2) * replicates));
  }
  for (std::size_t i = 0; i < policies * units; ++i)
    block.unit_money.push_back(static_cast<double>((i + 3) * replicates));
  return block;
}

Result collected(Scenario const& scenario, std::vector<BlockResult> const& blocks) {
  Result result = empty_result(scenario, {3, 7});
  collect_point(scenario, two_units(), 0, blocks, result);
  return result;
}

} // namespace

// Replicates of a block share a stratified draw, so only blocks are independent: sd of block means / sqrt(3).
TEST(Collect, StandardErrorsComeFromBlockMeans) {
  std::vector<BlockResult> const blocks{block_of(1, 64), block_of(2, 64), block_of(3, 64)};
  auto const result = collected(two_policies(), blocks);
  for (std::size_t i = 0; i < cells; ++i) {
    Moments means, differences;
    for (auto const& block : blocks) {
      means.add(block.value[i].mean);
      differences.add(block.difference[i].mean);
    }
    EXPECT_DOUBLE_EQ(result.standard_error[i], std::sqrt(means.variance() / 3));
    EXPECT_DOUBLE_EQ(result.difference_standard_error[i], std::sqrt(differences.variance() / 3));
  }
  EXPECT_EQ(result.degrees_of_freedom[0], 2);
}

// Merging is not commutative in the last bits: the order of the blocks is part of the result.
TEST(Collect, BlocksAreMergedInTheirOrder) {
  std::vector<BlockResult> blocks;
  for (std::uint32_t b = 0; b < 40; ++b) blocks.push_back(block_of(b, 5));
  auto const result = collected(two_policies(), blocks);
  bool order_matters = false;
  for (std::size_t i = 0; i < cells; ++i) {
    Moments forward, backward;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      forward.merge(blocks[b].value[i]);
      backward.merge(blocks[blocks.size() - 1 - b].value[i]);
    }
    EXPECT_EQ(result.mean[i], forward.mean);
    EXPECT_EQ(result.variance[i], forward.variance());
    order_matters |= forward.mean != backward.mean || forward.m2 != backward.m2;
  }
  EXPECT_TRUE(order_matters);
}

TEST(Collect, BlocksNotDoneAndBlocksWithoutReplicatesCountForNothing) {
  std::vector<BlockResult> const some{block_of(1, 64), block_of(2, 64)};
  BlockResult empty = block_of(3, 0);
  empty.failures.push_back({0, 5, "why"});
  auto const a = collected(two_policies(), some);
  auto const b = collected(two_policies(), {some[0], BlockResult{}, empty, some[1]});
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.standard_error, b.standard_error);
  EXPECT_EQ(b.degrees_of_freedom[0], 1);
  EXPECT_EQ(b.replicates[0], 128U);
  ASSERT_EQ(b.failures.size(), 1U);
  EXPECT_EQ(b.failures[0].replicate, 5U);
}

TEST(Collect, OneBlockHasNoStandardError) {
  auto const result = collected(two_policies(), {block_of(1, 64)});
  EXPECT_TRUE(std::isnan(result.standard_error[0]));
  EXPECT_EQ(result.degrees_of_freedom[0], 0);
}

TEST(Collect, UnitsAreMeansOverReplicates) {
  auto const result = collected(two_policies(), {block_of(1, 64), block_of(2, 32)});
  EXPECT_EQ(result.units[0].pupils, (std::vector<double>{10, 20}));
  for (std::size_t s = 0; s < units; ++s)
    EXPECT_NEAR(result.units[0].need[s], static_cast<double>(s + 2), 1e-12);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(result.units[0].money[i], static_cast<double>(i + 3), 1e-12);
}

TEST(Collect, QuantilesOfDifferencesArePairedWithTheReference) {
  auto scenario = two_policies();
  scenario.quantiles = {0.25, 1};
  std::vector<BlockResult> const blocks{block_of(1, 4, true), block_of(2, 5, true)};
  auto const result = collected(scenario, blocks);
  std::vector<double> own;
  for (auto const& block : blocks)
    for (std::size_t r = 0; r < block.count; ++r)
      own.push_back(block.kept_values[r * cells + 3] - block.kept_values[r * cells + 1]);
  std::sort(own.begin(), own.end());
  EXPECT_EQ(result.difference_quantiles[3], own[2]); // place .25·8 = 2
  EXPECT_EQ(result.difference_quantiles[cells + 3], own[8]);
  EXPECT_EQ(result.difference_quantiles[1], 0);
}

// Printed tables of Student's t.
TEST(Interval, StudentsQuantiles) {
  EXPECT_NEAR(t_quantile(0.975, 1), 12.7062, 1e-4);
  EXPECT_NEAR(t_quantile(0.975, 5), 2.5706, 1e-4);
  EXPECT_NEAR(t_quantile(0.95, 31), 1.6955, 1e-4);
  EXPECT_NEAR(t_quantile(0.975, 1e9), 1.9600, 1e-4);
  EXPECT_TRUE(std::isinf(t_quantile(0.975, 0)));
}
