#include "likvard/model/segregation_groups.hpp"

#include "likvard/core/random.hpp"
#include "likvard/model/sampling.hpp"
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/model/segregation_ordinal.hpp"
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
