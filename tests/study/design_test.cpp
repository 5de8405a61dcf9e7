#include "likvard/study/design.hpp"
#include "support/statistics.hpp"

#include <boost/random/sobol.hpp>

#include <algorithm>
#include <cmath>
#include <set>

using namespace likvard;

namespace {

std::vector<Factor> uniform_factors(std::size_t count) {
  std::vector<Factor> out;
  for (std::size_t i = 0; i < count; ++i) {
    Factor factor;
    factor.name = factor.title = "x" + std::to_string(i);
    out.push_back(factor);
  }
  return out;
}

std::vector<std::vector<double>> all_runs(DesignPlan const& plan) {
  std::vector<std::vector<double>> out;
  DesignScratch scratch;
  for (std::uint64_t run = 0; run < plan.runs(); ++run) {
    out.emplace_back(plan.design.factors.size());
    design_run(plan, run, scratch, out.back());
  }
  return out;
}

TEST(DesignPoints, DirectionsAreBoostsAndTheOriginIsThere) {
  constexpr std::uint32_t columns = 5, points = 64;
  auto const source = make_points(PointKind::sobol, columns, 1);
  std::set<std::vector<std::uint32_t>> ours, theirs{std::vector<std::uint32_t>(columns, 0)};
  for (std::uint32_t i = 0; i < points; ++i) {
    std::vector<std::uint32_t> x(columns);
    for (std::uint32_t c = 0; c < columns; ++c)
      for (unsigned b = 0; b < 6; ++b)
        if (i >> b & 1U) x[c] ^= source.directions[c * 32 + b];
    ours.insert(x);
  }
  boost::random::sobol engine(columns);
  for (std::uint32_t i = 1; i < points; ++i) {
    std::vector<std::uint32_t> x(columns);
    for (auto& value : x) value = static_cast<std::uint32_t>(engine() >> 32U);
    theirs.insert(x);
  }
  EXPECT_EQ(ours, theirs);
}

TEST(DesignPoints, EveryScrambleIsANet) {
  auto const source = make_points(PointKind::sobol, 8, 5, 3);
  std::vector<double> u(8);
  for (std::uint64_t k = 0; k < 3; ++k) {
    // 256 points: one in each 1/256 of every column, and of the first two columns one in each 1/16 × 1/16.
    std::vector<std::set<int>> columns(8);
    std::set<int> squares;
    for (std::uint64_t i = 0; i < 256; ++i) {
      unit_point(source, 3 * i + k, u);
      for (std::size_t c = 0; c < 8; ++c) columns[c].insert(static_cast<int>(u[c] * 256));
      squares.insert(static_cast<int>(u[0] * 16) * 16 + static_cast<int>(u[1] * 16));
    }
    for (auto const& column : columns) EXPECT_EQ(column.size(), 256U);
    EXPECT_EQ(squares.size(), 256U);
  }
}

/// Over scrambles every point is uniform: the leading and the following digits of one point under many keys.
TEST(DesignPoints, ScrambledPointsAreUniform) {
  std::vector<double> high(64), low(64), expected(64, 20000 / 64.0);
  for (std::uint32_t key = 0; key < 20000; ++key) {
    std::uint32_t const x = owen_scrambled(0x12345678U, key * 2654435761U + 977U);
    ++high[x >> 26U];
    ++low[x >> 20U & 63U];
  }
  EXPECT_TRUE(test::counts_agree(high, expected));
  EXPECT_TRUE(test::counts_agree(low, expected));
}

/// The mean over scrambled points has the right expectation, with the spread that independent scrambles show.
TEST(DesignPoints, ScramblesAreUnbiasedAndBetterThanChance) {
  constexpr std::uint32_t scrambles = 400, points = 64;
  auto const source = make_points(PointKind::sobol, 3, 11, scrambles);
  std::vector<Moments> mean(scrambles);
  std::vector<double> u(3);
  auto const f = [&] { return std::exp(u[0]) * (u[1] - 0.5) + u[0] * u[1] * u[2]; };
  for (std::uint64_t j = 0; j < std::uint64_t{scrambles} * points; ++j) {
    unit_point(source, j, u);
    mean[j % scrambles].add(f());
  }
  Moments all;
  double plain = 0;
  for (auto const& m : mean) {
    all.add(m.mean);
    plain += m.variance() / points / scrambles;
  }
  EXPECT_TRUE(test::mean_agrees(all, 0.125));
  EXPECT_LT(all.variance(), plain / 20); // smooth: far below what independent points would have
}

TEST(DesignPoints, PermutationsAreOnes) {
  for (std::uint64_t const n : {1U, 2U, 3U, 17U, 64U, 1000U})
    for (std::uint64_t key = 0; key < 5; ++key) {
      std::set<std::uint64_t> images;
      for (std::uint64_t i = 0; i < n; ++i) images.insert(permuted(i, n, key));
      EXPECT_EQ(images.size(), n);
      EXPECT_EQ(*images.rbegin(), n - 1);
    }
  // Where 0 goes is uniform over keys.
  std::vector<double> seen(10), expected(10, 500);
  for (std::uint64_t key = 0; key < 5000; ++key) ++seen[permuted(0, 10, key * 0x9e3779b97f4a7c15ULL)];
  EXPECT_TRUE(test::counts_agree(seen, expected));
}

TEST(DesignPoints, HypercubesHaveOneRowPerStratum) {
  auto const source = make_points(PointKind::lhs, 4, 3, 1, 64);
  std::vector<double> u(4);
  for (std::uint64_t cube = 0; cube < 3; ++cube) {
    std::vector<std::set<int>> columns(4);
    for (std::uint64_t i = 0; i < 64; ++i) {
      unit_point(source, cube * 64 + i, u);
      for (std::size_t c = 0; c < 4; ++c) columns[c].insert(static_cast<int>(u[c] * 64));
    }
    for (auto const& column : columns) EXPECT_EQ(column.size(), 64U);
  }
}

TEST(Design, BlocksSwapWhatTheySay) {
  Design design{.rows = 32, .scrambles = 4};
  design.factors = uniform_factors(5);
  design.factors[1].group = design.factors[3].group = "together";
  design.factors[4].role = Role::lever;
  auto const plan = make_design(design);
  ASSERT_EQ(plan.measured_sets, 4U);
  ASSERT_TRUE(plan.split);
  ASSERT_EQ(plan.sets.size(), 5U);
  EXPECT_EQ(plan.sets[1], (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(plan.sets[4], (std::vector<std::uint32_t>{4}));
  EXPECT_EQ(plan.blocks, 12U);
  auto const runs = all_runs(plan);
  for (std::size_t j = 0; j < 32; ++j)
    for (std::size_t s = 0; s < 5; ++s)
      for (std::uint32_t i = 0; i < 5; ++i) {
        bool const moved = std::count(plan.sets[s].begin(), plan.sets[s].end(), i) > 0;
        auto const* row = &runs[j * 12];
        EXPECT_EQ(row[2 + s][i], row[moved ? 1 : 0][i]);
        EXPECT_EQ(row[7 + s][i], row[moved ? 0 : 1][i]);
      }
}

TEST(Design, AnyRunAloneAndALongerDesignBeginsWithTheShorter) {
  for (auto const scheme : {Scheme::azzini, Scheme::saltelli, Scheme::shapley, Scheme::morris, Scheme::sobol,
                            Scheme::lhs, Scheme::random}) {
    Design design{.scheme = scheme, .rows = 40, .scrambles = 4};
    design.factors = uniform_factors(3);
    auto const short_plan = make_design(design);
    design.rows = 400;
    auto const long_plan = make_design(design);
    auto const short_runs = all_runs(short_plan), long_runs = all_runs(long_plan);
    for (std::size_t r = 0; r < short_runs.size(); ++r) EXPECT_EQ(short_runs[r], long_runs[r]);
    std::vector<double> x(3);
    for (std::uint64_t r = long_plan.runs(); r-- > 0; r -= std::min<std::uint64_t>(r, 37)) {
      DesignScratch fresh;
      design_run(long_plan, r, fresh, x);
      EXPECT_EQ(x, long_runs[r]);
    }
  }
}

TEST(Design, TrajectoriesMoveEachSetOnceByHalfTheLevels) {
  Design design{.scheme = Scheme::morris, .rows = 2000, .levels = 6};
  design.factors = uniform_factors(3);
  auto const plan = make_design(design);
  auto const runs = all_runs(plan);
  std::vector<double> levels(6), expected(6, 2000 / 6.0);
  std::vector<std::uint32_t> order(3);
  std::vector<double> step(3);
  for (std::size_t j = 0; j < 2000; ++j) {
    design_moves(plan, j, order, step);
    for (std::size_t k = 0; k < 3; ++k)
      for (std::uint32_t i = 0; i < 3; ++i) {
        double const by = runs[j * 4 + k + 1][i] - runs[j * 4 + k][i];
        EXPECT_NEAR(by, order[k] == i ? std::copysign(0.5, step[k]) : 0.0, 1e-12);
        if (order[k] == i) {
          EXPECT_NEAR(std::abs(step[k]), 0.6, 1e-12);
        }
      }
    ++levels[static_cast<std::size_t>(runs[j * 4][0] * 6)];
  }
  EXPECT_TRUE(test::counts_agree(levels, expected));
}

TEST(Design, GridHasEveryCombinationOnce) {
  Design design{.scheme = Scheme::grid, .levels = 3};
  design.factors = uniform_factors(3);
  design.factors[1].law = Levels{{"a", "b"}, {1, 1}, {}};
  design.factors[2].law = Levels{{"1", "2", "7"}, {1, 1, 1}, {1, 2, 7}};
  auto const plan = make_design(design);
  EXPECT_EQ(plan.runs(), 18U);
  auto runs = all_runs(plan);
  EXPECT_EQ(std::set(runs.begin(), runs.end()).size(), 18U);
  EXPECT_EQ(runs[0], (std::vector<double>{0.5 / 3, 0, 1}));
}

TEST(Design, WholeNumbersAndLevelsHaveTheirProbabilities) {
  Factor whole;
  whole.law = WholeNumber{Uniform{2, 6}};
  Factor levels;
  levels.law = Levels{{"a", "b", "c"}, {1, 3, 4}, {}};
  constexpr int n = 80000;
  std::vector<double> numbers(5), classes(3);
  for (int k = 0; k < n; ++k) {
    ++numbers[static_cast<std::size_t>(factor_value(whole, (k + 0.5) / n) - 2)];
    ++classes[static_cast<std::size_t>(factor_value(levels, (k + 0.5) / n))];
  }
  EXPECT_EQ(numbers, std::vector<double>(5, n / 5.0));
  EXPECT_EQ(classes, (std::vector<double>{n / 8.0, 3 * n / 8.0, n / 2.0}));
  EXPECT_EQ(value_text(levels, 1), "b");
}

/// Uniform margins with Spearman's correlation as asked: 12 E[(U-½)(V-½)].
TEST(Design, CopulaHasTheRankCorrelation) {
  Design design{.scheme = Scheme::random, .rows = 20000};
  design.factors = uniform_factors(2);
  design.rank_correlation = Eigen::Matrix2d{{1, -0.6}, {-0.6, 1}};
  Moments product;
  for (auto const& x : all_runs(make_design(design))) product.add(12 * (x[0] - 0.5) * (x[1] - 0.5));
  EXPECT_TRUE(test::mean_agrees(product, -0.6));
}

TEST(Design, ContradictingCorrelationsAreRefused) {
  Design design{.rows = 10};
  design.factors = uniform_factors(3);
  design.rank_correlation = Eigen::Matrix3d{{1, 0.9, 0.9}, {0.9, 1, -0.9}, {0.9, -0.9, 1}};
  EXPECT_THROW(make_design(design), std::domain_error);
  design.rank_correlation = Eigen::Matrix3d::Identity();
  EXPECT_NO_THROW(make_design(design));
  design.scheme = Scheme::morris;
  EXPECT_THROW(make_design(design), std::domain_error);
}

} // namespace
