#include "likvard/study/collect.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/study/interval.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

using namespace likvard;
using namespace likvard::test;

namespace {

constexpr std::size_t policies = 2, kept = 2, cells = policies * kept, units = 2;
constexpr Shape shape{1, policies, kept};

/// A quarter-block of random replicates; the four of a block share a level.
BlockResult quarter_of(std::uint64_t number, std::size_t replicates, std::vector<double>* all = nullptr) {
  Stream of_block({21, 0, static_cast<std::uint32_t>(number / 4)}, Purpose::sizes);
  Stream stream({21, 1, static_cast<std::uint32_t>(number)}, Purpose::sizes);
  BlockResult quarter;
  quarter.done = true;
  quarter.count = replicates;
  quarter.share_given.assign(policies, 0.1 * static_cast<double>(replicates));
  quarter.value.resize(cells);
  quarter.difference.resize(cells);
  double const level = standard_normal(of_block);
  for (std::size_t r = 0; r < replicates; ++r)
    for (std::size_t i = 0; i < cells; ++i) {
      double const x = level * static_cast<double>(i + 1) + standard_normal(stream);
      quarter.value[i].add(x);
      quarter.difference[i].add(0.1 * x - level);
      quarter.kept_values.push_back(x);
      if (all && i == 3) all->push_back(x);
    }
  for (std::size_t s = 0; s < units; ++s) {
    quarter.unit_pupils.push_back(static_cast<double>((s + 1) * 10 * replicates));
    quarter.unit_need.push_back(static_cast<double>((s + 2) * replicates));
  }
  for (std::size_t i = 0; i < policies * units; ++i)
    quarter.unit_money.push_back(static_cast<double>((i + 3) * replicates));
  return quarter;
}

Pile pile_of(std::vector<std::uint64_t> const& order) {
  Pile pile;
  for (auto q : order) pile.add(partial_of(quarter_of(q, 5 + q % 3), q));
  return pile;
}

std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t to) {
  std::vector<std::uint64_t> out;
  for (; from < to; ++from) out.push_back(from);
  return out;
}

void expect_same(Partial const& a, Partial const& b) {
  EXPECT_EQ(a.count, b.count);
  EXPECT_EQ(a.blocks, b.blocks);
  EXPECT_EQ(a.value, b.value); // double by double: no tolerance
  EXPECT_EQ(a.difference, b.difference);
  EXPECT_EQ(a.block_value, b.block_value);
  EXPECT_EQ(a.block_difference, b.block_difference);
  EXPECT_EQ(a.unit_money, b.unit_money);
}

} // namespace

// Replicates of a block share a stratified draw, so only blocks are independent: sd of block means / sqrt(3).
TEST(Collect, StandardErrorsComeFromBlockMeans) {
  Moments means, everything;
  Pile pile;
  for (std::uint64_t block = 0; block < 3; ++block) {
    std::vector<double> all;
    for (std::uint64_t q = 4 * block; q < 4 * block + 4; ++q)
      pile.add(partial_of(quarter_of(q, 16, &all), q));
    Moments of_block;
    for (double x : all) of_block.add(x), everything.add(x);
    means.add(of_block.mean);
  }
  auto const n = numbers_of(pile.total(), shape);
  EXPECT_NEAR(n.mean[3], everything.mean, 1e-13);
  EXPECT_NEAR(n.variance[3], everything.variance(), 1e-11);
  EXPECT_NEAR(n.standard_error[3], std::sqrt(means.variance() / 3), 1e-13);
  EXPECT_EQ(n.degrees_of_freedom, 2);
  EXPECT_EQ(n.replicates, 192U);
}

// In whichever order quarters come, and through whatever pieces: the same bits.
TEST(Collect, OrderOfArrivalChangesNothing) {
  auto order = numbers(0, 4 * 11);
  Partial const forward = pile_of(order).total();
  EXPECT_EQ(forward.blocks, 11U);
  Stream stream({9, 0, 0}, Purpose::sizes);
  for (int trial = 0; trial < 20; ++trial) {
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(uniform01(stream) * static_cast<double>(i))]);
    expect_same(forward, pile_of(order).total());
  }
  // Shards of any cut, put together.
  for (std::uint64_t cut = 1; cut < 44; ++cut) {
    Pile pile;
    for (auto const& [from, to] : {std::pair{cut, std::uint64_t{44}}, std::pair{std::uint64_t{0}, cut}}) {
      Pile const shard = pile_of(numbers(from, to));
      for (auto const& [first, part] : shard.parts()) pile.add_saved(part);
    }
    expect_same(forward, pile.total());
  }
}

// Few runs are held, however many quarters were added: one for each binary digit of their number.
TEST(Collect, PilesStaySmall) {
  Pile pile;
  for (std::uint64_t q = 0; q < 1000; ++q) {
    pile.add(partial_of(quarter_of(q, 1), q));
    EXPECT_EQ(pile.parts().size(), static_cast<std::size_t>(std::popcount(q + 1)));
    EXPECT_TRUE(pile.holds(0, q + 1));
    EXPECT_FALSE(pile.covers(q + 1));
  }
  EXPECT_TRUE(pile.touches(999, 5000));
  EXPECT_FALSE(pile.touches(1000, 5000));
  EXPECT_THROW(pile.add(partial_of(quarter_of(17, 1), 17)), ContractError);
}

// Growing adds to what is there: the first runs stay as they are.
TEST(Collect, WhatIsSavedIsNotSavedAgain) {
  Pile pile = pile_of(numbers(0, 12));
  EXPECT_EQ(pile.unsaved().size(), 2U); // 8 + 4
  EXPECT_TRUE(pile.unsaved().empty());
  pile.add(partial_of(quarter_of(12, 16), 12));
  EXPECT_EQ(pile.unsaved().size(), 1U);
}

TEST(Collect, BrokenBlocksAndBlocksWithoutReplicatesCountForNothing) {
  Pile some = pile_of(numbers(0, 8)), more = pile_of(numbers(0, 8));
  for (std::uint64_t q = 8; q < 12; ++q) { // a block whose replicates all failed
    BlockResult quarter = quarter_of(q, 0);
    if (q == 9) quarter.failures.push_back({0, 150, "why"});
    more.add(partial_of(quarter, q));
  }
  for (std::uint64_t q = 12; q < 15; ++q) more.add(partial_of(quarter_of(q, 16), q)); // three quarters of one
  auto const a = numbers_of(some.total(), shape), b = numbers_of(more.total(), shape);
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.standard_error, b.standard_error);
  EXPECT_EQ(b.degrees_of_freedom, 1);
  ASSERT_EQ(more.total().failures.size(), 1U);
  EXPECT_EQ(more.total().failures[0].replicate, 150U);
}

TEST(Collect, OneBlockHasNoStandardError) {
  auto const n = numbers_of(pile_of(numbers(0, 4)).total(), shape);
  EXPECT_TRUE(std::isnan(n.standard_error[0]));
  EXPECT_EQ(n.degrees_of_freedom, 0);
  EXPECT_TRUE(std::isnan(numbers_of({}, shape).mean[0]));
}

TEST(Collect, UnitsAreMeansOverReplicates) {
  auto const n = numbers_of(pile_of(numbers(0, 8)).total(), shape);
  EXPECT_EQ(n.units.pupils, (std::vector<double>{10, 20}));
  for (std::size_t s = 0; s < units; ++s) EXPECT_NEAR(n.units.need[s], static_cast<double>(s + 2), 1e-12);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(n.units.money[i], static_cast<double>(i + 3), 1e-12);
}

TEST(Collect, QuantilesOfDifferencesArePairedWithTheReference) {
  BlockResult const quarter = quarter_of(0, 9);
  Values const values = values_of(quarter, 0, shape);
  ValueSource const source{
      .replicates = 9,
      .reference = [&](std::vector<double>& out) { out = values.reference; },
      .difference = [&](std::size_t, std::vector<float>& out) { out = values.difference; }};
  std::vector<double> const levels{0.25, 1};
  auto const q = quantiles_of(source, shape, levels);
  std::vector<double> own, level;
  for (std::size_t r = 0; r < 9; ++r) {
    own.push_back(quarter.kept_values[r * cells + 3] - quarter.kept_values[r * cells + 1]);
    level.push_back(quarter.kept_values[r * cells + 3]);
  }
  std::sort(own.begin(), own.end());
  std::sort(level.begin(), level.end());
  // Place .25·8 = 2; single precision costs 6e-8 of the difference at most.
  EXPECT_NEAR(q.difference[3], own[2], 6e-8 * std::abs(own[2]));
  EXPECT_NEAR(q.difference[cells + 3], own[8], 6e-8 * std::abs(own[8]));
  EXPECT_NEAR(q.value[3], level[2], 6e-8 * 10);
  EXPECT_EQ(q.difference[1], 0);
}

// Many values are dealt to bins first: whatever their law, to the bit what a sorted list gives.
TEST(Collect, QuantilesOfManyValuesAreThoseOfASortedList) {
  Stream stream({3, 0, 0}, Purpose::resampling);
  auto const normal = [&] { return standard_normal(stream); };
  std::vector<std::function<double()>> const laws{
      normal,
      [&] { return std::exp(5 * normal()); },                   // nearly all in the first bin
      [&] { return uniform01(stream) < 0.9 ? 0.0 : normal(); }, // mostly ties
      [&] { return std::floor(4 * uniform01(stream)); },        // few different ones
      [&] { return 7.5; },                                      // all the same
      [&] { return 1e6 + 1e-6 * normal(); },                    // far from 0
      [&] { return uniform01(stream) < 0.5 ? normal() : 40 + normal(); },
      [&] { return uniform01(stream) < 1e-3 ? HUGE_VAL : normal(); },
      [&] { return 1.7e308 * (2 * uniform01(stream) - 1); },       // a range beyond doubles
      [&] { return 5e-324 * std::floor(3 * uniform01(stream)); }}; // the smallest there are
  std::vector<double> const levels{0, 0.05, 0.5, 0.5004, 0.95, 1};
  Shape one = shape;
  one.policies = one.kept = 1;
  for (std::size_t const n : {1023U, 1024U, 4096U, 10'000U})
    for (std::size_t law = 0; law < laws.size(); ++law) {
      std::vector<double> values(n);
      for (double& x : values) x = laws[law]();
      ValueSource const source{
          .replicates = n, .reference = [&](std::vector<double>& out) { out = values; }, .difference = {}};
      auto const q = quantiles_of(source, one, levels);
      std::sort(values.begin(), values.end());
      for (std::size_t k = 0; k < levels.size(); ++k) {
        double const place = levels[k] * static_cast<double>(n - 1), below = std::floor(place);
        auto const at = static_cast<std::size_t>(below);
        double const wanted =
            at + 1 < n ? values[at] + (place - below) * (values[at + 1] - values[at]) : values[at];
        // inf - inf next to an infinite value has no quantile.
        if (std::isnan(wanted)) continue;
        EXPECT_EQ(q.value[k], wanted) << law << ' ' << n << ' ' << levels[k];
      }
    }
}

// Printed tables of Student's t.
TEST(Interval, StudentsQuantiles) {
  EXPECT_NEAR(t_quantile(0.975, 1), 12.7062, 1e-4);
  EXPECT_NEAR(t_quantile(0.975, 5), 2.5706, 1e-4);
  EXPECT_NEAR(t_quantile(0.95, 31), 1.6955, 1e-4);
  EXPECT_NEAR(t_quantile(0.975, 1e9), 1.9600, 1e-4);
  EXPECT_TRUE(std::isinf(t_quantile(0.975, 0)));
}
