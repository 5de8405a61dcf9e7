#include "likvard/study/point.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

namespace likvard {
namespace {

using test::small_town;

/// Every list with items, every choice another than the first, every kind of prior.
Parameters unusual_town() {
  Parameters p = small_town();
  p.municipality.stage = Stage::forskola;
  p.municipality.sizes = SizeRule::equal;
  p.municipality.totals = Totals::free;
  p.municipality.unit_pupils = {30, 40, 50};
  p.municipality.adequate_per_pupil_sek = 99'000.5;
  p.municipality.given = {{"a", "b"}, {10, 20}, {0, 1}, {{0.25, 0.75}, {}}, {{1, 2, 7}, {3, 4, 13}}};
  p.background.joint = {0.1, 0.2, 0.3, 0.4};
  p.background.need_group = 1;
  p.sorting = {.mechanism = Mechanism::choice,
               .strength = 0.3,
               .targets = {{1, Index::gini, 0.2}, {0, Index::icc, 0.1}},
               .choice = {.areas = 7, .residence_eps2 = 0.05, .solve = ChoiceUnknown::own_group}};
  p.needs = {{.name = "a", .marker = Tiers{{0.1, 0.2}, {3, 2}}, .lag = 2},
             {.name = "b", .marker = Member{1}, .pooling = Pooling::ever},
             {.name = "c", .marker = Tail{0.2, 1.5}, .shrinkage = Shrinkage::empirical_bayes},
             {.name = "d"}};
  p.outcome.theta = NormalMixture{{0.5, 0.5}, {Normal{0, 0.01}, Normal{0.03, 0.02, -1, 1}}};
  p.outcome.effect_ratio = LogNormal{0.2, 0.4};
  p.outcome.curvature = Uniform{-1, 1};
  p.outcome.pass_through = Beta{3, 1.5};
  p.outcome.peer = Normal{0.1, 0.2};
  p.outcome.dilution = Triangular{0, 0.1, 0.2};
  p.outcome.merit_sd = 70;
  p.years = {.count = 5, .drift_sd = 0.1, .unit_year_sd = 0.2};
  p.interventions = {{"x", "X", 0.1, 0.05, 0.02, 3000, 0.1}, {.name = "y"}};
  return p;
}

TEST(PointParameters, ComeBackAsTheyWere) {
  Parameters const town = unusual_town();
  PointParameters const packed = town;
  EXPECT_TRUE(packed.all() == town);
  EXPECT_EQ(packed.stage, Stage::forskola);
  EXPECT_EQ(packed.units, town.municipality.units);
  EXPECT_EQ(packed.unit_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(PointParameters(Parameters{}).all() == Parameters{});
}

TEST(PointParameters, OfManyPointsKeepEachItsOwn) {
  ParameterPacker packer;
  std::vector<Parameters> towns;
  for (std::uint32_t i = 0; i < 60; ++i) {
    Parameters town = i % 7 == 0 ? unusual_town() : small_town();
    town.municipality.pupils += i;
    town.outcome.not_qualified += 0.001 * i;
    town.background.variables[0].shares = {0.5 + 0.001 * i, 0.5 - 0.001 * i};
    if (i % 3 == 0) town.municipality.given.name.assign(i, "unit " + std::to_string(i));
    towns.push_back(town);
  }
  std::vector<PointParameters> packed;
  for (auto const& town : towns) packed.push_back(packer.pack(town));
  for (std::size_t i = 0; i < towns.size(); ++i) EXPECT_TRUE(packed[i].all() == towns[i]) << i;
}

/// One that is like another in its size alone.
TEST(PointParameters, MayDifferInEverything) {
  ParameterPacker packer;
  Parameters one, other;
  one.background.joint.assign(500, 0.1);
  other.background.joint.assign(500, 0.2);
  auto const a = packer.pack(one), b = packer.pack(other);
  EXPECT_TRUE(a.all() == one);
  EXPECT_TRUE(b.all() == other);
}

} // namespace
} // namespace likvard
