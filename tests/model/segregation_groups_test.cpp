#include "likvard/model/segregation_groups.hpp"

#include "likvard/core/random.hpp"
#include "likvard/model/sampling.hpp"
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/model/segregation_ordinal.hpp"
#include "likvard/model/segregation_systematic.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace likvard;
using namespace likvard::test;

namespace {

Table random_table(std::uint32_t r, Eigen::Index groups) {
  Stream stream({41, 0, r}, Purpose::composition);
  Table n(2 + static_cast<Eigen::Index>(uniform01(stream) * 9), groups);
  for (Eigen::Index k = 0; k < n.rows(); ++k)
    for (Eigen::Index g = 0; g < groups; ++g) n(k, g) = std::floor(uniform01(stream) * 50);
  n(0, 0) += 1;
  n(1, groups - 1) += 1;
  return n;
}

std::vector<double> sizes(Table const& n) {
  std::vector<double> out;
  for (Eigen::Index k = 0; k < n.rows(); ++k) out.push_back(n.row(k).sum());
  return out;
}
std::vector<double> totals(Table const& n) {
  std::vector<double> out;
  for (Eigen::Index g = 0; g < n.cols(); ++g) out.push_back(n.col(g).sum());
  return out;
}

} // namespace

// 5 schools of 10: (5,5), (4,6), (3,7), (7,3), (6,4): M .0410, H .0591, D .24 (Elbers 2021).
TEST(GroupSegregation, PublishedExample) {
  Table n(5, 2);
  n << 5, 5, 4, 6, 3, 7, 7, 3, 6, 4;
  auto const s = segregation_groups(n);
  EXPECT_NEAR(s.mutual_information, .0410, 5e-5);
  EXPECT_NEAR(s.theil_h, .0591, 6e-5);
  EXPECT_NEAR(s.dissimilarity, .24, 1e-12);
}

// For two groups every multigroup index is the two-group one.
TEST(GroupSegregation, TwoGroupsAreTheTwoGroupIndices) {
  for (std::uint32_t r = 0; r < 300; ++r) {
    Table const n = random_table(r, 2);
    std::vector<double> x;
    for (Eigen::Index k = 0; k < n.rows(); ++k) x.push_back(n(k, 0));
    auto const two = segregation(sizes(n), x);
    auto const all = segregation_groups(n);
    EXPECT_NEAR(all.dissimilarity, two.dissimilarity, 1e-12);
    EXPECT_NEAR(all.theil_h, two.theil_h, 1e-11);
    EXPECT_NEAR(all.mutual_information, two.mutual_information, 1e-12);
    EXPECT_NEAR(all.gini, segregation_gini(sizes(n), x), 1e-12);
    for (double v : {all.relative_diversity, all.squared_cv, all.normalised_exposure})
      EXPECT_NEAR(v, two.variance_ratio, 1e-12);
    EXPECT_NEAR(all.eps2, two.eps2, 1e-11);
    // Atkinson at b = 1/2 is 1 - (1-S)².
    EXPECT_NEAR(segregation_atkinson(sizes(n), x, 0.5), 1 - (1 - two.hutchens) * (1 - two.hutchens), 1e-12);
    EXPECT_NEAR(two.gorard, (1 - two.share) * two.dissimilarity, 1e-13);
  }
}

TEST(GroupSegregation, StaysInItsRangeAndForgetsNames) {
  for (std::uint32_t r = 0; r < 300; ++r) {
    Table const n = random_table(r, 4);
    auto const s = segregation_groups(n);
    for (double v :
         {s.dissimilarity, s.gini, s.theil_h, s.relative_diversity, s.squared_cv, s.normalised_exposure}) {
      EXPECT_GE(v, -1e-12);
      EXPECT_LE(v, 1 + 1e-12);
    }
    auto const turned = segregation_groups(Table(n.rowwise().reverse().colwise().reverse()));
    EXPECT_NEAR(s.mutual_information, turned.mutual_information, 1e-12);
    EXPECT_NEAR(s.gini, turned.gini, 1e-12);
    auto const local = local_segregation(n);
    double sum = 0;
    for (std::size_t k = 0; k < local.size(); ++k) sum += sizes(n)[k] / s.pupils * local[k];
    EXPECT_NEAR(sum, s.mutual_information, 1e-12);
    std::vector<std::size_t> district;
    for (Eigen::Index k = 0; k < n.rows(); ++k) district.push_back(static_cast<std::size_t>(k % 3));
    auto const parts = decompose(n, district);
    EXPECT_NEAR(parts.between + parts.within, s.mutual_information, 1e-12);
    EXPECT_NEAR(parts.h_between + parts.h_within, s.theil_h, 1e-12);
  }
}

TEST(GroupSegregation, OneUnitOrOneGroupIsZero) {
  Table one(1, 3), alone(3, 2);
  one << 5, 6, 7;
  alone << 5, 0, 6, 0, 7, 0;
  for (auto const& n : {one, alone}) {
    auto const s = segregation_groups(n);
    EXPECT_FALSE(s.defined);
    for (double v : {s.dissimilarity, s.gini, s.theil_h, s.mutual_information, s.relative_diversity, s.eps2})
      EXPECT_EQ(v, 0);
    EXPECT_EQ(expected_mutual_information(sizes(n), totals(n)), 0);
    EXPECT_EQ(squared_cv_sd(sizes(n), totals(n)), 0);
  }
}

// Expectations under random allocation against dealing the pupils: 20,000 tables each, a bound at the
// family's level.
TEST(SegregationChance, ExpectationsAgainstDealing) {
  std::vector<std::uint32_t> const units{20, 35, 60, 15}, groups{70, 40, 20};
  std::vector<double> const n(units.begin(), units.end()), x(groups.begin(), groups.end());
  Table pi(4, 3);
  for (Eigen::Index k = 0; k < 4; ++k) pi.row(k) << 70 / 130.0, 40 / 130.0, 20 / 130.0;
  SamplingScratch scratch;
  Counts dealt;
  Moments m, c, d, hutchens, others, c2;
  std::vector<double> members(4);
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    draw_counts_fixed(units, groups, pi, {3, 0, r}, scratch, dealt);
    Table const table = dealt.cast<double>();
    auto const s = segregation_groups(table);
    m.add(s.mutual_information);
    c.add(s.squared_cv);
    d.add(s.dissimilarity);
    for (Eigen::Index k = 0; k < 4; ++k) members[k] = table(k, 2);
    auto const two = segregation(n, members);
    hutchens.add(two.hutchens);
    others.add(two.isolation_others);
    double const away = s.squared_cv - expected_variance_ratio(4, 130);
    c2.add(away * away);
  }
  EXPECT_NEAR(m.mean, expected_mutual_information(n, x), z_bound() * m.standard_error());
  EXPECT_NEAR(c.mean, expected_variance_ratio(4, 130), z_bound() * c.standard_error());
  EXPECT_NEAR(d.mean, expected_dissimilarity(n, x), z_bound() * d.standard_error());
  EXPECT_NEAR(hutchens.mean, expected_hutchens(n, 20), z_bound() * hutchens.standard_error());
  EXPECT_NEAR(others.mean, 19.0 / 129, z_bound() * others.standard_error());
  double const sd = squared_cv_sd(n, x);
  EXPECT_NEAR(c2.mean, sd * sd, z_bound() * c2.standard_error());
}

// Every allocation of 4 members to units of 2, 3 and 4 places, weighed by how often chance makes it.
TEST(SegregationChance, ExpectationsByEnumeration) {
  std::vector<double> const n{2, 3, 4}, groups{4, 5};
  double all = 0, m = 0, h = 0;
  auto const choose = [](int a, int b) {
    double c = 1;
    for (int i = 1; i <= b; ++i) c = c * (a - b + i) / i;
    return c;
  };
  for (int a = 0; a <= 2; ++a)
    for (int b = 0; b <= 3; ++b) {
      int const c = 4 - a - b;
      if (c < 0 || c > 4) continue;
      double const weight = choose(2, a) * choose(3, b) * choose(4, c);
      std::vector<double> const x{double(a), double(b), double(c)};
      auto const s = segregation(n, x);
      all += weight;
      m += weight * s.mutual_information;
      h += weight * s.hutchens;
    }
  EXPECT_NEAR(expected_mutual_information(n, groups), m / all, 1e-14);
  EXPECT_NEAR(expected_hutchens(n, 4), h / all, 1e-14);
}

// Spread times `scale`: V goes with its square, and at scale² = ε²/V it is ε².
TEST(SystematicSegregation, ShrunkCompositionHasTheIndexWanted) {
  for (std::uint32_t r = 0; r < 200; ++r) {
    Table const n = random_table(r, 3);
    auto const s = segregation_groups(n);
    if (s.eps2 <= 0) continue;
    auto const shrunk = segregation_groups(shrunk_composition(n, std::sqrt(s.eps2 / s.relative_diversity)));
    EXPECT_NEAR(shrunk.relative_diversity, s.eps2, 1e-11);
    EXPECT_LE(shrunk.dissimilarity, s.dissimilarity + 1e-12);
    EXPECT_NEAR(segregation_groups(shrunk_composition(n, 1)).theil_h, s.theil_h, 1e-11);
    EXPECT_NEAR(segregation_groups(shrunk_composition(n, 0)).dissimilarity, 0, 1e-12);
  }
}

TEST(SystematicSegregation, IntervalsHaveTheirShape) {
  // No observed unevenness: the interval begins at 0. More pupils, narrower; more confidence, wider.
  EXPECT_EQ(systematic_interval(0, 5, 2, 500, 0.9).low, 0);
  auto const few = systematic_interval(0.1, 5, 2, 200, 0.9),
             many = systematic_interval(0.1, 5, 2, 5'000, 0.9);
  EXPECT_LT(few.low, many.low);
  EXPECT_GT(few.high, many.high);
  EXPECT_NEAR(0.5 * (many.low + many.high), 0.1, 0.01);
  EXPECT_LT(systematic_interval(0.1, 5, 2, 500, 0.99).low, systematic_interval(0.1, 5, 2, 500, 0.9).low);
  for (auto const& interval :
       {systematic_interval(0.1, 1, 2, 100, 0.9), systematic_interval(0.1, 5, 1, 100, 0.9),
        systematic_interval(0.1, 5, 2, 5, 0.9)}) {
    EXPECT_EQ(interval.low, 0);
    EXPECT_EQ(interval.high, 0);
  }
  EXPECT_GT(systematic_interval(1, 5, 2, 500, 0.9).low, 0.9); // complete segregation
}

// θ = t tanh(tθ) maximises φ(t-θ) + φ(t+θ): no better θ on a grid. And D without noise is D.
TEST(SystematicSegregation, DensityCorrectionFollowsItsDefinition) {
  std::vector<double> const n{30, 50, 20}, x{12, 9, 3};
  double const X = 24, Y = 76;
  double sum = 0;
  for (int k = 0; k < 3; ++k) {
    double const a = x[k] / X, b = (n[k] - x[k]) / Y, sigma = std::sqrt(a * (1 - a) / X + b * (1 - b) / Y);
    double const t = std::abs(a - b) / sigma;
    double best = 0, at = 0;
    for (int i = 0; i <= 400'000; ++i) {
      double const theta = i * 1e-5;
      double const value =
          std::exp(-0.5 * (t - theta) * (t - theta)) + std::exp(-0.5 * (t + theta) * (t + theta));
      if (value > best) best = value, at = theta;
    }
    sum += 0.5 * sigma * at;
  }
  EXPECT_NEAR(density_corrected_dissimilarity(n, x), sum, 2e-5);
  std::vector<double> big_n, big_x;
  for (int k = 0; k < 3; ++k) big_n.push_back(1e7 * n[k]), big_x.push_back(1e7 * x[k]);
  EXPECT_NEAR(density_corrected_dissimilarity(big_n, big_x), segregation(n, x).dissimilarity, 1e-6);
  EXPECT_EQ(density_corrected_dissimilarity(n, std::vector<double>{0, 0, 0}), 0);
}

// Coverage of the 90 % interval over 2,000 drawn municipalities each: binomial pupils at fixed shares. The
// law is that of normal errors, so the band allowed is that documented, .87 to .95, beyond its Monte Carlo
// error (z-bound).
TEST(SlowSystematicSegregation, IntervalsCover) {
  struct Case {
    int units;
    std::uint32_t pupils;
    double share, truth;
  };
  constexpr int experiments = 2'000;
  for (auto const& c : {Case{5, 100, .2, .05}, Case{10, 200, .3, .1}, Case{30, 50, .1, .05},
                        Case{30, 200, .3, .02}, Case{6, 230, .35, .02}}) {
    std::vector<double> p(c.units), n(c.units, c.pupils), x(c.units);
    double square = 0, mean = 0, between = 0;
    for (int k = 0; k < c.units; ++k) p[k] = c.units > 1 ? 2.0 * k / (c.units - 1) - 1 : 0;
    for (double z : p) square += z * z / c.units;
    for (double& z : p)
      z = std::max(0.0, c.share + z / std::sqrt(square) * std::sqrt(c.truth * c.share * (1 - c.share)));
    for (double z : p) mean += z / c.units;
    for (double z : p) between += (z - mean) * (z - mean) / c.units;
    double const truth = between / (mean * (1 - mean));
    int covered = 0;
    for (std::uint32_t r = 0; r < experiments; ++r) {
      for (int k = 0; k < c.units; ++k) {
        Stream stream({17, 0, r}, Purpose::composition, static_cast<std::uint32_t>(k));
        x[k] = binomial(stream, c.pupils, p[k]);
      }
      auto const s = segregation(n, x);
      auto const interval = systematic_interval(s.variance_ratio, s.units, 2, s.pupils, 0.9);
      covered += interval.low <= truth && truth <= interval.high;
    }
    double const share = static_cast<double>(covered) / experiments,
                 slack = z_bound() * std::sqrt(0.9 * 0.1 / experiments);
    EXPECT_GT(share, 0.87 - slack) << c.units << " units of " << c.pupils;
    EXPECT_LT(share, 0.95 + slack) << c.units << " units of " << c.pupils;
  }
}

// Everybody in one category, or one unit: nothing to separate. Two categories: the ordinal indices are the
// two-group ones.
TEST(OrdinalSegregation, TwoCategoriesAreTwoGroups) {
  for (std::uint32_t r = 0; r < 100; ++r) {
    Table const n = random_table(r, 2);
    std::vector<double> x;
    for (Eigen::Index k = 0; k < n.rows(); ++k) x.push_back(n(k, 0));
    auto const two = segregation(sizes(n), x);
    auto const ordinal = segregation_ordinal(n);
    EXPECT_NEAR(ordinal.information, two.theil_h, 1e-11);
    EXPECT_NEAR(ordinal.variation, two.variance_ratio, 1e-11);
    EXPECT_NEAR(ordinal.square_root, two.hutchens, 1e-11);
    // One threshold: a constant H(p) integrates to itself, by the closed weights.
    EXPECT_NEAR(segregation_rank_order(n).information, two.theil_h, 1e-11);
    EXPECT_NEAR(segregation_rank_order(n).variation, two.variance_ratio, 1e-11);
    EXPECT_NEAR(segregation_rank_order(n).square_root, two.hutchens, 1e-11);
  }
  Table one(1, 3), alike(3, 3);
  one << 4, 5, 6;
  alike << 0, 5, 0, 0, 7, 0, 0, 9, 0;
  EXPECT_EQ(segregation_ordinal(one).information, 0);
  EXPECT_EQ(segregation_ordinal(alike).variation, 0);
  EXPECT_EQ(segregation_rank_order(alike).information, 0);
}

// Pupils all different, dealt to units at random: the mean of V over the thresholds has the expectation of
// each, (K-1)/(N-1).
TEST(OrdinalSegregation, EveryPupilACategoryHasTheExpectationByChance) {
  constexpr int pupils = 12, units = 3;
  Moments mean;
  for (std::uint32_t r = 0; r < 4'000; ++r) {
    Stream stream({23, 0, r}, Purpose::sorting);
    std::vector<int> unit(pupils);
    for (int i = 0; i < pupils; ++i) unit[i] = i % units;
    for (int i = pupils; i > 1; --i) std::swap(unit[i - 1], unit[static_cast<int>(uniform01(stream) * i)]);
    Table n = Table::Zero(units, pupils);
    for (int i = 0; i < pupils; ++i) n(unit[i], i) = 1;
    mean.add(segregation_ordinal(n).variation);
  }
  EXPECT_NEAR(mean.mean, 2.0 / 11, z_bound() * mean.standard_error());
}
