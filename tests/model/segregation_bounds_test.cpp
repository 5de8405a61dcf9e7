// What indices could be when cells are hidden: against every composition there is.
#include "likvard/model/segregation_bounds.hpp"

#include "likvard/model/segregation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace likvard;

namespace {

struct HiddenTown {
  std::vector<double> n, low, high;
};

/// Smallest and largest index over every whole number of members.
void enumerate(HiddenTown const& town, std::size_t k, std::vector<double>& x, SegregationBounds& seen) {
  if (k == town.n.size()) {
    auto const s = segregation(town.n, x);
    if (!s.defined) return;
    auto const meet = [](Interval& in, double value) {
      in.low = std::min(in.low, value);
      in.high = std::max(in.high, value);
    };
    meet(seen.share, s.share);
    meet(seen.dissimilarity, s.dissimilarity);
    meet(seen.variance_ratio, s.variance_ratio);
    meet(seen.eps2, s.eps2);
    meet(seen.theil_h, s.theil_h);
    return;
  }
  for (x[k] = town.low[k]; x[k] <= town.high[k] + 0.5; ++x[k]) enumerate(town, k + 1, x, seen);
}

SegregationBounds every_composition(HiddenTown const& town) {
  Interval const empty{2, -2};
  SegregationBounds seen{empty, empty, empty, empty, empty, true};
  std::vector<double> x(town.n.size());
  enumerate(town, 0, x, seen);
  return seen;
}

} // namespace

// Two units of 20: one has 10 members, the other 0 to 10. D = |10 - x| · 40 / (2 (10 + x)(30 - x)) · ...: at
// x = 0 all ten are in one unit, D = 1 - 10/30 = 2/3; at x = 10 there is no unevenness.
TEST(SegregationBounds, ByHand) {
  std::vector<double> const n{20, 20}, low{10, 0}, high{10, 10};
  auto const b = segregation_bounds(n, low, high);
  EXPECT_NEAR(b.share.low, 0.25, 1e-15);
  EXPECT_NEAR(b.share.high, 0.5, 1e-15);
  EXPECT_NEAR(b.dissimilarity.low, 0, 1e-9);
  EXPECT_NEAR(b.dissimilarity.high, 2.0 / 3, 1e-12);
  EXPECT_NEAR(b.variance_ratio.high, 1.0 / 3, 1e-12); // 20 (.25² + .25²)/(40 · .25 · .75)
}

TEST(SegregationBounds, NothingHiddenIsTheIndexItself) {
  std::vector<double> const n{40, 60, 80}, x{10, 30, 7.5};
  auto const b = segregation_bounds(n, x, x);
  auto const s = segregation(n, x);
  EXPECT_EQ(b.dissimilarity.low, s.dissimilarity);
  EXPECT_EQ(b.eps2.high, s.eps2);
  EXPECT_EQ(b.theil_h.low, b.theil_h.high);
}

// Upper ends are reached by whole pupils, lower ends are below all of them by less than a pupil's worth.
TEST(SegregationBounds, AgreeWithEveryComposition) {
  std::mt19937 engine(20'261); // NOLINT(cert-msc51-cpp): the same towns every time
  std::uniform_int_distribution<int> size(4, 30), kind(0, 2), width(1, 9);
  for (int town_number = 0; town_number < 40; ++town_number) {
    HiddenTown town;
    for (int k = 0; k < 7; ++k) {
      double const n = size(engine);
      double const from = kind(engine) == 0 ? std::max(0.0, n - 4) : 0.0;
      bool const hidden = k < 4;
      double const known = 0.37 * n;
      town.n.push_back(n);
      town.low.push_back(hidden ? from : known);
      town.high.push_back(hidden ? from + std::min<double>(width(engine), n - from) : known);
    }
    auto const ours = segregation_bounds(town.n, town.low, town.high);
    auto const seen = every_composition(town);
    EXPECT_TRUE(ours.dissimilarity_exact);
    for (auto const& [a, b] : {std::pair{ours.share, seen.share},
                               {ours.dissimilarity, seen.dissimilarity},
                               {ours.variance_ratio, seen.variance_ratio},
                               {ours.eps2, seen.eps2},
                               {ours.theil_h, seen.theil_h}}) {
      EXPECT_NEAR(a.high, b.high, 1e-10) << town_number;
      EXPECT_LE(a.low, b.low + 1e-10) << town_number;
      // Rounding the most even composition to whole pupils moves each unit's share by less than 1/n.
      EXPECT_GE(a.low, b.low - 0.1) << town_number;
    }
  }
}

// A hundred units without data: too many for D's exact upper end, which is then never too low.
TEST(SegregationBounds, OuterWhereThereIsTooMuchHidden) {
  std::vector<double> n(60, 300.0), low(60, 0.0), high(60, 300.0);
  for (std::size_t k = 0; k < 20; ++k) low[k] = high[k] = 15.0 * static_cast<double>(k);
  auto const b = segregation_bounds(n, low, high);
  EXPECT_FALSE(b.dissimilarity_exact);
  EXPECT_GE(b.dissimilarity.high, 0.9);
  EXPECT_LE(b.dissimilarity.high, 1);
  EXPECT_LT(b.dissimilarity.low, b.dissimilarity.high);
}
