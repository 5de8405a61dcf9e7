#include "likvard/study/run.hpp"
#include "support/parameters.hpp"
#include "support/targets.hpp"

#include <gtest/gtest.h>

#include <cstring>

using namespace likvard;
using namespace likvard::test;

namespace {

Scenario targets_scenario() {
  Scenario s;
  s.title = "targets";
  s.replicates = 64;
  s.quantiles = {0.1, 0.9};
  s.policies = {policy(Linear{}, 0), policy(Linear{}, 0.1), policy(Label{0.2}, 0.2),
                policy(Power{1.7}, 0.15)};
  s.policies.back().largest_loss = 0.03;
  Parameters town = small_town();
  town.outcome.theta = NormalMixture{{0.5, 0.5}, {{0, 0.015}, {0.03, 0.02}}};
  town.outcome.curvature = Uniform{-1, 1};
  town.outcome.pass_through = Beta{3, 1.6};
  town.outcome.use_sd = 0.67;
  town.needs.front().lag = 1;
  auto const add = [&](char const* name) { s.points.push_back({name, {}, 0, town}); };
  add("rank, fixed totals");
  town.municipality.totals = Totals::free;
  town.municipality.sizes = SizeRule::quantiles;
  add("free totals");
  town.sorting.mechanism = Mechanism::dirichlet;
  add("dirichlet");
  town.sorting.mechanism = Mechanism::tilt;
  town.municipality.pupils = 9000;
  add("tilt, large units");
  town.sorting.mechanism = Mechanism::choice;
  town.municipality.pupils = 1200;
  town.sorting.strength = 1.0;
  town.sorting.targets.clear();
  add("choice");
  return s;
}

bool equal_bits(std::vector<double> const& a, std::vector<double> const& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

} // namespace

// Whatever vector units a processor has, the same scenario gives the same bits: every measure of every
// mechanism.
TEST(Targets, AStudyHasTheSameBitsOnEveryInstructionSet) {
  Scenario const s = targets_scenario();
  std::vector<Result> results;
  std::vector<std::string> names;
  on_every_target([&](std::string const& target) {
    results.push_back(run(s, {.threads = 1, .stop = nullptr, .on_progress = {}}));
    names.push_back(target);
  });
  ASSERT_GE(results.size(), 2U);
  for (std::size_t i = 1; i < results.size(); ++i) {
    EXPECT_TRUE(equal_bits(results[i].mean, results[0].mean)) << names[i];
    EXPECT_TRUE(equal_bits(results[i].variance, results[0].variance)) << names[i];
    EXPECT_TRUE(equal_bits(results[i].difference, results[0].difference)) << names[i];
    EXPECT_TRUE(equal_bits(results[i].standard_error, results[0].standard_error)) << names[i];
    EXPECT_TRUE(equal_bits(results[i].quantiles, results[0].quantiles)) << names[i];
  }
}
