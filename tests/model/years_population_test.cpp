#include "likvard/model/years_population.hpp"

#include "support/statistics.hpp"
#include "support/towns.hpp"

#include <gtest/gtest.h>

#include <numbers>

namespace likvard {
namespace {

using test::mean_agrees;

/// Four units and two profiles, alike everywhere.
struct MovingTown {
  std::vector<double> weight{0.1, 0.2, 0.3, 0.4}, share{0.7, 0.3}, score{0.65, -1.5};
  std::vector<std::uint32_t> totals{700, 300};
  Table pi = Table::Zero(4, 2);
  YearPopulation population;
  YearScratch scratch;

  explicit MovingTown(StreamKey key) {
    for (Eigen::Index s = 0; s < 4; ++s) pi.row(s) << 0.7, 0.3;
    population = {{100, 200, 300, 400},       weight, pi, {}, std::vector<double>(4, 0.0),
                  std::vector<double>(4, 0.0)};
    draw_counts_fixed(population.sizes, totals, pi, key, scratch.sampling, population.n);
  }
  YearFrame frame() const { return {weight, &pi, share, score, totals, 1000, 10}; }
};

TEST(YearsPopulation, BothMarginsHoldHoweverItMoves) {
  Years const years{.turnover = 0.3, .drift_sd = 0.5, .size_sd = 0.3};
  for (std::uint32_t r = 0; r < 30; ++r) {
    MovingTown town({1, 0, r});
    for (std::uint32_t t = 1; t < 8; ++t) {
      next_population(years, town.frame(), {}, year_key({1, 0, r}, t), town.scratch, town.population);
      auto const& n = town.population.n;
      for (Eigen::Index s = 0; s < 4; ++s) EXPECT_EQ(n.row(s).sum(), town.population.sizes[s]);
      for (Eigen::Index p = 0; p < 2; ++p) EXPECT_EQ(n.col(p).sum(), town.totals[p]);
      test::expect_margins(town.population.weight, town.share, town.population.pi, 1e-9);
    }
  }
}

TEST(YearsPopulation, TurnoverDecidesHowMuchOfTheNoiseIsNew) {
  // Nothing moves but pupils. Of unit 0's needy count x with variance V, the covariance with the next year's
  // is (1 - turnover) V at stationarity, up to O(1/N) of the fixed totals (here under 2 %). Sample
  // correlations of 3,000 pairs have sd (1 - ρ²)/√3000.
  for (double turnover : {0.1, 0.5, 1.0}) {
    Years const years{.turnover = turnover};
    double xy = 0, xx = 0, yy = 0;
    for (std::uint32_t r = 0; r < 3000; ++r) {
      MovingTown town({2, 0, r});
      double const x = town.population.n(0, 1) - 30.0;
      next_population(years, town.frame(), {}, year_key({2, 0, r}, 1), town.scratch, town.population);
      double const y = town.population.n(0, 1) - 30.0;
      xy += x * y, xx += x * x, yy += y * y;
    }
    double const rho = 1 - turnover, bound = test::z_bound() * (1 - rho * rho) / std::sqrt(3000.0) + 0.02;
    EXPECT_NEAR(xy / std::sqrt(xx * yy), rho, bound) << turnover;
  }
}

TEST(YearsPopulation, TheYearsBeforeAreTheSameChainBackwards) {
  Years const years{.turnover = 0.2};
  double xy = 0, xx = 0, yy = 0;
  for (std::uint32_t r = 0; r < 3000; ++r) {
    MovingTown town({3, 0, r});
    std::vector<Counts> earlier;
    earlier_populations(years, town.frame(), town.population, 2, {3, 0, r}, town.scratch, earlier);
    ASSERT_EQ(earlier.size(), 2U);
    for (Eigen::Index s = 0; s < 4; ++s) ASSERT_EQ(earlier[1].row(s).sum(), town.population.sizes[s]);
    double const x = town.population.n(0, 1) - 30.0, y = earlier[1](0, 1) - 30.0;
    xy += x * y, xx += x * x, yy += y * y;
  }
  EXPECT_NEAR(xy / std::sqrt(xx * yy), 0.64, test::z_bound() * (1 - 0.64 * 0.64) / std::sqrt(3000.0) + 0.02);
}

TEST(YearsPopulation, StandingIsAnAutoregression) {
  // d after 6 years has variance sd² Σ ρ^(2k), k < 6; a sample variance of 8,000 has relative sd √(2/8000).
  Years const years{.turnover = 1, .drift_sd = 0.3, .drift_persistence = 0.8};
  Moments drift;
  for (std::uint32_t r = 0; r < 2000; ++r) {
    MovingTown town({4, 0, r});
    for (std::uint32_t t = 1; t <= 6; ++t)
      next_population(years, town.frame(), {}, year_key({4, 0, r}, t), town.scratch, town.population);
    for (double d : town.population.drift) drift.add(d);
  }
  double expected = 0;
  for (int k = 0; k < 6; ++k) expected += 0.09 * std::pow(0.64, k);
  EXPECT_TRUE(mean_agrees(drift.mean, 0, std::sqrt(expected), 8000));
  EXPECT_TRUE(mean_agrees(drift.variance(), expected, expected * std::numbers::sqrt2, 8000));
}

TEST(YearsPopulation, FamiliesFollowResultsWhereTheyAnswerThem) {
  Years const years{.turnover = 1, .enrolment_response = 0.5};
  MovingTown town({5, 0, 0});
  std::vector<double> const result{0.4, 0, 0, -0.2};
  next_population(years, town.frame(), result, year_key({5, 0, 0}, 1), town.scratch, town.population);
  double const sum = 0.1 * std::exp(0.2) + 0.5 + 0.4 * std::exp(-0.1);
  EXPECT_NEAR(town.population.sizes[0], 1000 * 0.1 * std::exp(0.2) / sum, 1);
  EXPECT_NEAR(town.population.sizes[3], 1000 * 0.4 * std::exp(-0.1) / sum, 1);
}

TEST(YearsPopulation, PupilsLeaveUntilTheUnitFits) {
  Counts kept(2, 2);
  kept << 60, 40, 10, 0;
  std::vector<std::uint32_t> const sizes{30, 50};
  keep_pupils(0, sizes, {6, 0, 0}, kept);
  EXPECT_EQ(kept.row(0).sum(), 30U);
  EXPECT_EQ(kept(1, 0), 10U);
}

TEST(YearsPopulation, YearsHaveKeysOfTheirOwn) {
  StreamKey const key{7, 1, 2};
  EXPECT_EQ(year_key(key, 0).seed, key.seed);
  EXPECT_NE(year_key(key, 1).seed, year_key(key, 2).seed);
  EXPECT_EQ(year_key(key, 3).point, 1U);
  EXPECT_EQ(year_key(key, 3).replicate, 2U);
}

} // namespace
} // namespace likvard
