#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"

#include "likvard/model/sampling.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

using namespace likvard;

namespace {

struct Case {
  std::vector<double> n, x;
};

// Toy tables of the R package `segregation` (MIT licence, © 2018 Benjamin Elbers); values agreed between that
// package, PySAL and OasisR.
Case const m1{{100, 100, 100, 100}, {100, 60, 40, 0}};
Case const data1{{60, 60, 65, 81}, {40, 20, 5, 1}};

} // namespace

TEST(Segregation, ToyTableM1) {
  auto const s = segregation(m1.n, m1.x);
  EXPECT_NEAR(s.dissimilarity, 0.6, 1e-12);
  EXPECT_NEAR(s.theil_h, 0.5145247027726659, 1e-12);
  EXPECT_NEAR(s.mutual_information, 0.35664134705531725, 1e-12);
  EXPECT_NEAR(s.variance_ratio, 0.52, 1e-12);
  EXPECT_NEAR(s.isolation, 0.76, 1e-12);
  EXPECT_NEAR(s.exposure, 0.24, 1e-12);
  EXPECT_NEAR(segregation_gini(m1.n, m1.x), 0.8, 1e-12);
  EXPECT_NEAR(expected_dissimilarity(m1.n, 200), 0.06891194335616516, 1e-10);
  EXPECT_NEAR(expected_variance_ratio(4, 400), 0.007518796992481203, 1e-12);
  EXPECT_NEAR(variance_ratio_sd(m1.n, 200), 0.006115987786429661, 1e-12);
}

TEST(Segregation, ToyTableData1) {
  auto const s = segregation(data1.n, data1.x);
  EXPECT_NEAR(s.dissimilarity, 0.6090909090909091, 1e-12);
  EXPECT_NEAR(s.theil_h, 0.3330355913024021, 1e-12);
  EXPECT_NEAR(s.variance_ratio, 0.3497165386054275, 1e-12);
  EXPECT_NEAR(s.isolation, 0.5110650666206222, 1e-12);
  EXPECT_NEAR(segregation_gini(data1.n, data1.x), 0.7257575757575757, 1e-12);
  EXPECT_NEAR(expected_dissimilarity(data1.n, 66), 0.09768295648943935, 1e-10);
  EXPECT_NEAR(variance_ratio_sd(data1.n, 66), 0.009166773311121505, 1e-12);
}

// The other group sees the same D, H, V, Gini; isolation and exposure change places as they must.
TEST(Segregation, IsSymmetricInTheGroups) {
  std::vector<double> rest;
  for (std::size_t s = 0; s < data1.n.size(); ++s) rest.push_back(data1.n[s] - data1.x[s]);
  auto const a = segregation(data1.n, data1.x), b = segregation(data1.n, rest);
  EXPECT_NEAR(a.dissimilarity, b.dissimilarity, 1e-14);
  EXPECT_NEAR(a.variance_ratio, b.variance_ratio, 1e-14);
  EXPECT_NEAR(a.theil_h, b.theil_h, 1e-14);
  EXPECT_NEAR(segregation_gini(data1.n, data1.x), segregation_gini(data1.n, rest), 1e-14);
  EXPECT_NEAR(expected_dissimilarity(data1.n, 66), expected_dissimilarity(data1.n, 200), 1e-12);
}

TEST(Segregation, OrderOfUnitsDoesNotMatter) {
  Case reversed{{data1.n.rbegin(), data1.n.rend()}, {data1.x.rbegin(), data1.x.rend()}};
  EXPECT_NEAR(segregation(data1.n, data1.x).theil_h, segregation(reversed.n, reversed.x).theil_h, 1e-14);
  EXPECT_NEAR(segregation_gini(data1.n, data1.x), segregation_gini(reversed.n, reversed.x), 1e-14);
}

TEST(Segregation, ExtremesAreZeroAndOne) {
  auto const even = segregation(std::vector<double>{10, 20, 30}, std::vector<double>{2, 4, 6});
  EXPECT_NEAR(even.dissimilarity, 0, 1e-15);
  EXPECT_NEAR(even.variance_ratio, 0, 1e-15);
  auto const apart = segregation(std::vector<double>{10, 20}, std::vector<double>{10, 0});
  EXPECT_NEAR(apart.dissimilarity, 1, 1e-15);
  EXPECT_NEAR(apart.variance_ratio, 1, 1e-15);
  EXPECT_NEAR(apart.eps2, 1, 1e-15);
  EXPECT_NEAR(apart.theil_h, 1, 1e-15);
}

TEST(Segregation, UndefinedCasesAreZeroAndSaySo) {
  for (auto const& [n, x] : {Case{{100}, {30}}, Case{{50, 50}, {0, 0}}, Case{{50, 50}, {50, 50}},
                             Case{{}, {}}, Case{{0, 40}, {0, 4}}}) {
    auto const s = segregation(n, x);
    EXPECT_FALSE(s.defined);
    EXPECT_EQ(s.dissimilarity, 0);
    EXPECT_EQ(s.eps2, 0);
    EXPECT_EQ(s.theil_h, 0);
    EXPECT_EQ(segregation_gini(n, x), 0);
    EXPECT_EQ(expected_dissimilarity(n, std::accumulate(x.begin(), x.end(), 0.0)), 0);
  }
  EXPECT_NEAR(segregation(std::vector<double>{100}, std::vector<double>{30}).isolation, 0.3, 1e-15);
}

TEST(Segregation, UnitsOfOnePupilGiveNoNan) {
  auto const s = segregation(std::vector<double>{1, 1, 1}, std::vector<double>{1, 0, 0});
  EXPECT_TRUE(s.defined);
  EXPECT_NEAR(s.variance_ratio, 1, 1e-15);
  EXPECT_EQ(s.eps2, 0); // N = K: nothing is left to tell chance from sorting
}

// Units of the same composition may be merged without a trace; others lose what told them apart.
TEST(Segregation, MergingUnits) {
  std::vector<double> const n{40, 80, 30, 50}, x{10, 20, 12, 5}, n_same{120, 30, 50}, x_same{30, 12, 5},
      n_other{40, 80, 80}, x_other{10, 20, 17};
  auto const whole = segregation(n, x), same = segregation(n_same, x_same),
             other = segregation(n_other, x_other);
  EXPECT_NEAR(same.dissimilarity, whole.dissimilarity, 1e-14);
  EXPECT_NEAR(same.theil_h, whole.theil_h, 1e-14);
  EXPECT_NEAR(same.variance_ratio, whole.variance_ratio, 1e-14);
  EXPECT_NEAR(same.isolation, whole.isolation, 1e-14);
  EXPECT_NEAR(segregation_gini(n_same, x_same), segregation_gini(n, x), 1e-14);
  EXPECT_LT(other.theil_h, whole.theil_h);
  EXPECT_LT(other.variance_ratio, whole.variance_ratio);
  EXPECT_LT(segregation_gini(n_other, x_other), segregation_gini(n, x));
}

// Worked by hand. P = .1 in two equal units: all 20 in one unit, V = (20/100 - .1)/.9. Three of 30, 20, 10
// with 25 members: 20 and 5 of the unit of 10 (22.5) beat 20 and 5 of 30 (20.83), 10 and 15 of 20 (21.25), 10
// and 15 of 30 (17.5), 25 of 30 (20.83).
TEST(Segregation, LargestVarianceRatio) {
  EXPECT_NEAR(largest_segregation(std::vector<double>{100, 100}, 20).variance_ratio, 1.0 / 9, 1e-14);
  double const P = 25.0 / 60;
  EXPECT_NEAR(largest_segregation(std::vector<double>{30, 20, 10}, 25).variance_ratio,
              (22.5 / 25 - P) / (1 - P), 1e-14);
  EXPECT_EQ(largest_segregation(std::vector<double>{30, 20, 10}, 30).variance_ratio, 1);
  EXPECT_EQ(largest_segregation(std::vector<double>{30}, 10).variance_ratio, 0);
  EXPECT_EQ(largest_segregation(std::vector<double>{30, 20}, 0).variance_ratio, 0);
  EXPECT_EQ(largest_segregation(std::vector<double>{30, 20}, 50).variance_ratio, 0);
}

// Against every allocation of 0..n members to each of four units.
TEST(Segregation, LargestVarianceRatioIsTheLargest) {
  std::vector<double> const n{7, 5, 4, 4};
  std::array<double, 21> best{};
  for (double a = 0; a <= 7; ++a)
    for (double b = 0; b <= 5; ++b)
      for (double c = 0; c <= 4; ++c)
        for (double d = 0; d <= 4; ++d) {
          auto& largest = best[static_cast<std::size_t>(a + b + c + d)];
          largest = std::max(largest, segregation(n, std::vector<double>{a, b, c, d}).variance_ratio);
        }
  for (std::size_t members = 0; members <= 20; ++members)
    EXPECT_NEAR(largest_segregation(n, static_cast<double>(members)).variance_ratio, best[members], 1e-13)
        << members;
}

// E[D] and E[V], sd[V]: pupils dealt at random, 20,000 deals; the engine's own sampler is exact there.
TEST(Segregation, ExpectationsUnderRandomAllocationHold) {
  std::vector<std::uint32_t> const pupils{30, 55, 90, 25}, totals{44, 156};
  std::vector<double> const n(pupils.begin(), pupils.end());
  Table pi(4, 2);
  pi.col(0) = 0.22;
  pi.col(1) = 0.78;
  Moments d, v, v2;
  SamplingScratch scratch;
  Counts counts;
  double const expected_v = expected_variance_ratio(4, 200);
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    draw_counts_fixed(pupils, totals, pi, {5, 0, r}, scratch, counts);
    std::vector<double> x;
    for (int s = 0; s < 4; ++s) x.push_back(counts(s, 0));
    auto const index = segregation(n, x);
    d.add(index.dissimilarity);
    v.add(index.variance_ratio);
    v2.add((index.variance_ratio - expected_v) * (index.variance_ratio - expected_v));
  }
  EXPECT_TRUE(test::mean_agrees(d, expected_dissimilarity(n, 44)));
  EXPECT_TRUE(test::mean_agrees(v, expected_v));
  double const sd = variance_ratio_sd(n, 44);
  EXPECT_TRUE(test::mean_agrees(v2, sd * sd));
}

// Winship 1977, table 2: expected D of blocks of 10 and 100 with P = .1 and .5 (many blocks: the binomial
// limit).
TEST(Segregation, ExpectedDissimilarityNearsTheBinomialLimit) {
  std::vector<double> const tens(20'000, 10.0), hundreds(5'000, 100.0);
  EXPECT_NEAR(expected_dissimilarity(tens, 20'000), 0.387, 5e-4);
  EXPECT_NEAR(expected_dissimilarity(tens, 100'000), 0.246, 5e-4);
  EXPECT_NEAR(expected_dissimilarity(hundreds, 50'000), 0.131, 1.5e-3);
}
