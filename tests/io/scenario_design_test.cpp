#include "io/problems.hpp"
#include "likvard/io/scenario_example.hpp"
#include "likvard/io/scenario_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace likvard;

namespace {

using test::problems;

std::string const base = "format = 1\ntitle = \"t\"\n[municipality]\npupils = 2000\nunits = "
                         "9\n[[target]]\ngroup = \"low_education\"\nvalue = 0.04\n"
                         "[[policy]]\nname = \"p\"\nshares = [0.1]\n";

std::vector<std::string> names(Scenario const& s) {
  std::vector<std::string> out;
  for (auto const& point : s.points) out.push_back(point.name);
  return out;
}

Assumption const* find(Scenario const& s, std::string const& key) {
  auto const found =
      std::find_if(s.assumptions.begin(), s.assumptions.end(), [&](auto const& a) { return a.key == key; });
  return found == s.assumptions.end() ? nullptr : &*found;
}

} // namespace

// The file's order, not the alphabet's: the first key is the slowest, and axes and levels come as they were
// written.
TEST(Design, GridFollowsTheFile) {
  auto const s =
      parse_scenario(base + "[design.vary]\n\"need.years\" = [2, 1]\n\"need.lag\" = [0, 3]\n", "s.toml");
  EXPECT_EQ(names(s),
            (std::vector<std::string>{"need.years = 2, need.lag = 0", "need.years = 2, need.lag = 3",
                                      "need.years = 1, need.lag = 0", "need.years = 1, need.lag = 3"}));
  EXPECT_EQ(s.axes, (std::vector<std::string>{"need.years", "need.lag"}));
  EXPECT_EQ(s.levels[0].second, (std::vector<std::string>{"2", "1"}));
  EXPECT_EQ(s.points[1].parameters.all().needs[0].years, 2U);
  EXPECT_EQ(s.points[1].parameters.all().needs[0].lag, 3U);
}

TEST(Design, AxesOfContextsFollowTheFile) {
  auto const s = parse_scenario(
      base + "[[context]]\nname = \"a\"\nat = { size = \"big\", age = \"old\" }\n[[context]]\nname = \"b\"\n"
             "at = { size = \"small\", age = \"old\" }\nmunicipalities = 18\n",
      "s.toml");
  EXPECT_EQ(s.axes, (std::vector<std::string>{"size", "age"}));
  EXPECT_EQ(s.levels[0].second, (std::vector<std::string>{"big", "small"}));
  EXPECT_EQ(s.levels[1].second, (std::vector<std::string>{"old"}));
  EXPECT_EQ(s.points[1].municipalities, 18);
  EXPECT_EQ(s.points[1].at.at("size"), "small");
}

TEST(Design, LevelsReadAsTheyWereWritten) {
  auto const s = parse_scenario(base + "[design.vary]\n\"outcome.theta\" = [0.1, { normal = [0.03, 0.02] "
                                       "}]\n\"municipality.sizes\" = [\"equal\"]\n",
                                "s.toml");
  EXPECT_EQ(names(s), (std::vector<std::string>{
                          "outcome.theta = 0.1, municipality.sizes = equal",
                          "outcome.theta = { normal = [0.03, 0.02] }, municipality.sizes = equal"}));
  EXPECT_EQ(std::get<Normal>(s.points[1].parameters.all().outcome.theta).sd, 0.02);
  EXPECT_EQ(s.points[1].parameters.all().municipality.sizes, SizeRule::equal);
}

TEST(Design, KeysMayBeWrittenWithoutQuotes) {
  auto const s = parse_scenario(base + "[design.vary]\nmunicipality.pupils = [1000, 3000]\n[[context]]\nname "
                                       "= \"c\"\nset = { need.lag = 2 }\n",
                                "s.toml");
  EXPECT_EQ(names(s),
            (std::vector<std::string>{"c, municipality.pupils = 1000", "c, municipality.pupils = 3000"}));
  EXPECT_EQ(s.points[1].parameters.pupils, 3000U);
  EXPECT_EQ(s.points[1].parameters.all().needs[0].lag, 2U);
}

TEST(Design, AContextsValuesEndWithIt) {
  auto const s = parse_scenario(base + "[[context]]\nname = \"a\"\nset = { \"need.lag\" = 3, "
                                       "\"municipality.units\" = 4, \"outcome.theta\" = 0.5 }\n"
                                       "[[context]]\nname = \"b\"\n",
                                "s.toml");
  EXPECT_EQ(s.points[0].parameters.all().needs[0].lag, 3U);
  EXPECT_EQ(s.points[1].parameters.all().needs[0].lag,
            1U);                               // the default, in a table that only the context made
  EXPECT_EQ(s.points[1].parameters.units, 9U); // the file's
  EXPECT_FALSE(is_fixed(s.points[1].parameters.all().outcome.theta));
}

TEST(Design, WhatAllPointsShareIsToldOnce) {
  auto const three = "[[context]]\nname = \"a\"\nset = { \"need.lag\" = 0 }\n[[context]]\nname = \"b\"\nset "
                     "= { \"need.lag\" = 1 }\n"
                     "[[context]]\nname = \"c\"\nset = { \"municipality.smallest_unit\" = 300 }\n";
  auto const shared = problems(base + three + "[need]\nindex = \"nope\"\n");
  ASSERT_EQ(shared.size(), 2U);
  EXPECT_EQ(shared[0].find("s.toml:20:40: point 'c': municipality.smallest_unit = 300"), 0U) << shared[0];
  EXPECT_EQ(shared[1].find("s.toml:22:9: need.index = 'nope'"), 0U) << shared[1];
  auto const some = problems(base + three +
                             "[[context]]\nname = \"d\"\nset = { \"municipality.units\" = 2000 "
                             "}\n[[context]]\nname = \"e\"\nset = { \"municipality.pupils\" = 80 }\n");
  ASSERT_EQ(some.size(), 3U); // the file's smallest unit is too large for d and e: told with their names
  EXPECT_EQ(some[0].find("s.toml:3:1: point 'd': municipality.smallest_unit = 10"), 0U) << some[0];
}

TEST(Design, PointsAreCountedBeforeTheyAreMade) {
  std::string values;
  for (int i = 1; i <= 400; ++i) values += std::to_string(i) + ", ";
  auto const found = problems(base + "[design.vary]\n\"municipality.pupils\" = [" + values +
                              "]\n\"municipality.smallest_unit\" = [" + values + "]\n");
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found.back().find("makes 160000 points; at most 100000"), std::string::npos) << found.back();
}

TEST(Design, NumbersOfAResultAreCountedBeforeTheyAreMade) {
  std::string shares, lags;
  for (int i = 1; i <= 400; ++i) shares += std::to_string(i / 1000.0) + ", ";
  for (int i = 1; i <= 20'000; ++i) lags += std::to_string(1000 + i) + ", ";
  std::string text = base;
  text.replace(text.find("[0.1]"), 5, "[" + shares + "]");
  auto const found = problems(text + "[design.vary]\n\"municipality.pupils\" = [" + lags + "]\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("at most 200000000"), std::string::npos) << found[0];
}

TEST(Settings, AreAllCheckedAtOnce) {
  auto const found = problems(base, {"run.seed=x", "need.lag=77", "nope=1", "title=fine"});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], "--set: run.seed = 'x' (a whole number, 0 to 2^63 - 1 is wanted)");
  EXPECT_EQ(found[1], "--set: need.lag = 77 (a whole number, 0 to 10 years is wanted)");
  EXPECT_EQ(found[2].find("--set: nope (no such key)"), 0U);
}

TEST(Settings, TakeTextAsItIs) {
  auto const s = parse_scenario(
      base, "s.toml", {"title=2024", "question = why = how ", "claim=\"quoted\"", "run.luck=independent"});
  EXPECT_EQ(s.title, "2024");
  EXPECT_EQ(s.question, "why = how");
  EXPECT_EQ(s.claim, "quoted");
  EXPECT_EQ(s.luck, Luck::independent);
}

TEST(Settings, HoldOneValueEach) {
  EXPECT_EQ(parse_scenario(base, "s.toml", {"title=a\nformat = 7"}).title, "a\nformat = 7");
  EXPECT_FALSE(problems(base, {"run.seed=1\nformat = 7"}).empty());
}

TEST(Settings, ReachWhatContextsMayNot) {
  auto const s = parse_scenario(base + "[[context]]\nname = \"a\"\nmunicipalities = 3\n", "s.toml",
                                {"policy.p.response=threshold", "policy.p.threshold=1.2",
                                 "context.a.municipalities=5", "run.quantiles=[]"});
  EXPECT_EQ(std::get<Threshold>(s.policies[1].blocks[0].response).threshold, 1.2);
  EXPECT_EQ(s.points[0].municipalities, 5);
  EXPECT_TRUE(s.quantiles.empty());
}

TEST(Settings, ABadOneLeavesTheFilesValue) {
  EXPECT_EQ(problems(base, {"municipality.pupils=many"}).size(),
            1U); // and not a second one that pupils is missing
}

TEST(Run, TakesTheWholeRange) {
  EXPECT_EQ(parse_scenario(base, "s.toml", {"run.seed=9223372036854775807"}).seed, 9223372036854775807U);
  EXPECT_EQ(parse_scenario(base, "s.toml", {"run.seed=9007199254740993"}).seed,
            9007199254740993U); // no double holds it
}

TEST(Run, ReplicatesAreWholeBlocks) {
  EXPECT_EQ(parse_scenario(base, "s.toml", {"run.replicates=129"}).replicates, 192U);
  EXPECT_EQ(parse_scenario(base, "s.toml", {"run.replicates=192"}).replicates, 192U);
}

TEST(Run, TheAnswersMeasureIsKept) {
  EXPECT_EQ(parse_scenario(base, "s.toml", {"run.measures=[\"gap\"]"}).measures,
            (std::vector<std::string>{"gap", "not_qualified_gap"}));
}

TEST(Assumptions, EveryUncertainParameterIsOne) {
  auto const s = parse_scenario(base, "s.toml");
  for (auto const* key : {"outcome.theta", "outcome.effect_ratio", "outcome.curvature",
                          "outcome.pass_through", "outcome.peer"}) {
    ASSERT_NE(find(s, key), nullptr) << key;
    EXPECT_FALSE(find(s, key)->source.empty()) << key;
  }
  EXPECT_EQ(find(s, "outcome.selection"), nullptr); // fixed, and the file says nothing of it
  EXPECT_EQ(find(s, "outcome.carry"), nullptr);
  auto const preschool = parse_scenario(base, "s.toml", {"municipality.stage=forskola"});
  ASSERT_NE(find(preschool, "outcome.carry"), nullptr);
  EXPECT_EQ(find(preschool, "outcome.carry")->value, "uniform from 0.1 to 0.5");
}

TEST(Assumptions, TheFilesOwnValueDropsTheDefaultsSource) {
  auto const s = parse_scenario(
      base + "[outcome]\ntheta = { uniform = [0, 0.1] }\npeer = 0.1\n[sources]\n\"outcome.curvature\" = "
             "\"mine\"\n\"outcome.peer\" = \"theirs\"\n",
      "s.toml");
  EXPECT_EQ(find(s, "outcome.theta")->source, "");
  EXPECT_EQ(find(s, "outcome.theta")->value, "uniform from 0 to 0.1");
  EXPECT_EQ(find(s, "outcome.curvature")->source, "mine");
  EXPECT_EQ(find(s, "outcome.peer")->value, "0.1");
  EXPECT_EQ(find(s, "outcome.peer")->source, "theirs");
}

TEST(Assumptions, DefaultVariablesSayWhereTheyComeFrom) {
  auto const s = parse_scenario(base, "s.toml");
  for (auto const* name : {"education", "migration", "economic_assistance", "both_parents", "sex"}) {
    auto const* found = find(s, std::string("variable.") + name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_FALSE(found->source.empty()) << name;
  }
  EXPECT_EQ(find(s, "variable.education")->value,
            "post_secondary 0.64, upper_secondary 0.29, compulsory 0.07; log-odds 0, 1.2, 2.1; loading 0.6");
}

TEST(Assumptions, DefaultsThatAStageHasAreToldAsValues) {
  auto const s = parse_scenario(base + "[sources]\n\"municipality.budget_per_pupil\" = "
                                       "\"x\"\n\"municipality.name\" = \"y\"\n\"context\" = \"z\"\n",
                                "s.toml", {"municipality.stage=forskola"});
  EXPECT_EQ(find(s, "municipality.budget_per_pupil")->value, "153200");
  EXPECT_EQ(find(s, "municipality.budget_per_pupil")->unit, "SEK");
  EXPECT_EQ(find(s, "context")->source, "z");
}

TEST(Assumptions, EveryDefaultThatStatesAFactHasASource) {
  for (Key const& key : scenario_keys())
    if (key.kind == KeyKind::uncertain && key.fallback.starts_with("{"))
      EXPECT_FALSE(key.source.empty()) << key.path;
}

class GivenUnitsFile : public ::testing::Test {
protected:
  GivenUnitsFile() {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "units.csv") << "Skola;Skolenhetskod;Skolkommun;Kommunkod;Elever, årskurs "
                                            "1-9;Andel (%) elever med utländsk bakgrund;"
                                            "Andel (%) elever med föräldrar med eftergymnasial utbildning\n"
                                            "A;11111111;Lomma;1262;200;10;80\nB;22222222;Lomma;1262;300;20;"
                                            "70\nC;33333333;Lund;1281;100;30;60\n";
  }
  ~GivenUnitsFile() override { std::filesystem::remove_all(folder_); }
  std::vector<std::string> found(std::string const& text) const {
    try {
      parse_scenario(text, (folder_ / "s.toml").string());
    } catch (ScenarioError const& error) {
      return error.problems();
    }
    return {};
  }
  std::string given(std::string const& more = "", std::string const& name = "Lomma") const {
    return "format = 1\ntitle = \"t\"\n[sorting]\nmechanism = \"given\"\n[[policy]]\nname = \"p\"\nshares = "
           "[0.1]\n[municipality]\nunits_file = \"units.csv\"\nname = \"" +
           name + "\"\n" + more;
  }
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                  ("likvard_" + std::to_string(::getpid()) +
                                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(GivenUnitsFile, IsFoundBesideTheScenario) {
  auto const s = parse_scenario(given(), (folder_ / "s.toml").string());
  auto const& m = s.points[0].parameters.all().municipality;
  EXPECT_EQ(m.pupils, 500U);
  EXPECT_EQ(m.units, 2U);
  EXPECT_EQ(s.data_files, std::vector<std::string>{"units.csv"});
  EXPECT_EQ(s.points[0].name, "Lomma");
}

TEST_F(GivenUnitsFile, OneFileServesManyPoints) {
  auto const s = parse_scenario(given("[design.vary]\n\"municipality.name\" = [\"Lomma\", \"Lund\"]\n"),
                                (folder_ / "s.toml").string());
  EXPECT_EQ(s.points[1].parameters.pupils, 100U);
  EXPECT_EQ(s.data_files.size(), 1U);
}

TEST_F(GivenUnitsFile, ProblemsAreShownAtTheKeyThatIsWrong) {
  auto const name = found(given("", "Loma"));
  ASSERT_EQ(name.size(), 1U);
  EXPECT_NE(name[0].find("s.toml:10:8: municipality.name: "), std::string::npos) << name[0];
  EXPECT_NE(name[0].find("did you mean 'Lomma'?"), std::string::npos) << name[0];
  auto const pupils = found(given("pupils = 300\nunits = 3\n"));
  ASSERT_EQ(pupils.size(), 2U);
  EXPECT_NE(pupils[0].find("s.toml:11:10: municipality.pupils (comes from the units file"), std::string::npos)
      << pupils[0];
  std::filesystem::remove(folder_ / "units.csv");
  auto const gone = found(given());
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_NE(gone[0].find("no such file"), std::string::npos) << gone[0];
}

TEST_F(GivenUnitsFile, NeedsAVariableThatItGives) {
  auto const none = found(given("[[variable]]\nname = \"sex\"\nlevels = [\"girl\", \"boy\"]\nshares = [0.5, "
                                "0.5]\nlog_odds = [0, 1]\n[[group]]\nname = \"low_education\"\n"
                                "variable = \"sex\"\nlevels = [\"boy\"]\n"));
  ASSERT_EQ(none.size(), 1U);
  EXPECT_NE(none[0].find("one variable at least needs given_by"), std::string::npos) << none[0];
}

TEST(Example, ShowsTheDefaultsThatHold) {
  auto const example = parse_scenario(example_scenario(), "e.toml");
  auto const short_one = parse_scenario(base, "s.toml");
  auto const &a = example.points[0].parameters.all().outcome,
             &b = short_one.points[0].parameters.all().outcome;
  EXPECT_EQ(to_text(a.theta), to_text(b.theta));
  EXPECT_EQ(to_text(a.peer), to_text(b.peer));
  EXPECT_EQ(a.use_sd, b.use_sd);
  EXPECT_EQ(example.replicates, short_one.replicates);
  EXPECT_EQ(example.quantiles, short_one.quantiles);
  EXPECT_EQ(example.points[0].parameters.all().needs[0].lag,
            short_one.points[0].parameters.all().needs[0].lag);
}

// What is commented out is valid once its dots are filled in.
TEST(Example, NamesEveryKeyOnALineOfItsOwn) {
  std::string const text = example_scenario();
  for (Key const& key : scenario_keys()) {
    if (key.path == "sources") continue;
    auto const name = std::string(
        key.path.substr(key.path.rfind('.') == std::string_view::npos ? 0 : key.path.rfind('.') + 1));
    bool const open = text.find("\n" + name + " = ") != std::string::npos,
               closed = text.find("\n#! " + name + " = ") != std::string::npos;
    EXPECT_TRUE(open || closed) << key.path;
    EXPECT_NE(text.find(std::string(key.meaning)), std::string::npos) << key.path;
  }
}
