// Keys of the sorting mechanism `choice`, and the indices of targets.
#include "likvard/io/scenario_file.hpp"
#include "likvard/model/sorting.hpp"
#include "likvard/study/errors.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace likvard;

namespace {

std::string scenario(std::string const& sorting, std::string const& rest = "") {
  return "format = 1\ntitle = \"t\"\n[municipality]\npupils = 500\nunits = 5\n[sorting]\n" + sorting +
         "\n[[policy]]\nname = \"p\"\nshares = [0.1]\n" + rest;
}

std::string const target = "[[target]]\ngroup = \"low_education\"\nvalue = 0.03\n";

Sorting sorting_of(std::string const& text) {
  return parse_scenario(text, "s.toml").points[0].parameters.all().sorting;
}

/// All problems of a scenario as one text; "" for a good one.
std::string problems_of(std::string const& text) {
  try {
    parse_scenario(text, "s.toml");
    return "";
  } catch (ScenarioError const& error) {
    std::string all;
    for (auto const& problem : error.problems()) all += problem + "\n";
    return all;
  }
}

} // namespace

TEST(ScenarioChoice, KeysAreRead) {
  auto const sorting = sorting_of(
      scenario("mechanism = \"choice\"\nareas = 33\nresidence_eps2 = 0.2\nsmoothness = 0.7\nactive = 0.25\n"
               "distance = 2\nown_group = 1.5\nown_group_of = \"foreign\"\nindependent_share = 0.2\nsolve = "
               "\"standing\"",
               target));
  auto const& choice = sorting.choice;
  EXPECT_EQ(sorting.mechanism, Mechanism::choice);
  EXPECT_EQ(choice.areas, 33U);
  EXPECT_EQ(choice.residence_eps2, 0.2);
  EXPECT_EQ(choice.smoothness, 0.7);
  EXPECT_EQ(choice.active, 0.25);
  EXPECT_EQ(choice.distance, 2);
  EXPECT_EQ(choice.standing, 1);
  EXPECT_EQ(choice.own_group, 1.5);
  EXPECT_EQ(choice.group, 1U);
  EXPECT_EQ(choice.independent_share, 0.2);
  EXPECT_EQ(choice.solve, ChoiceUnknown::standing);
  auto const plain = sorting_of(scenario("mechanism = \"choice\"\nstanding = 2\nresidence = 0.6")).choice;
  EXPECT_EQ(plain.residence, 0.6);
  EXPECT_EQ(plain.standing, 2);
  EXPECT_EQ(plain.group, 0U);
  EXPECT_EQ(plain.solve, ChoiceUnknown::residence);
  EXPECT_FALSE(plain.residence_eps2.has_value());
}

TEST(ScenarioChoice, EveryIndexHasAName) {
  for (std::string const name : {"eps2", "variance_ratio", "dissimilarity", "theil_h", "mutual_information",
                                 "gini", "hutchens", "isolation", "icc"}) {
    auto const sorting = sorting_of(scenario("mechanism = \"rank\"", target + "index = \"" + name + "\"\n"));
    EXPECT_EQ(name_of(sorting.targets.at(0).index), name);
  }
}

TEST(ScenarioChoice, ContradictionsAreNamed) {
  struct Case {
    std::string sorting, rest, says;
  };
  for (auto const& [sorting, rest, says] : {
           Case{"mechanism = \"rank\"\nactive = 0.5", target,
                "s.toml:8:10: sorting.active (mechanism 'rank' has none)"},
           Case{"mechanism = \"choice\"\nstrength = 0.5", "",
                "sorting.strength (mechanism 'choice' has none)"},
           Case{"mechanism = \"choice\"\nsolve = \"standing\"", "",
                "sorting.solve (says what a [[target]] is reached by"},
           Case{"mechanism = \"choice\"\nresidence = 0.5", target,
                "sorting.residence (the [[target]] is reached by it"},
           Case{"mechanism = \"choice\"\nsolve = \"own_group\"\nown_group = 1", target,
                "sorting.own_group (the [[target]] is reached by it: sorting.solve = 'own_group')"},
           Case{"mechanism = \"choice\"\nresidence = 0.5\nresidence_eps2 = 0.1", "",
                "sorting.residence_eps2 (give this or sorting.residence, not both)"},
           Case{"mechanism = \"choice\"\nown_group_of = \"foregn\"", "", "did you mean 'foreign'?"},
           Case{"mechanism = \"choice\"\nactive = 1.5", "", "sorting.active = 1.5"},
           Case{"mechanism = \"choice\"\nareas = 0", "", "sorting.areas = 0"},
           Case{"mechanism = \"choise\"", "", "did you mean 'choice'?"},
       }) {
    auto const found = problems_of(scenario(sorting, rest));
    EXPECT_NE(found.find(says), std::string::npos) << sorting << "\n" << found;
    EXPECT_EQ(std::count(found.begin(), found.end(), '\n'), 1) << found;
  }
}
