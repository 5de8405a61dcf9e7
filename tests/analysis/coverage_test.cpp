#include "likvard/analysis/given_data.hpp"
#include "likvard/analysis/morris.hpp"
#include "likvard/analysis/shapley.hpp"
#include "likvard/analysis/variance_indices.hpp"
#include "likvard/study/design.hpp"
#include "support/statistics.hpp"
#include "support/test_functions.hpp"

#include <string>

/// Nominal 95 % intervals hold the truth in 94 to 96 % of repeated experiments, for every method offered.
///
/// Whether an interval holds is a Bernoulli draw, so over E experiments the share has sd √(.95·.05/E) at most
/// about .0069 for E = 1000. The share of all of a method's intervals is held to [.94, .96] widened by 2.33
/// such sd of a single interval: intervals of one experiment go together, so their mean is taken to be no
/// more certain than one.
using namespace likvard;

namespace {

class Coverage {
public:
  explicit Coverage(std::string method) : method_(std::move(method)) {}
  void add(Estimate const& e, double truth) {
    ++intervals_;
    held_ += e.low <= truth && truth <= e.high;
  }
  void expect(double experiments) const {
    double const share = held_ / intervals_, sd = std::sqrt(0.95 * 0.05 / experiments);
    EXPECT_GE(share, 0.94 - 2.33 * sd) << method_;
    EXPECT_LE(share, 0.96 + 2.33 * sd) << method_;
  }

private:
  std::string method_;
  double held_ = 0, intervals_ = 0;
};

double quiet(std::span<double const> u, Stream&) {
  return test::ishigami(u);
}
double noisy(std::span<double const> u, Stream& luck) {
  double const x = 2 * u[1] - 1;
  return test::ishigami(u) + 3 * std::sqrt(1 + x * x) * standard_normal(luck);
}

/// Inputs with an effect of each kind; one that has no first-order part is noise around zero and covered
/// alike.
void add_all(Coverage& first, Coverage& total, SwapIndices const& out) {
  for (std::size_t i = 0; i < 3; ++i) {
    first.add(out.first[i], test::IshigamiTruth::first[i]);
    total.add(out.total[i], test::IshigamiTruth::total[i]);
  }
}

void swap_coverage(std::string const& name, bool both, std::size_t replicates, bool base_only,
                   bool with_noise, std::uint32_t experiments, IntervalRule rule) {
  Coverage first(name + " S"), total(name + " ST"), split(name + " split"), pair(name + " S2");
  double const share = 12 / (12 + test::IshigamiTruth::variance);
  for (std::uint32_t e = 0; e < experiments; ++e) {
    rule.seed = e;
    auto const y = with_noise ? test::swap_runs(3, 1024, replicates, both, e, noisy)
                              : test::swap_runs(3, 1024, replicates, both, e, quiet);
    auto const runs =
        swap_outputs(both ? SwapScheme::azzini : SwapScheme::saltelli, 3, replicates, base_only, y);
    auto const out = swap_indices(runs, rule, both);
    add_all(first, total, out);
    if (both) pair.add(out.pair[1], test::IshigamiTruth::pair_02);
    if (replicates > 1) {
      auto const parts = variance_split(runs, 2, false, rule);
      split.add(parts.chance, share);
      split.add(parts.levers, (1 - share) * test::IshigamiTruth::shapley[2]);
    }
  }
  first.expect(experiments);
  total.expect(experiments);
  if (both) pair.expect(experiments);
  if (replicates > 1) split.expect(experiments);
}

TEST(SlowCoverage, DeltaMethod) {
  swap_coverage("azzini", true, 1, false, false, 1000, {});
  swap_coverage("saltelli", false, 1, false, false, 1000, {});
  swap_coverage("azzini, noise, m = 2", true, 2, false, true, 1000, {});
  swap_coverage("saltelli, noise, m = 2", false, 2, false, true, 1000, {});
  swap_coverage("saltelli, noise, base replicated", false, 2, true, true, 1000, {});
}

TEST(SlowCoverage, Bootstrap) {
  swap_coverage("azzini bootstrap", true, 1, false, false, 1000,
                {.method = IntervalMethod::bootstrap, .resamples = 200});
}

TEST(SlowCoverage, Scrambles) {
  constexpr std::uint32_t experiments = 1000;
  Coverage first("scrambles S"), total("scrambles ST");
  for (std::uint32_t e = 0; e < experiments; ++e) {
    Design design{.scheme = Scheme::azzini, .rows = 16 * 128, .scrambles = 16, .seed = 1000 + e};
    design.factors.resize(3);
    auto const plan = make_design(design);
    std::vector<double> y, x(3);
    std::vector<std::uint32_t> stratum;
    DesignScratch scratch;
    for (std::uint64_t run = 0; run < plan.runs(); ++run) {
      design_run(plan, run, scratch, x);
      y.push_back(test::ishigami(x));
    }
    for (std::uint64_t j = 0; j < plan.rows; ++j) stratum.push_back(design_stratum(plan, j));
    add_all(first, total,
            swap_indices(swap_outputs(SwapScheme::azzini, 3, 1, false, y, stratum),
                         {.method = IntervalMethod::scrambles}));
  }
  first.expect(experiments);
  total.expect(experiments);
}

TEST(SlowCoverage, Simultaneous) {
  constexpr std::uint32_t experiments = 1000;
  Coverage all("simultaneous S");
  for (std::uint32_t e = 0; e < experiments; ++e) {
    auto const y = test::swap_runs(3, 1024, 1, true, 5000 + e, quiet);
    auto const out = swap_indices(swap_outputs(SwapScheme::azzini, 3, 1, false, y), {.family = 3});
    bool held = true;
    for (std::size_t i = 0; i < 3; ++i)
      held = held && out.first[i].low <= test::IshigamiTruth::first[i] &&
             test::IshigamiTruth::first[i] <= out.first[i].high;
    all.add({0, 0, held ? 0.0 : 1.0, held ? 0.0 : 1.0}, 0);
  }
  all.expect(experiments);
}

TEST(SlowCoverage, Shapley) {
  constexpr std::uint32_t experiments = 1000;
  Coverage effects("shapley"), noise("shapley, noise");
  for (std::uint32_t e = 0; e < experiments; ++e) {
    Design design{.scheme = Scheme::shapley, .points = PointKind::random, .rows = 1024, .seed = 3000 + e};
    design.factors.resize(3);
    auto const plan = make_design(design);
    std::vector<double> y, z, x(3), step(3);
    std::vector<std::uint32_t> order(plan.rows * 3);
    DesignScratch scratch;
    Stream luck({1, 2, e}, Purpose::parameters);
    for (std::uint64_t run = 0; run < plan.runs(); ++run) {
      design_run(plan, run, scratch, x);
      y.push_back(test::ishigami(x));
      for (int m = 0; m < 2; ++m) z.push_back(noisy(x, luck));
    }
    for (std::uint64_t j = 0; j < plan.rows; ++j)
      design_moves(plan, j, std::span(order).subspan(j * 3, 3), step);
    auto const out = shapley_effects(3, 1, y, order, {}, {}), with = shapley_effects(3, 2, z, order, {}, {});
    for (std::size_t i = 0; i < 3; ++i) {
      effects.add(out.effect[i], test::IshigamiTruth::shapley[i]);
      noise.add(with.effect[i], test::IshigamiTruth::shapley[i]);
    }
  }
  effects.expect(experiments);
  noise.expect(experiments);
}

TEST(SlowCoverage, Ranks) {
  constexpr std::uint32_t experiments = 1000, rows = 4096;
  Coverage plain("ranks"), noise("ranks, noise");
  std::vector<double> x(rows * 3), y(rows), z(rows), v(rows);
  for (std::uint32_t e = 0; e < experiments; ++e) {
    Stream points({5, 1, e}, Purpose::parameters);
    for (double& value : x) value = uniform01(points);
    for (std::size_t j = 0; j < rows; ++j) {
      auto const u = std::span<double const>(x).subspan(3 * j, 3);
      y[j] = test::ishigami(u);
      double const a = noisy(u, points), b = noisy(u, points);
      z[j] = (a + b) / 2;
      v[j] = (a - b) * (a - b) / 4;
    }
    auto const out = rank_indices(3, x, y, {}, {}), with = rank_indices(3, x, z, v, {});
    for (std::size_t i = 0; i < 3; ++i) {
      plain.add(out.first[i], test::IshigamiTruth::first[i]);
      noise.add(with.first[i], test::IshigamiTruth::first[i]);
    }
  }
  plain.expect(experiments);
  noise.expect(experiments);
}

/// f = u₀² + u₁ on 4 levels: steps are ±2/3 between levels 0, 1/3, 2/3, 1, so |EE₀| is 2/3 or 4/3 alike and
/// EE₁ = 1; with noise of sd .2 a step's |EE| is that of a normal of sd .3 √2.
TEST(SlowCoverage, Morris) {
  constexpr std::uint32_t experiments = 1000;
  Coverage mean("morris mean"), size("morris size"), spread("morris spread");
  for (std::uint32_t e = 0; e < experiments; ++e) {
    Design design{.scheme = Scheme::morris, .rows = 200, .seed = e};
    design.factors.resize(2);
    auto const plan = make_design(design);
    std::vector<double> y, x(2), step(plan.rows * 2);
    std::vector<std::uint32_t> set(plan.rows * 2);
    DesignScratch scratch;
    Stream luck({7, 2, e}, Purpose::parameters);
    for (std::uint64_t run = 0; run < plan.runs(); ++run) {
      design_run(plan, run, scratch, x);
      double const u = (x[0] * 4 - 0.5) / 3, w = (x[1] * 4 - 0.5) / 3;
      y.push_back(u * u + w + 0.2 * standard_normal(luck));
    }
    for (std::uint64_t j = 0; j < plan.rows; ++j)
      design_moves(plan, j, std::span(set).subspan(j * 2, 2), std::span(step).subspan(j * 2, 2));
    auto const out = elementary_effects(2, 1, y, set, step, {.resamples = 200});
    mean.add(out[0].mean, 1);
    mean.add(out[1].mean, 1);
    // E|N(μ, s²)| = s √(2/π) e^{-μ²/2s²} + μ (1 - 2Φ(-μ/s)).
    double const s = 0.3 * std::sqrt(2.0);
    boost::math::normal_distribution<> const normal;
    auto const folded = [&](double mu) {
      return s * std::sqrt(2 / std::numbers::pi) * std::exp(-mu * mu / (2 * s * s)) +
             mu * (1 - 2 * cdf(normal, -mu / s));
    };
    size.add(out[0].size, 0.5 * (folded(2.0 / 3) + folded(4.0 / 3)));
    size.add(out[1].size, folded(1));
    spread.add(out[0].spread, std::sqrt(s * s + 1.0 / 9));
    spread.add(out[1].spread, s);
  }
  mean.expect(experiments);
  size.expect(experiments);
  spread.expect(experiments);
}

} // namespace
