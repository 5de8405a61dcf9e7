// What holds of every mechanism, over random municipalities.
#include "likvard/model/margins.hpp"
#include "likvard/model/sampling.hpp"
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/model/sorting.hpp"

#include "support/statistics.hpp"
#include "support/towns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

using namespace likvard;
using namespace likvard::test;

namespace {

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

double eps2(Town const& town, Table const& pi) {
  return index_of(Index::eps2, town.weight, pi, town.profiles.in_group[0], town.profiles.score);
}

Choice some_choice(double active, double standing, double own_group, double independent = 0) {
  Choice choice;
  choice.areas = 30;
  choice.residence = 0.4;
  choice.active = active;
  choice.standing = standing;
  choice.own_group = own_group;
  choice.independent_share = independent;
  return choice;
}

/// Columns of the other profiles' table: profile p of the town is order[p] there.
Profiles relabelled(Profiles const& profiles, std::vector<std::size_t> const& order) {
  Profiles out = profiles;
  for (std::size_t p = 0; p < order.size(); ++p) {
    out.share[order[p]] = profiles.share[p];
    out.score[order[p]] = profiles.score[p];
    out.rank[order[p]] = profiles.rank[p];
    for (std::size_t g = 0; g < profiles.in_group.size(); ++g)
      out.in_group[g][order[p]] = profiles.in_group[g][p];
  }
  return out;
}

} // namespace

// Rounding alone: sums of S or P numbers of size 1, each good to 1e-16, and no more than 2,000 of them.
TEST(SortingProperty, MarginsAreExactForEveryMechanismAndStrength) {
  Table pi;
  for (std::uint32_t number = 0; number < 60; ++number) {
    std::uint32_t const units = std::array{1U, 2U, 3U, 7U, 20U, 60U}[number % 6];
    Town const town = random_town(number, units, 1 + static_cast<int>(number % 5));
    auto const& share = town.profiles.share;
    Table seed;
    for (double strength : {0.0, 0.03, 1.0, 7.0, 50.0}) {
      sort_by_rank(town.weight, share, scaled(town.profiles.score, strength), pi);
      expect_margins(town.weight, share, pi, 1e-11);
      sort_by_tilt(town.weight, share, town.profiles.score, strength, pi);
      expect_margins(town.weight, share, pi, 1e-11);
      sort_by_dirichlet(town.weight, share, 1e-3 + strength * strength, {1, 0, number}, pi);
      expect_margins(town.weight, share, pi, 1e-11);
      if (strength == 1) seed = pi;
    }
    for (double power : {0.0, 0.4, 1.0, 5.0, 20.0}) {
      sort_by_power(town.weight, share, seed, power, pi);
      expect_margins(town.weight, share, pi, 1e-11);
    }
    auto const choice = some_choice(0.25 * (number % 5), number % 4, number % 3, 0.1 * (number % 7));
    sort_by_choice(make_choice_model(choice, town.profiles), town.weight, share, {1, 0, number}, pi);
    expect_margins(town.weight, share, pi, 1e-11);
  }
}

// Sizes and shares that differ by five orders of magnitude, 2,000 units, 512 profiles.
TEST(SortingProperty, MarginsAreExactAtTheEdges) {
  Table pi;
  for (auto const& [units, variables] : {std::pair{2000U, 1}, std::pair{2U, 9}, std::pair{60U, 9}}) {
    Town town = random_town(900 + units, units, variables, 2.0);
    for (std::size_t p = 0; p < town.profiles.size(); p += 3) town.profiles.share[p] *= 1e-5;
    town.profiles.share = normalised(town.profiles.share);
    auto const& share = town.profiles.share;
    sort_by_rank(town.weight, share, town.profiles.score, pi);
    expect_margins(town.weight, share, pi, 1e-10);
    sort_by_tilt(town.weight, share, town.profiles.score, 3, pi);
    expect_margins(town.weight, share, pi, 1e-10);
    sort_by_dirichlet(town.weight, share, 2, {1, 0, 0}, pi);
    expect_margins(town.weight, share, pi, 1e-10);
    sort_by_choice(make_choice_model(some_choice(1, 1, 0), town.profiles), town.weight, share, {1, 0, 0}, pi);
    expect_margins(town.weight, share, pi, 1e-10);
  }
}

// Names mean nothing: the same profiles in another order give the same columns, but for the order of summing.
TEST(SortingProperty, ProfilesMayBeRelabelled) {
  for (std::uint32_t number = 0; number < 20; ++number) {
    Town const town = random_town(number, 2 + number % 9, 3);
    std::vector<std::size_t> order(town.profiles.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::rotate(order.begin(), order.begin() + 3, order.end());
    std::swap(order[0], order[5]);
    Profiles const other = relabelled(town.profiles, order);
    auto const same = [&](Table const& a, Table const& b, double tolerance) {
      for (std::size_t p = 0; p < order.size(); ++p)
        EXPECT_LE((a.col(p) - b.col(order[p])).abs().maxCoeff(), tolerance);
    };
    Table a, b;
    sort_by_rank(town.weight, town.profiles.share, scaled(town.profiles.score, 0.7), a);
    sort_by_rank(town.weight, other.share, scaled(other.score, 0.7), b);
    same(a, b, 1e-11);
    sort_by_tilt(town.weight, town.profiles.share, town.profiles.score, 0.7, a);
    sort_by_tilt(town.weight, other.share, other.score, 0.7, b);
    same(a, b, 1e-11);
    auto const choice = some_choice(0.6, 1, 1, 0.2);
    sort_by_choice(make_choice_model(choice, town.profiles), town.weight, town.profiles.share, {1, 0, 1}, a);
    sort_by_choice(make_choice_model(choice, other), town.weight, other.share, {1, 0, 1}, b);
    same(a, b, 1e-9);
  }
}

// Where a mechanism knows units only by what it is given of them, their order means nothing.
TEST(SortingProperty, UnitsOfAGivenTableMayBeRelabelled) {
  for (std::uint32_t number = 0; number < 20; ++number) {
    Town const town = random_town(number, 6, 2);
    Table seed, a, b;
    sort_by_dirichlet(town.weight, town.profiles.share, 5, {1, 0, number}, seed);
    std::vector<double> const weight(town.weight.rbegin(), town.weight.rend());
    Table const turned = seed.colwise().reverse();
    sort_by_power(town.weight, town.profiles.share, seed, 1.7, a);
    sort_by_power(weight, town.profiles.share, turned, 1.7, b);
    EXPECT_LE((a - b.colwise().reverse()).abs().maxCoeff(), 1e-11);
  }
}

TEST(SortingProperty, UnevennessRisesWithTheParameter) {
  Table pi;
  for (std::uint32_t number = 0; number < 30; ++number) {
    Town const town = random_town(number, 2 + number % 12, 1 + static_cast<int>(number % 4));
    auto const& share = town.profiles.share;
    Table seed;
    sort_by_dirichlet(town.weight, share, 20, {2, 0, number}, seed);
    double rank = -1, tilt = -1, power = -1;
    for (double strength : {0.0, 0.1, 0.3, 0.6, 1.0, 2.0, 4.0}) {
      sort_by_rank(town.weight, share, scaled(town.profiles.score, strength), pi);
      double const by_rank = index_of(Index::icc, town.weight, pi, {}, town.profiles.score);
      EXPECT_GT(by_rank, rank - 1e-12);
      rank = by_rank;
      sort_by_tilt(town.weight, share, town.profiles.score, strength, pi);
      double const by_tilt = index_of(Index::icc, town.weight, pi, {}, town.profiles.score);
      EXPECT_GT(by_tilt, tilt - 1e-12);
      tilt = by_tilt;
      sort_by_power(town.weight, share, seed, strength, pi);
      double information = 0; // M over all profiles is what rises with the power
      for (Eigen::Index s = 0; s < pi.rows(); ++s)
        for (Eigen::Index p = 0; p < pi.cols(); ++p)
          if (pi(s, p) > 0) information += town.weight[s] * pi(s, p) * std::log(pi(s, p) / share[p]);
      EXPECT_GT(information, power - 1e-9);
      power = information;
    }
  }
}

// More concentrated draws are more even: means over 300 draws, ten times apart in α₀, differ by far more than
// their standard errors.
TEST(SortingProperty, DirichletFallsWithItsConcentration) {
  Town const town = random_town(4, 8, 2);
  double before = 2;
  for (double alpha : {0.5, 5.0, 50.0, 500.0}) {
    Table pi;
    Moments moments;
    for (std::uint32_t draw = 0; draw < 300; ++draw) {
      sort_by_dirichlet(town.weight, town.profiles.share, alpha, {3, 0, draw}, pi);
      moments.add(eps2(town, pi));
    }
    EXPECT_LT(moments.mean + z_bound() * moments.standard_error(), before);
    before = moments.mean - z_bound() * moments.standard_error();
  }
}

// Units drawn from the beta law: the mean over 40 draws has its standard error, and fixing the margins of
// 1,000 units takes out parts of the order 1/1,000 of the index: ten of those are allowed for.
TEST(SortingProperty, ManyDirichletUnitsComeToTheClosedForms) {
  std::vector<double> const weight(1000, 1.0 / 1000), share{0.85, 0.15}, score{0.42, -2.38};
  std::vector<std::uint8_t> const member{0, 1};
  Table pi;
  for (double alpha : {1.5, 9.0, 49.0})
    for (Index index : {Index::eps2, Index::dissimilarity, Index::gini, Index::theil_h,
                        Index::mutual_information, Index::hutchens, Index::isolation, Index::icc}) {
      Moments moments;
      for (std::uint32_t draw = 0; draw < 40; ++draw) {
        sort_by_dirichlet(weight, share, alpha, {5, 0, draw}, pi);
        moments.add(index_of(index, weight, pi, member, score));
      }
      double const expected = dirichlet_index(index, 0.15, alpha);
      EXPECT_LT(std::abs(moments.mean - expected), z_bound() * moments.standard_error() + 0.01 * expected)
          << name_of(index) << " " << alpha;
    }
}

// Pupils dealt at random: E[V] = (K-1)/(N-1) exactly, sd of V by Haldane (1940), so the mean of 2,000 draws
// has a known standard error.
TEST(SortingProperty, RandomSortingHasTheUnevennessOfChance) {
  Sorter const sorter{.mechanism = Mechanism::random, .strength = 0, .x = {}, .seed = {}, .choice = {}};
  for (auto const& sizes : {std::vector<std::uint32_t>{40, 60}, std::vector<std::uint32_t>{1, 1, 1, 30, 7},
                            std::vector<std::uint32_t>(12, 25)}) {
    double const pupils = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    std::vector<double> n(sizes.begin(), sizes.end());
    Town town = random_town(5, 1, 1);
    town.profiles.share = {0.7, 0.3};
    std::vector<std::uint32_t> totals(2);
    round_to_sum(town.profiles.share, static_cast<std::uint32_t>(pupils), totals);
    Table pi;
    Counts counts;
    SamplingScratch scratch;
    Moments moments;
    constexpr int draws = 2'000;
    for (std::uint32_t draw = 0; draw < draws; ++draw) {
      StreamKey const key{11, 0, draw};
      sort_units(sorter, normalised(n), town.profiles, key, pi);
      draw_counts_fixed(sizes, totals, pi, key, scratch, counts);
      std::vector<double> x(n.size());
      for (std::size_t s = 0; s < x.size(); ++s) x[s] = counts(s, 1);
      moments.add(segregation(n, x).variance_ratio);
    }
    EXPECT_TRUE(mean_agrees(moments.mean, expected_variance_ratio(n.size(), pupils),
                            variance_ratio_sd(n, totals[1]), draws));
  }
}

// Whatever stands in the table, what comes out has both margins; a table that has them already is left alone.
TEST(Margins, HoldFromAnyTable) {
  for (std::uint32_t number = 0; number < 50; ++number) {
    Town const town = random_town(number, 1 + number % 8, 3);
    Stream stream({5, 0, number}, Purpose::sorting);
    Table pi(static_cast<Eigen::Index>(town.weight.size()), static_cast<Eigen::Index>(town.profiles.size()));
    for (Eigen::Index s = 0; s < pi.rows(); ++s)
      for (Eigen::Index p = 0; p < pi.cols(); ++p)
        pi(s, p) = uniform01(stream) < 0.6 ? 0.0 : std::exp(8 * standard_normal(stream));
    pi.col(0) += 1e-3; // every row has something
    restore_margins(town.weight, town.profiles.share, pi);
    expect_margins(town.weight, town.profiles.share, pi, 1e-12);
    Table const before = pi;
    restore_margins(town.weight, town.profiles.share, pi);
    EXPECT_LE((pi - before).abs().maxCoeff(), 1e-12);
  }
}
