#include "likvard/model/sorting.hpp"

#include "likvard/model/normal.hpp"
#include "likvard/model/segregation.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"
#include "support/towns.hpp"

#include <boost/math/special_functions/trigamma.hpp>
#include <gtest/gtest.h>

#include <numeric>

using namespace likvard;

namespace {

using test::expect_margins;

std::vector<double> weights(std::vector<double> sizes) {
  double const sum = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  for (double& size : sizes) size /= sum;
  return sizes;
}

Parameters town(Mechanism mechanism, double target, Index index = Index::eps2) {
  Parameters parameters = test::small_town();
  parameters.sorting.mechanism = mechanism;
  parameters.sorting.targets = {{0, index, target}};
  return parameters;
}

} // namespace

TEST(Rank, MarginsAreExactWhateverTheStrength) {
  auto const weight = weights({10, 40, 5, 45, 100});
  std::vector<double> const share{0.3, 0.25, 0.25, 0.2}, score{1.4, 0.2, -0.6, -1.6};
  Table pi;
  for (double c : {0.0, 0.1, 1.0, 5.0, 50.0, 1e4}) {
    std::vector<double> x;
    for (double a : score) x.push_back(c * a);
    sort_by_rank(weight, share, x, pi);
    expect_margins(weight, share, pi, 1e-9);
  }
}

TEST(Rank, WithoutStrengthIsRandom) {
  auto const weight = weights({1, 2, 3});
  std::vector<double> const share{0.3, 0.7}, x{0, 0};
  Table pi;
  sort_by_rank(weight, share, x, pi);
  for (int s = 0; s < 3; ++s) EXPECT_NEAR(pi(s, 0), 0.3, 1e-12);
}

// Two halves, two profiles of half each, x = ±c: F is symmetric, the cut is 0, π[0, needy] = Φ(c).
TEST(Rank, HandWorkedTwoUnits) {
  Table pi;
  for (double c : {0.3, 1.0, 2.5}) {
    sort_by_rank(std::vector<double>{0.5, 0.5}, std::vector<double>{0.5, 0.5}, std::vector<double>{c, -c},
                 pi);
    EXPECT_NEAR(pi(0, 1), normal_cdf(c), 1e-12);
    EXPECT_NEAR(pi(0, 0), normal_cdf(-c), 1e-12);
  }
}

// Fully sorted: the neediest 30 % fill the first unit of 20 % and half of the second of 20 %.
TEST(Rank, LimitIsTheSortedMunicipality) {
  Table pi;
  sort_by_rank(std::vector<double>{0.2, 0.2, 0.6}, std::vector<double>{0.7, 0.3},
               std::vector<double>{1e4, -1e4}, pi);
  EXPECT_NEAR(pi(0, 1), 1, 1e-9);
  EXPECT_NEAR(pi(1, 1), 0.5, 1e-9);
  EXPECT_NEAR(pi(2, 1), 0, 1e-9);
}

TEST(Rank, UnevennessRisesWithStrength) {
  auto const weight = weights({10, 40, 5, 45, 100});
  std::vector<double> const share{0.3, 0.25, 0.25, 0.2}, score{1.4, 0.2, -0.6, -1.6};
  std::vector<std::uint8_t> const member{0, 0, 1, 1};
  Table pi;
  double before = -1;
  for (double c : {0.0, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4}) {
    std::vector<double> x;
    for (double a : score) x.push_back(c * a);
    sort_by_rank(weight, share, x, pi);
    double const now = index_of(Index::eps2, weight, pi, member, score);
    EXPECT_GT(now, before);
    before = now;
  }
}

TEST(Targets, EveryMechanismAndIndexIsMet) {
  auto const weight = weights({60, 120, 200, 220, 300, 300});
  for (Mechanism mechanism : {Mechanism::rank, Mechanism::tilt})
    for (auto const& [index, value] :
         {std::pair{Index::eps2, 0.06}, std::pair{Index::variance_ratio, 0.1},
          std::pair{Index::dissimilarity, 0.2}, std::pair{Index::theil_h, 0.05},
          std::pair{Index::mutual_information, 0.03}, std::pair{Index::gini, 0.25}}) {
      Parameters const parameters = town(mechanism, value, index);
      Profiles const profiles = make_profiles(parameters.background, 0.156);
      Sorter const sorter = make_sorter(parameters, profiles, weight, 1);
      Table pi;
      sort_units(sorter, weight, profiles, {1, 0, 0}, pi);
      EXPECT_NEAR(index_of(index, weight, pi, profiles.in_group[0], profiles.score), value, 1e-8);
      expect_margins(weight, profiles.share, pi, 1e-9);
    }
}

TEST(Targets, TwoGroupsAtOnce) {
  auto const weight = weights(std::vector<double>(30, 1.0));
  Parameters parameters = town(Mechanism::rank, 0.118);
  parameters.sorting.targets.push_back({1, Index::eps2, 0.268});
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  Table pi;
  sort_units(make_sorter(parameters, profiles, weight, 1), weight, profiles, {1, 0, 0}, pi);
  EXPECT_NEAR(index_of(Index::eps2, weight, pi, profiles.in_group[0], profiles.score), 0.118, 1e-6);
  EXPECT_NEAR(index_of(Index::eps2, weight, pi, profiles.in_group[1], profiles.score), 0.268, 1e-6);
}

TEST(Targets, ZeroIsRandomAllocation) {
  auto const weight = weights({1, 1, 1});
  Parameters const parameters = town(Mechanism::rank, 0);
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  Table pi;
  sort_units(make_sorter(parameters, profiles, weight, 1), weight, profiles, {1, 0, 0}, pi);
  EXPECT_NEAR(index_of(Index::eps2, weight, pi, profiles.in_group[0], profiles.score), 0, 1e-12);
}

// Two equal units, a tenth in need: whatever the sorting, V cannot pass P/(1-P)·(K-1) = 0.111 (segregation
// theory: everybody in one unit).
TEST(Targets, BeyondReachStateTheBound) {
  auto const weight = weights({1, 1});
  Parameters parameters = town(Mechanism::rank, 0.3);
  parameters.background = test::two_by_two(0.1, 0.27);
  parameters.background.variables[1].log_odds = {0, 0}; // ranked by education alone
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  try {
    make_sorter(parameters, profiles, weight, 1);
    FAIL() << "a target beyond the bound was accepted";
  } catch (Unreachable const& error) {
    EXPECT_NE(std::string(error.what()).find("from 0 to 0.111"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("target.low.value = 0.3"), std::string::npos) << error.what();
  }
}

// Dirichlet: the mean over draws meets the target; sd of ε² over draws is below the mean here, 4,000 draws.
TEST(Dirichlet, MeanIsOnTarget) {
  auto const weight = weights(std::vector<double>(8, 1.0));
  Parameters const parameters = town(Mechanism::dirichlet, 0.05);
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  Sorter const sorter = make_sorter(parameters, profiles, weight, 3);
  Moments moments;
  Table pi;
  for (std::uint32_t r = 0; r < 4'000; ++r) {
    sort_units(sorter, weight, profiles, {3, 0, r}, pi);
    moments.add(index_of(Index::eps2, weight, pi, profiles.in_group[0], profiles.score));
    if (r < 5) expect_margins(weight, profiles.share, pi, 1e-9);
  }
  // The strength was solved on 400 other draws: both means have errors, sd/sqrt(400) and sd/sqrt(4000).
  double const sd = std::sqrt(moments.variance());
  EXPECT_LT(std::abs(moments.mean - 0.05), test::z_bound() * sd * std::sqrt(1.0 / 400 + 1.0 / 4000));
}

TEST(Given, UnitsShowTheirOwnMargins) {
  Parameters parameters = test::small_town();
  parameters.sorting = {Mechanism::given, {}, {}};
  GivenUnits const units{{"a", "b", "c"}, {100, 200, 300}, {0, 0, 1}, {{0.3, 0.6, 0.9}, {0.5, 0.8, 0.7}}};
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  Table const pi = given_composition(profiles, parameters.background, units);
  for (int s = 0; s < 3; ++s) {
    EXPECT_NEAR(pi(s, 0) + pi(s, 1), units.first_share[0][s], 1e-10);
    EXPECT_NEAR(pi(s, 0) + pi(s, 2), units.first_share[1][s], 1e-10);
    // Odds ratio of education and migration is the municipality's.
    double const odds = pi(s, 0) * pi(s, 3) / (pi(s, 1) * pi(s, 2));
    EXPECT_NEAR(odds, profiles.share[0] * profiles.share[3] / (profiles.share[1] * profiles.share[2]), 1e-6);
  }
}

TEST(Given, PowerZeroIsEvenAndPowerOneIsTheTable) {
  std::vector<double> const weight{0.2, 0.3, 0.5}, share{0.6, 0.4};
  Table seed(3, 2);
  seed << 0.9, 0.1, 0.6, 0.4, 0.48, 0.52; // weighted mean .6, .4
  Table pi;
  sort_by_power(weight, share, seed, 1, pi);
  EXPECT_NEAR((pi - seed).abs().maxCoeff(), 0, 1e-10);
  sort_by_power(weight, share, seed, 0, pi);
  for (int s = 0; s < 3; ++s) EXPECT_NEAR(pi(s, 0), 0.6, 1e-12);
}

// Restored margins keep odds ratios: between units s, t and profiles p, q theirs is λ (z_s - z_t)(a_p - a_q).
TEST(Tilt, OddsRatiosFollowTheNormalScoresOfThePlaces) {
  auto const weight = weights({10, 30, 60});
  std::vector<double> const share{0.3, 0.5, 0.2}, score{1.2, -0.1, -1.4};
  double const place[] = {normal_quantile(0.05), normal_quantile(0.25), normal_quantile(0.7)};
  Table pi;
  sort_by_tilt(weight, share, score, 0.8, pi);
  for (int s = 1; s < 3; ++s)
    for (int p = 1; p < 3; ++p)
      EXPECT_NEAR(std::log(pi(0, 0) * pi(s, p) / (pi(0, p) * pi(s, 0))),
                  0.8 * (place[0] - place[s]) * (score[0] - score[static_cast<std::size_t>(p)]), 1e-9);
}

// The correlation of the ranking variable c·a + ε with the score, both of unit scale: r = c / sqrt(1 + c²).
TEST(Rank, StrengthIsTheCorrelationWithTheScore) {
  Parameters parameters = town(Mechanism::rank, 0);
  parameters.sorting.targets.clear();
  parameters.sorting.strength = 0.6;
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  Sorter const sorter = make_sorter(parameters, profiles, weights({1, 1}), 1);
  for (std::size_t p = 0; p < profiles.size(); ++p)
    EXPECT_NEAR(sorter.x[p], 0.75 * profiles.score[p], 1e-12); // .75/sqrt(1 + .75²) = .6
}

// Two units, two profiles: the log odds ratio is the difference of two independent Beta logits whatever the
// margins, with mean 0 and variance 2 (ψ₁(α₀ π₀) + ψ₁(α₀ π₁)).
TEST(Dirichlet, HasTheShapesStated) {
  std::vector<double> const weight{0.4, 0.6}, share{0.2, 0.8};
  Moments ratio, square;
  Table pi;
  for (std::uint32_t r = 0; r < 10'000; ++r) {
    sort_by_dirichlet(weight, share, 6, {4, 0, r}, pi);
    double const x = std::log(pi(0, 0) / pi(0, 1)) - std::log(pi(1, 0) / pi(1, 1));
    ratio.add(x);
    square.add(x * x);
  }
  EXPECT_TRUE(test::mean_agrees(ratio, 0));
  EXPECT_TRUE(test::mean_agrees(square, 2 * (boost::math::trigamma(1.2) + boost::math::trigamma(4.8))));
}

// The strength is solved on draws of its own: on those it meets the target to the solver's tolerance, on the
// replicates' first 400 only within their standard error, never exactly.
TEST(Dirichlet, StrengthIsNotFittedToTheReplicates) {
  auto const weight = weights(std::vector<double>(8, 1.0));
  Parameters const parameters = town(Mechanism::dirichlet, 0.05);
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  Sorter const sorter = make_sorter(parameters, profiles, weight, 3);
  Moments moments;
  Table pi;
  for (std::uint32_t r = 0; r < 400; ++r) {
    sort_units(sorter, weight, profiles, {3, 0, r}, pi);
    moments.add(index_of(Index::eps2, weight, pi, profiles.in_group[0], profiles.score));
  }
  EXPECT_GT(std::abs(moments.mean - 0.05), 0.01 * moments.standard_error());
}

// Three levels of which the register gives the first: the others keep their proportions.
TEST(Given, OtherLevelsKeepTheirProportions) {
  Background background = test::two_by_two();
  background.variables[0] = {"education", {"high", "middle", "low"}, {0.5, 0.3, 0.2}, {0, 0.5, 1.15},
                             0.55,        "post_secondary"};
  Profiles const profiles = make_profiles(background, 0.156);
  Table const pi =
      given_composition(profiles, background, {{"a", "b"}, {100, 200}, {0, 0}, {{0.3, 0.8}, {}}});
  for (int s = 0; s < 2; ++s) {
    double const rest = s == 0 ? 0.7 : 0.2;
    EXPECT_NEAR(pi(s, 2) + pi(s, 3), rest * 0.6, 1e-9);
    EXPECT_NEAR(pi(s, 4) + pi(s, 5), rest * 0.4, 1e-9);
  }
}

// An index of π is the segregation index of municipalities without small-number noise: n = w, x = w π.
TEST(IndexOf, AgreesWithTheIndicesOfCounts) {
  auto const weight = weights({10, 40, 5, 45, 100});
  std::vector<double> const share{0.3, 0.25, 0.25, 0.2};
  std::vector<std::uint8_t> const member{0, 1, 0, 1};
  Table pi;
  for (double c : {0.2, 0.7, 2.0}) {
    sort_by_rank(weight, share, std::vector<double>{c, 0.2 * c, -0.4 * c, -c}, pi);
    std::vector<double> x;
    for (Eigen::Index s = 0; s < 5; ++s)
      x.push_back(weight[static_cast<std::size_t>(s)] * (pi(s, 1) + pi(s, 3)));
    Segregation const counted = segregation(weight, x);
    EXPECT_NEAR(index_of(Index::eps2, weight, pi, member, {}), counted.variance_ratio, 1e-12);
    EXPECT_NEAR(index_of(Index::variance_ratio, weight, pi, member, {}), counted.variance_ratio, 1e-12);
    EXPECT_NEAR(index_of(Index::dissimilarity, weight, pi, member, {}), counted.dissimilarity, 1e-12);
    EXPECT_NEAR(index_of(Index::theil_h, weight, pi, member, {}), counted.theil_h, 1e-12);
    EXPECT_NEAR(index_of(Index::mutual_information, weight, pi, member, {}), counted.mutual_information,
                1e-12);
    EXPECT_NEAR(index_of(Index::gini, weight, pi, member, {}), segregation_gini(weight, x), 1e-12);
  }
}
