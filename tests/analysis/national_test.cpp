// National tables, matching of need, decompositions and verdicts against hand-worked values and closed forms.
#include "likvard/analysis/national_gap.hpp"
#include "likvard/analysis/national_statistics.hpp"
#include "likvard/analysis/need_matching.hpp"
#include "likvard/analysis/verdict.hpp"
#include "likvard/study/backcast.hpp"
#include "likvard/study/ensemble.hpp"

#include <gtest/gtest.h>

#include <cmath>
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

TEST(NationalGap, TheilAddsUp) {
  std::vector<MoneyShare> const towns{{1, 1, 0.01}, {1, 3, 0.02}};
  TheilParts const parts = theil_parts(towns);
  EXPECT_NEAR(parts.between, 0.25 * std::log(0.5) + 0.75 * std::log(1.5), 1e-15);
  EXPECT_NEAR(parts.within, 0.25 * 0.01 + 0.75 * 0.02, 1e-15);
  EXPECT_NEAR(parts.total, parts.within + parts.between, 1e-15);
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

// Logits of the drawn shares lie on the law's line: residuals are N(0, sd²), but for rounding to whole
// pupils, which moves a logit by less than 1/(2N P Q) < .015 and on average by nothing.
TEST(SlowEnsemble, FollowsItsLaw) {
  EnsembleLaw const law = ensemble_law(Stage::grundskola);
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
  double const sd = law.low_education.sd, z = 4.4; // two-sided false alarm 1e-5
  EXPECT_NEAR(sum / count, 0, z * sd / std::sqrt(1.0 * count));
  EXPECT_NEAR(square / count / (sd * sd), 1, z * std::sqrt(2.0 / count));
  auto const one = synthetic_municipality(law, Stage::grundskola, 7, 5, count),
             again = synthetic_municipality(law, Stage::grundskola, 7, 5, count);
  EXPECT_EQ(one.foreign.eps2, again.foreign.eps2);
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
  UnitDynamics const still{.low_most = 0, .foreign_most = 0, .size_most = 0, .closing = 0, .opening = 0};
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
