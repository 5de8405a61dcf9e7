#include "likvard/model/outcome.hpp"

#include "likvard/core/random.hpp"
#include "likvard/model/normal.hpp"
#include "likvard/model/realised.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"
#include "support/targets.hpp"

#include <boost/math/distributions/binomial.hpp>

#include <gtest/gtest.h>

using namespace likvard;
using namespace likvard::test;

TEST(PupilModel, IsStandardisedAndKeepsTheRisks) {
  Parameters const parameters = small_town();
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  PupilModel const model = make_pupil_model(parameters.outcome, profiles);
  double mean = 0, square = 0;
  for (std::size_t p = 0; p < profiles.size(); ++p) {
    mean += profiles.share[p] * model.alpha[p];
    square += profiles.share[p] * model.alpha[p] * model.alpha[p];
    double const sd = std::sqrt(model.sigma * model.sigma + 0.19 * 0.19);
    EXPECT_NEAR(normal_cdf((model.threshold - model.alpha[p]) / sd), profiles.risk[p], 1e-12);
  }
  EXPECT_NEAR(mean, 0, 1e-12);
  EXPECT_NEAR(square + model.sigma * model.sigma + 0.19 * 0.19, 1, 1e-12);
}

TEST(PupilModel, RefusesUnitsThatVaryMoreThanPupils) {
  Parameters parameters = small_town();
  parameters.outcome.unit_sd = 1.1;
  EXPECT_THROW(make_pupil_model(parameters.outcome, make_profiles(parameters.background, 0.156)),
               std::domain_error);
}

TEST(MoneyResponse, BoxCoxHandWorked) {
  EXPECT_NEAR(money_response(1.1, 1), 1, 1e-12);                   // linear: +10 % is one unit
  EXPECT_NEAR(money_response(1.1, 0), std::log(1.1) / 0.1, 1e-12); // log
  EXPECT_NEAR(money_response(1.1, 1e-9), money_response(1.1, 0), 1e-8);
  EXPECT_NEAR(money_response(1.2, -1), (1 - 1 / 1.2) / 0.1, 1e-12);
  EXPECT_EQ(money_response(1, 0.7), 0);
  EXPECT_EQ(money_response(-3, 1), money_response(0.05, 1)); // far below anything a policy gives
}

// θ = .03, full pass-through, linear: +20 % for the needy at ratio 1.2 is .03·2·1.2; two of four years halve
// it.
TEST(MoneyEffect, HandWorked) {
  Outcome outcome = plain_outcome();
  std::array<double, coefficient_count> u;
  u.fill(0.5);
  Coefficients c = draw_coefficients(outcome, u);
  std::vector<double> effect(4);
  money_effect(outcome, c, std::vector<double>{1, 0.5}, std::vector<double>{1.2, 0.9}, {}, effect);
  EXPECT_NEAR(effect[0], 0.06, 1e-12);
  EXPECT_NEAR(effect[1], 0.072, 1e-12);
  EXPECT_NEAR(effect[2], -0.015, 1e-12);
  EXPECT_NEAR(effect[3], -0.018, 1e-12);
  outcome.years = 2;
  c.pass_through = 0.5;
  c.dilution = 0.01;
  money_effect(outcome, c, std::vector<double>{1, 1}, std::vector<double>{1.2, 0.9}, {}, effect);
  EXPECT_NEAR(effect[0], 0.5 * (0.03 * 1 - 0.01 * 1), 1e-12); // x = 1.1
  EXPECT_NEAR(effect[1], 0.5 * (0.036 * 1 - 0.01 * 1), 1e-12);
  EXPECT_NEAR(effect[2], 0.5 * 0.03 * -0.5, 1e-12); // x = .95: no new staff to dilute
}

// All policies at once, and one alone with units in lanes, say what a policy by itself says.
TEST(MoneyEffect, OfAllPoliciesAtOnceIsThatOfEach) {
  Outcome outcome = plain_outcome();
  outcome.curvature = Uniform{-1, 1};
  outcome.dilution = Uniform{0, 0.04};
  Stream stream({3, 0, 5}, Purpose::sizes);
  std::array<double, coefficient_count> u;
  for (double& x : u) x = uniform01(stream);
  Coefficients const c = draw_coefficients(outcome, u);
  auto const numbers = [&](std::size_t n, double low, double high) {
    std::vector<double> out(n);
    for (double& x : out) x = low + (high - low) * uniform01(stream);
    return out;
  };
  for (std::size_t const policies : {1U, 3U, 9U})
    for (std::size_t const units : {1U, 2U, 7U, 8U, 17U})
      for (bool const earmarks : {false, true}) {
        std::size_t const stride = (policies + 7) / 8 * 8;
        auto const use = numbers(units, 0.2, 1.5), pupils = numbers(units, 10, 90),
                   money = numbers(units * stride, 0.5, 1.7), marked = numbers(units * stride, 0, 0.3),
                   reach = numbers(stride, 0, 1);
        std::vector<double> needy(units);
        for (std::size_t s = 0; s < units; ++s) needy[s] = s % 3 == 0 ? 0.0 : 0.3 * pupils[s];
        test::on_every_target([&](std::string const& target) {
          std::vector<double> all(2 * units * stride), one(2 * units), f(units), d(units);
          money_effects(
              outcome, c, use,
              {money, marked, earmarks ? std::span(reach) : std::span<double const>(), pupils, needy, stride},
              policies, all);
          for (std::size_t m = 0; m < policies; ++m) {
            for (std::size_t s = 0; s < units; ++s)
              f[s] = money[s * stride + m], d[s] = marked[s * stride + m];
            money_effect(outcome, c, use, f, {earmarks ? reach[m] : 0, d, pupils, needy}, one);
            for (std::size_t r = 0; r < one.size(); ++r)
              EXPECT_EQ(all[r * stride + m], one[r]) << target << ' ' << policies << ' ' << units << ' ' << r;
          }
        });
      }
}

// 20 pupils, 5 of them needy, money 1.3 of which .2 by need. Half of that follows the needy: others 1.3 - .1
// = 1.2, needy 1.3 - .1 + .1·20/5 = 1.6; together 15·1.2 + 5·1.6 = 26 = 20·1.3. A unit without needy pupils
// pools all.
TEST(MoneyEffect, EarmarkedMoneyReachesTheNeedy) {
  Outcome const outcome = plain_outcome();
  std::array<double, coefficient_count> u;
  u.fill(0.5);
  Coefficients const c = draw_coefficients(outcome, u);
  std::vector<double> effect(4);
  std::vector<double> const need_money{0.2, 0.2}, pupils{20, 20}, needy{5, 0};
  money_effect(outcome, c, std::vector<double>{1, 1}, std::vector<double>{1.3, 1.3},
               {0.5, need_money, pupils, needy}, effect);
  EXPECT_NEAR(effect[0], 0.03 * 2, 1e-12);
  EXPECT_NEAR(effect[1], 0.03 * 6 * 1.2, 1e-12);
  EXPECT_NEAR(effect[2], 0.03 * 3, 1e-12);
  EXPECT_NEAR(effect[3], 0.03 * 3 * 1.2, 1e-12);
}

// u ~ N(0, .19²) and q ~ N(1, .67²) cut to [-1, 3]: symmetric, so the mean of q is 1.
TEST(UnitLuck, HasTheLawsStated) {
  Parameters parameters = small_town();
  parameters.outcome.use_sd = 0.67;
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  std::array<double, coefficient_count> u;
  u.fill(0.5);
  Coefficients c = draw_coefficients(parameters.outcome, u);
  c.peer = c.selection = 0;
  Counts n(2, 4);
  n << 40, 10, 10, 5, 10, 10, 30, 30;
  Table pi(2, 4);
  pi << 0.6, 0.2, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3;
  UnitLuck luck;
  Moments level, square, use;
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    draw_unit_luck(parameters.outcome, c, profiles, n, pi, {4, 0, r}, luck);
    level.add(luck.level[1]);
    square.add(luck.level[1] * luck.level[1]);
    use.add(luck.use[0]);
    ASSERT_GE(luck.use[0], -1);
    ASSERT_LE(luck.use[0], 3);
  }
  EXPECT_TRUE(mean_agrees(level.mean, 0, 0.19, 20'000));
  EXPECT_TRUE(mean_agrees(square, 0.19 * 0.19));
  EXPECT_TRUE(mean_agrees(use, 1));
}

// q ~ N(-.5, .67²) cut to [-1, 3] leans to the right: its mean is the truncated normal's. And q is not made
// of the numbers that made u.
TEST(UnitLuck, UseOfMoneyIsCutAtBothEndsAndIndependent) {
  Parameters parameters = small_town();
  parameters.outcome.use_sd = 0.67;
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  Coefficients const c{.use_mean = -0.5};
  Counts n(1, 4);
  n << 40, 10, 10, 5;
  Table pi(1, 4);
  pi << 0.6, 0.2, 0.1, 0.1;
  UnitLuck luck;
  Moments use, product;
  double const mean_use = mean(Normal{-0.5, 0.67, -1, 3});
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    draw_unit_luck(parameters.outcome, c, profiles, n, pi, {5, 0, r}, luck);
    use.add(luck.use[0]);
    product.add(luck.level[0] * (luck.use[0] - mean_use));
    // Of the purpose's own stream: ziggurat and uniform numbers of the same words would not show it.
    Stream stream({5, 0, r}, Purpose::use_of_money, 0);
    double const low = normal_cdf(-0.5 / 0.67), high = normal_cdf(3.5 / 0.67);
    ASSERT_NEAR(normal_cdf((luck.use[0] + 0.5) / 0.67), low + (high - low) * uniform01(stream), 1e-12);
  }
  EXPECT_TRUE(mean_agrees(use, mean_use));
  EXPECT_TRUE(mean_agrees(product, 0));
}

TEST(Coefficients, EachHasItsOwnNumber) {
  Outcome outcome;
  Prior* const priors[] = {&outcome.theta,        &outcome.effect_ratio, &outcome.curvature,
                           &outcome.pass_through, &outcome.use_mean,     &outcome.peer,
                           &outcome.selection,    &outcome.dilution,     &outcome.carry};
  std::array<double, coefficient_count> u;
  for (std::size_t j = 0; j < coefficient_count; ++j) {
    *priors[j] = Uniform{static_cast<double>(j), static_cast<double>(j + 1)};
    u[j] = 0.05 + 0.1 * static_cast<double>(j);
  }
  Coefficients const c = draw_coefficients(outcome, u);
  double const drawn[] = {c.theta, c.effect_ratio, c.curvature, c.pass_through, c.use_mean,
                          c.peer,  c.selection,    c.dilution,  c.carry};
  for (std::size_t j = 0; j < coefficient_count; ++j)
    EXPECT_NEAR(drawn[j], static_cast<double>(j) + u[j], 1e-12) << j;
}

TEST(Coefficients, LawsOfAnotherPointAreTakenOverWherePriorsAreTheSame) {
  Outcome first, second;
  first.theta = NormalMixture{{0.5, 0.5}, {{0, 0.015}, {0.03, 0.02}}};
  first.pass_through = Beta{3.05, 1.64};
  second.theta = NormalMixture{{0.5, 0.5}, {{0, 0.015}, {0.04, 0.02}}}; // another
  second.pass_through = Beta{3.05, 1.64};                               // the same
  CoefficientLaws const known = coefficient_laws(first), alone = coefficient_laws(second),
                        shared = coefficient_laws(second, &known);
  std::array<double, coefficient_count> u{};
  for (double at : {0.001, 0.2, 0.77, 0.9999}) {
    u.fill(at);
    auto const a = draw_coefficients(alone, u), b = draw_coefficients(shared, u),
               c = draw_coefficients(known, u);
    EXPECT_EQ(a.theta, b.theta);
    EXPECT_EQ(a.pass_through, b.pass_through);
    EXPECT_EQ(a.effect_ratio, b.effect_ratio);
    EXPECT_NE(b.theta, c.theta);
  }
}

TEST(UnitLuck, PeersAndSelectionFollowTheScores) {
  Parameters parameters = small_town();
  parameters.outcome.unit_sd = 0;
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  std::array<double, coefficient_count> u;
  u.fill(0.5);
  Coefficients const c = draw_coefficients(parameters.outcome, u);
  Counts n(2, 4);
  n << 40, 0, 0, 0, 0, 0, 0, 40;
  Table pi(2, 4);
  pi << 1, 0, 0, 0, 0, 0, 0, 1;
  UnitLuck luck;
  draw_unit_luck(parameters.outcome, c, profiles, n, pi, {4, 0, 0}, luck);
  double const mean = 0.5 * (profiles.score[0] + profiles.score[3]);
  EXPECT_NEAR(luck.level[0], 0.12 * (profiles.score[0] - mean) + 0.38 * profiles.score[0], 1e-12);
  EXPECT_NEAR(luck.level[1], 0.12 * (profiles.score[3] - mean) + 0.38 * profiles.score[3], 1e-12);
}

TEST(BinomialQuantile, IsTheInverseOfTheDistribution) {
  for (auto const& [n, p] : {std::pair{10U, 0.3}, {200U, 0.05}, {5000U, 0.4}, {40U, 0.999}})
    for (double u : {1e-6, 0.01, 0.3, 0.5, 0.9, 0.999999}) {
      std::uint32_t const k = binomial_quantile(n, p, u);
      boost::math::binomial_distribution<> const law(n, p);
      EXPECT_GE(cdf(law, k), u * (1 - 1e-12)) << n << ' ' << p << ' ' << u;
      if (k > 0) EXPECT_LT(cdf(law, k - 1), u * (1 + 1e-12)) << n << ' ' << p << ' ' << u;
    }
  EXPECT_EQ(binomial_quantile(0, 0.5, 0.5), 0U);
  EXPECT_EQ(binomial_quantile(7, 0, 0.5), 0U);
  EXPECT_EQ(binomial_quantile(7, 1, 0.5), 7U);
}

// Moving a Binomial(n, .3) count to .25 and .35 gives Binomial counts at those chances, and never the wrong
// way.
TEST(MoveCount, IsMarginallyExactAndMonotone) {
  for (double after : {0.25, 0.35}) {
    Stream stream({6, 0, 0}, Purpose::cell_count);
    int const draws = 60'000;
    std::uint32_t const n = 12;
    std::vector<double> observed(n + 1, 0.0), expected;
    for (int i = 0; i < draws; ++i) {
      std::uint32_t const before = binomial(stream, n, 0.3),
                          now = move_count(n, before, 0.3, after, uniform01(stream));
      observed[now] += 1;
      if (after < 0.3)
        ASSERT_LE(now, before);
      else
        ASSERT_GE(now, before);
    }
    boost::math::binomial_distribution<> const law(n, after);
    for (std::uint32_t k = 0; k <= n; ++k) expected.push_back(draws * pdf(law, k));
    EXPECT_TRUE(counts_agree(observed, expected)) << after;
  }
}
