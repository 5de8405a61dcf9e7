#include "likvard/study/stopping.hpp"

#include "likvard/study/run.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <string_view>

using namespace likvard;
using namespace likvard::test;

namespace {

/// Two points, per head and two policies, two measures; every standard error 0.1 but one.
Result two_points() {
  Result r;
  r.points = {{}, {}};
  r.policy_name = {"per_head", "a", "b"};
  r.measures = {{"gap", "Gap", "SD", "lower", ""}, {"mean_outcome", "Mean", "SD", "higher", ""}};
  r.difference_standard_error.assign(12, 0.1);
  r.difference_standard_error[r.index(1, 2, 1)] = 0.3;
  return r;
}

PairedErrors errors_of(Result const& r, std::size_t point) {
  std::vector<std::string_view> measures;
  for (auto const& measure : r.measures) measures.push_back(measure.key);
  return {measures, std::span(r.difference_standard_error)
                        .subspan(r.index(point, 0, 0), r.policy_name.size() * measures.size())};
}

bool precise_at(Scenario const& s, Result const& r, std::size_t point) {
  return precise_enough(s.precision, errors_of(r, point));
}

Stopping stopping_of(Scenario const& s, Result const& r) {
  Stopping out(s.precision);
  for (std::size_t g = 0; g < r.points.size(); ++g) out.add(errors_of(r, g));
  return out;
}

std::string text_of(Scenario const& s, Result const& r) {
  return stopping_text(stopping_of(s, r), s.max_replicates, r.complete);
}

} // namespace

TEST(Stopping, EveryMeasureAtEveryPolicyCounts) {
  Scenario s;
  auto const r = two_points();
  EXPECT_TRUE(precise_at(s, r, 1)); // nothing is wanted
  EXPECT_EQ(text_of(s, r), "");
  s.precision = {{"gap", 0.1}, {"mean_outcome", 0.2}};
  EXPECT_TRUE(precise_at(s, r, 0));
  EXPECT_FALSE(precise_at(s, r, 1));
  auto const stopping = stopping_of(s, r);
  EXPECT_FALSE(stopping.reached());
  EXPECT_EQ(stopping.measures()[0].short_of, 0U);
  EXPECT_EQ(stopping.measures()[1].short_of, 1U);
  EXPECT_EQ(stopping.measures()[1].largest, 0.3);
  s.precision[1].standard_error = 0.3;
  EXPECT_TRUE(stopping_of(s, r).reached());
}

TEST(Stopping, SaysWhichEndedTheRun) {
  Scenario s;
  s.replicates = 128;
  s.max_replicates = 512;
  s.precision = {{"gap", 0.2}, {"mean_outcome", 0.2}};
  auto r = two_points();
  EXPECT_EQ(text_of(s, r), "the budget of 512 replicates a point ended the run before every precision was "
                           "reached; largest standard errors: gap 0.1 (0.2 wanted), mean_outcome 0.3 (0.2 "
                           "wanted; not reached at 1 of 2 points)");
  r.difference_standard_error.assign(12, 0.1);
  EXPECT_EQ(text_of(s, r).find("every precision was reached"), 0U);
  r.difference_standard_error[3] = NAN; // one block: nothing is known
  EXPECT_FALSE(precise_at(s, r, 0));
  r.complete = false;
  EXPECT_EQ(text_of(s, r).find("the run was interrupted"), 0U);
}

// A run goes on until the slower of two measures is there: alone each stops no later.
TEST(Stopping, ARunWaitsForTheSlowest) {
  Scenario s;
  s.replicates = 128;
  s.max_replicates = 8192;
  s.measures = {"gap", "mean_outcome"};
  s.policies = {policy(Linear{}, 0), policy(Linear{}, 0.1)};
  Parameters town = small_town();
  town.outcome.theta = Normal{0.03, 0.02};
  town.outcome.use_sd = 0.67;
  s.points.push_back({"town", {}, 0, town});
  auto const with = [&](std::vector<Precision> precision) {
    s.precision = std::move(precision);
    auto const r = run(s);
    EXPECT_EQ(stopping_of(s, r).reached(), r.replicates[0] < 8192 || precise_at(s, r, 0));
    return r.replicates[0];
  };
  auto const gap = with({{"gap", 1.5e-4}}), mean = with({{"mean_outcome", 2e-5}});
  EXPECT_NE(gap, mean) << "choose precisions that stop at different places";
  EXPECT_EQ(with({{"gap", 1.5e-4}, {"mean_outcome", 2e-5}}), std::max(gap, mean));
}
