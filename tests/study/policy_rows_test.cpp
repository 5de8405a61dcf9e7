#include "likvard/study/policy_rows.hpp"

#include "likvard/core/moments.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/run.hpp"
#include "support/parameters.hpp"

#include <boost/math/distributions/normal.hpp>
#include <gtest/gtest.h>

#include <algorithm>

using namespace likvard;
using namespace likvard::test;

namespace {

Scenario one_town() {
  Scenario s;
  s.replicates = 128;
  s.quantiles.clear();
  s.measures = {"gap", "mean_outcome"};
  s.policies = {policy(Linear{}, 0), policy(Linear{}, 0.1), policy(Label{0.2}, 0.2)};
  Parameters town = small_town();
  town.outcome.theta = Normal{0.03, 0.02};
  town.outcome.use_sd = 0.67;
  s.points.push_back({"town", {}, 0, town});
  return s;
}

} // namespace

// The rows of the blocks are the run's replicates: their means are the run's to the last digits, and a
// policy's row is the same whichever policies stand beside it.
TEST(PolicyRows, AreTheRunsReplicates) {
  auto const s = one_town();
  auto const result = run(s);
  Plan const plan = plan_of_point(s, 0);
  std::vector<std::size_t> const measures{
      static_cast<std::size_t>(Measure::mean_outcome), // in the table's order
      static_cast<std::size_t>(Measure::gap)};
  std::vector<Policy> const some{s.policies[0], s.policies[2]};
  RowTask const all_task{&plan, &s.policies, &measures, s.seed, 0, 0},
      some_task{&plan, &some, &measures, s.seed, 0, 0};
  BlockWorkspace work;
  std::vector<Moments> moments(6);
  for (std::uint32_t b = 0; b < 2; ++b) {
    auto const all = rows_of_block(all_task, b, work), few = rows_of_block(some_task, b, work);
    ASSERT_EQ(all.count, block_size);
    ASSERT_EQ(all.parameter.size(), block_size * coefficient_count);
    EXPECT_EQ(all.parameter, few.parameter);
    for (std::size_t r = 0; r < all.count; ++r) {
      for (std::size_t i = 0; i < 6; ++i) moments[i].add(all.value[r * 6 + i]);
      for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(all.value[r * 6 + k], few.value[r * 4 + k]);
        EXPECT_EQ(all.value[r * 6 + 4 + k], few.value[r * 4 + 2 + k]);
      }
    }
  }
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(moments[i].mean, result.mean[i], 1e-12);
}

TEST(PolicyRows, DrawTheUncertainParametersFromTheirPriors) {
  auto const s = one_town();
  EXPECT_EQ(uncertain_coefficients(s.points[0].parameters.all().outcome), (std::vector<std::size_t>{0}));
  EXPECT_EQ(coefficient_keys()[0], "outcome.theta");
  EXPECT_EQ(coefficient_keys()[8], "outcome.carry");
  Plan const plan = plan_of_point(s, 0);
  std::vector<std::size_t> const measures{static_cast<std::size_t>(Measure::gap)};
  BlockWorkspace work;
  auto const rows = rows_of_block({&plan, &s.policies, &measures, s.seed, 0, 0}, 0, work);
  // A Latin hypercube: one draw in each 64th of the prior.
  std::vector<bool> stratum(block_size);
  boost::math::normal_distribution<> const law(0.03, 0.02);
  for (std::size_t r = 0; r < rows.count; ++r)
    stratum[static_cast<std::size_t>(block_size * cdf(law, rows.parameter[r * coefficient_count]))] = true;
  EXPECT_EQ(std::count(stratum.begin(), stratum.end(), true), block_size);
}

TEST(PolicyRows, APointThatCannotBeMadeIsTheUsersError) {
  auto s = one_town();
  Parameters unreachable = s.points[0].parameters.all();
  unreachable.sorting.targets[0].value = 0.99;
  s.points = {{"town", {}, 0, unreachable}};
  EXPECT_THROW(plan_of_point(s, 0), ScenarioError);
}
