#include "likvard/model/follow_up.hpp"

#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace likvard {
namespace {

using test::mean_agrees;

/// Random records of units that change interventions.
UnitYears random_records(std::size_t units, std::size_t years, std::size_t interventions,
                         std::uint32_t number) {
  Stream stream({5, 0, number}, Purpose::unit_result);
  UnitYears out{units, years, {}};
  for (std::size_t i = 0; i < units * years; ++i) {
    auto const j = static_cast<std::size_t>(uniform01(stream) * static_cast<double>(interventions));
    double const dose = uniform01(stream) < 0.3 ? 0.0 : uniform01(stream);
    out.record.push_back({standard_normal(stream), 0.1 + uniform01(stream), dose, j});
  }
  return out;
}

/// The same posterior from all unknowns at once: β, v and c side by side in one dense system.
Posterior dense_posterior(UnitYears const& seen, std::size_t interventions, double unit_sd, double year_sd,
                          double mean, double sd) {
  auto const j = static_cast<Eigen::Index>(interventions), s = static_cast<Eigen::Index>(seen.units),
             t = static_cast<Eigen::Index>(seen.years), all = j + s + t;
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(all, all);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(all);
  for (Eigen::Index i = 0; i < all; ++i) {
    double const spread = i < j ? sd : i < j + s ? unit_sd : year_sd;
    a(i, i) = 1 / (spread * spread);
    if (i < j) b(i) = mean / (sd * sd);
  }
  for (Eigen::Index unit = 0; unit < s; ++unit)
    for (Eigen::Index year = 0; year < t; ++year) {
      UnitYear const& one = seen.record[static_cast<std::size_t>(unit * t + year)];
      Eigen::VectorXd x = Eigen::VectorXd::Zero(all);
      x(static_cast<Eigen::Index>(one.intervention)) = one.dose;
      x(j + unit) = x(j + s + year) = 1;
      a += x * x.transpose() / one.variance;
      b += x * one.result / one.variance;
    }
  Eigen::MatrixXd const inverse = a.inverse();
  Eigen::VectorXd const solution = inverse * b;
  return {solution.head(j), inverse.topLeftCorner(j, j)};
}

TEST(FollowUpEstimate, IsTheExactPosteriorOfTheWholeModel) {
  // Condition numbers of these systems are below 1e5, so both solutions hold ten digits at least.
  for (std::uint32_t number = 0; number < 20; ++number) {
    UnitYears const seen = random_records(3 + number % 7, 1 + number % 5, 2 + number % 4, number);
    std::size_t const count = 2 + number % 4;
    auto const fast = posterior(information(seen, count, 0.3, 0.1), 0.05, 0.2);
    auto const slow = dense_posterior(seen, count, 0.3, 0.1, 0.05, 0.2);
    EXPECT_LT((fast.mean - slow.mean).norm(), 1e-10);
    EXPECT_LT((fast.covariance - slow.covariance).norm(), 1e-10);
  }
}

TEST(FollowUpEstimate, TwoTownsAreOneSystemWithYearsOfTheirOwn) {
  // Informations add: a town without records of its own adds nothing, and twice the same doubles the
  // precision.
  UnitYears const seen = random_records(6, 4, 3, 99);
  auto const one = information(seen, 3, 0.2, 0.1);
  Information twice = one;
  twice.a += one.a;
  twice.b += one.b;
  auto const a = posterior(one, 0, 1e3), b = posterior(twice, 0, 1e3);
  EXPECT_LT((a.mean - b.mean).norm(), 1e-4 * (1 + a.mean.norm()));
  EXPECT_LT((a.covariance - 2 * b.covariance).norm(), 1e-4 * a.covariance.norm());
}

TEST(FollowUpEstimate, ShrinksByTheTextbookFactorWhenBalanced) {
  // One year, no year or unit spread to speak of, dose 1, k units each: mean k/(k + σ²/τ²) of the raw mean.
  UnitYears seen{4, 1, {}};
  for (double r : {0.3, 0.5}) seen.record.push_back({r, 0.04, 1, 0});
  for (double r : {-0.1, 0.1}) seen.record.push_back({r, 0.04, 1, 1});
  auto const p = posterior(information(seen, 2, 1e-6, 1e-6), 0, 0.1);
  EXPECT_NEAR(p.mean(0), 0.4 * 2 / (2 + 0.04 / 0.01), 1e-8);
  EXPECT_NEAR(p.mean(1), 0, 1e-8);
  EXPECT_NEAR(p.covariance(0, 0), 1 / (2 / 0.04 + 1 / 0.01), 1e-8);
}

TEST(FollowUpEstimate, TheMomentEstimateIsTheExcessOfTheSampleVariance) {
  // Equal variances s²: DerSimonian & Laird's τ² is the sample variance of the estimates less s².
  UnitYears seen{3, 1, {}};
  std::vector<double> const estimate{0.4, -0.2, 0.1};
  for (std::size_t j = 0; j < 3; ++j) seen.record.push_back({estimate[j], 0.01, 1, j});
  auto const prior = estimate_prior(information(seen, 3, 1e-6, 1e-6));
  EXPECT_NEAR(prior.mean, 0.1, 1e-4); // the vague prior of sd 10 moves it by 1e-4 of itself
  EXPECT_NEAR(prior.sd * prior.sd, 0.09 - 0.01, 1e-4);
  seen.record[0].result = seen.record[1].result = 0.1;
  EXPECT_DOUBLE_EQ(estimate_prior(information(seen, 3, 1e-6, 1e-6)).sd, 0.005);
  seen.record = {{0.1, 0.01, 1, 0}};
  seen.units = 1;
  EXPECT_DOUBLE_EQ(estimate_prior(information(seen, 3, 1e-6, 1e-6)).sd, 0.1)
      << "one intervention seen: default";
}

/// A world of units whose results are dose · effect + noise, without levels or shocks.
struct World {
  std::vector<Intervention> interventions;
  std::size_t units = 1;
  double noise = 0.1;
  KnownSpread spread{1e-4, 1e-4};
  TrueEffects truth{};
  QualityWork work{};
  Table dose{};
  std::vector<double> result{}, variance{};

  void draw(StreamKey key) {
    Stream stream(key, Purpose::unit_result);
    result.assign(units, 0.0);
    for (std::size_t s = 0; s < units; ++s) result[s] = noise * standard_normal(stream);
  }
  SeenYear seen() const { return {result, result, variance}; }
  void begin(FollowUp const& follow_up, StreamKey key) {
    draw_true_effects(interventions, units, key, truth);
    dose.setOnes(static_cast<Eigen::Index>(units), static_cast<Eigen::Index>(interventions.size()));
    variance.assign(units, noise * noise);
    draw({key.seed + 1000, 0, key.replicate});
    begin_quality_work(follow_up, interventions, std::nullopt, spread, seen(), truth, key, work);
  }
  /// Returns the mean true effect of what ran.
  double year(FollowUp const& follow_up, std::uint32_t t, StreamKey key) {
    draw(key);
    std::vector<double> effect(units);
    intervention_effects(interventions, truth, work, dose, effect);
    double sum = 0;
    for (std::size_t s = 0; s < units; ++s) result[s] += effect[s], sum += effect[s];
    follow_up_year(follow_up, interventions, false, spread, truth, dose, seen(), t, key, work);
    return sum / static_cast<double>(units);
  }
};

TEST(FollowUp, BeforeAndAfterKeepsUselessThingsByTheFormula) {
  // Useless interventions: y₀, y₁ ~ N(0, σ²) independently. Half of the units keep what they run, and those
  // believe E[y₁ - y₀ | y₁ > y₀] = 2σ/√π, sd √(2 - 4/π) σ. Those that change begin from E[y₁ | y₁ < y₀] =
  // -σ/√π, so that whatever comes next looks better by σ/√π, of sd √2 σ at most.
  FollowUp const rule{.rule = FollowUpRule::before_after};
  World world{{{"a", "A", 0, 0, 0, 1, 0}, {"b", "B", 0, 0, 0, 1, 0}}, 4000, 0.2};
  world.begin(rule, {11, 0, 0});
  world.year(rule, 0, {12, 0, 0});
  double kept = 0, belief = 0;
  std::vector<std::uint8_t> const first = world.work.kept;
  for (std::size_t s = 0; s < world.units; ++s)
    if (world.work.kept[s]) kept += 1, belief += world.work.since[s] - world.work.baseline[s];
  double const pi = std::numbers::pi;
  EXPECT_TRUE(mean_agrees(kept / 4000, 0.5, 0.5, 4000));
  EXPECT_TRUE(mean_agrees(belief / kept, 2 * 0.2 / std::sqrt(pi), 0.2 * std::sqrt(2 - 4 / pi), kept));
  auto const baseline = world.work.baseline;
  world.year(rule, 1, {13, 0, 0});
  double changed = 0, gain = 0;
  for (std::size_t s = 0; s < world.units; ++s)
    if (!first[s]) changed += 1, gain += world.result[s] - baseline[s];
  EXPECT_TRUE(mean_agrees(gain / changed, 0.2 / std::sqrt(pi), 0.2 * std::numbers::sqrt2, changed));
}

TEST(FollowUp, ThompsonSamplingChoosesByTheClosedForm) {
  // Two interventions a priori N(0, s²), one unit, noise σ. It has run a (effect b) for a year, so a's
  // posterior is N(k r, s²(1-k)), k = s²/(s²+σ²), r ~ N(b, σ²), the other's the prior: it goes on with a with
  // probability Φ(k b / √(k²σ² + s²(1-k) + s²)). Year 2's regret is b times the probability of leaving.
  double const s = 0.1, sigma = 0.15, b = 0.12;
  FollowUp const rule{.rule = FollowUpRule::bandit, .prior_mean = 0, .prior_sd = s};
  double const k = s * s / (s * s + sigma * sigma);
  double const stays = 0.5 * std::erfc(-k * b / std::sqrt(k * k * sigma * sigma + s * s * (1 - k) + s * s) /
                                       std::numbers::sqrt2);
  double count = 0, stayed = 0, regret = 0;
  for (std::uint32_t r = 0; r < 4000; ++r) {
    World world{{{"a", "A", b, 0, 0, 1, 0}, {"b", "B", 0, 0, 0, 1, 0}}, 1, sigma};
    world.begin(rule, {21, 0, r});
    if (world.work.town[0].running[0] != 0) continue;
    world.year(rule, 0, {22, 0, r});
    count += 1;
    stayed += world.work.town[0].running[0] == 0;
    regret += b - world.year(rule, 1, {23, 0, r});
  }
  EXPECT_TRUE(mean_agrees(stayed / count, stays, std::sqrt(stays * (1 - stays)), count));
  EXPECT_TRUE(mean_agrees(regret / count, b * (1 - stays), b * std::sqrt(stays * (1 - stays)), count));
}

TEST(FollowUp, ThompsonSamplingHasNoRegretAmongEquals) {
  FollowUp const rule{.rule = FollowUpRule::bandit};
  World world{{{"a", "A", 0.1, 0, 0, 1, 0}, {"b", "B", 0.1, 0, 0, 1, 0}}, 20, 0.1};
  world.begin(rule, {31, 0, 0});
  for (std::uint32_t t = 0; t < 5; ++t) EXPECT_NEAR(world.year(rule, t, {32 + t, 0, 0}), 0.1, 1e-15);
}

TEST(SlowFollowUp, BayesianRegretOfThompsonSamplingIsBelowItsBound) {
  // Truth drawn from the prior, so Russo & Van Roy (2016) bound the expected regret of T years by
  // √(2 σ² J log(J) T). Doing nothing costs T · s · E[max of J normals] (J = 3: 0.846).
  constexpr std::uint32_t years = 25;
  double const s = 0.1, sigma = 0.1;
  FollowUp const rule{.rule = FollowUpRule::bandit, .prior_mean = 0, .prior_sd = s}, nothing{};
  World start{{{"a", "A", 0, s, 0, 1, 0}, {"b", "B", 0, s, 0, 1, 0}, {"c", "C", 0, s, 0, 1, 0}}, 1, sigma};
  Moments bandit, none;
  for (std::uint32_t r = 0; r < 600; ++r)
    for (auto const* one : {&rule, &nothing}) {
      World world = start;
      world.begin(*one, {41, 0, r});
      double const best = *std::max_element(world.truth.mean.begin(), world.truth.mean.end());
      double regret = 0;
      for (std::uint32_t t = 0; t < years; ++t) regret += best - world.year(*one, t, {42 + t, 0, r});
      (one == &rule ? bandit : none).add(regret);
    }
  double const bound = std::sqrt(2 * sigma * sigma * 3 * std::log(3.0) * years);
  EXPECT_LT(bandit.mean + test::z_bound() * bandit.standard_error(), bound);
  EXPECT_TRUE(mean_agrees(none, years * s * 0.8462844));
}

TEST(FollowUp, AWinnersCurseIsWhatShrinkageTakesAway) {
  // Effects from N(0, τ²) seen with noise: the best of J estimates is believed too high by compare; by the
  // bandit's exact posterior it is unbiased (truth drawn from its prior).
  FollowUp const compare{.rule = FollowUpRule::compare};
  FollowUp const exact{.rule = FollowUpRule::bandit, .prior_mean = 0, .prior_sd = 0.05};
  std::vector<Intervention> five;
  for (auto const* name : {"a", "b", "c", "d", "e"}) five.push_back({name, name, 0, 0.05, 0, 1, 0});
  Moments naive, bayes;
  for (std::uint32_t r = 0; r < 400; ++r)
    for (auto const* one : {&compare, &exact}) {
      World world{five, 20, 0.2};
      world.begin(*one, {51, 0, r});
      world.year(*one, 0, {52, 0, r});
      Eigen::ArrayXd const believed = world.work.believed.row(0).transpose();
      Eigen::Index chosen = 0;
      double const most = believed.maxCoeff(&chosen);
      (one == &compare ? naive : bayes).add(most - world.truth.mean[static_cast<std::size_t>(chosen)]);
    }
  EXPECT_GT(naive.mean - test::z_bound() * naive.standard_error(), 0.02);
  EXPECT_TRUE(mean_agrees(bayes, 0));
}

TEST(FollowUp, ANetworkFindsTheBestMoreOften) {
  FollowUp const alone{.rule = FollowUpRule::shrink};
  FollowUp const together{.rule = FollowUpRule::shrink, .sharing = Sharing::network, .network = 20};
  std::vector<Intervention> const two{{"a", "A", 0.1, 0, 0, 1, 0}, {"b", "B", 0, 0, 0, 1, 0}};
  Moments more;
  for (std::uint32_t r = 0; r < 300; ++r) {
    double found[2];
    int i = 0;
    for (auto const* one : {&alone, &together}) {
      World world{two, 4, 0.2, {0.2, 0.07}};
      world.begin(*one, {61, 0, r});
      world.year(*one, 0, {62, 0, r});
      auto const& runs = world.work.town[0].running;
      found[i++] = static_cast<double>(std::count(runs.begin(), runs.end(), 0U)) / 4;
    }
    more.add(found[1] - found[0]);
  }
  EXPECT_GT(more.mean - test::z_bound() * more.standard_error(), 0.05);
}

TEST(FollowUp, RandomisedUnitsAreMovedByLotThenByEvidence) {
  FollowUp const rule{.rule = FollowUpRule::randomised, .trial_years = 3};
  World world{{{"a", "A", 0.5, 0, 0, 1, 0}, {"b", "B", 0, 0, 0, 1, 0}}, 1000, 0.1};
  world.begin(rule, {71, 0, 0});
  for (std::uint32_t t = 0; t < 2; ++t) {
    world.year(rule, t, {72 + t, 0, 0});
    auto const& runs = world.work.town[0].running;
    double const in_a = static_cast<double>(std::count(runs.begin(), runs.end(), 0U));
    EXPECT_TRUE(mean_agrees(in_a / 1000, 0.5, 0.5, 1000)) << t;
  }
  world.year(rule, 2, {74, 0, 0});
  for (std::size_t j : world.work.town[0].running) EXPECT_EQ(j, 0U);
}

TEST(FollowUp, AdoptionSlowsChange) {
  FollowUp const rule{.rule = FollowUpRule::compare, .adoption = 0.25};
  World world{{{"a", "A", 1, 0, 0, 1, 0}, {"b", "B", 0, 0, 0, 1, 0}}, 2000, 0.05};
  world.begin(rule, {81, 0, 0});
  auto const before = world.work.town[0].running;
  world.year(rule, 0, {82, 0, 0});
  double wrong = 0, moved = 0;
  for (std::size_t s = 0; s < 2000; ++s)
    if (before[s] == 1) wrong += 1, moved += world.work.town[0].running[s] == 0;
  EXPECT_TRUE(mean_agrees(moved / wrong, 0.25, std::sqrt(0.25 * 0.75), wrong));
}

TEST(FollowUp, DoseIsWhatTheMoneyBuys) {
  Intervention const one{"a", "A", 0.1, 0, 0, 2000, 0};
  EXPECT_EQ(dose_bought(one, -5), 0);
  EXPECT_EQ(dose_bought(one, 0), 0);
  EXPECT_DOUBLE_EQ(dose_bought(one, 500), 0.25);
  EXPECT_EQ(dose_bought(one, 1e9), 1);
}

} // namespace
} // namespace likvard
