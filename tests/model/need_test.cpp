#include "likvard/model/need.hpp"

#include "likvard/model/sampling.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace likvard;
using namespace likvard::test;

namespace {

struct NeedTown {
  std::vector<std::uint32_t> pupils{40, 60, 100};
  std::vector<double> values{0.1, 0.4};
  Counts n{3, 2};
  Table pi{3, 2};
  NeedTown() {
    n << 30, 10, 30, 30, 20, 80;
    for (int s = 0; s < 3; ++s)
      for (int p = 0; p < 2; ++p) pi(s, p) = n(s, p) / static_cast<double>(pupils[s]);
  }
  std::vector<double> observe(Need const& need, std::uint32_t replicate = 0) const {
    auto out = raw(need, replicate);
    make_relative(pupils, out);
    return out;
  }
  std::vector<double> raw(Need const& need, std::uint32_t replicate = 0) const {
    NeedScratch scratch;
    Cohorts cohorts;
    std::vector<double> out(3);
    draw_cohorts(cohorts_seen({&need, 1}), pupils, pi, {9, 0, replicate}, cohorts);
    likvard::observe(need, values, n, cohorts, {9, 0, replicate}, scratch, out);
    return out;
  }
};

double weighted_mean(NeedTown const& town, std::vector<double> const& index) {
  double sum = 0;
  for (int s = 0; s < 3; ++s) sum += town.pupils[s] * index[s];
  return sum / 200;
}

} // namespace

// Unit means .175, .25, .34; municipality (7 + 15 + 34)/200 = .28.
TEST(Need, TrueIndexHandWorked) {
  NeedTown const town;
  std::vector<double> index(3);
  unit_means(town.n, town.values, index);
  EXPECT_NEAR(index[1], 0.25, 1e-15);
  make_relative(town.pupils, index);
  EXPECT_NEAR(index[0], 0.175 / 0.28, 1e-14);
  EXPECT_NEAR(index[1], 0.25 / 0.28, 1e-14);
  EXPECT_NEAR(index[2], 0.34 / 0.28, 1e-14);
}

TEST(Need, NobodyInNeedIsZeroForAll) {
  NeedTown const town;
  std::vector<double> index(3, 5.0);
  unit_means(town.n, std::vector<double>{0, 0}, index);
  make_relative(town.pupils, index);
  EXPECT_EQ(index, (std::vector<double>{0, 0, 0}));
}

TEST(Need, PresentFullDataIsTheTruth) {
  NeedTown const town;
  std::vector<double> truth(3);
  unit_means(town.n, town.values, truth);
  make_relative(town.pupils, truth);
  auto const seen = town.observe({.lag = 0, .years = 1});
  for (int s = 0; s < 3; ++s) EXPECT_NEAR(seen[s], truth[s], 1e-12);
}

TEST(Need, AlwaysHasMeanOne) {
  NeedTown const town;
  for (std::uint32_t r = 0; r < 50; ++r)
    for (Need const& need : {Need{.lag = 1}, Need{.lag = 2, .years = 3, .missing = 0.2},
                             Need{.lag = 0, .years = 2, .smallest = 50},
                             Need{.lag = 1, .shrinkage = Shrinkage::empirical_bayes}})
      EXPECT_NEAR(weighted_mean(town, town.observe(need, r)), 1, 1e-12);
}

// An earlier cohort is a new draw of the same π: before the common scaling, Var of a unit's mean is Var(v)/n.
// Delta method to first order: the scaling leaves z_s ≈ x_s/x̄ with weight w_s of the unit itself taken out.
TEST(Need, LagAddsTheSamplingNoiseOfOneCohort) {
  NeedTown const town;
  Need const need{.lag = 1};
  Moments deviation2;
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    auto const seen = town.observe(need, r);
    double const d = seen[0] - 0.175 / 0.28;
    deviation2.add(d * d);
  }
  // x_s independent over units with variance v_s = (0.3)² p(1-p)/n; z_0 = x_0 / Σ w x.
  double const x[] = {0.175, 0.25, 0.34}, mean = 0.28;
  double expected = 0;
  for (int s = 0; s < 3; ++s) {
    double const p = town.pi(s, 1), w = town.pupils[s] / 200.0;
    double const slope = (s == 0 ? 1 / mean : 0) - x[0] * w / (mean * mean);
    expected += slope * slope * 0.09 * p * (1 - p) / town.pupils[s];
  }
  // First order only: the relative error of the delta method is of the order of the squared coefficient of
  // variation, below 3 %.
  EXPECT_NEAR(deviation2.mean, expected, 0.03 * expected + z_bound() * deviation2.standard_error());
}

TEST(Need, MoreYearsMeanLessNoise) {
  NeedTown const town;
  auto const variance = [&](std::uint32_t years) {
    Moments moments;
    for (std::uint32_t r = 0; r < 5'000; ++r) moments.add(town.observe({.lag = 1, .years = years}, r)[0]);
    return moments.variance();
  };
  // A variance from 5,000 near-normal draws has relative sd 0.02: 1/4 cannot be mistaken for 1/2.
  EXPECT_NEAR(variance(4) / variance(1), 0.25, 0.04);
}

TEST(Need, SmallUnitsGetTheMean) {
  NeedTown const town;
  auto const seen = town.observe({.lag = 0, .years = 1, .smallest = 50});
  // Unit 0 has 40 pupils: mean of the others (15 + 34)/160, then scaled to mean 1.
  double const others = 49.0 / 160, mean = (40 * others + 60 * 0.25 + 100 * 0.34) / 200;
  EXPECT_NEAR(seen[0], others / mean, 1e-12);
  EXPECT_NEAR(seen[1], 0.25 / mean, 1e-12);
}

TEST(Need, NothingSeenIsTheMeanForAll) {
  NeedTown const town;
  auto const seen = town.observe({.lag = 0, .years = 1, .smallest = 1000});
  EXPECT_EQ(seen, (std::vector<double>{0, 0, 0})); // no register at all: no index, so the pot goes per head
}

// Shrinkage pulls to the mean and pulls the small unit harder.
TEST(Need, ShrinkageFollowsItsFormula) {
  NeedTown const town;
  auto const seen = town.observe({.lag = 0, .years = 1, .shrinkage = Shrinkage::empirical_bayes});
  double const x[] = {0.175, 0.25, 0.34}, k[] = {40, 60, 100};
  double inside = 0, between = 0, k2 = 0;
  for (int s = 0; s < 3; ++s) {
    double const p = town.pi(s, 1);
    inside += k[s] * 0.09 * p * (1 - p);
    between += k[s] * (x[s] - 0.28) * (x[s] - 0.28);
    k2 += k[s] * k[s];
  }
  double const tau2 = inside / (200 - 3), sigma2 = (between - 2 * tau2) / (200 - k2 / 200);
  double shrunk[3], mean = 0;
  for (int s = 0; s < 3; ++s) {
    shrunk[s] = 0.28 + sigma2 / (sigma2 + tau2 / k[s]) * (x[s] - 0.28);
    mean += k[s] * shrunk[s] / 200;
  }
  for (int s = 0; s < 3; ++s) EXPECT_NEAR(seen[s], shrunk[s] / mean, 1e-12);
}

// Cohort means of one unit are 1, 2 and 3 in turn (each pupil of the cohort has the value): the largest of
// newest, second and mean.
TEST(Need, LargestTakesTheBestYear) {
  NeedTown const town;
  Need need{.lag = 1, .years = 3, .pooling = Pooling::largest};
  for (std::uint32_t r = 0; r < 200; ++r) {
    auto const best = town.raw(need, r);
    auto const newest = town.raw({.lag = 1}, r), second = town.raw({.lag = 2}, r),
               mean = town.raw({.lag = 1, .years = 3}, r);
    for (int s = 0; s < 3; ++s) EXPECT_EQ(best[s], std::max({newest[s], second[s], mean[s]}));
  }
}

// The same cohort is seen whatever else is looked at: cohort 2 alone and as part of three years.
TEST(Need, AddingYearsMovesNoDraw) {
  NeedTown const town;
  for (std::uint32_t r = 0; r < 20; ++r) {
    auto const one = town.raw({.lag = 1}, r), two = town.raw({.lag = 2}, r),
               both = town.raw({.lag = 1, .years = 2}, r);
    for (int s = 0; s < 3; ++s) EXPECT_NEAR(both[s], 0.5 * (one[s] + two[s]), 1e-14);
  }
}

// Ever in k years, marked share P = 120/200 = .6, stays .8: e = .6·.2/.4 = .3; an unmarked pupil was marked
// with chance 1 - (1-e)^2 in two earlier years. The count is binomial.
TEST(Need, EverAddsThoseWhoWereMarked) {
  NeedTown town;
  town.values = {0, 1};
  Need const need{.lag = 0, .years = 3, .pooling = Pooling::ever, .stays = 0.8};
  double const P = (10 + 30 + 80) / 200.0, enters = P * 0.2 / (1 - P), was = 1 - (1 - enters) * (1 - enters);
  Moments moments;
  constexpr int replicates = 20'000;
  for (std::uint32_t r = 0; r < replicates; ++r) moments.add(town.raw(need, r)[0]);
  double const expected = (10 + 30 * was) / 40, sd = std::sqrt(30 * was * (1 - was)) / 40;
  EXPECT_NEAR(moments.mean, expected, z_bound() * sd / std::sqrt(replicates));
  auto const one_year = town.raw({.lag = 0, .years = 1, .pooling = Pooling::ever});
  EXPECT_NEAR(one_year[0], 0.25, 1e-15);
}

// "Fewer than": a unit of exactly `smallest` pupils keeps its own mean.
TEST(Need, AUnitOfTheSmallestSizeIsSeen) {
  NeedTown const town;
  auto const at = town.observe({.lag = 0, .years = 1, .smallest = 40}),
             without = town.observe({.lag = 0, .years = 1});
  for (int s = 0; s < 3; ++s) EXPECT_NEAR(at[s], without[s], 1e-12);
}

// Units that differ less than chance alone would make them: σ² is 0 and all get the mean.
TEST(Need, ShrinkageOfEqualUnitsIsComplete) {
  NeedTown town;
  town.n << 20, 20, 30, 30, 51, 49;
  auto const seen = town.observe({.lag = 0, .years = 1, .shrinkage = Shrinkage::empirical_bayes});
  for (int s = 0; s < 3; ++s) EXPECT_NEAR(seen[s], 1, 1e-12);
}

// An earlier cohort shares π with the present one, not its luck: no covariance over replicates of free
// totals.
TEST(Need, EarlierCohortsHaveTheirOwnLuck) {
  NeedTown town;
  Table const pi = town.pi;
  SamplingScratch scratch;
  Moments product;
  for (std::uint32_t r = 0; r < 10'000; ++r) {
    draw_counts_free(town.pupils, pi, {9, 0, r}, scratch, town.n);
    double const present = town.n(2, 1) - 80.0, earlier = town.observe({.lag = 1}, r)[2] - 0.34 / 0.28;
    product.add(present * earlier);
  }
  EXPECT_TRUE(mean_agrees(product, 0)); // the mean of `earlier` is not exactly 0, that of `present` is
}

// With 80 % of the pupils missing a unit's mean has the variance of a sample of k ~ Binomial(100, .2) from a
// hundred pupils, 1/k - 1/100 of the pupils' own: against 1/k' - 1/100 at 20 % missing it is some 17 times as
// large (E[1/k] = 1/20 + 1/20²·.8 + …), and 1/17 if those present and those missing changed places.
TEST(Need, MissingPupilsAreTheOnesLeftOut) {
  NeedTown const town;
  auto const variance = [&](double missing) {
    Moments moments;
    for (std::uint32_t r = 0; r < 4'000; ++r)
      moments.add(town.observe({.lag = 0, .years = 1, .missing = missing}, r)[2]);
    return moments.variance();
  };
  EXPECT_GT(variance(0.8) / variance(0.2), 8);
}
