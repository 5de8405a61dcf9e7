// The fifteen answers, from made-up results with known numbers.
#include "likvard/analysis/page_data.hpp"
#include "likvard/analysis/questions.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

using namespace likvard;

namespace {

/// One municipality of two units, per head, a linear model at two shares and a threshold; every measure given
/// is `values[k][policy]`.
Result one_town() {
  Result r;
  r.title = "A town";
  r.answer = {"not_qualified_gap", "linear", 0.1, 500'000};
  Point p;
  p.name = "Town";
  p.parameters.pupils = 1000;
  p.parameters.units = 2;
  p.parameters.budget_per_pupil_sek = 100'000;
  r.points = {p};
  r.policy_name = {"per_head", "linear", "linear", "threshold"};
  r.policy_title = {"Per head", "Linear", "Linear", "Above the mean"};
  r.policy_share = {0, 0.1, 0.2, 0.1};
  std::vector<std::pair<MeasureInfo, std::vector<double>>> const table{
      {{"not_qualified_gap", "Gap in the share not qualified", "pp", "lower", ""}, {18, 17.5, 17, 17.4}},
      {{"variance_ratio_z", "z", "1", "none", ""}, {5, 5, 5, 5}},
      {{"dissimilarity", "D", "1", "none", ""}, {0.3, 0.3, 0.3, 0.3}},
      {{"dissimilarity_by_chance", "E[D]", "1", "none", ""}, {0.05, 0.05, 0.05, 0.05}},
      {{"eps2", "eps2", "1", "none", ""}, {0.1, 0.1, 0.1, 0.1}},
      {{"share_moved", "moved", "%", "none", ""}, {0, 2, 4, 3}},
      {{"share_moved_noise", "noise", "%", "none", ""}, {0, 0.5, 1, 1}},
      {{"top_unit", "top", "%", "none", ""}, {0, 8, 16, 20}},
      {{"bottom_unit", "bottom", "%", "none", ""}, {0, -4, -8, -5}},
      {{"pupils_losing", "losing", "%", "none", ""}, {0, 60, 60, 60}},
      {{"pupils_gaining", "gaining", "%", "none", ""}, {0, 40, 40, 40}},
      {{"largest_loss_sek", "loss", "SEK", "none", ""}, {0, 4000, 8000, 5000}}};
  r.measures.reserve(table.size());
  for (auto const& [info, values] : table) r.measures.push_back(info);
  std::size_t const K = table.size(), M = r.policy_name.size();
  r.replicates = {1024};
  r.degrees_of_freedom = {1e9};
  for (auto* array : {&r.mean, &r.variance, &r.standard_error, &r.difference, &r.difference_variance,
                      &r.difference_standard_error})
    array->assign(M * K, 0.0);
  for (std::size_t m = 0; m < M; ++m)
    for (std::size_t k = 0; k < K; ++k) {
      r.mean[m * K + k] = table[k].second[m];
      r.difference[m * K + k] = table[k].second[m] - table[k].second[0];
      r.difference_standard_error[m * K + k] = m > 0 ? 0.01 : 0;
    }
  r.quantile_levels = {0.05, 0.95};
  r.quantiles.assign(2 * M * K, 0.0);
  r.difference_quantiles.assign(2 * M * K, -1.0);
  for (std::size_t i = M * K; i < 2 * M * K; ++i) r.difference_quantiles[i] = 0.25;
  r.units = {{{"North", "South"}, {400, 600}, {1.5, 0.67}, {1, 1, 1.09, 0.94, 1.18, 0.88, 1.15, 0.9}}};
  return r;
}

QuestionAnswer asked(Result const& r, int number) {
  return answer_questions(r, question_point(r)).at(static_cast<std::size_t>(number) - 1);
}

bool has(std::string const& text, std::string const& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST(Questions, AreFifteenInBothLanguages) {
  auto const all = answer_questions(one_town(), 0);
  ASSERT_EQ(all.size(), 15U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].number, static_cast<int>(i) + 1);
    for (auto const& text : {all[i].question.en, all[i].question.sv, all[i].answer.en, all[i].answer.sv}) {
      EXPECT_FALSE(text.empty()) << all[i].key;
      EXPECT_FALSE(has(text, "{}") || has(text, "nan") || has(text, "@")) << text;
    }
    EXPECT_EQ(all[i].simulated, !has(all[i].answer.en, "Not simulated")) << all[i].key;
    EXPECT_TRUE(all[i].simulated || !all[i].hint.sv.empty()) << all[i].key;
    EXPECT_EQ(all[i].simulated, !all[i].numbers.empty()) << all[i].key;
  }
}

TEST(Questions, ChanceTurnsWithZ) {
  auto r = one_town();
  EXPECT_TRUE(has(asked(r, 1).answer.en, "Yes: more than chance")) << asked(r, 1).answer.en;
  for (std::size_t m = 0; m < 4; ++m) r.mean[m * r.measures.size() + 1] = 1.2;
  EXPECT_TRUE(has(asked(r, 1).answer.sv, "Nej: skillnaderna kan inte skiljas från slump"));
}

// 2 % of 100 million is 2 million, four posts of 500,000; 8 % of 100,000 is 8,000 kronor.
TEST(Questions, SharesAreToldInKronorAndPosts) {
  auto const q = asked(one_town(), 2);
  EXPECT_TRUE(has(q.answer.en,
                  "10 % given out by need: 2.000 % of the budget changes place (2.0 million kronor a year, ≈ "
                  "4.0 full-time teaching posts)"))
      << q.answer.en;
  EXPECT_TRUE(has(q.answer.sv, "2,0 miljoner kronor om året, ≈ 4,0 heltidstjänster")) << q.answer.sv;
  EXPECT_TRUE(has(q.answer.en, "+8.000 % (8\u00a0000 kronor per pupil)")) << q.answer.en;
  auto r = one_town();
  r.answer.post_sek = 0;
  EXPECT_FALSE(has(asked(r, 2).answer.en, "posts)"));
}

// North: .09 x 400 x 100,000 = 3.6 million = 7.2 posts.
TEST(Questions, WinnersAreNamed) {
  auto const q = asked(one_town(), 4);
  EXPECT_TRUE(has(q.answer.en,
                  "most to North +3\u00a0600\u00a0000 kr (+7.2); most from South −3\u00a0600\u00a0000 kr "
                  "(−7.2)"))
      << q.answer.en;
}

// .6 against .5 at ±.0196 each: apart. At .51 they are not.
TEST(Questions, ModelsAreOrderedByTheMeasuresDirection) {
  auto r = one_town();
  auto q = asked(r, 6);
  EXPECT_LT(q.answer.en.find("Above the mean"), q.answer.en.find("Linear")) << q.answer.en;
  EXPECT_TRUE(has(q.answer.en, "more than the simulation's noise"));
  r.difference[3 * r.measures.size()] = -0.51;
  EXPECT_TRUE(has(asked(r, 6).answer.en, "within the simulation's noise"));
}

// A z test of power .5 at 5 % has δ = 1.96 (its other tail aside); .8 takes 2.80: the smallest effect
// is 2.80/1.96 of the one held true.
TEST(Questions, SmallestEffectSeenFollowsFromPower) {
  auto r = one_town();
  EXPECT_TRUE(has(asked(r, 11).hint.en, "add a table [power]"));
  EXPECT_TRUE(has(asked(r, 11).answer.en, "not settled by what is known"));
  r.power = PowerResult{"Linear", 0.1, 0.05, 0.05, 0.8, 2, 3, {1}, {0.2, 0.5}, {0.01, 0.01}};
  auto const q = asked(r, 11);
  EXPECT_TRUE(
      has(q.answer.en, "alone: 50.0 ± 2.0 % chance after 2 years, 80 % chance is not reached in 2 years"))
      << q.answer.en;
  auto const effect = std::find_if(q.numbers.begin(), q.numbers.end(),
                                   [](AnswerNumber const& n) { return has(n.what, "smallest effect"); });
  ASSERT_NE(effect, q.numbers.end());
  EXPECT_NEAR(effect->value, 0.05 * 2.8016 / 1.9600, 2e-4);
}

TEST(Questions, WhatWasNotRunIsSaidToBe) {
  auto r = one_town();
  r.replicates = {0};
  for (auto const& q : answer_questions(r, 0)) EXPECT_FALSE(q.simulated);
  r = one_town();
  r.answer.policy = "nobody";
  for (auto const& q : answer_questions(r, 0)) EXPECT_EQ(q.simulated, q.number == 1) << q.key;
}

TEST(Questions, StandInThePagesData) {
  auto const data = nlohmann::json::parse(page_data(one_town()));
  ASSERT_EQ(data["questions"].size(), 15U);
  EXPECT_EQ(data["questions"][0]["key"], "chance");
  EXPECT_TRUE(data["questions"][1]["numbers"].size() > 3);
}
