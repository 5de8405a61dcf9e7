#include "likvard/model/sampling.hpp"

#include "support/statistics.hpp"

#include <gtest/gtest.h>

using namespace likvard;
using namespace likvard::test;

namespace {

double choose(double n, double k) {
  return k < 0 || k > n ? 0 : std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1));
}

Table table(std::initializer_list<std::initializer_list<double>> rows) {
  Table pi(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows.begin()->size()));
  Eigen::Index s = 0;
  for (auto const& row : rows) {
    Eigen::Index p = 0;
    for (double x : row) pi(s, p++) = x;
    ++s;
  }
  return pi;
}

} // namespace

TEST(FixedTotals, BothMarginsAreExact) {
  std::vector<std::uint32_t> const pupils{12, 40, 7, 141}, totals{90, 60, 0, 50};
  Table const pi = table({{0.2, 0.3, 0, 0.5}, {0.5, 0.3, 0, 0.2}, {0.1, 0.1, 0, 0.8}, {0.48, 0.3, 0, 0.22}});
  SamplingScratch scratch;
  Counts n;
  for (std::uint32_t r = 0; r < 200; ++r) {
    draw_counts_fixed(pupils, totals, pi, {1, 0, r}, scratch, n);
    for (int s = 0; s < 4; ++s) EXPECT_EQ(n.row(s).sum(), pupils[s]);
    for (int p = 0; p < 4; ++p) EXPECT_EQ(n.col(p).sum(), totals[p]);
  }
}

// Equal shares: the law is hypergeometric. Two units of 8 and 12, seven of twenty in the first profile.
TEST(FixedTotals, EqualSharesAreDealtAtRandom) {
  std::vector<std::uint32_t> const pupils{8, 12}, totals{7, 13};
  Table const pi = table({{0.35, 0.65}, {0.35, 0.65}});
  SamplingScratch scratch;
  Counts n;
  int const draws = 60'000;
  std::vector<double> observed(8, 0.0), expected;
  for (std::uint32_t r = 0; r < draws; ++r) {
    draw_counts_fixed(pupils, totals, pi, {2, 0, r}, scratch, n);
    observed[n(0, 0)] += 1;
  }
  for (int k = 0; k <= 7; ++k) expected.push_back(draws * choose(8, k) * choose(12, 7 - k) / choose(20, 7));
  EXPECT_TRUE(counts_agree(observed, expected));
}

// Unequal shares, two profiles: Fisher's noncentral hypergeometric law with the units' odds ratio.
TEST(FixedTotals, UnequalSharesFollowFishersLaw) {
  std::vector<std::uint32_t> const pupils{8, 12}, totals{7, 13};
  Table const pi = table({{0.6, 0.4}, {0.2, 0.8}});
  double const omega = (0.6 / 0.4) / (0.2 / 0.8);
  SamplingScratch scratch;
  Counts n;
  int const draws = 60'000;
  std::vector<double> observed(8, 0.0), expected;
  for (std::uint32_t r = 0; r < draws; ++r) {
    draw_counts_fixed(pupils, totals, pi, {3, 0, r}, scratch, n);
    observed[n(0, 0)] += 1;
  }
  double sum = 0;
  for (int k = 0; k <= 7; ++k)
    expected.push_back(choose(8, k) * choose(12, 7 - k) * std::pow(omega, k)), sum += expected.back();
  for (double& e : expected) e *= draws / sum;
  EXPECT_TRUE(counts_agree(observed, expected));
}

// Three units, three profiles, all alike: each cell has the multivariate hypergeometric mean and variance.
TEST(FixedTotals, ThreeByThreeMomentsAtRandom) {
  std::vector<std::uint32_t> const pupils{20, 30, 50}, totals{25, 35, 40};
  Table pi(3, 3);
  for (int s = 0; s < 3; ++s) pi.row(s) << 0.25, 0.35, 0.4;
  SamplingScratch scratch;
  Counts n;
  std::array<Moments, 9> mean, square;
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    draw_counts_fixed(pupils, totals, pi, {4, 0, r}, scratch, n);
    for (int s = 0; s < 3; ++s)
      for (int p = 0; p < 3; ++p) {
        double const e = pupils[s] * totals[p] / 100.0;
        mean[3 * s + p].add(n(s, p));
        square[3 * s + p].add((n(s, p) - e) * (n(s, p) - e));
      }
  }
  for (int s = 0; s < 3; ++s)
    for (int p = 0; p < 3; ++p) {
      double const N = 100, a = pupils[s], b = totals[p];
      EXPECT_TRUE(mean_agrees(mean[3 * s + p], a * b / N)) << s << p;
      EXPECT_TRUE(mean_agrees(square[3 * s + p], a * b * (N - a) * (N - b) / (N * N * (N - 1)))) << s << p;
    }
}

// The expected composition is π up to O(1/N): 1,200 pupils, bias below 1/N of a pupil share.
TEST(FixedTotals, MeanCompositionIsPi) {
  std::vector<std::uint32_t> const pupils{300, 400, 500}, totals{540, 660};
  Table const pi = table({{0.7, 0.3}, {0.45, 0.55}, {0.3, 0.7}}); // 210 + 180 + 150 = 540
  SamplingScratch scratch;
  Counts n;
  std::array<Moments, 3> share;
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    draw_counts_fixed(pupils, totals, pi, {5, 0, r}, scratch, n);
    for (int s = 0; s < 3; ++s) share[s].add(n(s, 0) / static_cast<double>(pupils[s]));
  }
  for (int s = 0; s < 3; ++s)
    EXPECT_LT(std::abs(share[s].mean - pi(s, 0)), 1.0 / 1200 + z_bound() * share[s].standard_error()) << s;
}

TEST(FreeTotals, UnitsAreIndependentMultinomials) {
  std::vector<std::uint32_t> const pupils{50, 80};
  Table const pi = table({{0.6, 0.3, 0.1}, {0.1, 0.2, 0.7}});
  SamplingScratch scratch;
  Counts n;
  std::array<Moments, 6> mean, square;
  Moments across;
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    draw_counts_free(pupils, pi, {6, 0, r}, scratch, n);
    ASSERT_EQ(n.row(0).sum(), 50U);
    ASSERT_EQ(n.row(1).sum(), 80U);
    for (int s = 0; s < 2; ++s)
      for (int p = 0; p < 3; ++p) {
        double const e = pupils[s] * pi(s, p);
        mean[3 * s + p].add(n(s, p));
        square[3 * s + p].add((n(s, p) - e) * (n(s, p) - e));
      }
    across.add((n(0, 0) - 30.0) * (n(1, 0) - 8.0));
  }
  for (int s = 0; s < 2; ++s)
    for (int p = 0; p < 3; ++p) {
      EXPECT_TRUE(mean_agrees(mean[3 * s + p], pupils[s] * pi(s, p)));
      EXPECT_TRUE(mean_agrees(square[3 * s + p], pupils[s] * pi(s, p) * (1 - pi(s, p))));
    }
  EXPECT_TRUE(mean_agrees(across, 0));
}

// Pupil by pupil and by binomials (few pupils, many), with few profiles and with more than eight bounds: the
// pupils of the first profiles together are binomial.
TEST(FreeTotals, EitherWayOfDrawingHasTheBinomialLaw) {
  SamplingScratch scratch;
  Counts n;
  int const draws = 20'000;
  for (int const profiles : {2, 4, 12})
    for (std::uint32_t const pupils : {60U, 3'000U}) {
      Table pi(1, profiles);
      for (int p = 0; p < profiles; ++p) pi(0, p) = 2.0 * (p + 1) / (profiles * (profiles + 1));
      int const first = profiles == 12 ? 10 : profiles / 2;
      double const chance = pi.row(0).head(first).sum();
      std::vector<double> observed(pupils + 1, 0.0), expected;
      for (std::uint32_t r = 0; r < draws; ++r) {
        draw_counts_free(std::vector<std::uint32_t>{pupils}, pi, {9, 0, r}, scratch, n);
        observed[n.row(0).head(first).sum()] += 1;
      }
      for (double k = 0; k <= pupils; ++k)
        expected.push_back(draws * std::exp(std::lgamma(pupils + 1.0) - std::lgamma(k + 1) -
                                            std::lgamma(pupils - k + 1) + k * std::log(chance) +
                                            (pupils - k) * std::log1p(-chance)));
      EXPECT_TRUE(counts_agree(observed, expected)) << profiles << ' ' << pupils;
    }
}

TEST(Sampling, OneUnitHoldsEverybody) {
  SamplingScratch scratch;
  Counts n;
  draw_counts_fixed(std::vector<std::uint32_t>{10}, std::vector<std::uint32_t>{3, 7}, table({{0.3, 0.7}}),
                    {7, 0, 0}, scratch, n);
  EXPECT_EQ(n(0, 0), 3U);
  EXPECT_EQ(n(0, 1), 7U);
}

// A profile without pupils still takes its share of what the next ones are conditioned on: with π[s,·] =
// (a, b, c) and nobody in the first profile, the second has odds b : c in each unit (Fisher's law).
TEST(FixedTotals, AnEmptyProfileTakesItsShare) {
  std::vector<std::uint32_t> const pupils{8, 12}, totals{0, 7, 13};
  Table const pi = table({{0.5, 0.3, 0.2}, {0.1, 0.18, 0.72}});
  double const omega = (0.3 / 0.2) / (0.18 / 0.72);
  SamplingScratch scratch;
  Counts n;
  int const draws = 60'000;
  std::vector<double> observed(8, 0.0), expected;
  for (std::uint32_t r = 0; r < draws; ++r) {
    draw_counts_fixed(pupils, totals, pi, {8, 0, r}, scratch, n);
    observed[n(0, 1)] += 1;
  }
  double sum = 0;
  for (int k = 0; k <= 7; ++k)
    expected.push_back(choose(8, k) * choose(12, 7 - k) * std::pow(omega, k)), sum += expected.back();
  for (double& e : expected) e *= draws / sum;
  EXPECT_TRUE(counts_agree(observed, expected));
}
