// Keys of years, interventions, follow-up and power; the groups of the result file that hold them.
#include "likvard/io/result_file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/power.hpp"
#include "likvard/study/run.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

using namespace likvard;

namespace {

std::string const town =
    "format = 1\ntitle = \"t\"\n[run]\nreplicates = 128\nquantiles = []\n[municipality]\npupils = "
    "500\nunits = 5\n[sorting]\nmechanism = \"rank\"\nstrength = 0.3\n";
std::string const years = "[years]\ncount = 3\n";
std::string const two =
    "[[intervention]]\nname = \"a\"\neffect = 0.1\ncost = 2000\n[[intervention]]\nname = \"b\"\n"
    "effect = 0\ncost = 2000\nfade = 0.1\n";
std::string const one_policy = "[[policy]]\nname = \"p\"\nshares = [0.1]\n";

std::string all_problems(std::string const& text) {
  try {
    parse_scenario(text, "s.toml");
    return "";
  } catch (ScenarioError const& error) {
    std::string all;
    for (auto const& problem : error.problems()) all += problem + "\n";
    return all;
  }
}

void expect_problem(std::string const& text, std::string const& part) {
  EXPECT_NE(all_problems(text).find(part), std::string::npos) << all_problems(text) << " lacks: " << part;
}

} // namespace

TEST(ScenarioYears, KeysAreRead) {
  auto const s = parse_scenario(
      town +
          "[years]\ncount = 4\nturnover = 0.3\ndrift_sd = 0.5\ndrift_persistence = 0.9\nsize_sd = 0.02\n"
          "enrolment_response = 0.1\nprice_drift = 0.01\nbuild_up = 4\nfade = 0.1\nmeasured = "
          "0.3\nunit_year_sd = 0.04\n" +
          two +
          "[[follow_up]]\nname = \"n\"\nuse_gain = 0.05\n[[follow_up]]\nname = \"net\"\ntitle = "
          "\"Net\"\nrule = "
          "\"randomised\"\nsharing = \"network\"\nnetwork = 7\ntrial_years = 2\nadoption = 0.5\n" +
          one_policy +
          "[[policy]]\nname = \"q\"\nshares = [0.1, 0.2]\nintervention = \"b\"\npass_through = 1\n" +
          "[[policy]]\nname = \"r\"\nshares = [0.1]\nintervention = \"none\"\nfollow_up = [\"n\"]\n",
      "s.toml");
  auto const& y = s.points[0].parameters.all().years;
  EXPECT_EQ(s.years, 4U);
  EXPECT_EQ(y.count, 4U);
  EXPECT_EQ(y.turnover, 0.3);
  EXPECT_EQ(y.drift_sd, 0.5);
  EXPECT_EQ(y.drift_persistence, 0.9);
  EXPECT_EQ(y.size_sd, 0.02);
  EXPECT_EQ(y.enrolment_response, 0.1);
  EXPECT_EQ(y.price_drift, 0.01);
  EXPECT_EQ(y.build_up, 4U);
  EXPECT_EQ(y.fade, 0.1);
  EXPECT_EQ(y.measured, 0.3);
  EXPECT_EQ(y.unit_year_sd, 0.04);
  auto const& interventions = s.points[0].parameters.all().interventions;
  ASSERT_EQ(interventions.size(), 2U);
  EXPECT_EQ(interventions[1].name, "b");
  EXPECT_EQ(interventions[1].fade, 0.1);
  EXPECT_EQ(interventions[0].effect, 0.1);
  EXPECT_EQ(interventions[0].cost_sek, 2000);
  ASSERT_EQ(s.policies.size(), 6U);
  EXPECT_EQ(s.policies[1].name, "p_n");
  EXPECT_EQ(s.policies[1].follow_up.use_gain, 0.05);
  EXPECT_EQ(s.policies[2].name, "p_net");
  EXPECT_EQ(s.policies[2].title, "p; Net");
  EXPECT_EQ(s.policies[2].follow_up.rule, FollowUpRule::randomised);
  EXPECT_EQ(s.policies[2].follow_up.sharing, Sharing::network);
  EXPECT_EQ(s.policies[2].follow_up.network, 7U);
  EXPECT_EQ(s.policies[2].follow_up.trial_years, 2U);
  EXPECT_EQ(s.policies[2].follow_up.adoption, 0.5);
  EXPECT_EQ(s.policies[3].name, "q");
  EXPECT_EQ(s.policies[3].intervention, 1U);
  EXPECT_EQ(s.policies[3].pass_through, 1);
  EXPECT_EQ(s.policies[4].share, 0.2);
  EXPECT_TRUE(s.policies[5].plain_money);
  EXPECT_EQ(s.policies[5].name, "r");
}

TEST(ScenarioYears, WithoutYearsThereAreNone) {
  auto const s = parse_scenario(town + one_policy, "s.toml");
  EXPECT_EQ(s.years, 1U);
  EXPECT_FALSE(s.with_power);
  auto const result = run(s);
  EXPECT_TRUE(result.year.mean.empty());
  for (auto const& measure : result.measures) EXPECT_NE(measure.key, "money_change");
}

TEST(ScenarioYears, ContradictionsAreNamed) {
  expect_problem(town + two + one_policy,
                 "intervention (runs over years: years.count of 2 at least is wanted)");
  expect_problem(town + years + one_policy + "[[follow_up]]\nname = \"c\"\nrule = \"compare\"\n",
                 "there is no [[intervention]] to choose");
  expect_problem(town + years + two + one_policy +
                     "[[follow_up]]\nname = \"c\"\nrule = \"before_after\"\nsharing = \"network\"\n",
                 "rule 'before_after' has no use for it");
  expect_problem(town + years + two + one_policy +
                     "[[follow_up]]\nname = \"c\"\nrule = \"compare\"\nprior_sd = 0.2\n",
                 "has no use for it");
  expect_problem(town + years + two + one_policy +
                     "[[follow_up]]\nname = \"c\"\nrule = \"shrink\"\nnetwork = 4\n",
                 "needs sharing = 'network'");
  expect_problem(town + years + two + "[[policy]]\nname = \"p\"\nshares = [0.1]\nintervention = \"c\"\n",
                 "there is no such [[intervention]]");
  expect_problem(town + years + two + "[[policy]]\nname = \"p\"\nshares = [0.1]\nfollow_up = [\"weekly\"]\n",
                 "there is no such [[follow_up]]");
  expect_problem(town + years + "[[intervention]]\nname = \"none\"\neffect = 0\ncost = 1\n" + one_policy,
                 "choose another name");
  expect_problem(town + years + two + two + one_policy, "taken by an earlier one");
  expect_problem(town + "[years]\ncount = 41\n" + one_policy, "years.count = 41");
  expect_problem(town + one_policy + "[design.vary]\n\"years.count\" = [2, 3]\n", "is common to all points");
  expect_problem(town + one_policy + "[answer]\nmeasure = \"money_change\"\n", "is of several years");
  expect_problem(town + one_policy + "[power]\npooled = [1, 1]\n", "that increase are wanted");
  expect_problem(town + one_policy + "[power]\npooled = [1, 65]\n", "at most 64");
}

TEST(ScenarioYears, ResultsKeepEveryYearAndThePower) {
  auto const s = parse_scenario(
      town + years + one_policy + "[power]\nyears = 4\npooled = [1, 3]\neffect = 0.1\n", "s.toml");
  ASSERT_TRUE(s.with_power);
  Result result = run(s);
  result.power = run_power(s);
  ASSERT_EQ(result.year.mean.size(), 3 * result.mean.size());
  // The last year is the result itself.
  std::size_t const cells = result.mean.size();
  for (std::size_t i = 0; i < cells; ++i) {
    EXPECT_EQ(result.year.mean[2 * cells + i], result.mean[i]);
    EXPECT_EQ(result.year.difference_standard_error[2 * cells + i], result.difference_standard_error[i]);
  }
  auto const path = std::filesystem::path(testing::TempDir()) / "likvard-years.h5";
  write_result(path, result);
  Result const back = read_result(path);
  std::filesystem::remove(path);
  EXPECT_EQ(back.year.years, 3U);
  EXPECT_EQ(back.year.mean, result.year.mean);
  EXPECT_EQ(back.year.standard_error, result.year.standard_error);
  EXPECT_EQ(back.year.difference, result.year.difference);
  EXPECT_EQ(back.year.difference_standard_error, result.year.difference_standard_error);
  ASSERT_TRUE(back.power.has_value());
  EXPECT_EQ(back.power->power, result.power->power);
  EXPECT_EQ(back.power->standard_error, result.power->standard_error);
  EXPECT_EQ(back.power->pooled, result.power->pooled);
  EXPECT_EQ(back.power->policy, result.power->policy);
  EXPECT_EQ(back.power->years, 4U);
  EXPECT_EQ(back.power->effect, 0.1);
}
