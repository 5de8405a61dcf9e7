#include "likvard/analysis/selection.hpp"
#include "likvard/analysis/selection_constants.hpp"
#include "likvard/core/random.hpp"
#include "support/statistics.hpp"

#include <boost/math/distributions/binomial.hpp>

#include <gtest/gtest.h>

#include <cmath>

using namespace likvard;
using namespace likvard::test;

namespace {

/// Normal alternatives: mean[i] + sd[i] (√ρ common + √(1-ρ) own). Observation b of one is always the same.
struct Normals {
  std::vector<double> mean, sd;
  double correlation = 0;
  std::uint32_t experiment = 0;

  double at(std::size_t i, std::size_t b) const {
    auto const point = static_cast<std::uint32_t>(b);
    Stream own({7, point, experiment}, Purpose::power, static_cast<std::uint32_t>(i) + 1);
    double z = std::sqrt(1 - correlation) * standard_normal(own);
    if (correlation > 0) {
      Stream common({7, point, experiment}, Purpose::power);
      z += std::sqrt(correlation) * standard_normal(common);
    }
    return mean[i] + sd[i] * z;
  }
  Sampler sampler() const {
    return [this](std::span<SampleRequest const> requests, std::span<double> out) {
      std::size_t at_out = 0;
      for (auto const& r : requests)
        for (std::size_t b = r.first; b < r.first + r.count; ++b) out[at_out++] = at(r.alternative, b);
    };
  }
};

/// The hardest case: one ahead of all others by delta. It is the last, so that ties cannot favour it.
Normals slippage(std::size_t k, double delta, double correlation = 0) {
  Normals out{std::vector<double>(k, 0.0), std::vector<double>(k, 1.0), correlation};
  out.mean.back() = delta;
  return out;
}

struct Experiments {
  double right = 0, runs = 0, runs_sd = 0; ///< share of right choices; observations on average
};

template <class Select>
Experiments repeat(Select select, Normals alternatives, SelectionOptions const& options, int experiments) {
  Experiments out;
  Moments runs;
  for (int e = 0; e < experiments; ++e) {
    alternatives.experiment = static_cast<std::uint32_t>(e);
    auto const chosen = select(alternatives.mean.size(), alternatives.sampler(), options);
    EXPECT_EQ(chosen.end, SelectionEnd::decided);
    out.right += (chosen.best == alternatives.mean.size() - 1) / double(experiments);
    runs.add(static_cast<double>(chosen.used));
  }
  out.runs = runs.mean;
  out.runs_sd = runs.standard_error();
  return out;
}

/// A promise of at least p: the share of right choices lies below p by no more than chance allows.
void expect_promise(double right, double p, int experiments) {
  EXPECT_GE(right, p - z_bound() * std::sqrt(p * (1 - p) / experiments));
}

} // namespace

// Ni, Ciocan, Henderson & Hunter 2017, for n1 = 50 and α1 = 0.025; Rinott's table (Bechhofer, Santner &
// Goldsman 1995) for P* = 0.95 and n0 = 20.
TEST(SelectionConstants, PublishedToFourDigits) {
  EXPECT_NEAR(gsp_eta(0.025, 10, 50), 0.4713, 5e-5);
  EXPECT_NEAR(gsp_eta(0.025, 100, 50), 0.5877, 5e-5);
  EXPECT_NEAR(gsp_eta(0.025, 1000, 50), 0.6902, 5e-5);
  EXPECT_NEAR(rinott_h(0.95, 2, 20), 2.4525, 5e-5);
  EXPECT_NEAR(rinott_h(0.95, 10, 20), 3.8753, 5e-5);
}

TEST(SelectionConstants, KnByItsFormula) {
  EXPECT_DOUBLE_EQ(kn_eta(0.05, 10, 11), 0.5 * (std::pow(0.1 / 9, -0.2) - 1));
  EXPECT_DOUBLE_EQ(kn_eta(0.05, 2, 3), 0.5 * (10.0 - 1)); // (0.1)^-1
}

// As the first stage grows, variances are as good as known: h of two is √2 Φ⁻¹(P), and of GSP's η √(n1 - 1)
// the normal's quantile.
TEST(SelectionConstants, ApproachTheNormals) {
  EXPECT_NEAR(rinott_h(0.95, 2, 20001), std::sqrt(2.0) * 1.6448536, 1e-3);
  double const tail = 1 - std::pow(0.975, 1.0 / 9);
  double const z = quantile(complement(boost::math::normal_distribution<>{}, tail / 2));
  EXPECT_NEAR(gsp_eta(0.025, 10, 20001) * std::sqrt(20000.0), z, 0.03 * z);
}

// Kim & Nelson 2001, slippage with δ = σ/√n0, n0 = 10, k = 10: about 990 observations, 500 with ρ = 0.5.
TEST(SlowKn, KeepsItsPromiseInTheSlippageConfiguration) {
  constexpr int experiments = 2000;
  double const delta = 1 / std::sqrt(10.0);
  SelectionOptions const options{.delta = delta, .first = 10, .batch = 1};
  auto const independent = repeat(select_kn, slippage(10, delta), options, experiments);
  expect_promise(independent.right, 0.95, experiments);
  EXPECT_NEAR(independent.runs, 990, 0.03 * 990 + z_bound() * independent.runs_sd);
  auto const common = repeat(select_kn, slippage(10, delta, 0.5), options, experiments);
  expect_promise(common.right, 0.95, experiments);
  EXPECT_NEAR(common.runs, 500, 0.03 * 500 + z_bound() * common.runs_sd);
}

// Unequal variances, and batches that look past a decision: the same choice as one at a time.
TEST(Kn, BatchesOnlyCostObservations) {
  Normals alternatives{{0, 0.1, 0.5, 1}, {0.5, 2, 1, 1.5}, 0.3};
  for (std::uint32_t e = 0; e < 20; ++e) {
    alternatives.experiment = e;
    auto const one = select_kn(4, alternatives.sampler(), {.delta = 0.3, .first = 10, .batch = 1});
    auto const many = select_kn(4, alternatives.sampler(), {.delta = 0.3, .first = 10, .batch = 16});
    EXPECT_EQ(one.best, many.best);
    EXPECT_EQ(one.out, many.out);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(one.sample[i].count, many.sample[i].count);
      EXPECT_EQ(one.sample[i].mean, many.sample[i].mean);
    }
    EXPECT_LE(one.used, many.used);
  }
}

// The pair's elimination by hand: n0 = 2, α = 0.05, k = 2: η = ½(0.1^-2 - 1) = 49.5, h² = 99. Differences 1,
// 3: S² = 2, mean 2; W(2) = (δ/4)(99·2/δ² - 2). With δ = 10: 2.5 (1.98 - 2) < 0 → 0: decided at once; δ = 9:
// 1 > 0 and 2.25 (2.444 - 2) = 1 < 2: decided; δ = 8: 2 (3.094 - 2) = 2.19 > 2: one more is taken.
TEST(Kn, FollowsItsFormula) {
  std::vector<std::vector<double>> const values{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                                                {1, 3, 5, 5, 5, 5, 5, 5, 5, 5}};
  Sampler const sampler = [&](std::span<SampleRequest const> requests, std::span<double> out) {
    std::size_t at = 0;
    for (auto const& r : requests)
      for (std::size_t b = r.first; b < r.first + r.count; ++b) out[at++] = values[r.alternative][b];
  };
  for (auto const& [delta, used] : {std::pair{10.0, 4U}, {9.0, 4U}, {8.0, 6U}}) {
    auto const s = select_kn(2, sampler, {.delta = delta, .first = 2, .batch = 1});
    EXPECT_EQ(s.best, 1U);
    EXPECT_EQ(s.used, used) << delta;
    EXPECT_EQ(s.out[0], used / 2);
  }
}

TEST(Kn, TwoThatAreTheSameAreDecidedToo) {
  Sampler const sampler = [](std::span<SampleRequest const>, std::span<double> out) {
    std::fill(out.begin(), out.end(), 1.0);
  };
  auto const s = select_kn(3, sampler, {.delta = 0.1, .first = 5, .batch = 5});
  EXPECT_EQ(s.end, SelectionEnd::decided);
  EXPECT_EQ(s.best, 0U);
}

TEST(Selection, BudgetAndStopAreTold) {
  auto const close = slippage(5, 1e-4);
  for (auto select : {select_kn, select_rinott, select_gsp, select_ocba}) {
    auto const s = select(5, close.sampler(), {.delta = 1e-5, .first = 10, .batch = 10, .budget = 500});
    EXPECT_EQ(s.end, SelectionEnd::budget);
    EXPECT_LE(s.used, 500U);
    EXPECT_GE(s.used, 50U);
    std::atomic<bool> stop{false};
    SelectionOptions options{.delta = 1e-3, .first = 10, .batch = 10, .budget = 1'000'000'000, .stop = &stop};
    options.on_progress = [&](std::uint64_t used, std::size_t) { stop = used >= 50; };
    EXPECT_EQ(select(5, close.sampler(), options).end, SelectionEnd::interrupted);
  }
}

TEST(SlowRinott, KeepsItsPromise) {
  constexpr int experiments = 1500;
  auto const r = repeat(select_rinott, slippage(6, 0.5), {.delta = 0.5, .first = 12}, experiments);
  expect_promise(r.right, 0.95, experiments);
  // E[N] of each is at least h²σ²/δ², and at most one more for rounding up and n0 where that is larger.
  double const h = rinott_h(0.95, 6, 12), expected = 6 * h * h / 0.25;
  EXPECT_GT(r.runs, expected - z_bound() * r.runs_sd);
  EXPECT_LT(r.runs, expected + 6 * 1.5 + z_bound() * r.runs_sd);
}

TEST(SlowGsp, KeepsItsPromise) {
  constexpr int experiments = 1000;
  auto alternatives = slippage(10, 0.4);
  for (std::size_t i = 0; i < 10; ++i) alternatives.sd[i] = 0.5 + 0.1 * static_cast<double>(i);
  expect_promise(
      repeat(select_gsp, alternatives, {.delta = 0.4, .first = 15, .batch = 10}, experiments).right, 0.95,
      experiments);
}

// Spread-out means: screening throws most out, so that it takes a fraction of what Rinott does.
TEST(Gsp, ScreensOutWhatIsFarBehind) {
  Normals alternatives{{}, {}, 0};
  for (int i = 0; i < 100; ++i) alternatives.mean.push_back(0.2 * i), alternatives.sd.push_back(1);
  SelectionOptions const options{.delta = 0.2, .first = 20, .batch = 20, .budget = 100'000'000};
  auto const gsp = select_gsp(100, alternatives.sampler(), options);
  auto const rinott = select_rinott(100, alternatives.sampler(), options);
  EXPECT_EQ(gsp.end, SelectionEnd::decided);
  EXPECT_GE(gsp.best, 98U);
  EXPECT_GT(std::count_if(gsp.out.begin(), gsp.out.end(), [](auto n) { return n > 0; }), 80);
  EXPECT_LT(gsp.used * 5, rinott.used);
}

// N_i/N_j = (s_i/d_i)²/(s_j/d_j)², N_b = s_b √(Σ N_i²/s_i²): means 3, 2, 1 with sd 1, 1, 2 give 1 : 1 for the
// two behind (1/1 and 4/4), and √(1 + 1/4) for the best.
TEST(Ocba, SharesFollowTheRule) {
  std::vector<Moments> sample(3);
  double const mean[] = {3, 2, 1}, sd[] = {1, 1, 2};
  for (std::size_t i = 0; i < 3; ++i) sample[i] = {2, mean[i], sd[i] * sd[i]}; // variance m2/(n-1)
  constexpr std::size_t count = 1'000'000;
  auto const out = ocba_shares(sample, count);
  double const best = std::sqrt(1.25), all = 2 + best, total = count + 6;
  EXPECT_NEAR(static_cast<double>(out[0] + 2), total * best / all, 2);
  EXPECT_NEAR(static_cast<double>(out[1] + 2), total / all, 2);
  EXPECT_NEAR(static_cast<double>(out[2] + 2), total / all, 2);
  EXPECT_EQ(out[0] + out[1] + out[2], count);
}

// Chen, Lin, Yücesan & Chick 2000: designs with means 0 … 9 and sd 6. Of the same budget OCBA makes a right
// choice more often than equal shares do, whose rate is known: P(best mean is the largest of ten independent
// normals).
TEST(SlowOcba, BeatsEqualShares) {
  constexpr int experiments = 1500;
  constexpr std::uint64_t budget = 1000;
  Normals alternatives{{}, std::vector<double>(10, 6.0), 0};
  for (int i = 0; i < 10; ++i) alternatives.mean.push_back(i);
  double right = 0;
  for (int e = 0; e < experiments; ++e) {
    alternatives.experiment = static_cast<std::uint32_t>(e);
    auto const s = select_ocba(10, alternatives.sampler(),
                               {.confidence = 0.9999, .first = 10, .batch = 20, .budget = budget});
    right += (s.best == 9) / double(experiments);
  }
  // Equal shares: ∫ φ(z) Π_i Φ(z + (9 - i)/se) dz, se = 6/√100.
  double const se = 6 / std::sqrt(static_cast<double>(budget) / 10);
  double equal = 0;
  boost::math::normal_distribution<> const law;
  for (double z = -8; z < 8; z += 0.01) {
    double product = pdf(law, z) * 0.01;
    for (int i = 0; i < 9; ++i) product *= cdf(law, z + (9 - i) / se);
    equal += product;
  }
  ASSERT_NEAR(equal, 0.87, 0.02);
  EXPECT_GT(right, equal + z_bound() * std::sqrt(equal * (1 - equal) / experiments))
      << right << " against " << equal;
}
