#include "likvard/analysis/page_data.hpp"
#include "likvard/analysis/report.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

using namespace likvard;

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Two points, per head and one policy at two shares, one measure.
Result made_up() {
  Result r;
  r.title = "A study";
  r.answer = {"not_qualified_gap", "linear", 0.1};
  r.axes = {"pupils"};
  r.levels = {{"pupils", {"few", "many"}}};
  for (auto const* size : {"few", "many"}) {
    Point p;
    p.name = size;
    p.at = {{"pupils", size}};
    p.parameters.budget_per_pupil_sek = 100'000;
    r.points.push_back(p);
  }
  r.policy_name = {"per_head", "linear", "linear"};
  r.policy_title = {"Per head", "In proportion to need", "In proportion to need"};
  r.policy_share = {0, 0.1, 0.2};
  r.measures = {{"not_qualified_gap", "Gap in the share not qualified", "pp", "lower", "d"}};
  r.replicates = {128, 128};
  r.degrees_of_freedom = {1e9, 1e9}; // the normal's 1.96
  r.mean = {18, 17.99, 17.98, 18, 17.8, 17.6};
  r.variance = r.standard_error = {1, 1, 1, 1, 1, 1};
  r.difference = {0, -0.01, -0.02, 0, -0.2, -0.4};
  r.difference_variance = {0, 1, 1, 0, 1, 1};
  r.difference_standard_error = {0, 0.02, 0.02, 0, 0.01, 0.01};
  r.quantile_levels = {0.05, 0.95};
  r.quantiles.assign(12, 0);
  r.difference_quantiles = {0, -0.5, -1, 0, -0.6, -1.2, 0, 0.4, 0.8, 0, 0.1, 0.2};
  r.units.resize(2);
  return r;
}

nlohmann::json data_of(Result const& r) {
  return nlohmann::json::parse(page_data(r));
}

} // namespace

// 0.2 ± 1.96·0.01; the small municipality's 0.01 ± 0.039 cannot be told from nothing.
TEST(AnswerText, ContrastsTheEndsOfTheFirstAxis) {
  EXPECT_EQ(answer_text(made_up()),
            "With 10 % of the budget given out by need (“In proportion to need”), the "
            "gap in the share not qualified falls by 0.200 "
            "percentage points (95 % Monte Carlo interval 0.180 to 0.220) with many "
            "pupils; with few pupils it does not detectably change "
            "(−0.010, −0.049 to +0.029). Over the uncertain assumptions and chance, "
            "90 % of simulated municipalities with many pupils see a "
            "change between −0.60 and +0.10 percentage points: so whether the effect "
            "is there at all is not settled by what is known about money in "
            "schools.");
}

// 0.03 ± 1.96·0.02 holds zero; 0.05 does not.
TEST(AnswerText, AChangeIsSettledOutsideItsInterval) {
  auto r = made_up();
  r.difference[1] = -0.03;
  EXPECT_NE(answer_text(r).find("few pupils it does not detectably change"), std::string::npos)
      << answer_text(r);
  r.difference[1] = -0.05;
  EXPECT_NE(answer_text(r).find("few pupils it falls by 0.050"), std::string::npos) << answer_text(r);
}

TEST(AnswerText, SaysWhenTheDirectionHolds) {
  auto r = made_up();
  r.difference_quantiles[6 + 4] = -0.05;
  EXPECT_NE(answer_text(r).find("the direction holds throughout"), std::string::npos);
}

TEST(AnswerText, NamesAnInterruptedRunAndAnEmptyOne) {
  auto r = made_up();
  r.complete = false;
  EXPECT_EQ(answer_text(r).find("(The run was interrupted"), 0U);
  r.replicates = {0, 0};
  for (auto* array : {&r.mean, &r.difference, &r.difference_standard_error}) array->assign(6, nothing);
  EXPECT_NE(answer_text(r).find("No replicate was finished"), std::string::npos);
}

TEST(AnswerText, WorksWithoutQuantilesAxesOrPolicies) {
  auto r = made_up();
  r.quantile_levels.clear();
  EXPECT_NE(answer_text(r).find("was not recorded"), std::string::npos);
  r.axes.clear();
  r.levels.clear();
  EXPECT_NE(answer_text(r).find("with many, where it changes most"), std::string::npos) << answer_text(r);
  r.answer.policy = "";
  EXPECT_NE(answer_text(r).find("compares no policy"), std::string::npos);
}

TEST(PageData, CarriesTheNumbers) {
  auto const r = made_up();
  auto const data = data_of(r);
  for (std::size_t i = 0; i < r.mean.size(); ++i) {
    EXPECT_DOUBLE_EQ(data["mean"][i], r.mean[i]);
    EXPECT_DOUBLE_EQ(data["difference"][i], r.difference[i]);
    EXPECT_DOUBLE_EQ(data["difference_high"][i], r.difference_quantiles[6 + i]);
  }
  EXPECT_EQ(data["answer"], answer_text(r));
  EXPECT_NEAR(data["points"][0]["t"].get<double>(), 1.959964, 1e-5);
}

TEST(PageData, WhatWasNotRunIsNull) {
  auto r = made_up();
  r.difference[1] = nothing;
  r.degrees_of_freedom[0] = 0;
  auto const data = data_of(r);
  EXPECT_TRUE(data["difference"][1].is_null());
  EXPECT_TRUE(data["points"][0]["t"].is_null());
  EXPECT_TRUE(data["units"][0].is_null());
}

// Names from files must not become markup, nor end the script that holds them; broken UTF-8 must not end the
// page.
TEST(PageData, HostileNamesStayTexts) {
  auto r = made_up();
  std::string const evil = "</script><b onload=alert(1)>{{data}}&amp;";
  auto points = r.points.list();
  r.title = points[0].name = r.policy_title[1] = r.scenario_text = evil;
  r.points = points;
  r.units[0] = {{evil, "\xFF\xFE"}, {1, 2}, {1, 1}, {1, 1, 1, 1, 1, 1}};
  std::string const data = page_data(r);
  EXPECT_EQ(data.find('<'), std::string::npos);
  auto const parsed = nlohmann::json::parse(data);
  EXPECT_EQ(parsed["title"], evil);
  EXPECT_EQ(parsed["units"][0]["name"][0], evil);
#ifdef LIKVARD_PAGE
  std::string const page = make_report(r);
  EXPECT_EQ(page.find("<b onload"), std::string::npos);
#endif
}

#ifdef LIKVARD_PAGE
TEST(Page, IsWholeAndLoadsNothing) {
  std::string const page = make_report(made_up());
  EXPECT_EQ(page.find("<!DOCTYPE html>"), 0U);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  for (auto const* loading : {"<link", "src=\"http", "href=\"http", "@import", "<img"})
    EXPECT_EQ(page.find(loading), std::string::npos) << loading;
  for (auto const* placeholder :
       {"{{page.css}}", "{{d3}}", "{{plot}}", "{{data}}", "{{base.js}}", "{{decision.js}}", "{{licences}}",
        "{{head.html}}", "{{foot.html}}", "{{end.html}}"})
    EXPECT_EQ(page.find(placeholder), std::string::npos) << placeholder;
  auto const ends = [](std::string const& text) {
    std::size_t count = 0;
    for (std::size_t at = text.find("</script>"); at != std::string::npos;
         at = text.find("</script>", at + 1))
      ++count;
    return count;
  };
  // As many as the templates have: nothing inlined ends early.
  std::size_t wanted = 0;
  for (auto const* part : {"page", "head", "foot", "end"}) {
    std::ifstream in(std::string(LIKVARD_SOURCE_DIR "/analysis/page/") + part + ".html");
    wanted += ends({std::istreambuf_iterator<char>(in), {}});
  }
  EXPECT_GT(wanted, 15U);
  EXPECT_EQ(ends(page), wanted);
}
#endif

TEST(AnswerText, AVariedKeyReadsAsASetting) {
  auto r = made_up();
  r.axes = {"need.years"};
  r.levels = {{"need.years", {"few", "many"}}};
  auto points = r.points.list();
  points[0].at = {{"need.years", "few"}};
  points[1].at = {{"need.years", "many"}};
  r.points = points;
  EXPECT_NE(answer_text(r).find("with need.years = many; with need.years = few it"), std::string::npos)
      << answer_text(r);
}
