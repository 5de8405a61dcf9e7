#include "likvard/model/realised.hpp"

#include "likvard/model/normal.hpp"
#include "support/parameters.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace likvard;
using namespace likvard::test;

namespace {

/// Three units, four profiles, effects of a policy that moves money.
struct DrawnTown {
  Outcome outcome = plain_outcome();
  Profiles profiles = make_profiles(two_by_two(), 0.156);
  PupilModel model = make_pupil_model(outcome, profiles);
  Counts n{3, 4};
  std::vector<double> effect{0.01, 0.02, -0.03, -0.04, 0.05, 0.08};
  OutcomeBase base;
  PupilLuck luck;
  DrawnTown() {
    n << 30, 10, 20, 5, 40, 0, 10, 3, 12, 9, 14, 22;
    make_outcome_base(model, profiles, n, std::vector<double>{-0.2, 0.1, 0.3}, base);
  }
  std::array<double, measure_count> measured(double carry) {
    std::array<double, measure_count> row{};
    double const variance = measure_outcome(model, outcome, carry, profiles, n, base, effect, {}, row);
    measure_realised(model, outcome, carry, profiles, n, base, luck, effect, variance, row);
    return row;
  }
};

} // namespace

// The slow reading: every cell's count moved by its own change of chance, every unit's mean with its noise.
TEST(Realised, AgreesWithTheObviousReading) {
  DrawnTown town;
  for (std::uint32_t r = 0; r < 20; ++r) {
    draw_pupil_luck(town.model, town.outcome, town.n, town.base, {31, 0, r}, town.luck);
    double const carry = 0.7, sigma = town.model.sigma;
    auto const row = town.measured(carry);
    auto const value = [&](Measure m) { return row[static_cast<std::size_t>(m)]; };
    std::array<double, 2> pupils{}, noise{}, below{};
    double low = 1e9, high = -1e9;
    for (int s = 0; s < 3; ++s) {
      double size = 0, sum = 0;
      std::array<double, 2> of_group{};
      for (int p = 0; p < 4; ++p) {
        std::size_t const g = town.profiles.needy[p];
        double const k = town.n(s, p), start = town.base.mean(s, p) + town.luck.cohort,
                     shift = carry * town.effect[2 * s + g];
        double const before = normal_cdf((town.model.threshold - start) / sigma),
                     after = normal_cdf((town.model.threshold - start - shift) / sigma);
        EXPECT_NEAR(town.luck.chance(s, p), before, 1e-15);
        below[g] += move_count(town.n(s, p), town.luck.below(s, p), before, after, town.luck.u(s, p));
        size += k;
        of_group[g] += k;
        sum += k * (town.base.mean(s, p) + shift);
      }
      for (std::size_t g = 0; g < 2; ++g) {
        pupils[g] += of_group[g];
        noise[g] += of_group[g] * town.luck.mean_noise[2 * s + g];
        sum += of_group[g] * town.luck.mean_noise[2 * s + g];
      }
      low = std::min(low, sum / size);
      high = std::max(high, sum / size);
    }
    EXPECT_NEAR(value(Measure::gap_realised),
                value(Measure::gap) + noise[0] / pupils[0] - noise[1] / pupils[1], 1e-12);
    EXPECT_NEAR(value(Measure::not_qualified_realised), 100 * (below[0] + below[1]) / 175, 1e-12);
    EXPECT_NEAR(value(Measure::not_qualified_gap_realised),
                100 * (below[1] / pupils[1] - below[0] / pupils[0]), 1e-12);
    EXPECT_NEAR(value(Measure::largest_unit_difference_realised), 70 * (high - low), 1e-10);
    EXPECT_NEAR(value(Measure::largest_unit_difference_chance),
                70 * (high - low) - value(Measure::largest_unit_difference), 1e-10);
  }
}

// Noise of the means, N(0, σ²/n); the year's shock, N(0, .07²); counts binomial; and no two of them made of
// the same random numbers.
TEST(Realised, LuckHasTheLawsStatedAndItsPartsAreIndependent) {
  DrawnTown town;
  town.outcome.cohort_sd = 0;
  Moments noise, count, together, groups;
  for (std::uint32_t r = 0; r < 20'000; ++r) {
    draw_pupil_luck(town.model, town.outcome, town.n, town.base, {32, 0, r}, town.luck);
    double const z = town.luck.mean_noise[0] * std::sqrt(40.0) / town.model.sigma;
    double const p = town.luck.chance(0, 0),
                 c = (town.luck.below(0, 0) - 30 * p) / std::sqrt(30 * p * (1 - p));
    noise.add(z * z);
    count.add(c * c);
    together.add(z * c);
    groups.add(z * town.luck.mean_noise[1]);
    // Of the purpose's own stream: ziggurat and binomial numbers of the same words would not show it.
    Stream stream({32, 0, r}, Purpose::cell_count, 0);
    ASSERT_EQ(town.luck.below(0, 0), binomial(stream, 30, p));
  }
  EXPECT_TRUE(mean_agrees(noise, 1));
  EXPECT_TRUE(mean_agrees(count, 1));
  EXPECT_TRUE(mean_agrees(together, 0));
  EXPECT_TRUE(mean_agrees(groups, 0));
  town.outcome.cohort_sd = 0.07;
  Moments shock;
  for (std::uint32_t r = 0; r < 5'000; ++r) {
    draw_pupil_luck(town.model, town.outcome, town.n, town.base, {33, 0, r}, town.luck);
    shock.add(town.luck.cohort * town.luck.cohort);
  }
  EXPECT_TRUE(mean_agrees(shock, 0.07 * 0.07));
}

// An empty group has no gap and no noise.
TEST(Realised, AnEmptyGroupGivesZeroGaps) {
  DrawnTown town;
  town.n << 30, 10, 0, 0, 40, 5, 0, 0, 12, 9, 0, 0;
  make_outcome_base(town.model, town.profiles, town.n, std::vector<double>{0, 0, 0}, town.base);
  draw_pupil_luck(town.model, town.outcome, town.n, town.base, {34, 0, 0}, town.luck);
  auto const row = town.measured(1);
  for (double v : row) EXPECT_TRUE(std::isfinite(v));
  EXPECT_EQ(row[static_cast<std::size_t>(Measure::gap_realised)], 0);
  EXPECT_EQ(row[static_cast<std::size_t>(Measure::not_qualified_gap_realised)], 0);
  EXPECT_EQ(town.luck.mean_noise[1], 0);
}
