#include "likvard/analysis/given_data.hpp"
#include "likvard/analysis/morris.hpp"
#include "likvard/analysis/shapley.hpp"
#include "likvard/analysis/variance_indices.hpp"
#include "likvard/study/design.hpp"
#include "support/statistics.hpp"
#include "support/test_functions.hpp"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

/// Designs and estimators together, against reference values of the test functions (LIKVARD_ORACLE_DIR).
using namespace likvard;

namespace {

using Function = std::function<double(std::span<double const>)>;

::testing::AssertionResult near(Estimate const& e, double truth) {
  double const z = (e.value - truth) / std::max(e.standard_error, 1e-300);
  if (std::abs(z) <= test::z_bound()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << e.value << " ± " << e.standard_error << " against " << truth << ": z = " << z;
}

Design uniform_design(Scheme scheme, std::size_t inputs, std::uint64_t rows,
                      PointKind points = PointKind::random) {
  Design design{.scheme = scheme, .points = points, .rows = rows, .seed = 9};
  design.factors.resize(inputs);
  return design;
}

std::vector<double> outputs(DesignPlan const& plan, Function const& f,
                            std::vector<double>* inputs = nullptr) {
  std::vector<double> y, x(plan.design.factors.size());
  DesignScratch scratch;
  for (std::uint64_t run = 0; run < plan.runs(); ++run) {
    design_run(plan, run, scratch, x);
    y.push_back(f(x));
    if (inputs) inputs->insert(inputs->end(), x.begin(), x.end());
  }
  return y;
}

std::vector<std::uint32_t> strata(DesignPlan const& plan) {
  std::vector<std::uint32_t> out;
  for (std::uint64_t j = 0; j < plan.rows; ++j) out.push_back(design_stratum(plan, j));
  return out;
}

class SensitivityOracle : public ::testing::Test {
protected:
  void SetUp() override {
    char const* folder = std::getenv("LIKVARD_ORACLE_DIR");
    if (!folder) GTEST_SKIP() << "LIKVARD_ORACLE_DIR is not set";
    std::ifstream file(std::string(folder) + "/sensitivity/analytic.json");
    ASSERT_TRUE(file) << folder << "/sensitivity/analytic.json";
    all = nlohmann::json::parse(file);
  }
  nlohmann::json all;

  void check(std::string const& name, std::size_t inputs, Function const& f, std::uint64_t rows) {
    auto const& truth = all.at(name);
    for (auto const points : {PointKind::random, PointKind::sobol}) {
      auto const plan = make_design(uniform_design(Scheme::azzini, inputs, rows, points));
      IntervalRule const rule{.method = points == PointKind::sobol ? IntervalMethod::scrambles
                                                                   : IntervalMethod::delta};
      auto const y = outputs(plan, f);
      auto const out =
          swap_indices(swap_outputs(SwapScheme::azzini, inputs, 1, false, y, strata(plan)), rule, true);
      // With 16 scrambles the standard error itself is known to 18 %: Student's t of 15 degrees at the same
      // rate.
      double const slack = points == PointKind::sobol ? 2.2 : 1;
      auto const close = [&](Estimate e, double value) {
        e.standard_error *= slack;
        return near(e, value);
      };
      EXPECT_TRUE(close(out.variance, truth["V"].get<double>())) << name;
      for (std::size_t i = 0; i < inputs; ++i) {
        EXPECT_TRUE(close(out.first[i], truth["S1"][i].get<double>())) << name << " S1 " << i;
        EXPECT_TRUE(close(out.total[i], truth["ST"][i].get<double>())) << name << " ST " << i;
      }
      std::size_t k = 0;
      for (std::size_t i = 0; i < inputs; ++i)
        for (std::size_t j = i + 1; j < inputs; ++j, ++k) {
          auto const key = std::to_string(i) + "," + std::to_string(j);
          EXPECT_TRUE(close(out.pair[k], truth["S2"].value(key, 0.0))) << name << " S2 " << key;
        }
    }
    auto const plan = make_design(uniform_design(Scheme::shapley, inputs, rows));
    std::vector<std::uint32_t> order(plan.rows * inputs);
    std::vector<double> step(inputs);
    for (std::uint64_t j = 0; j < plan.rows; ++j)
      design_moves(plan, j, std::span(order).subspan(j * inputs, inputs), step);
    auto const shapley = shapley_effects(inputs, 1, outputs(plan, f), order, {}, {});
    for (std::size_t i = 0; i < inputs; ++i)
      EXPECT_TRUE(near(shapley.effect[i], truth["shapley"][i].get<double>())) << name << " Shapley " << i;
  }
};

TEST_F(SensitivityOracle, Ishigami) {
  check("ishigami(a=7,b=0.1)", 3, test::ishigami, 16384);
}
TEST_F(SensitivityOracle, SobolG) {
  check("sobol_g", 8, test::sobol_g, 16384);
}
TEST_F(SensitivityOracle, Bratley) {
  check("bratley1992(k=8)", 8, test::bratley, 16384);
}
class SlowSensitivityOracle : public SensitivityOracle {};

TEST_F(SlowSensitivityOracle, Morris) {
  check("morris1991", 20, test::morris_1991, 8192);
}

TEST_F(SlowSensitivityOracle, ElementaryEffects) {
  for (std::uint32_t const levels : {4U, 8U}) {
    auto const& truth = all["morris1991"]["elementary_effects"][std::to_string(levels)];
    Design design = uniform_design(Scheme::morris, 20, 2000);
    design.levels = levels;
    auto const plan = make_design(design);
    std::vector<std::uint32_t> set(plan.rows * 20);
    std::vector<double> step(plan.rows * 20);
    for (std::uint64_t j = 0; j < plan.rows; ++j)
      design_moves(plan, j, std::span(set).subspan(j * 20, 20), std::span(step).subspan(j * 20, 20));
    // Our levels are the middles of equal parts; Morris's are 0, 1/(p-1), … 1.
    auto const y = outputs(plan, [&](std::span<double const> u) {
      std::array<double, 20> x{};
      for (std::size_t i = 0; i < 20; ++i) x[i] = (u[i] * levels - 0.5) / (levels - 1);
      return test::morris_1991(x);
    });
    auto const effects = elementary_effects(20, 1, y, set, step, {});
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_TRUE(near(effects[i].mean, truth["mu"][i].get<double>())) << levels << " mu " << i;
      auto size = effects[i].size; // the reference is itself a mean over draws
      size.standard_error = std::hypot(size.standard_error, truth["mu_star_mc_se"][i].get<double>());
      EXPECT_TRUE(near(size, truth["mu_star"][i].get<double>())) << levels << " mu* " << i;
      EXPECT_TRUE(near(effects[i].spread, truth["sigma"][i].get<double>())) << levels << " sigma " << i;
    }
  }
}

/// Y = X1 + X2 + X3, X3 of sd 2, normal scores of X2 and X3 correlated .9: Spearman's 6/π asin(.45).
TEST_F(SensitivityOracle, DependentLinearGaussian) {
  auto const& truth = all["linear_gaussian_rho0.9"];
  Design design = uniform_design(Scheme::azzini, 3, 32768);
  for (auto& factor : design.factors) factor.law = Prior{Normal{0, 1}};
  design.factors[2].law = Prior{Normal{0, 2}};
  design.rank_correlation = Eigen::Matrix3d::Identity();
  design.rank_correlation(1, 2) = design.rank_correlation(2, 1) = 6 / std::numbers::pi * std::asin(0.45);
  auto const sum = [](std::span<double const> x) { return x[0] + x[1] + x[2]; };
  auto const plan = make_design(design);
  auto const out = swap_indices(swap_outputs(SwapScheme::conditional, 3, 1, false, outputs(plan, sum)), {});
  design.scheme = Scheme::random;
  auto const sample = make_design(design);
  std::vector<double> x;
  auto const y = outputs(sample, sum, &x);
  auto const ranks = rank_indices(3, x, y, {}, {});
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(near(out.first[i], truth["S1"][i].get<double>())) << i;
    EXPECT_TRUE(near(out.total[i], truth["ST"][i].get<double>())) << i;
    EXPECT_TRUE(near(ranks.first[i], truth["S1"][i].get<double>())) << i;
  }
  EXPECT_LT(out.total[1].standard_error, 0.001);
}

/// Ishigami with noise of sd 3 √(1 + x₂²/π²): what replicates with their own luck are worth.
TEST_F(SensitivityOracle, NoisyIshigami) {
  auto const& truth = all["noisy_ishigami(s0=3)"];
  auto const noisy = [](std::span<double const> u, Stream& luck) {
    double const x = 2 * u[1] - 1;
    return test::ishigami(u) + 3 * std::sqrt(1 + x * x) * standard_normal(luck);
  };
  auto const y = test::swap_runs(3, 16384, 2, true, 31, noisy);
  auto const runs = swap_outputs(SwapScheme::azzini, 3, 2, false, y);
  auto const out = swap_indices(runs, {});
  auto const split = variance_split(runs, 3, false, {});
  EXPECT_TRUE(near(out.variance, truth["V_mean_response"].get<double>()));
  EXPECT_TRUE(near(out.noise, truth["E_cond_variance"].get<double>()));
  EXPECT_TRUE(near(split.parameters, truth["share_parameters"].get<double>()));
  EXPECT_TRUE(near(split.chance, truth["share_noise"].get<double>()));
  auto const single = swap_indices(
      swap_outputs(SwapScheme::saltelli, 3, 1, false, test::swap_runs(3, 16384, 1, false, 32, noisy)), {});
  auto const of_noise = swap_indices(swap_outputs(SwapScheme::azzini, 3, 2, false,
                                                  log_noise(test::swap_runs(3, 8192, 8, true, 33, noisy), 8)),
                                     {});
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(near(out.first[i], truth["S1_of_mean"][i].get<double>()));
    EXPECT_TRUE(near(out.total[i], truth["ST_of_mean"][i].get<double>()));
    EXPECT_TRUE(near(single.first[i], truth["S1_of_Y"][i].get<double>()));
    EXPECT_TRUE(near(single.total[i], truth["ST_jansen_independent_seeds"][i].get<double>()));
    EXPECT_TRUE(near(of_noise.first[i], truth["S1_of_cond_variance"][i].get<double>()));
  }
}

} // namespace
