#include "likvard/study/block.hpp"

#include "likvard/study/design_points.hpp"
#include "likvard/study/run.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <set>
#include <utility>

using namespace likvard;
using namespace likvard::test;

// Whatever its place in the block, a replicate's number is uniform: in its stratum and within it. 4,000
// blocks.
TEST(Stratified, EveryReplicateIsUniform) {
  int const blocks = 4'000;
  for (std::size_t i : {std::size_t{0}, std::size_t{10}, std::size_t{63}}) {
    std::vector<double> strata(block_size), within(10);
    for (int b = 0; b < blocks; ++b) {
      double const x =
          draw_parameters({5, 0, static_cast<std::uint32_t>(b)}, ParameterDraws::latin)[i][2] * block_size;
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
    auto const u = draw_parameters({7, 0, b}, ParameterDraws::latin);
    double count = 0;
    for (std::size_t i = 0; i < block_size; ++i) count += static_cast<std::size_t>(u[i][4] * block_size) == i;
    in_place.add(count);
  }
  EXPECT_TRUE(mean_agrees(in_place.mean, 1, 1, 1'000));
}

// The table of six binary digits is that of Boost's Sobol' numbers: a scramble keeps at which digit two
// points first differ.
TEST(Sobol, DigitsAreThoseOfTheDesigns) {
  auto const source = make_points(PointKind::sobol, coefficient_count, 1);
  for (std::uint32_t b = 0; b < 3; ++b) {
    auto const u = draw_parameters({b, 0, b}, ParameterDraws::sobol);
    for (std::size_t j = 0; j < coefficient_count; ++j)
      for (std::uint32_t i = 0; i < block_size; ++i)
        for (std::uint32_t k = 0; k < i; ++k) {
          std::uint32_t x = 0;
          for (unsigned bit = 0; bit < 6; ++bit)
            if (((i ^ k) >> bit & 1U) != 0) x ^= source.directions[j * 32 + bit];
          auto const stratum = [&](std::uint32_t row) { return static_cast<std::uint32_t>(u[row][j] * 64); };
          EXPECT_EQ(std::bit_width(x >> 26U), std::bit_width(stratum(i) ^ stratum(k))) << i << " " << k;
        }
  }
}

// The first two dimensions are a (0, 6, 2)-net: every box of 2^-a by 2^-(6-a) holds one of the 64.
TEST(Sobol, ABlockIsANet) {
  for (std::uint32_t b = 0; b < 20; ++b) {
    auto const u = draw_parameters({3, 0, b}, ParameterDraws::sobol);
    for (int a = 0; a <= 6; ++a) {
      std::set<std::pair<int, int>> boxes;
      for (auto const& row : u)
        boxes.emplace(static_cast<int>(std::ldexp(row[0], a)), static_cast<int>(std::ldexp(row[1], 6 - a)));
      EXPECT_EQ(boxes.size(), block_size) << a;
    }
  }
}

TEST(Sobol, EveryReplicateIsUniform) {
  int const blocks = 4'000;
  for (std::size_t i : {std::size_t{0}, std::size_t{10}, std::size_t{63}}) {
    std::vector<double> strata(block_size), pairs(64);
    for (int b = 0; b < blocks; ++b) {
      auto const u = draw_parameters({5, 0, static_cast<std::uint32_t>(b)}, ParameterDraws::sobol);
      strata[static_cast<std::size_t>(u[i][2] * block_size)] += 1;
      pairs[static_cast<std::size_t>(u[i][3] * 8) * 8 + static_cast<std::size_t>(u[i][8] * 8)] += 1;
    }
    EXPECT_TRUE(counts_agree(strata, std::vector<double>(block_size, blocks / double(block_size)))) << i;
    EXPECT_TRUE(counts_agree(pairs, std::vector<double>(64, blocks / 64.0))) << i;
  }
}

// The sum of one parameter over a block has variance 64/12 of independent draws, and of one draw in each of
// 64 parts 64/12/64². Products of two parameters: a hypercube leaves them alone but for 1 - 1/63
// (permutations), the net of the first two dimensions leaves pairs of parts only.
TEST(ParameterDraws, LeaveTheVarianceTheyShould) {
  constexpr int blocks = 4'000;
  std::array<Moments, 3> sum, product;
  std::array const kinds{ParameterDraws::latin, ParameterDraws::sobol, ParameterDraws::independent};
  for (std::size_t kind = 0; kind < kinds.size(); ++kind)
    for (std::uint32_t b = 0; b < blocks; ++b) {
      double total = 0, both = 0;
      for (auto const& row : draw_parameters({8, 0, b}, kinds[kind])) {
        total += row[1];
        both += (row[0] - 0.5) * (row[1] - 0.5);
      }
      sum[kind].add(total);
      product[kind].add(both);
    }
  for (auto const& moments : sum) EXPECT_TRUE(mean_agrees(moments, 32));
  for (auto const& moments : product) EXPECT_TRUE(mean_agrees(moments, 0));
  // Sums of 64 numbers are near normal, so a variance from 4,000 of them has the relative standard error
  // √(2/4000).
  double const relative = z_bound() * std::sqrt(2.0 / blocks), one = block_size / 12.0;
  for (std::size_t kind : {0, 1}) EXPECT_NEAR(sum[kind].variance() * 4096 / one, 1, relative);
  EXPECT_NEAR(sum[2].variance() / one, 1, relative);
  EXPECT_NEAR(product[2].variance() / (64 / 144.0), 1, relative);
  EXPECT_GT(product[0].variance(), (1 - 2 * relative) * product[2].variance());
  EXPECT_LT(product[1].variance(), 0.1 * product[2].variance());
}

TEST(Stratified, ParametersAreIndependent) {
  int const blocks = 4'000;
  std::array<std::vector<double>, 2> cells;
  for (auto& c : cells) c.resize(64);
  auto const level = [](double u) { return static_cast<std::size_t>(u * 8); };
  for (int b = 0; b < blocks; ++b) {
    auto const u = draw_parameters({6, 0, static_cast<std::uint32_t>(b)}, ParameterDraws::latin);
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
  auto const block = run_block({.plan = &plan,
                                .policies = &list,
                                .kept = &kept,
                                .wanted = {},
                                .seed = 3,
                                .draws = ParameterDraws::latin},
                               2, work);
  auto const parameters = draw_parameters({3, 0, 2}, ParameterDraws::latin);
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
