#include "likvard/study/block.hpp"

#include "likvard/study/run.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace likvard;
using namespace likvard::test;

// Whatever its place in the block, a replicate's number is uniform: in its stratum and within it. 4,000
// blocks.
TEST(Stratified, EveryReplicateIsUniform) {
  int const blocks = 4'000;
  for (std::size_t i : {std::size_t{0}, std::size_t{10}, std::size_t{63}}) {
    std::vector<double> strata(block_size), within(10);
    for (int b = 0; b < blocks; ++b) {
      double const x = stratified_parameters({5, 0, static_cast<std::uint32_t>(b)})[i][2] * block_size;
      strata[static_cast<std::size_t>(x)] += 1;
      within[static_cast<std::size_t>((x - std::floor(x)) * 10)] += 1;
    }
    EXPECT_TRUE(counts_agree(strata, std::vector<double>(block_size, blocks / double(block_size)))) << i;
    EXPECT_TRUE(counts_agree(within, std::vector<double>(10, blocks / 10.0))) << i;
  }
}

// A random permutation leaves one stratum in its place on average, with variance 1.
TEST(Stratified, StrataAreAnyPermutation) {
  Moments in_place;
  for (std::uint32_t b = 0; b < 1'000; ++b) {
    auto const u = stratified_parameters({7, 0, b});
    double count = 0;
    for (std::size_t i = 0; i < block_size; ++i) count += static_cast<std::size_t>(u[i][4] * block_size) == i;
    in_place.add(count);
  }
  EXPECT_TRUE(mean_agrees(in_place.mean, 1, 1, 1'000));
}

TEST(Stratified, ParametersAreIndependent) {
  int const blocks = 4'000;
  std::array<std::vector<double>, 2> cells;
  for (auto& c : cells) c.resize(64);
  auto const level = [](double u) { return static_cast<std::size_t>(u * 8); };
  for (int b = 0; b < blocks; ++b) {
    auto const u = stratified_parameters({6, 0, static_cast<std::uint32_t>(b)});
    cells[0][level(u[7][0]) * 8 + level(u[7][1])] += 1;
    cells[1][level(u[7][5]) * 8 + level(u[7][8])] += 1;
  }
  for (auto const& c : cells) EXPECT_TRUE(counts_agree(c, std::vector<double>(64, blocks / 64.0)));
}

// The block against its replicates done one by one.
TEST(Block, HoldsTheSumsOfItsReplicates) {
  Parameters town = small_town();
  town.needs[0].lag = 1;
  Plan const plan = make_plan(town, 3);
  std::vector<Policy> const list{policy(Linear{}, 0.05), policy(Linear{}, 0.2)};
  std::vector<std::size_t> const kept{static_cast<std::size_t>(Measure::money_gap)};
  BlockWorkspace work;
  auto const block =
      run_block({.plan = &plan, .policies = &list, .kept = &kept, .wanted = {}, .seed = 3}, 2, work);
  auto const parameters = stratified_parameters({3, 0, 2});
  Workspace alone;
  std::vector<double> rows(2 * measure_count), need(6), money(12);
  Moments value, difference;
  for (std::uint32_t i = 0; i < block_size; ++i) {
    simulate(plan, list, {3, 0, 2 * block_size + i}, parameters[i], {}, alone, rows);
    double const reference = rows[kept[0]], other = rows[measure_count + kept[0]];
    value.add(other);
    difference.add(other - reference);
    for (std::size_t s = 0; s < 6; ++s) need[s] += alone.present[0].relative[s];
    for (std::size_t s = 0; s < 12; ++s) money[s] += alone.unit_money[s];
  }
  EXPECT_EQ(block.count, block_size);
  // The block sums in another order: 64 roundings of numbers of this size.
  EXPECT_NEAR(block.value[1].mean, value.mean, 64 * 0x1p-52 * value.mean);
  EXPECT_NEAR(block.difference[1].mean, difference.mean, 64 * 0x1p-52 * value.mean);
  EXPECT_NEAR(block.value[1].m2, value.m2, 1e-12 * value.m2);
  EXPECT_GT(block.difference[1].mean, 0); // a larger share, more money to the needy
  EXPECT_EQ(block.unit_need, need);
  EXPECT_EQ(block.unit_money, money);
  EXPECT_GT(need[0], need[5]); // neediest first
}

TEST(Run, RepeatsAReplicateOfIndependentLuck) {
  Scenario s;
  s.replicates = block_size;
  s.luck = Luck::independent;
  s.policies = {policy(Linear{}, 0), policy(Linear{}, 0.1)};
  s.measures = {"money_gap"};
  for (int point = 0; point < 2; ++point) s.points.push_back({std::to_string(point), {}, 0, small_town()});
  auto const result = run(s);
  for (std::uint32_t point = 0; point < 2; ++point) {
    Moments values;
    for (std::uint32_t r = 0; r < block_size; ++r)
      values.add(repeat_replicate(s, point, r)[measure_count + static_cast<std::size_t>(Measure::money_gap)]);
    EXPECT_NEAR(result.mean[result.index(point, 1, 0)], values.mean, 1e-12) << point;
  }
}
