#include "likvard/study/points.hpp"

#include "likvard/core/contract.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>

#include <random>

namespace likvard {
namespace {

using test::small_town;

void expect_same(Point const& a, Point const& b) {
  auto const &p = a.parameters, &q = b.parameters;
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.at, b.at);
  EXPECT_EQ(a.municipalities, b.municipalities);
  EXPECT_EQ(a.fingerprint, b.fingerprint);
  EXPECT_EQ(p.stage, q.stage);
  EXPECT_EQ(p.pupils, q.pupils);
  EXPECT_EQ(p.units, q.units);
  EXPECT_EQ(p.budget_per_pupil_sek, q.budget_per_pupil_sek);
  EXPECT_EQ(p.unit_names, q.unit_names);
}

/// As of a result: without the parameters that a study needs.
Point told(std::string name, std::string fingerprint = "") {
  Point p{.name = std::move(name), .fingerprint = std::move(fingerprint)};
  p.parameters.pupils = 4'000'000'000;
  p.parameters.budget_per_pupil_sek = 0.1;
  return p;
}

TEST(Points, ComeBackAsTheyWere) {
  std::string const bits = "0123456789abcdef00000000ffffffff";
  std::vector<Point> list;
  for (std::string const name :
       {"", ",", ", ", ", , ", "a, ", ", a", "town, size = 3, size = 3", "a,b", "å, ö"})
    list.push_back(told(name));
  for (std::string const& fingerprint :
       std::vector<std::string>{bits, bits + "0", bits.substr(1), "0123456789ABCDEF00000000ffffffff",
                                "+123456789abcdef0000000000000000", " 123456789abcdef0000000000000000",
                                "not in hexadecimal and 32 bytes."})
    list.push_back(told("a", fingerprint));
  list.push_back(told(std::string("no\0end", 6), std::string(32, '\0')));
  list.back().parameters.stage = Stage::forskola;
  list.back().parameters.unit_names = {"b", "", "b"};
  list.back().at = {{"", ""}, {"size", "3"}};
  list.back().municipalities = -1e300;
  Points const points = list;
  ASSERT_EQ(points.size(), list.size());
  for (std::size_t i = 0; i < list.size(); ++i) expect_same(points[i], list[i]);
}

/// Of many points, some of them alike: every name, level and parameter is its own.
TEST(Points, OfAStudyKeepTheirParameters) {
  std::mt19937 random(7);
  auto const pick = [&](unsigned below) { return static_cast<std::uint32_t>(random() % below); };
  ParameterPacker packer;
  std::vector<Point> list;
  std::vector<Parameters> towns;
  Points points;
  for (int i = 0; i < 3000; ++i) {
    Parameters town = small_town();
    town.municipality.pupils += pick(40);
    town.outcome.not_qualified = 0.1 + 0.001 * pick(500);
    if (pick(50) == 0) town.municipality.given.name.assign(pick(5), "unit " + std::to_string(i));
    Point point{.name = "town " + std::to_string(pick(5)) + ", pupils = " + std::to_string(i),
                .at = {{"pupils", std::to_string(i)}, {"rate", std::to_string(pick(9))}},
                .municipalities = 0.5 * pick(4),
                .parameters = packer.pack(town),
                .fingerprint = std::to_string(i)};
    points.push_back(point);
    list.push_back(std::move(point));
    towns.push_back(std::move(town));
  }
  std::size_t i = 0;
  for (auto const& point : points) {
    expect_same(point, list[i]);
    EXPECT_TRUE(point.parameters.all() == towns[i]) << i;
    ++i;
  }
  EXPECT_EQ(i, list.size());
  Points const again = points.list();
  for (std::size_t k = 0; k < list.size(); k += 97) EXPECT_TRUE(again[k].parameters.all() == towns[k]) << k;
}

TEST(Points, ParametersOfDifferentPackersAreKeptApart) {
  Parameters one = small_town(), other = small_town();
  other.municipality.pupils += 1;
  Points const points{{.parameters = one}, {}, {.parameters = other}, {.parameters = one}};
  EXPECT_TRUE(points[0].parameters.all() == one);
  EXPECT_THROW(points[1].parameters.all(), ContractError);
  EXPECT_TRUE(points[2].parameters.all() == other);
  EXPECT_TRUE(points[3].parameters.all() == one);
}

TEST(Points, CopiesShareUntilOneIsAddedTo) {
  Points first{told("a"), told("b")};
  Points second = first;
  second.push_back(told("c"));
  first.push_back(told("d"));
  EXPECT_EQ(first.size(), 3U);
  EXPECT_EQ(first[2].name, "d");
  EXPECT_EQ(second[2].name, "c");
  EXPECT_EQ(second.front().name, "a");
  first = {};
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(first.begin(), first.end());
  EXPECT_THROW(second[3], ContractError);
}

} // namespace
} // namespace likvard
