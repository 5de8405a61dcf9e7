#include "likvard/model/measure_money.hpp"

#include "likvard/model/inequality.hpp"
#include "likvard/model/measure_outcome.hpp"
#include "likvard/model/measure_segregation.hpp"

#include "likvard/core/random.hpp"
#include "likvard/model/need.hpp"
#include "likvard/model/normal.hpp"
#include "likvard/model/segregation.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

using namespace likvard;

namespace {

double value(std::array<double, measure_count> const& row, Measure m) {
  return row[static_cast<std::size_t>(m)];
}

/// A municipality where need is membership of the group, seen without error: the closed forms' case.
struct Binary {
  std::vector<std::uint32_t> pupils;
  std::vector<double> needy, index, money;
  std::array<double, measure_count> row{};

  Binary(std::vector<std::uint32_t> n, std::vector<double> x, Policy const& policy)
      : pupils(std::move(n)), needy(std::move(x)) {
    double const total = std::accumulate(pupils.begin(), pupils.end(), 0.0),
                 members = std::accumulate(needy.begin(), needy.end(), 0.0);
    for (std::size_t s = 0; s < pupils.size(); ++s) index.push_back(needy[s] / pupils[s] * total / members);
    money.resize(pupils.size());
    AllocationScratch scratch;
    std::vector<double> need_money(money.size());
    IndexView const view{index, index};
    auto const report = allocate(policy, {&view, 1}, {.pupils = pupils}, scratch, money, need_money);
    std::vector<std::uint32_t> order(pupils.size());
    MoneyScratch work;
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](auto a, auto b) { return index[a] > index[b] || (index[a] == index[b] && a < b); });
    std::vector<double> const size(pupils.begin(), pupils.end());
    double const v = measure_segregation(size, needy, index, row);
    measure_money(policy, report, {pupils, needy, index, order, v, 100'000},
                  {money, need_money, money, money}, work, row);
  }
};

} // namespace

TEST(MeasureTable, KeysAreUniqueAndComplete) {
  std::set<std::string_view> keys;
  for (auto const& spec : measure_table()) {
    EXPECT_TRUE(keys.insert(spec.key).second) << spec.key;
    EXPECT_FALSE(spec.title.empty());
    EXPECT_GT(spec.description.size(), 20U) << spec.key;
    EXPECT_FALSE(spec.unit.empty());
  }
  EXPECT_EQ(keys.size(), measure_count);
  EXPECT_EQ(measure_table()[static_cast<std::size_t>(Measure::gap)].key, "gap");
  EXPECT_EQ(measure_table()[static_cast<std::size_t>(Measure::undefined)].key, "undefined");
  EXPECT_EQ(measure_table()[static_cast<std::size_t>(Measure::not_qualified_gap)].key, "not_qualified_gap");
}

// Allocation models §2.4, the example computed with R: w = .10.
TEST(MoneyMeasures, SixUnitReference) {
  Binary const town({200, 300, 150, 400, 250, 100}, {20, 60, 67.5, 60, 150, 35}, test::policy(Linear{}, 0.1));
  EXPECT_NEAR(value(town.row, Measure::need_share), 28.03571429, 1e-7);
  EXPECT_NEAR(value(town.row, Measure::variance_ratio), 0.1613851528, 1e-9);
  EXPECT_NEAR(value(town.row, Measure::dissimilarity), 0.3976545337, 1e-9);
  EXPECT_NEAR(value(town.row, Measure::money_gap), 5.756413092, 1e-8);
  EXPECT_NEAR(value(town.row, Measure::money_gap_sek), 5756.413092, 1e-5);
  EXPECT_NEAR(value(town.row, Measure::share_moved), 2.861692448, 1e-8);
  EXPECT_NEAR(value(town.row, Measure::money_cv), 6.436273428, 1e-8);
  EXPECT_NEAR(value(town.row, Measure::money_gini), 0.03396269336, 1e-10);
  EXPECT_NEAR(value(town.row, Measure::money_kakwani), -0.3056642402, 1e-9);
  EXPECT_NEAR(value(town.row, Measure::money_elasticity), 0.1, 1e-12);
  EXPECT_NEAR(value(town.row, Measure::top_unit), 11.4012739, 1e-7);
  EXPECT_NEAR(value(town.row, Measure::bottom_unit), -6.43312102, 1e-7);
  EXPECT_NEAR(value(town.row, Measure::misallocated), 0, 1e-12);
  EXPECT_NEAR(value(town.row, Measure::pupils_losing), 100 * 900.0 / 1400,
              1e-9); // units 1, 2, 4 are below the mean
}

// Closed forms of MODEL.md §5 to rounding, for 2,000 random systems and shares.
TEST(MoneyMeasures, ClosedFormsHold) {
  for (std::uint32_t r = 0; r < 2'000; ++r) {
    Stream stream({5, 0, r}, Purpose::sizes);
    auto const units = 2 + static_cast<std::size_t>(uniform01(stream) * 15);
    std::vector<std::uint32_t> n;
    std::vector<double> x;
    for (std::size_t s = 0; s < units; ++s) {
      n.push_back(2 + static_cast<std::uint32_t>(uniform01(stream) * 300));
      x.push_back(std::floor(uniform01(stream) * (n.back() + 1)));
    }
    double const total = std::accumulate(n.begin(), n.end(), 0.0),
                 members = std::accumulate(x.begin(), x.end(), 0.0);
    if (members == 0 || members == total) continue;
    double const w = uniform01(stream), P = members / total;
    Binary const town(n, x, test::policy(Linear{}, w));
    std::vector<double> const size(n.begin(), n.end());
    auto const s = segregation(size, x);
    double const gini = segregation_gini(size, x);
    EXPECT_NEAR(value(town.row, Measure::share_moved), 100 * w * (1 - P) * s.dissimilarity, 1e-10);
    EXPECT_NEAR(value(town.row, Measure::money_gap), 100 * w * s.variance_ratio / P, 1e-9 / P);
    EXPECT_NEAR(value(town.row, Measure::money_gap_linear), value(town.row, Measure::money_gap), 1e-9 / P);
    EXPECT_NEAR(value(town.row, Measure::money_gini), w * (1 - P) * gini, 1e-12);
    EXPECT_NEAR(value(town.row, Measure::money_kakwani), (w - 1) * (1 - P) * gini, 1e-12);
    if (s.variance_ratio > 1e-9) EXPECT_NEAR(value(town.row, Measure::money_elasticity), w, 1e-9);
    EXPECT_NEAR(value(town.row, Measure::money_cv), 100 * w * std::sqrt(s.variance_ratio * (1 - P) / P),
                1e-7);
  }
}

TEST(MoneyMeasures, DegenerateCasesAreDefined) {
  for (auto const& [n, x] : {std::pair{std::vector<std::uint32_t>{50}, std::vector<double>{20}},
                             {std::vector<std::uint32_t>{50, 50}, std::vector<double>{50, 50}},
                             {std::vector<std::uint32_t>{1, 1}, std::vector<double>{1, 0}}}) {
    Binary const town(n, x, test::policy(Linear{}, 0.2));
    for (double v : town.row) EXPECT_TRUE(std::isfinite(v));
  }
  Binary const one({50}, {20}, test::policy(Linear{}, 0.2));
  EXPECT_EQ(value(one.row, Measure::undefined), 100);
  EXPECT_NEAR(value(one.row, Measure::share_moved), 0, 1e-12);
}

// Ties share the mid-rank: the order of tied units must not matter.
TEST(Concentration, TiesShareTheMidRank) {
  std::vector<double> const money{1, 2, 3}, need{5, 5, 1};
  std::vector<std::uint32_t> const pupils{10, 30, 20};
  double const a = concentration(money, pupils, std::vector<std::uint32_t>{0, 1, 2}, need);
  double const b = concentration(money, pupils, std::vector<std::uint32_t>{1, 0, 2}, need);
  EXPECT_NEAR(a, b, 1e-15);
}

// The slow and obvious reading: list every cell of pupils with its mean outcome and apply each definition.
TEST(OutcomeMeasures, AgreeWithTheObviousReading) {
  Parameters const parameters = test::small_town();
  Outcome const& outcome = parameters.outcome;
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  PupilModel const model = make_pupil_model(outcome, profiles);
  for (std::uint32_t r = 0; r < 20; ++r) {
    Stream stream({8, 0, r}, Purpose::sizes);
    Counts n(5, 4);
    std::vector<double> level, effect;
    for (int s = 0; s < 5; ++s) {
      for (int p = 0; p < 4; ++p)
        n(s, p) = static_cast<std::uint32_t>(uniform01(stream) * 60) * (uniform01(stream) > 0.1);
      n(s, 0) += 1;
      level.push_back(standard_normal(stream) * 0.3);
      effect.push_back(standard_normal(stream) * 0.05);
      effect.push_back(standard_normal(stream) * 0.05);
    }
    double const carry = uniform01(stream);
    OutcomeBase base;
    make_outcome_base(model, profiles, n, level, base);
    std::array<double, measure_count> row{};
    measure_outcome(model, outcome, carry, profiles, n, base, effect, {}, row);

    struct CellOf {
      double k, y, merit, need, rank, score;
      int unit;
    };
    std::vector<CellOf> cells;
    for (int s = 0; s < 5; ++s)
      for (int p = 0; p < 4; ++p) {
        double const start = model.alpha[p] + level[s], shift = effect[2 * s + profiles.needy[p]];
        cells.push_back({static_cast<double>(n(s, p)), start + shift, start + carry * shift,
                         static_cast<double>(profiles.needy[p]), profiles.rank[p], profiles.score[p], s});
      }
    auto const mean = [&](auto const& f, auto const& keep) {
      double sum = 0, k = 0;
      for (auto const& c : cells)
        if (keep(c)) sum += c.k * f(c), k += c.k;
      return sum / k;
    };
    auto const all = [](CellOf const&) { return true; };
    auto const need = [](CellOf const& c) { return c.need == 1; };
    auto const others = [](CellOf const& c) { return c.need == 0; };
    auto const y = [](CellOf const& c) { return c.y; };
    auto const merit = [](CellOf const& c) { return c.merit; };
    auto const below = [&](CellOf const& c) {
      return 100 * normal_cdf((model.threshold - c.merit) / model.sigma);
    };
    double const m = mean(y, all);
    double const variance =
        mean([&](CellOf const& c) { return (c.y - m) * (c.y - m); }, all) + model.sigma * model.sigma;
    auto const slope = [&](auto const& x) {
      double const mx = mean(x, all);
      return mean([&](CellOf const& c) { return (x(c) - mx) * (c.y - m); }, all) /
             mean([&](CellOf const& c) { return (x(c) - mx) * (x(c) - mx); }, all);
    };
    auto const score = [](CellOf const& c) { return c.score; };
    EXPECT_NEAR(value(row, Measure::mean_outcome), m, 1e-12);
    EXPECT_NEAR(value(row, Measure::gap), mean(y, others) - mean(y, need), 1e-12);
    EXPECT_NEAR(value(row, Measure::gap_merit), 70 * (mean(merit, others) - mean(merit, need)), 1e-10);
    EXPECT_NEAR(value(row, Measure::not_qualified), mean(below, all), 1e-10);
    EXPECT_NEAR(value(row, Measure::not_qualified_gap), mean(below, need) - mean(below, others), 1e-10);
    EXPECT_NEAR(value(row, Measure::sii), slope([](CellOf const& c) { return c.rank; }), 1e-10);
    EXPECT_NEAR(value(row, Measure::gradient), slope(score), 1e-10);
    double const ms = mean(score, all),
                 vs = mean([&](CellOf const& c) { return (c.score - ms) * (c.score - ms); }, all);
    EXPECT_NEAR(value(row, Measure::gradient_r2), 100 * slope(score) * slope(score) * vs / variance, 1e-9);
    EXPECT_NEAR(value(row, Measure::kolm_pollak),
                -std::log(mean([&](CellOf const& c) { return std::exp(-c.y); }, all)) -
                    0.5 * model.sigma * model.sigma,
                1e-12);
    double between = 0, gap_between = 0, lowest = 1e9, highest = -1e9, N = 0, X = 0;
    for (auto const& c : cells) N += c.k, X += c.k * c.need;
    for (int s = 0; s < 5; ++s) {
      auto const here = [s](CellOf const& c) { return c.unit == s; };
      double size = 0, x = 0;
      for (auto const& c : cells)
        if (c.unit == s) size += c.k, x += c.k * c.need;
      between += size / N * std::pow(mean(y, here) - m, 2);
      gap_between += ((size - x) / (N - X) - x / X) * mean(y, here);
      lowest = std::min(lowest, mean(merit, here));
      highest = std::max(highest, mean(merit, here));
    }
    EXPECT_NEAR(value(row, Measure::between_units), 100 * between / variance, 1e-9);
    double net = 0;
    for (int s = 0; s < 5; ++s) {
      auto const here = [s](CellOf const& c) { return c.unit == s; };
      double size = 0;
      for (auto const& c : cells)
        if (c.unit == s) size += c.k;
      net += size / N * std::pow(mean(y, here) - m - slope(score) * (mean(score, here) - ms), 2);
    }
    EXPECT_NEAR(value(row, Measure::between_units_net), 100 * net / variance, 1e-9);
    double const need_below = mean(below, need), others_below = mean(below, others);
    EXPECT_NEAR(value(row, Measure::not_qualified_ratio), need_below / others_below, 1e-10);
    // Erreygers: 4·mean·C, C = 2 cov(b, R)/mean, b in 0-1; positive when it is the neediest (low ranks) who
    // are below.
    auto const rank = [](CellOf const& c) { return c.rank; };
    double const mr = mean(rank, all), mb = mean(below, all);
    double const covariance =
        mean([&](CellOf const& c) { return (c.rank - mr) * (below(c) - mb) / 100; }, all);
    EXPECT_NEAR(value(row, Measure::not_qualified_erreygers), -8 * covariance, 1e-12);
    // A tenth of all pupils lie below it.
    double const decile = value(row, Measure::low_decile);
    EXPECT_NEAR(mean([&](CellOf const& c) { return normal_cdf((decile - c.y) / model.sigma); }, all), 0.1,
                1e-11);
    // Four profiles have four ranks: a cubic goes through their means, and Lagrange's formula gives its ends.
    double ends = 0;
    for (int i = 0; i < 4; ++i) {
      auto const profile = [&](CellOf const& c) { return c.rank == profiles.rank[i]; };
      double at_high = mean(y, profile), at_low = at_high;
      for (int j = 0; j < 4; ++j)
        if (j != i) {
          at_high *= (0.9 - profiles.rank[j]) / (profiles.rank[i] - profiles.rank[j]);
          at_low *= (0.1 - profiles.rank[j]) / (profiles.rank[i] - profiles.rank[j]);
        }
      ends += at_high - at_low;
    }
    bool const distinct = std::set<double>(profiles.rank.begin(), profiles.rank.end()).size() == 4;
    if (distinct) {
      EXPECT_NEAR(value(row, Measure::ses_gap), ends, 1e-8);
    }
    EXPECT_NEAR(value(row, Measure::gap_between), gap_between, 1e-12);
    EXPECT_NEAR(value(row, Measure::gap_within), value(row, Measure::gap) - gap_between, 1e-12);
    EXPECT_NEAR(value(row, Measure::largest_unit_difference), 70 * (highest - lowest), 1e-9);
  }
}

namespace {
std::vector<double> ends_of(std::vector<double> const& pupils, std::vector<double> const& rank) {
  std::vector<double> weights(rank.size());
  ends_weights(pupils, rank, weights);
  return weights;
}
} // namespace

// Two ranks leave a straight line: 0.8 of the slope index. One rank has no ends.
TEST(OutcomeMeasures, EndsOfTheScaleWithFewRanks) {
  std::vector<double> const pupils{30, 70};
  auto const line = ends_of(pupils, {0.15, 0.65});
  double const y[] = {2, 3};
  EXPECT_NEAR(pupils[0] * line[0] * y[0] + pupils[1] * line[1] * y[1], 0.8 / 0.5, 1e-12);
  EXPECT_EQ(ends_of(pupils, {0.5, 0.5}), (std::vector<double>{0, 0}));
  EXPECT_EQ(ends_of({0, 10}, {0.1, 0.6}), (std::vector<double>{0, 0}));
}

TEST(OutcomeMeasures, AnEmptyGroupGivesZeroGaps) {
  Parameters const parameters = test::small_town();
  Profiles const profiles = make_profiles(parameters.background, 0.156);
  PupilModel const model = make_pupil_model(parameters.outcome, profiles);
  Counts n(2, 4);
  n << 10, 5, 0, 0, 8, 8, 0, 0;
  OutcomeBase base;
  make_outcome_base(model, profiles, n, std::vector<double>{0, 0.1}, base);
  std::array<double, measure_count> row{};
  measure_outcome(model, parameters.outcome, 1, profiles, n, base, std::vector<double>{0, 0, 0, 0}, {}, row);
  for (double v : row) EXPECT_TRUE(std::isfinite(v));
  EXPECT_EQ(value(row, Measure::gap), 0);
  EXPECT_EQ(value(row, Measure::not_qualified_gap), 0);
  EXPECT_EQ(value(row, Measure::not_qualified_need), 0);
}

TEST(MeasureTable, CostlyMeasuresAreKnownAsSuch) {
  for (auto const& spec : measure_table()) {
    auto const measure = static_cast<Measure>(&spec - measure_table().data());
    bool const realised = spec.key.find("_realised") != std::string_view::npos ||
                          spec.key.ends_with("_chance") || spec.key == "between_units_corrected";
    EXPECT_EQ(is_realised(measure), realised && !spec.key.ends_with("_by_chance")) << spec.key;
    EXPECT_EQ(needs_thresholds(measure), spec.key.starts_with("not_qualified") && !realised) << spec.key;
  }
}

// One reason is enough: no index of segregation, or no variation of need.
TEST(SegregationMeasures, UndefinedForEitherReason) {
  std::array<double, measure_count> row{};
  std::vector<double> const pupils{50, 50};
  auto const undefined = [&](std::vector<double> const& needy, std::vector<double> const& need) {
    measure_segregation(pupils, needy, need, row);
    return value(row, Measure::undefined);
  };
  EXPECT_EQ(undefined({10, 20}, {0.5, 1.5}), 0);
  EXPECT_EQ(undefined({0, 0}, {0.5, 1.5}), 100);
  EXPECT_EQ(undefined({10, 20}, {1, 1}), 100);
}
