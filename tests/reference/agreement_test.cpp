// The engine against the slow model, measure by measure.
#include "reference/reference.hpp"

#include "likvard/core/moments.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/model/replicate.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

using namespace likvard;
using namespace likvard::test;

namespace {

double uniform(Stream& stream, double low, double high) {
  return low + (high - low) * uniform01(stream);
}
std::uint32_t whole(Stream& stream, std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(uniform01(stream) * (high - low + 1));
}

/// A random small municipality, everything switched on or off by chance.
Parameters random_town(std::uint32_t set) {
  Stream stream({1234, 0, set}, Purpose::parameters);
  Parameters town = small_town();
  auto& m = town.municipality;
  m.units = whole(stream, 2, 5);
  m.pupils = m.units * whole(stream, 15, 30);
  m.sizes = uniform01(stream) < 0.5 ? SizeRule::equal : SizeRule::drawn;
  m.size_log_sd = uniform(stream, 0.1, 0.6);
  m.smallest_unit = 4;
  m.totals = uniform01(stream) < 0.7 ? Totals::fixed : Totals::free;
  m.adequate_per_pupil_sek = uniform01(stream) < 0.5 ? 0 : 105'000;
  town.background = two_by_two(uniform(stream, 0.2, 0.5), uniform(stream, 0.15, 0.4));
  town.background.need_group = whole(stream, 0, 1);
  town.sorting.mechanism = uniform01(stream) < 0.2 ? Mechanism::random : Mechanism::rank;
  town.sorting.strength =
      town.sorting.mechanism == Mechanism::rank ? std::optional(uniform(stream, 0.1, 0.8)) : std::nullopt;
  town.sorting.targets.clear();
  town.needs = {Need{}, Need{}, Need{}};
  for (auto& need : town.needs) {
    double const u = uniform01(stream);
    if (u > 0.7)
      need.marker = Member{whole(stream, 0, 1)};
    else if (u > 0.6)
      need.marker = Tail{uniform(stream, 0.1, 0.5), static_cast<double>(whole(stream, 0, 1))};
    else if (u > 0.5)
      need.marker = Tiers{{0.2, 0.6}, {2, 1, 0}};
    need.lag = whole(stream, 0, 2);
    need.years = whole(stream, 1, 3);
    if (uniform01(stream) < 0.3) need.missing = 0.15;
    if (uniform01(stream) < 0.3) need.smallest = 15;
    if (uniform01(stream) < 0.4) need.shrinkage = Shrinkage::empirical_bayes;
  }
  auto& o = town.outcome;
  o.theta = Uniform{-0.02, 0.08};
  o.effect_ratio = Uniform{0.8, 2};
  o.curvature = Uniform{-1, 1};
  o.pass_through = Uniform{0.3, 1};
  o.use_mean = Uniform{0.5, 1.5};
  o.use_sd = 0.67;
  o.peer = Uniform{0, 0.3};
  o.selection = Uniform{0, 0.4};
  o.dilution = Uniform{0, 0.02};
  o.carry = Uniform{0.2, 1};
  o.years = uniform(stream, 1, 6);
  return town;
}

std::vector<Policy> random_policies(std::uint32_t set) {
  Stream stream({1235, 0, set}, Purpose::parameters);
  std::vector<Response> const responses{Linear{},
                                        Threshold{1.0},
                                        Concentration{1.1, 0.65},
                                        Ramp{0.8, 1.5, 0.4, 0.9},
                                        Power{2},
                                        Quadratic{1.5},
                                        Bands{{0.7, 1.0, 1.3}, {0, 0.5, 1, 2}},
                                        Bands{{0.9}, {1, 2}, true},
                                        Brackets{{0.5, 1.2}, {1, 1.5, 3}, {4, 9}, {1, 2, 3}},
                                        Label{0.4}};
  std::vector<Policy> policies{Policy{.name = "per_head", .title = ""}};
  auto const any = [&] {
    return responses[whole(stream, 0, static_cast<std::uint32_t>(responses.size()) - 1)];
  };
  for (int i = 0; i < 3; ++i) {
    Policy policy = test::policy(any(), uniform(stream, 0.05, 0.3));
    policy.blocks.front().index = whole(stream, 0, 2);
    policy.blocks.front().raw = uniform01(stream) < 0.3;
    if (uniform01(stream) < 0.4) {
      policy.blocks.push_back(
          {.name = "second", .index = whole(stream, 0, 2), .response = any(), .part = 0.5});
      policy.blocks.back().least_share = 0.1;
      policy.blocks.back().least_pupils = 2;
    }
    policy.small_pupils = 25;
    if (i == 2) {
      policy.pot = Pot::open;
      policy.own_share = uniform01(stream) < 0.5;
      if (policy.own_share) policy.share = 0;
      policy.base_sek = 1'000;
      policy.lump_sek = 2'000;
      policy.small_sek = 3'000;
      for (auto& block : policy.blocks) block.rate_sek = uniform(stream, 50, 500);
    } else {
      policy.lump_share = 0.05;
      policy.small_share = 0.03;
    }
    if (uniform01(stream) < 0.4) policy.largest_loss = 0.05;
    if (uniform01(stream) < 0.3) policy.largest_gain = 0.1;
    if (uniform01(stream) < 0.3) policy.least = 0.93;
    if (uniform01(stream) < 0.3) policy.pace = 0.5;
    if (uniform01(stream) < 0.5) policy.reach = 0.5;
    policies.push_back(policy);
  }
  return policies;
}

/// Count, mean, variance and fourth moment of values kept one by one.
struct Sample {
  std::vector<double> values;
  double mean() const {
    double sum = 0;
    for (double x : values) sum += x;
    return sum / static_cast<double>(values.size());
  }
  double moment(int power) const {
    double const m = mean();
    double sum = 0;
    for (double x : values) sum += std::pow(x - m, power);
    return sum / static_cast<double>(values.size());
  }
};

/// z of two sample means, and of two sample variances (asymptotic variance of a variance: (μ₄ - σ⁴)/n).
/// Values that do not vary must agree to rounding.
void compare(Sample const& a, Sample const& b, std::string const& what) {
  double const va = a.moment(2), vb = b.moment(2), n = static_cast<double>(a.values.size()),
               k = static_cast<double>(b.values.size());
  double const scale = 1 + std::abs(a.mean());
  if (va < 1e-18 * scale * scale && vb < 1e-18 * scale * scale) {
    EXPECT_NEAR(a.mean(), b.mean(), 1e-9 * scale) << what;
    return;
  }
  double const z = (a.mean() - b.mean()) / std::sqrt(va / n + vb / k);
  EXPECT_LT(std::abs(z), z_bound()) << what << ": means " << a.mean() << " and " << b.mean();
  double const noise = (a.moment(4) - va * va) / n + (b.moment(4) - vb * vb) / k;
  // The law of a variance is near normal only where many values carry it: rare events are left to the means.
  double const kurtosis = std::max(a.moment(4) / (va * va), b.moment(4) / (vb * vb));
  if (kurtosis > 25 || !(noise > 0)) return;
  EXPECT_LT(std::abs(va - vb) / std::sqrt(noise), z_bound()) << what << ": variances " << va << " and " << vb;
}

void agree(std::uint32_t set, std::uint32_t replicates) {
  Parameters const town = random_town(set);
  auto const policies = random_policies(set);
  Plan const plan = make_plan(town, 1);
  auto const profiles = reference::make_profiles_of(town);
  Workspace work;
  std::vector<double> rows(policies.size() * measure_count);
  std::vector<Sample> ours(rows.size()), theirs(rows.size());
  for (std::uint32_t r = 0; r < replicates; ++r) {
    std::array<double, coefficient_count> u;
    Stream stream({77, set, r}, Purpose::parameters);
    for (double& x : u) x = uniform01(stream);
    simulate(plan, policies, {5, set, r}, u, {}, work, rows);
    auto const slow = reference::replicate(town, profiles, policies, {6, set, r});
    for (std::size_t m = 0; m < policies.size(); ++m)
      for (std::size_t k = 0; k < measure_count; ++k) {
        if (is_over_years(static_cast<Measure>(k))) continue;
        auto const found = slow[m].find(std::string(measure_table()[k].key));
        ASSERT_NE(found, slow[m].end()) << measure_table()[k].key << " has no reference";
        ours[m * measure_count + k].values.push_back(rows[m * measure_count + k]);
        theirs[m * measure_count + k].values.push_back(found->second);
      }
  }
  for (std::size_t m = 0; m < policies.size(); ++m)
    for (std::size_t k = 0; k < measure_count; ++k) {
      if (is_over_years(static_cast<Measure>(k))) continue;
      compare(ours[m * measure_count + k], theirs[m * measure_count + k],
              "set " + std::to_string(set) + ", policy " + std::to_string(m) + ", " +
                  std::string(measure_table()[k].key));
    }
}

} // namespace

TEST(Reference, AgreesOnAFewTowns) {
  for (std::uint32_t set = 0; set < 3; ++set) agree(set, 150);
}

TEST(SlowReference, AgreesOnManyTowns) {
  for (std::uint32_t set = 100; set < 130; ++set) agree(set, 600);
}

// Nothing left to chance: one composition (two profiles, sorted completely into two units of the right size),
// all parameters fixed, no unit effects. Every expected reading is the same number.
TEST(Reference, AgreesExactlyWhereNothingIsRandom) {
  Parameters town = small_town();
  town.municipality.sizes = SizeRule::equal;
  town.municipality.units = 2;
  town.municipality.pupils = 60;
  town.background.variables.resize(1);
  town.background.variables[0].shares = {0.5, 0.5};
  town.background.groups = {{"low", "", 0, {1}}};
  town.sorting.targets.clear();
  town.sorting.strength = 1 - 1e-12; // the ranking follows the score but for a trace
  town.outcome.unit_sd = 0;
  town.needs[0].marker = Member{0};
  std::vector<Policy> policies{Policy{.name = "per_head", .title = ""}, test::policy(Linear{}, 0.2),
                               test::policy(Power{2}, 0.1)};
  policies[1].largest_loss = 0.15;
  policies[2].reach = 0.3;
  Plan const plan = make_plan(town, 1);
  auto const profiles = reference::make_profiles_of(town);
  Workspace work;
  std::vector<double> rows(policies.size() * measure_count);
  std::array<double, coefficient_count> u;
  u.fill(0.5);
  simulate(plan, policies, {5, 0, 1}, u, {}, work, rows);
  auto const slow = reference::replicate(town, profiles, policies, {6, 0, 1});
  for (std::size_t m = 0; m < policies.size(); ++m)
    for (std::size_t k = 0; k < measure_count; ++k) {
      auto const measure = static_cast<Measure>(k);
      if (is_realised(measure) || is_over_years(measure)) continue;
      double const theirs = slow[m].at(std::string(measure_table()[k].key));
      EXPECT_NEAR(rows[m * measure_count + k], theirs, 1e-9 * (1 + std::abs(theirs)))
          << m << ' ' << measure_table()[k].key;
    }
}
