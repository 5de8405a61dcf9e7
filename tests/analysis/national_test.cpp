// National tables, matching of need, decompositions and verdicts against hand-worked values and closed forms.
#include "likvard/analysis/detail/verdict_kinds.hpp"
#include "likvard/analysis/national_gap.hpp"
#include "likvard/analysis/national_statistics.hpp"
#include "likvard/analysis/need_matching.hpp"
#include "likvard/analysis/state_grant.hpp"
#include "likvard/analysis/verdict.hpp"
#include "likvard/analysis/verdict_beside.hpp"
#include "likvard/core/random.hpp"
#include "likvard/study/backcast.hpp"
#include "likvard/study/ensemble.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

using namespace likvard;

TEST(NeedMatching, BestShareIsWhereTheLossIsLeast) {
  IndexSpread const spread{1000, 0.04, 0.03};
  EXPECT_NEAR(best_share(spread, 0.2), 0.15, 1e-15);      // β c/v
  EXPECT_NEAR(matching_gain(spread, 0.2), 0.0009, 1e-15); // β² c²/v
  auto const loss = [&](double w) { return w * w * spread.seen - 2 * w * 0.2 * spread.joint; };
  EXPECT_NEAR(loss(0) - loss(0.15), matching_gain(spread, 0.2), 1e-15);
  EXPECT_NEAR(loss(0.22) - loss(0.15), matching_loss(spread, 0.2, 0.22), 1e-15);
  EXPECT_EQ(best_share({500, 0, 0}, 0.2), 0); // one unit: nothing to tell apart
  EXPECT_EQ(matching_gain({500, 0, 0}, 0.2), 0);
}

TEST(NeedMatching, OneShareForAllLosesLeastOfAllSingleShares) {
  std::vector<IndexSpread> const all{{1000, 0.04, 0.03}, {300, 0.02, 0.004}, {50, 0, 0}};
  double const one = one_share(all, 0.2);
  EXPECT_NEAR(one, 0.2 * (30 + 1.2) / (40 + 6), 1e-15);
  auto const lost = [&](double w) {
    double sum = 0;
    for (auto const& s : all) sum += s.pupils * matching_loss(s, 0.2, w);
    return sum;
  };
  for (double off : {-0.01, 0.01}) EXPECT_GT(lost(one + off), lost(one));
  EXPECT_NEAR(cost_for_adoption({1, 2, 3, 4, 5}, 0.5), 3, 1e-15);
}

TEST(NationalGap, WithinAndBetweenByHand) {
  std::vector<GroupRates> const towns{{10, 30, 0.3, 0.1}, {30, 10, 0.4, 0.2}};
  GapParts const gap = gap_parts(towns);
  EXPECT_NEAR(gap.total, 15.0 / 40 - 5.0 / 40, 1e-15);
  EXPECT_NEAR(gap.within, 0.2, 1e-15);
  EXPECT_NEAR(gap.between, 0.05, 1e-15);
  EXPECT_EQ(gap_parts(std::vector<GroupRates>{{0, 5, 0, 0.1}}).total, 0);
}

// Two municipalities of 10 and 30 pupils with 80 and 120 thousand a pupil: mean 110, between (10·30² +
// 30·10²)/40.
TEST(EquityParts, ByHand) {
  std::vector<EquityGroup> const towns{{10, 80, 16, 0.01}, {30, 120, 40, 0.02}};
  EquityParts const parts = equity_parts(towns);
  EXPECT_NEAR(parts.mean, 110, 1e-12);
  EXPECT_NEAR(parts.variance_within, 34, 1e-12);
  EXPECT_NEAR(parts.variance_between, 300, 1e-12);
  EXPECT_NEAR(parts.theil_within, (2 * 0.01 + 9 * 0.02) / 11, 1e-15);
  EXPECT_NEAR(parts.theil_between, 2.0 / 11 * std::log(8.0 / 11) + 9.0 / 11 * std::log(12.0 / 11), 1e-15);
  EXPECT_EQ(equity_parts({}).mean, 0);
}

// Pupil by pupil, without groups: variance and Theil's T of the whole are what the parts add up to.
TEST(EquityParts, AddUpToThatOfAllPupils) {
  std::vector<double> all;
  std::vector<EquityGroup> groups;
  for (std::size_t g = 0; g < 7; ++g) {
    EquityGroup group{static_cast<double>(3 + 2 * g), 0, 0, 0};
    std::vector<double> money;
    for (std::size_t i = 0; i < 3 + 2 * g; ++i)
      money.push_back(90 + 7 * static_cast<double>((5 * i + 3 * g) % 11) + 2 * static_cast<double>(g));
    for (double x : money) group.mean += x / group.weight;
    for (double x : money) {
      group.variance += (x - group.mean) * (x - group.mean) / group.weight;
      group.theil += x / group.mean * std::log(x / group.mean) / group.weight;
    }
    all.insert(all.end(), money.begin(), money.end());
    groups.push_back(group);
  }
  double mean = 0, variance = 0, theil = 0;
  double const n = static_cast<double>(all.size());
  for (double x : all) mean += x / n;
  for (double x : all) {
    variance += (x - mean) * (x - mean) / n;
    theil += x / mean * std::log(x / mean) / n;
  }
  EquityParts const parts = equity_parts(groups);
  EXPECT_NEAR(parts.mean, mean, 1e-12 * mean);
  EXPECT_NEAR(parts.variance_within + parts.variance_between, variance, 1e-12 * variance);
  EXPECT_NEAR(parts.theil_within + parts.theil_between, theil, 1e-12);
}

TEST(NationalTable, FiguresOfKnownRows) {
  std::vector<MunicipalityRow> rows(3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].pupils = std::exp(5.0 + static_cast<double>(i));
    rows[i].units = std::exp(1.0 + 0.5 * static_cast<double>(i)); // ln K = -1.5 + 0.5 ln N, no residual
    rows[i].low_education.units = static_cast<double>(2 + i);
    rows[i].low_education.p_value = i == 0 ? 0.5 : 0.001;
  }
  double slope = 0, intercept = 0, sd = 1, chance = 0;
  for (auto const& f : table_figures(rows)) {
    if (f.name == "ln K, slope") slope = f.value;
    if (f.name == "ln K, intercept") intercept = f.value;
    if (f.name == "ln K, residual sd") sd = f.value;
    if (f.name == "low education, 2-3 units") chance = f.value;
  }
  EXPECT_NEAR(slope, 0.5, 1e-12);
  EXPECT_NEAR(intercept, -1.5, 1e-12);
  EXPECT_NEAR(sd, 0, 1e-7);
  EXPECT_NEAR(chance, 0.5, 1e-15); // of units 2 and 3 one
}

// Logits of the drawn shares lie on the law's line with residuals sd·shape(z): their mean and variance are
// the shape's, within 4.4 standard errors from its own moments (two-sided false alarm 1e-5). Rounding to
// whole pupils moves a logit by less than 1/(2N P Q) < .015 and on average by nothing; that statistics hide
// fewer than ten moves the mean by less than .02 (one unit in forty is hidden, by 5 of some 200 pupils at
// most).
TEST(SlowEnsemble, FollowsItsLaw) {
  EnsembleLaw const law = ensemble_law(Stage::grundskola);
  auto const shape = [&](double z) {
    auto const& k = law.low_education.shape;
    if (z <= k.front()[0]) return k.front()[1];
    for (std::size_t i = 1; i < k.size(); ++i)
      if (z <= k[i][0])
        return k[i - 1][1] + (z - k[i - 1][0]) / (k[i][0] - k[i - 1][0]) * (k[i][1] - k[i - 1][1]);
    return k.back()[1];
  };
  std::array<double, 5> moment{}; // E shape^m, by the trapezoidal rule
  constexpr double h = 1e-3;
  for (double z = -6; z <= 6; z += h)
    for (std::size_t m = 0; m < moment.size(); ++m)
      moment[m] += h * std::exp(-0.5 * z * z) / std::sqrt(2 * 3.14159265358979) * std::pow(shape(z), m);
  constexpr std::uint32_t count = 300;
  double sum = 0, square = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto const row = synthetic_municipality(law, Stage::grundskola, 7, i, count);
    double const p = row.low_education.share;
    double const residual =
        std::log(p / (1 - p)) - law.low_education.intercept - law.low_education.slope * std::log(row.pupils);
    sum += residual;
    square += residual * residual;
    EXPECT_GE(row.units, 1);
    EXPECT_GE(row.low_education.systematic, 0);
    EXPECT_LE(row.low_education.systematic, law.low_most);
  }
  double const sd = law.low_education.sd, z = 4.4;
  EXPECT_NEAR(sum / count / sd, moment[1], z * std::sqrt(moment[2] / count) + 0.02 / sd);
  EXPECT_NEAR(square / count / (sd * sd), moment[2],
              z * std::sqrt((moment[4] - moment[2] * moment[2]) / count) + 2 * 0.02 / sd);
  auto const one = synthetic_municipality(law, Stage::grundskola, 7, 5, count),
             again = synthetic_municipality(law, Stage::grundskola, 7, 5, count);
  EXPECT_EQ(one.foreign.eps2, again.foreign.eps2);
}

TEST(StateGrant, WhatIsTakenBackByHand) {
  // A grant of .08 where the nation's is .05; half is taken back, a quarter of that from the model's money.
  GrantMoney const some = grant_money({0.1, 0.08, 0.05, 0.5, 0.25});
  EXPECT_NEAR(some.level, 1.015, 1e-15);
  EXPECT_NEAR(some.by_need, 0.17 / 1.04, 1e-15); // (.1 - .01 + .08)/(1 - .04 + .08)
  GrantMoney const all =
      grant_money({0.1, 0.2, 0.05, 1, 1}); // all taken back: the model's money does not last
  EXPECT_NEAR(all.level, 1, 1e-15);
  EXPECT_NEAR(all.by_need, 0.2, 1e-15);
  GrantMoney const none = grant_money({0.1, 0, 0, 0.5, 0.5});
  EXPECT_EQ(none.level, 1);
  EXPECT_EQ(none.by_need, 0.1);
}

// Four draws in five, or one, beyond the share's own error: t of 15 degrees of freedom is 2.131.
TEST(Verdicts, SharesOfDrawsMustBeBeyondTheirError) {
  EXPECT_TRUE(detail::most_draws({0.85, 0.01, 15}));
  EXPECT_TRUE(detail::most_draws({0.8125, 0, 15}));
  EXPECT_FALSE(detail::most_draws({0.82, 0.02, 15}));
  EXPECT_FALSE(detail::most_draws({0.79, 0, 15}));
  EXPECT_TRUE(detail::few_draws({0.15, 0.01, 15}));
  EXPECT_FALSE(detail::few_draws({0.18, 0.02, 15}));
  EXPECT_FALSE(detail::few_draws({0.21, 0, 15}));
  EXPECT_TRUE(detail::most_draws({0.83, 0.01, 15}));
  EXPECT_FALSE(detail::most_draws({0.83, 0.01, 1})); // two blocks: t is 12.7
}

TEST(Beside, AgreesWithinTwoErrorsOfTheDifference) {
  ScenarioVerdict one{.name = "a", .answers = {{}}}, other = one;
  one.answers[0].name = "q";
  one.answers[0].value = 1;
  one.answers[0].standard_error = 0.3;
  one.answers[0].sampling_error = 0.4;
  one.answers[0].standing = Standing::supported;
  other.answers[0].value = 1.9;
  auto const close = beside({one}, {other});
  EXPECT_EQ(close[0].question, "a q");
  EXPECT_NEAR(close[0].error, 0.5, 1e-15);
  EXPECT_NEAR(close[0].difference, 0.9, 1e-15);
  EXPECT_TRUE(close[0].within);
  EXPECT_NE(close[0].one_verdict, close[0].other_verdict);
  other.answers[0].value = 2.1;
  EXPECT_FALSE(beside({one}, {other})[0].within);
}

TEST(DrawnError, JackknifeByHand) {
  // Of 4 places two groups are left out in turn, {0, 2} and {1, 3}; of 20 and more ten.
  std::vector<double> const four{1, 5, 2, 8};
  auto const mean_of = [](std::vector<double> const& x) {
    return [&x](std::vector<std::size_t> const& kept) {
      double sum = 0;
      for (std::size_t i : kept) sum += x[i];
      return sum / static_cast<double>(kept.size());
    };
  };
  // Means 6.5 and 1.5 about 4: sqrt(1/2 (2.5² + 2.5²)).
  EXPECT_NEAR(detail::drawn_error(4, mean_of(four)), 2.5, 1e-15);
  EXPECT_EQ(detail::drawn_error(3, mean_of(four)), 0);
  // Of a mean of ten groups of equal places: the standard error of the mean of ten numbers.
  std::vector<double> twenty(20);
  double square = 0;
  for (std::size_t i = 0; i < 20; ++i) {
    twenty[i] = static_cast<double>((i % 10) * (i % 10));
    square += i < 10 ? (twenty[i] - 28.5) * (twenty[i] - 28.5) : 0;
  }
  EXPECT_NEAR(detail::drawn_error(20, mean_of(twenty)), std::sqrt(square / 9 / 10), 1e-12);
}

TEST(NationalTable, FewerThanTenAreHidden) {
  EXPECT_EQ(as_published(10, 200), 10);
  EXPECT_EQ(as_published(9, 200), 5);
  EXPECT_EQ(as_published(0, 200), 5);
  EXPECT_EQ(as_published(3, 8), 4);
}

// A thousand municipalities of twelve units of 100 or 400 pupils moved by known dynamics: the estimates are
// the means of what was drawn, so bounds are 4.4 standard errors (two-sided false alarm 1e-5).
TEST(UnitDynamics, AreWhatMovedTheUnits) {
  constexpr std::size_t towns = 1000, units = 12;
  constexpr double p = 0.4, before_sd = 0.2, keep = 0.9, keep_sd = 0.2, level = 0.004, by_size = 1.0,
                   closing = 0.2;
  TownYear from{"2000/01", 2000, {}}, to{"2006/07", 2006, {}};
  Stream stream({5, 1, 0}, Purpose::history);
  for (std::size_t t = 0; t < towns; ++t) {
    double const n = t % 2 ? 400 : 100, own = keep + keep_sd * standard_normal(stream);
    TownUnits a, b;
    a.code = b.code = std::to_string(t);
    // Observed angles of the first year; what lasts of them is their reliable part.
    for (std::size_t s = 0; s < units; ++s) {
      a.pupils.push_back(n);
      a.unit.push_back(std::to_string(s));
      a.low_education.push_back(angle_share(share_angle(p) + before_sd * standard_normal(stream)));
      a.foreign.push_back(p);
    }
    TownAngles const seen = town_angles(a, a.low_education);
    double const v = level + by_size * (1 + seen.reliability) / n;
    for (std::size_t s = 0; s < units; ++s) {
      double const before = seen.reliability * (share_angle(a.low_education[s]) - seen.mean),
                   moved = share_angle(p) + own * before + std::sqrt(v) * standard_normal(stream);
      if (uniform01(stream) < closing) continue;
      b.pupils.push_back(n);
      b.unit.push_back(a.unit[s]);
      b.low_education.push_back(angle_share(moved));
      b.foreign.push_back(p);
    }
    from.towns.push_back(std::move(a));
    to.towns.push_back(std::move(b));
  }
  UnitDynamics const found = estimate_dynamics(from, to);
  constexpr double z = 4.4;
  double const all = towns * units, kept = all * (1 - closing);
  EXPECT_EQ(found.estimated_on, "2000/01 to 2006/07");
  EXPECT_NEAR(found.closing, closing, z * std::sqrt(closing * (1 - closing) / all));
  EXPECT_NEAR(found.closing_icc, 0, z * std::sqrt(2.0 / (towns * units * (units - 1))));
  EXPECT_EQ(found.opening, 0);
  auto const reliability = [](double n) { return 1 - 1 / (n * before_sd * before_sd); };
  for (double n : {100.0, 400.0}) {
    double const chance = (1 + reliability(n)) / n, v = level + by_size * chance;
    EXPECT_NEAR((found.low.level + found.low.by_size * chance) / v, 1,
                z * std::sqrt(2 / (kept / 2 - 2 * towns / 2)));
  }
  // A pooled slope: the towns' own, weighted by n (the larger half has four fifths of the weight), and noise.
  double const share = 0.8 * 0.8 + 0.2 * 0.2,
               square = std::pow(reliability(100) * before_sd, 2), // of the smaller half, the less
      noise =
          (0.8 * 0.8 * (level + by_size / 200) + 0.2 * 0.2 * (level + by_size / 50)) / (kept / 2 * square),
               spread = keep_sd * keep_sd * share / (towns / 2.0);
  EXPECT_NEAR(found.low.keep, keep,
              z * std::sqrt(noise + 1.3 * spread)); // 1.3: towns' spread of e² weighs them
  double const chance = (level + by_size / 200) / ((1 - closing) * units * square),
               each = keep_sd * keep_sd + chance;
  EXPECT_NEAR(found.low.keep_sd * found.low.keep_sd, keep_sd * keep_sd,
              z * 1.3 * each * std::sqrt(2 * share / (towns / 2.0)));
}

// With nothing moving (no time to speak of, nothing opened or closed) the later year is the first one.
TEST(Backcast, NothingMovesInNoTime) {
  TownYear first{
      "2000/01",
      2000,
      {{"1", "A", {100, 200, 300}, {0.2, 0.3, 0.6}, {0.1, 0.1, 0.4}}, {"2", "B", {50}, {0.5}, {0.2}}}};
  TownYear second = first;
  second.year = "2001/02";
  second.time = 2001;
  UnitDynamics const still{};
  for (auto const& figure : backcast({first, second}, still, 1, 20))
    for (auto const& row : figure.rows) {
      EXPECT_NEAR(row.mean, row.happened, 1e-9) << figure.figure;
      EXPECT_NEAR(row.p95, row.p5, 1e-9) << figure.figure;
    }
}

TEST(Verdict, FiguresAreAsFineAsTheirErrors) {
  EXPECT_EQ(figure_text(0.123456, 0.02), "0.12");
  EXPECT_EQ(figure_text(-0.0001, 0.02), "0.00");
  EXPECT_EQ(figure_text(std::nan(""), 1), "not known");
  std::vector<double> values(128, 1.0);
  for (std::size_t r = 64; r < 128; ++r) values[r] = 3.0;
  BlockMean const mean = block_mean(values);
  EXPECT_NEAR(mean.mean, 2, 1e-15);
  EXPECT_NEAR(mean.standard_error, 1, 1e-15); // sd of 1 and 3 is √2, over √2 blocks
}
