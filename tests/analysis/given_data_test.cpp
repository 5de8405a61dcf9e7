#include "likvard/analysis/given_data.hpp"
#include "support/statistics.hpp"
#include "support/test_functions.hpp"

#include <limits>

using namespace likvard;

namespace {

struct Sample {
  std::vector<double> x, y;
};
template <class Function>
Sample sample(std::size_t inputs, std::size_t rows, std::uint32_t seed, Function f) {
  Sample out;
  Stream stream({seed, 0, 0}, Purpose::parameters);
  for (std::size_t j = 0; j < rows; ++j) {
    for (std::size_t i = 0; i < inputs; ++i) out.x.push_back(uniform01(stream));
    out.y.push_back(f(std::span<double const>(out.x).subspan(j * inputs, inputs), stream));
  }
  return out;
}

TEST(RankIndices, FirstOrderOfIshigami) {
  auto const s = sample(3, 16384, 3, [](auto u, Stream&) { return test::ishigami(u); });
  auto const out = rank_indices(3, s.x, s.y, {}, {});
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_LE(std::abs(out.first[i].value - test::IshigamiTruth::first[i]),
              test::z_bound() * out.first[i].standard_error);
}

/// Three levels with means -1, 0, 1 and noise of variance 1: S = (2/3)/(2/3 + 1).
TEST(RankIndices, CategoriesAndFailedRuns) {
  auto s = sample(1, 9000, 4, [](auto, Stream&) { return 0.0; });
  Stream stream({5, 0, 0}, Purpose::parameters);
  for (std::size_t j = 0; j < s.y.size(); ++j) {
    s.x[j] = std::floor(3 * s.x[j]);
    s.y[j] = s.x[j] - 1 + standard_normal(stream);
  }
  s.y[17] = std::numeric_limits<double>::quiet_NaN();
  auto const out = rank_indices(1, s.x, s.y, {}, {});
  EXPECT_EQ(out.dropped, 1U);
  EXPECT_TRUE(out.defined);
  EXPECT_LE(std::abs(out.first[0].value - 0.4), test::z_bound() * out.first[0].standard_error);
}

/// Y = X0: given X0 the output is known. Without an effect both lie where chance puts them.
TEST(DensityIndices, AgainstWhatChanceGives) {
  auto const s = sample(3, 8000, 6, [](auto u, Stream&) { return u[0] + 0.3 * u[1]; });
  auto const out = density_indices(3, s.x, s.y);
  EXPECT_EQ(out[0].classes, 20U);
  EXPECT_GT(out[0].delta, 0.6);
  // By chance the sum over 400 cells of |deviations| has an sd of a few per cent of its mean: each cell's is
  // √(π/2 - 1) of its own mean, and cells of a class sum to zero, so 2 √(.57/400) bounds it.
  double const delta_bound = test::z_bound() * 2 * std::sqrt(0.57 / 400);
  EXPECT_NEAR(out[2].delta / out[2].delta_chance, 1, delta_bound);
  EXPECT_GT(out[1].delta / out[1].delta_chance, 1 + delta_bound);
  // Kolmogorov's law has sd .26 against a mean of .87; the mean over 20 classes is within z .3/√20.
  double const pawn_bound = test::z_bound() * 0.3 / std::sqrt(20.0);
  EXPECT_NEAR(out[2].pawn_median / out[2].pawn_chance, 1, pawn_bound);
  EXPECT_GT(out[1].pawn_median / out[1].pawn_chance, 1 + pawn_bound);
}

/// Two classes of two rows each among four: k of a bin of 2 is hypergeometric, E|k/2 - 1/2| = (1/6 + 1/6)/2.
TEST(DensityIndices, ByHand) {
  std::vector<double> const x{0, 0, 1, 1}, y{1, 2, 3, 4};
  auto const out = density_indices(1, x, y);
  EXPECT_EQ(out[0].classes, 2U);
  EXPECT_DOUBLE_EQ(out[0].delta, 0.5);
  EXPECT_DOUBLE_EQ(out[0].pawn_max, 0.5);
  EXPECT_NEAR(out[0].delta_chance, 1.0 / 6, 1e-12);
}

} // namespace
