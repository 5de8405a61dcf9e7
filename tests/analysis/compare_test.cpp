#include "likvard/analysis/compare.hpp"

#include "likvard/analysis/page_data.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/run.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace likvard;
using namespace likvard::test;

namespace {

/// One town; two models at two shares each, of which one gives by need and one to a fifth of the units.
Scenario two_models() {
  Scenario s;
  s.path = "s.toml";
  s.replicates = 1024;
  s.answer = {"gap", "linear", 0.1};
  s.policies = {policy(Linear{}, 0), policy(Linear{}, 0.1), policy(Linear{}, 0.2), policy(Label{0.2}, 0.1),
                policy(Label{0.2}, 0.2)};
  char const* name[] = {"per_head", "linear", "linear", "label", "label"};
  for (std::size_t m = 0; m < 5; ++m) s.policies[m].name = s.policies[m].title = name[m];
  Parameters town = small_town();
  town.outcome.theta = Normal{0.02, 0.03};
  town.outcome.peer = Uniform{0, 0.2};
  town.outcome.use_sd = 0.67;
  s.points.push_back({"town", {}, 0, town});
  s.compare.delta = 0.002;
  return s;
}

void expect_same_selection(Selection const& a, Selection const& b) {
  EXPECT_EQ(a.best, b.best);
  EXPECT_EQ(a.used, b.used);
  EXPECT_EQ(a.out, b.out);
  for (std::size_t i = 0; i < a.sample.size(); ++i) {
    EXPECT_EQ(a.sample[i].count, b.sample[i].count);
    EXPECT_EQ(a.sample[i].mean, b.sample[i].mean);
    EXPECT_EQ(a.sample[i].m2, b.sample[i].m2);
  }
}

std::string complaint(Scenario const& s) {
  try {
    select_policies(s);
  } catch (ScenarioError const& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST(Compare, ChoosesThePoliciesAskedFor) {
  auto s = two_models();
  EXPECT_EQ(compared_policies(s), (std::vector<std::size_t>{0, 1, 3})); // nearest to the answer's share
  s.compare.shares = {0.1, 0.2};
  EXPECT_EQ(compared_policies(s), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  s.compare.policies = {"label"};
  EXPECT_EQ(compared_policies(s), (std::vector<std::size_t>{0, 3, 4}));
  s.compare.policies = {"lable"};
  EXPECT_NE(complaint(s).find("did you mean 'label'?"), std::string::npos);
  s.compare = two_models().compare;
  s.compare.shares = {0.15};
  EXPECT_NE(complaint(s).find("no policy has the share 0.15"), std::string::npos);
}

TEST(Compare, RefusesWhatCannotBeCompared) {
  auto s = two_models();
  s.compare.measure = "money_cv";
  EXPECT_NE(complaint(s).find("neither higher nor lower is better"), std::string::npos);
  s.compare.measure = "gapp";
  EXPECT_NE(complaint(s).find("did you mean 'gap'?"), std::string::npos);
  s.compare.measure = "gap_horizon";
  EXPECT_NE(complaint(s).find("several years"), std::string::npos);
  s.compare.measure = "gap";
  s.compare.delta = 0;
  EXPECT_NE(complaint(s).find("compare.delta"), std::string::npos);
}

// Fixed batches: any number of threads makes the same choice of the same numbers; so do all four methods
// agree here, where one policy is far ahead.
TEST(Compare, SameBitsForAnyNumberOfThreads) {
  for (auto const* method : {"kn", "ocba", "gsp", "rinott"}) {
    auto s = two_models();
    s.compare.method = method;
    s.compare.shares = {0.1, 0.2};
    s.compare.delta = 0.01;
    auto const one = select_policies(s, {.threads = 1}), two = select_policies(s, {.threads = 2});
    ASSERT_EQ(one.size(), 1U);
    expect_same_selection(one[0].selection, two[0].selection);
    EXPECT_EQ(one[0].failures, 0U);
    EXPECT_EQ(one[0].selection.end, SelectionEnd::decided) << method;
  }
}

// An observation of KN is the mean of a run's block: over the first stage the chosen policy's mean is a
// run's.
TEST(Compare, AnObservationIsABlockOfARun) {
  auto s = two_models();
  s.compare.delta = 10; // decided after the first stage
  s.compare.first = 16;
  auto const chosen = select_policies(s)[0].selection;
  s.measures = {"gap"};
  auto const result = run(s);
  for (std::size_t i = 0; i < 3; ++i) {
    std::size_t const m = std::vector<std::size_t>{0, 1, 3}[i];
    EXPECT_NEAR(-chosen.sample[i].mean, result.mean[m], 1e-12); // lower is better: the sign is turned
    EXPECT_NEAR(chosen.sample[i].standard_error(), result.standard_error[m], 1e-12);
  }
}

TEST(Compare, ADecisionAgreesWithTheRun) {
  auto s = two_models();
  s.compare.pareto = {"gap", "money_cv", "mean_outcome"};
  auto const d = decide(s, {.threads = 1});
  ASSERT_TRUE(d);
  auto const again = decide(s, {.threads = 2});
  EXPECT_EQ(d->evpi, again->evpi);
  EXPECT_EQ(d->regret, again->regret);
  EXPECT_EQ(d->front, again->front);
  EXPECT_EQ(d->policy, (std::vector<std::uint64_t>{0, 1, 3}));
  EXPECT_EQ(d->parameter, (std::vector<std::string>{"outcome.theta", "outcome.peer"}));
  s.measures = {"gap", "money_cv", "mean_outcome"};
  auto const result = run(s);
  std::vector<std::string> const keys{"gap", "money_cv", "mean_outcome"};
  double least = INFINITY;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t q = 0; q < 3; ++q)
      for (std::size_t k = 0; k < 3; ++k)
        if (result.measures[k].key == keys[q])
          EXPECT_NEAR(d->objective_mean[i * 3 + q], result.mean[result.index(0, d->policy[i], k)], 1e-10);
    EXPECT_NEAR(d->mean[i], d->objective_mean[i * 3], 1e-12); // summed in another order
    EXPECT_NEAR(d->behind[i], d->mean[i] - d->mean[d->best[0]], 1e-12);
    EXPECT_GE(d->high_regret[i], 0);
    EXPECT_GE(d->largest_regret[i], d->high_regret[i]);
    least = std::min(least, d->mean[i]);
  }
  EXPECT_EQ(d->mean[d->best[0]], least);
  EXPECT_EQ(d->regret[d->best[0]], d->evpi[0]);
  EXPECT_EQ(d->front[0], 1); // per head: no spread of money at all
  EXPECT_NEAR(d->probability[0] + d->probability[1] + d->probability[2], 1, 1e-12);
  // Money that works or does harm decides; whom a pupil goes to school with does not change the choice.
  EXPECT_GT(d->evppi[0], 5 * d->evppi_se[0]);
  EXPECT_LT(std::abs(d->evppi[1]), 0.2 * d->evppi[0]);
}

TEST(Compare, AnInterruptionIsTold) {
  std::atomic<bool> const stop{true};
  EXPECT_TRUE(select_policies(two_models(), {.stop = &stop}).empty());
  EXPECT_FALSE(decide(two_models(), {.stop = &stop}));
}

TEST(Compare, ThePageCarriesTheDecision) {
  auto s = two_models();
  s.replicates = 256;
  auto result = run(s);
  EXPECT_EQ(page_data(result).find("\"decision\""), std::string::npos);
  result.decision = decide(s);
  auto const data = nlohmann::json::parse(page_data(result))["decision"];
  EXPECT_EQ(data["measure"], "gap");
  ASSERT_EQ(data["regret"].size(), 3U);
  // Numbers of the page carry 9 digits.
  EXPECT_NEAR(data["evpi"][0].get<double>(), result.decision->evpi[0],
              1e-8 * std::abs(result.decision->evpi[0]));
  EXPECT_EQ(data["everywhere"].size(), 3U);
}
