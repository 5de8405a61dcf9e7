#include "likvard/model/smooth_counts.hpp"

#include "likvard/core/random.hpp"
#include "likvard/model/normal.hpp"
#include "support/targets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

using namespace likvard;

namespace {

constexpr double sigma = 0.9, threshold = -1.1;

/// Random cells and random moves of every unit, group and policy; `spread` sd of the moves.
struct CellCase {
  Cells cells;
  std::size_t stride, policies;
  std::vector<double> effect, by_profile;
  double pupils = 0;

  CellCase(std::uint32_t number, std::size_t units, std::size_t profiles, std::size_t m, double spread)
      : stride((m + 7) / 8 * 8), policies(m), effect(2 * units * stride, 0.0) {
    Stream stream({41, 0, number}, Purpose::sizes);
    cells.units = units;
    cells.stride = (units + 7) / 8 * 8;
    cells.profiles = profiles;
    cells.pupils.assign(profiles * cells.stride, 0.0);
    cells.mean.assign(profiles * cells.stride, 0.0);
    for (std::size_t p = 0; p < profiles; ++p) {
      cells.needy.push_back(p % 2);
      by_profile.push_back(uniform01(stream) - 0.5);
      for (std::size_t s = 0; s < units; ++s) {
        cells.pupils[p * cells.stride + s] = std::floor(60 * uniform01(stream));
        cells.mean[p * cells.stride + s] = standard_normal(stream);
        pupils += cells.pupils[p * cells.stride + s];
      }
    }
    for (std::size_t r = 0; r < 2 * units; ++r)
      for (std::size_t k = 0; k < m; ++k) effect[r * stride + k] = spread * standard_normal(stream);
  }

  /// The plain sum, with weights n or n · by_profile, of group g (2: both).
  double below(double t, std::size_t g, std::size_t m, double scale, bool weighted) const {
    double sum = 0;
    for (std::size_t p = 0; p < cells.profiles; ++p)
      for (std::size_t s = 0; s < cells.units; ++s) {
        if (g < 2 && cells.needy[p] != g) continue;
        double const shift = scale * effect[(2 * s + cells.needy[p]) * stride + m];
        double const n = cells.pupils[p * cells.stride + s] * (weighted ? by_profile[p] : 1.0);
        sum += n * normal_cdf((t - cells.mean[p * cells.stride + s] - shift) / sigma);
      }
    return sum;
  }
};

} // namespace

// Small moves, moves over many nodes, and absurd ones. Each row's error is below 5e-15 of its pupils (the
// remainder) and some rounding; 1e-13 of all pupils leaves room for the summation of both sides.
TEST(SmoothCounts, AgreeWithThePlainSum) {
  std::uint32_t number = 0;
  for (double const spread : {0.01, 0.3, 3.0, 50.0})
    for (auto const& [units, profiles, policies] : {std::tuple{1U, 2U, 1U}, std::tuple{4U, 4U, 3U},
                                                    std::tuple{13U, 7U, 8U}, std::tuple{30U, 4U, 41U}}) {
      CellCase const c(++number, units, profiles, policies, spread);
      SmoothCounts table;
      std::vector<double> below(2 * c.stride), along(c.stride);
      tabulate_counts(c.cells, threshold, sigma, c.by_profile, false, table);
      count_all_below(table, 0.7, c.effect, c.stride, c.policies, below, along);
      for (std::size_t m = 0; m < c.policies; ++m) {
        EXPECT_NEAR(below[m], c.below(threshold, 0, m, 0.7, false), 1e-13 * c.pupils) << spread;
        EXPECT_NEAR(below[c.stride + m], c.below(threshold, 1, m, 0.7, false), 1e-13 * c.pupils) << spread;
        EXPECT_NEAR(along[m], c.below(threshold, 2, m, 0.7, true), 1e-13 * c.pupils) << spread;
      }
    }
}

TEST(SmoothCounts, QuantilesHoldTheirPartOfThePupils) {
  std::uint32_t number = 100;
  for (double const spread : {0.0, 0.02, 0.3, 2.0})
    for (double const p : {0.1, 0.9}) {
      CellCase const c(++number, 12, 5, 11, spread);
      double const about = near_deciles(c.cells, sigma)[p < 0.5 ? 0 : 1];
      SmoothCounts table;
      std::vector<double> quantile(c.stride);
      tabulate_counts(c.cells, about, sigma, {}, true, table);
      quantiles_of_all(table, about, p, c.pupils, c.effect, c.stride, c.policies, quantile);
      for (std::size_t m = 0; m < c.policies; ++m)
        EXPECT_NEAR(c.below(quantile[m], 2, m, 1, false) / c.pupils, p, 1e-11) << spread << ' ' << m;
    }
}

// What a policy reads does not depend on the others, on what the table has been used for, or on the vectors'
// length.
void reads_the_same(CellCase const& all) {
  std::vector<double> first_low, first_below;
  test::on_every_target([&](std::string const& target) {
    SmoothCounts table, decile;
    std::vector<double> below(2 * all.stride), along(all.stride), low(all.stride);
    double const about = near_deciles(all.cells, sigma)[0];
    tabulate_counts(all.cells, threshold, sigma, all.by_profile, false, table);
    tabulate_counts(all.cells, about, sigma, {}, true, decile);
    count_all_below(table, 1, all.effect, all.stride, all.policies, below, along);
    quantiles_of_all(decile, about, 0.1, all.pupils, all.effect, all.stride, all.policies, low);
    if (first_low.empty()) first_low = low, first_below = below;
    for (std::size_t m = 0; m < all.policies; ++m) {
      EXPECT_EQ(low[m], first_low[m]) << target;
      EXPECT_EQ(below[m], first_below[m]) << target;
    }
    for (std::size_t m : {0U, 5U, 18U}) { // alone, in a table made anew
      std::vector<double> effect(2 * all.cells.units * 8), one(8), two(16), three(8);
      for (double const others : {0.0, 1.0}) { // lanes beyond hold nothing, or the same
        for (std::size_t r = 0; r < 2 * all.cells.units; ++r) {
          double const move = all.effect[r * all.stride + m];
          std::fill_n(&effect[r * 8], 8, others * move);
          effect[r * 8] = move;
        }
        tabulate_counts(all.cells, threshold, sigma, all.by_profile, false, table);
        tabulate_counts(all.cells, about, sigma, {}, true, decile);
        count_all_below(table, 1, effect, 8, 1, two, three);
        quantiles_of_all(decile, about, 0.1, all.pupils, effect, 8, 1, one);
        EXPECT_EQ(one[0], low[m]) << target;
        EXPECT_EQ(two[0], below[m]) << target;
        EXPECT_EQ(three[0], along[m]) << target;
      }
    }
  });
}

// Small moves stay with the nodes about 0, where one policy has its rows in lanes; large ones ask for others.
TEST(SmoothCounts, APolicyReadsTheSameBitsInAnyCompanyOnAnyTarget) {
  for (double const spread : {0.02, 0.12, 0.8})
    for (std::size_t const units : {1U, 4U, 9U}) {
      SCOPED_TRACE(testing::Message() << "spread " << spread << ", units " << units);
      reads_the_same(CellCase(7, units, 4, 19, spread));
    }
}
