#include "io/problems.hpp"
#include "likvard/io/scenario_file.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/scenario_example.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/errors.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace likvard;

namespace {

using test::problems;

/// Line 1 is "format = 1"; every test below counts on the lines of this text.
std::string const good = R"(format = 1
title = "t"
[run]
replicates = 256
[municipality]
pupils = 1000
units = 5
[background]
need_group = "low"
[[variable]]
name = "education"
levels = ["high", "low"]
shares = [0.6, 0.4]
log_odds = [0, 1]
[[group]]
name = "low"
variable = "education"
levels = ["low"]
[sorting]
mechanism = "rank"
[[target]]
group = "low"
value = 0.05
[[policy]]
name = "linear"
shares = [0.1, 0.2]
[outcome]
theta = 0.03
)";

std::string with(std::string const& from, std::string const& to) {
  std::string text = good;
  auto const at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

} // namespace

TEST(Scenario, GoodOneIsRead) {
  auto const s = parse_scenario(good, "s.toml");
  EXPECT_EQ(s.title, "t");
  EXPECT_EQ(s.replicates, 256U);
  ASSERT_EQ(s.policies.size(), 3U);
  EXPECT_EQ(s.policies[0].name, "per_head");
  EXPECT_EQ(s.policies[0].share, 0);
  EXPECT_EQ(s.policies[2].share, 0.2);
  ASSERT_EQ(s.points.size(), 1U);
  auto const& p = s.points[0].parameters.all();
  EXPECT_EQ(p.municipality.pupils, 1000U);
  EXPECT_EQ(p.municipality.budget_per_pupil_sek, 112'200);
  EXPECT_EQ(p.background.variables[0].loading, 0.5); // the table's default
  EXPECT_EQ(p.sorting.targets[0].value, 0.05);
  EXPECT_EQ(std::get<Fixed>(p.outcome.theta).value, 0.03);
  EXPECT_EQ(std::get<Beta>(p.outcome.pass_through).a, 3.05);
  EXPECT_EQ(s.answer.policy, "linear");
}

TEST(Scenario, StagesHaveTheirOwnDefaults) {
  std::string const text = "format = 1\ntitle = \"t\"\n[municipality]\nstage = \"forskola\"\npupils = "
                           "500\nunits = 9\n[sorting]\nmechanism = \"random\"\n"
                           "[[policy]]\nname = \"a\"\nshares = [0.1]\n";
  auto const s = parse_scenario(text, "s.toml");
  EXPECT_EQ(s.points[0].parameters.budget_per_pupil_sek, 153'200);
  EXPECT_EQ(s.points[0].parameters.all().background.variables.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Uniform>(s.points[0].parameters.all().outcome.carry));
  auto const school = parse_scenario(text, "s.toml", {"municipality.stage=grundskola"});
  EXPECT_EQ(school.points[0].parameters.all().background.variables.size(), 5U);
  EXPECT_EQ(std::get<Fixed>(school.points[0].parameters.all().outcome.carry).value, 1);
}

TEST(Scenario, ContextsAndGridMakePoints) {
  auto const s =
      parse_scenario(good + "[design.vary]\n\"need.lag\" = [0, 2]\n[[context]]\nname = \"a\"\nat = { size = "
                            "\"small\" }\nset = { \"municipality.pupils\" = 300, "
                            "\"variable.education.shares\" = [0.5, 0.5] }\n[[context]]\nname = \"b\"\nat = { "
                            "size = \"large\" }\nset = { \"target.low.value\" = 0.1 }\n",
                     "s.toml");
  ASSERT_EQ(s.points.size(), 4U);
  EXPECT_EQ(s.points[0].name, "a, need.lag = 0");
  EXPECT_EQ(s.points[0].parameters.pupils, 300U);
  EXPECT_EQ(s.points[0].parameters.all().background.variables[0].shares[1], 0.5);
  EXPECT_EQ(s.points[1].parameters.all().needs[0].lag, 2U);
  EXPECT_EQ(s.points[2].parameters.pupils, 1000U); // what a context set is undone for the next
  EXPECT_EQ(s.points[2].parameters.all().sorting.targets[0].value, 0.1);
  EXPECT_EQ(s.axes, (std::vector<std::string>{"size", "need.lag"}));
  EXPECT_EQ(s.levels[0].second, (std::vector<std::string>{"small", "large"}));
}

TEST(Scenario, SettingsReplaceValues) {
  auto const s = parse_scenario(good, "s.toml",
                                {"municipality.pupils=2000", "policy.linear.shares=[0.07]", "title=another",
                                 "outcome.theta={ normal = [0.03, 0.01] }"});
  EXPECT_EQ(s.points[0].parameters.pupils, 2000U);
  EXPECT_EQ(s.policies.size(), 2U);
  EXPECT_EQ(s.title, "another");
  EXPECT_EQ(std::get<Normal>(s.points[0].parameters.all().outcome.theta).sd, 0.01);
  EXPECT_NE(s.text.find("--set municipality.pupils=2000"), std::string::npos);
}

TEST(Scenario, DistributionsAreRead) {
  auto const prior = [](std::string const& text) {
    return parse_scenario(with("theta = 0.03", "theta = " + text), "s.toml")
        .points[0]
        .parameters.all()
        .outcome.theta;
  };
  EXPECT_EQ(std::get<Uniform>(prior("{ uniform = [0, 0.1] }")).high, 0.1);
  EXPECT_EQ(std::get<LogNormal>(prior("{ log_normal = [-3, 0.5] }")).log_sd, 0.5);
  EXPECT_EQ(std::get<Triangular>(prior("{ triangular = [0, 0.02, 0.1] }")).mode, 0.02);
  EXPECT_EQ(std::get<Normal>(prior("{ normal = [0.03, 0.02], between = [0, 0.1] }")).high, 0.1);
  EXPECT_EQ(std::get<NormalMixture>(prior("{ mixture = [[0.5, 0, 0.01], [0.5, 0.03, 0.02]] }")).part.size(),
            2U);
}

TEST(Scenario, AssumptionsCarryTheirSources) {
  auto const s = parse_scenario(
      with("theta = 0.03", "theta = { uniform = [0, 0.1], source = \"a study\" }") +
          "[sources]\n\"municipality.pupils\" = \"a register\"\n\"outcome.theta\" = \"more\"\n",
      "s.toml");
  // The outcome's uncertain parameters come first, with the sources of their defaults; then what the file
  // justifies.
  ASSERT_EQ(s.assumptions.size(), 7U);
  EXPECT_EQ(s.assumptions[0].key, "outcome.theta");
  EXPECT_EQ(s.assumptions[0].source, "a study; more");
  EXPECT_EQ(s.assumptions[5].key, "municipality.pupils");
  EXPECT_EQ(s.assumptions[5].value, "1000");
  // What a post costs is told from the table where the file does not say.
  EXPECT_EQ(s.assumptions[6].key, "answer.cost_per_post");
  EXPECT_EQ(s.assumptions[6].value, "765000");
  EXPECT_NE(s.assumptions[6].source, "");
}

TEST(Scenario, ExampleIsReadAndNamesEveryKey) {
  auto const text = example_scenario();
  EXPECT_TRUE(problems(text).empty()) << problems(text).front();
  for (Key const& key : scenario_keys()) {
    auto const name =
        key.path.substr(key.path.rfind('.') == std::string_view::npos ? 0 : key.path.rfind('.') + 1);
    EXPECT_NE(text.find(std::string(name) + (key.path == "sources" ? "" : " = ")), std::string::npos)
        << key.path;
  }
}

// A key that is commented out in the example with a default must, uncommented alone, be accepted somewhere:
// its default is valid.
TEST(Scenario, EveryDefaultIsValidForItsKey) {
  for (Key const& key : scenario_keys()) {
    if (key.fallback.empty() || key.path.find('[') != std::string_view::npos) continue;
    auto const found = problems(good, {std::string(key.path) + "=" + std::string(key.fallback)});
    for (auto const& problem : found) EXPECT_EQ(problem.find("is wanted"), std::string::npos) << problem;
  }
}

TEST(Scenario, ReferencePageIsUpToDate) {
  EXPECT_EQ(read_file(std::filesystem::path(LIKVARD_SOURCE_DIR) / "engine/KEYS.md"), keys_markdown())
      << "write it anew: likvard keys --markdown > engine/KEYS.md";
}

struct Bad {
  char const* from;
  char const* to;
  char const* place; ///< "line:column", or "" where the message has none
  char const* says;
};

class BadScenario : public ::testing::TestWithParam<Bad> {};

// One fault, one message, in the right place.
TEST_P(BadScenario, GetsOneClearMessage) {
  auto const& bad = GetParam();
  std::string const text = *bad.from ? with(bad.from, bad.to) : std::string(bad.to);
  auto const found = problems(text);
  std::string all;
  for (auto const& line : found) all += line + "\n";
  ASSERT_EQ(found.size(), 1U) << all;
  EXPECT_EQ(found[0].find(std::string("s.toml:") + bad.place + (*bad.place ? ": " : " ")), 0U) << found[0];
  EXPECT_NE(found[0].find(bad.says), std::string::npos) << found[0];
  EXPECT_EQ(found[0].find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BadScenario,
    ::testing::Values(
        Bad{"pupils = 1000", "pupils = ", "6:10", ""}, // not TOML
        Bad{"[run]", "[run", "3:5", ""}, Bad{"title = \"t\"", "title = \"t", "2:11", ""},
        Bad{"title = \"t\"", "title = \"t\"\ntitle = \"u\"", "3:9", "redefine"},
        Bad{"pupils", "förskola", "6:2", ""}, Bad{"format = 1\n", "", "1:1", "format is missing"},
        Bad{"format = 1", "format = 2", "1:10", "format = 2 (a whole number, 1 is wanted)"},
        Bad{"title = \"t\"\n", "", "1:1", "title is missing"},
        Bad{"title = \"t\"", "title = 3", "2:9", "title = 3 (a text is wanted)"},
        Bad{"title = \"t\"", "title = \"\"", "2:9", "must not be empty"},
        Bad{"title", "titel", "2:1", "did you mean 'title'?"},
        Bad{"[run]\nreplicates", "[runs]\nreplicates", "3:2", "did you mean 'run'?"},
        Bad{"replicates", "replicate", "4:1", "did you mean 'replicates'?"},
        Bad{"replicates = 256", "replicates = 2.5", "4:14", "a whole number, 128 to 10000000 is wanted"},
        Bad{"replicates = 256", "replicates = 10", "4:14", "128"},
        Bad{"replicates = 256", "seed = -1", "4:8", "run.seed = -1"},
        Bad{"replicates = 256", "precision = 0", "4:13", "run.precision = 0"},
        Bad{"replicates = 256", "luck = \"comon\"", "4:8", "did you mean 'common'?"},
        Bad{"replicates = 256", "quantiles = [0.5, 0.2]", "4:13", "must increase"},
        Bad{"replicates = 256", "quantiles = [0, 0.5]", "4:14", "run.quantiles[0] = 0"},
        Bad{"replicates = 256", "quantiles = 0.5", "4:13", "a list of numbers"},
        Bad{"replicates = 256", "measures = [\"gapp\"]", "4:12", "did you mean 'gap'?"},
        Bad{"replicates = 256", "measures = [1]", "4:13", "a text that is not empty"},
        Bad{"[municipality]", "[answer]\nmeasure = \"isolaton\"\n[municipality]", "6:11",
            "did you mean 'isolation'?"},
        Bad{"[municipality]", "[answer]\npolicy = \"liner\"\n[municipality]", "6:10",
            "did you mean 'linear'?"},
        Bad{"[municipality]", "[answer]\nshare = 1.4\n[municipality]", "6:9",
            "answer.share = 1.4 (a number, 0 to 1 is wanted)"},
        Bad{"pupils = 1000", "pupils = \"many\"", "6:10", "municipality.pupils = 'many'"},
        Bad{"pupils = 1000", "pupils = 0", "6:10", "1 to 1000000 pupils"},
        Bad{"pupils = 1000", "pupils = 1000000000000000000", "6:10", "1 to 1000000"},
        Bad{"pupils = 1000\n", "", "5:1", "municipality.pupils is missing"},
        Bad{"pupils = 1000", "pupils = nan", "6:10", "nan"},
        Bad{"pupils = 1000", "pupils = 3", "7:9", "more units than the 3 pupils"},
        Bad{"units = 5", "units = 500", "5:1", "need more than 1000 pupils"},
        Bad{"units = 5", "units = 5\nunit_pupils = [500, 500]", "8:15", "has 2 numbers"},
        Bad{"units = 5", "units = 2\nunit_pupils = [500, 400]", "8:15", "sums to 900"},
        Bad{"units = 5", "units = 5\nsizes = \"eqal\"", "8:9", "did you mean 'equal'?"},
        Bad{"units = 5", "units = 5\nsize_sd = inf", "8:11", "inf"},
        Bad{"units = 5", "units = 5\nbudget_per_pupil = -5", "8:20", "-5"},
        Bad{"units = 5", "units = 5\nunits_file = \"x.csv\"", "8:14", "needs sorting.mechanism = 'given'"},
        Bad{"units = 5", "units = 5\nstage = \"gymnasium\"", "8:9", "'grundskola', 'forskola'"},
        Bad{"need_group = \"low\"", "need_group = \"lov\"", "9:14", "did you mean 'low'?"},
        Bad{"need_group = \"low\"", "need_group = \"low\"\njoint = [0.5, 0.4]", "10:9", "sum 0.9"},
        Bad{"name = \"low\"\nvariable", "name = \"low\"\ntitle = 3\nvariable", "17:9", "group.low.title = 3"},
        Bad{"levels = [\"high\", \"low\"]\nshares = [0.6, 0.4]\nlog_odds = [0, 1]",
            "levels = [\"high\", \"high\", \"low\"]\nshares = [0.4, 0.2, 0.4]\nlog_odds = [0, 0, 1]", "12:10",
            "names 'high' twice"},
        Bad{"shares = [0.6, 0.4]", "shares = [0.6, 0.5]", "13:10", "sums to 1.1"},
        Bad{"shares = [0.6, 0.4]", "shares = [1]", "13:10", "has 1 numbers"},
        Bad{"shares = [0.6, 0.4]", "shares = [1.6, 0.4]", "13:11", "shares[0] = 1.6"},
        Bad{"log_odds = [0, 1]", "log_odds = [0, 1, 2]", "14:12", "has 3 numbers"},
        Bad{"log_odds = [0, 1]", "log_odds = [0, 1]\nloading = 1.5", "15:11", "loading = 1.5"},
        Bad{"log_odds = [0, 1]", "log_odds = [0, 1]\ngiven_by = \"foreing\"", "15:12",
            "did you mean 'foreign'?"},
        Bad{"log_odds = [0, 1]\n", "", "10:1", "variable.education.log_odds is missing"},
        Bad{"variable = \"education\"", "variable = \"educaton\"", "17:12", "did you mean 'education'?"},
        Bad{"levels = [\"low\"]", "levels = [\"lwo\"]", "18:10", "did you mean 'low'?"},
        Bad{"levels = [\"low\"]", "levels = [\"low\", \"high\"]", "18:10", "not none and not all"},
        Bad{"mechanism = \"rank\"", "mechanism = \"ranked\"", "20:13", "did you mean 'rank'?"},
        Bad{"mechanism = \"rank\"", "mechanism = \"random\"", "21:1", "takes at most 0"},
        Bad{"mechanism = \"rank\"", "mechanism = \"rank\"\nstrength = 0.5", "21:12", "not both"},
        Bad{"[[target]]\ngroup = \"low\"\nvalue = 0.05\n", "", "20:13", "needs a [[target]]"},
        Bad{"[[target]]\ngroup = \"low\"\nvalue = 0.05\n", "strength = 1.5\n", "21:12", "takes 0 to 1"},
        Bad{"group = \"low\"\nvalue", "group = \"hig\"\nvalue", "22:9", "no such group"},
        Bad{"value = 0.05", "value = 5", "23:9", "target.low.value = 5"},
        Bad{"value = 0.05\n", "", "21:1", "target.low.value is missing"},
        Bad{"value = 0.05", "value = 0.05\nindex = \"eps\"", "24:9", "did you mean 'eps2'?"},
        Bad{"mechanism = \"rank\"", "mechanism = \"rank\"\n[[target]]\ngroup = \"low\"\nvalue = 0.1", "25:9",
            "has a target already"},
        Bad{"[outcome]", "[need]\nlag = 50\n[outcome]", "28:7", "0 to 10 years"},
        Bad{"[outcome]", "[need]\nindex = \"risks\"\n[outcome]", "28:9", "did you mean 'risk'?"},
        Bad{"[outcome]", "[need]\nshrinkage = true\n[outcome]", "28:13", "need.shrinkage = true"},
        Bad{"name = \"linear\"", "name = \"per_head\"", "25:8", "built in"},
        Bad{"name = \"linear\"", "name = \"A b\"", "25:8", "a-z"},
        Bad{"shares = [0.1, 0.2]", "shares = []", "26:10", "is empty"},
        Bad{"shares = [0.1, 0.2]", "shares = [0.1, 0.1]", "26:10", "0.1 twice"},
        Bad{"shares = [0.1, 0.2]", "shares = [0.1, 1.4]", "26:16", "policy.linear.shares[1] = 1.4"},
        Bad{"shares = [0.1, 0.2]", "shares = [0.1, 0.2]\nthreshold = 1", "27:13",
            "belongs to response 'threshold' or 'concentration'"},
        Bad{"shares = [0.1, 0.2]", "shares = [0.5]\nlump_share = 0.6", "26:10", "more than the whole budget"},
        Bad{"shares = [0.1, 0.2]", "shares = [0.1]\nresponse = \"liniar\"", "27:12",
            "did you mean 'linear'?"},
        Bad{"shares = [0.1, 0.2]",
            "shares = [0.1]\nresponse = \"bands\"\nbounds = [1, 1]\nweights = [0, 1, 2]", "28:10",
            "must increase"},
        Bad{"shares = [0.1, 0.2]", "shares = [0.1]\nresponse = \"bands\"\nbounds = [1]\nweights = [0, 1, 2]",
            "29:11", "has 3 numbers"},
        Bad{"shares = [0.1, 0.2]", "shares = [0.1]\nresponse = \"ramp\"\nramp_from = 2\nramp_to = 1", "29:11",
            "must be above ramp_from"},
        Bad{"theta = 0.03", "theta = \"small\"", "28:9", "a number from -1 to 1, or a distribution"},
        Bad{"theta = 0.03", "theta = { normal = [0.03] }", "28:20", "two finite numbers"},
        Bad{"theta = 0.03", "theta = { normal = [0.03, 0] }", "28:20", "sd above 0"},
        Bad{"theta = 0.03", "theta = { norml = [0.03, 1] }", "28:11", "did you mean 'normal'?"},
        Bad{"theta = 0.03", "theta = { uniform = [1, 0] }", "28:21", "low < high"},
        Bad{"theta = 0.03", "theta = { source = \"x\" }", "28:9", "a distribution is wanted"},
        Bad{"theta = 0.03", "theta = { uniform = [0, 1], normal = [0, 1] }", "28:21", "two distributions"},
        Bad{"theta = 0.03", "theta = { uniform = [0, 1], between = [0, 1] }", "28:9",
            "between goes with normal only"},
        Bad{"theta = 0.03", "pass_through = { normal = [0.6, 0.2] }", "28:27",
            "values must stay from 0 to 1"},
        Bad{"theta = 0.03", "theta = { mixture = [[1, 0, -1]] }", "28:21", "sd above 0"},
        Bad{"theta = 0.03", "unit_sd = -0.1", "28:11", "outcome.unit_sd = -0.1"},
        Bad{"[outcome]", "[outcom]", "27:2", "did you mean 'outcome'?"},
        Bad{"[outcome]", "[design.vary]\n\"need.lagg\" = [1]\n[outcome]", "28:16",
            "did you mean 'need.lag'?"},
        Bad{"[outcome]", "[design.vary]\n\"need.lag\" = []\n[outcome]", "28:14", "a list of values"},
        Bad{"[outcome]", "[design.vary]\n\"run.seed\" = [1, 2]\n[outcome]", "28:1", "common to all points"},
        Bad{"[outcome]", "[[context]]\nname = \"a\"\nset = { \"policy.linear.shares\" = [1] }\n[outcome]",
            "29:9", "common to all points"},
        Bad{"[outcome]", "[[context]]\nname = \"a\"\nset = { \"municipality.pupils\" = 0 }\n[outcome]",
            "29:33", "municipality.pupils = 0"},
        Bad{"[outcome]",
            "[[context]]\nname = \"a\"\nset = { \"variable.educaton.shares\" = [0.5, 0.5] }\n[outcome]",
            "29:38", "did you mean 'education'?"},
        Bad{"[outcome]", "[[context]]\nname = \"a\"\nat = { size = 3 }\n[outcome]", "29:15",
            "context.a.at.size = 3"},
        Bad{"[outcome]", "[[context]]\n[outcome]", "27:1", "name is missing"},
        Bad{"[outcome]", "[[context]]\nname = \"a\"\n[[context]]\nname = \"a\"\n[outcome]", "30:8",
            "taken by an earlier context"},
        Bad{"[outcome]", "[sources]\n\"outcome.thta\" = \"x\"\n[outcome]", "28:18",
            "did you mean 'outcome.theta'?"},
        Bad{"[outcome]", "[sources]\n\"outcome.theta\" = 3\n[outcome]", "28:19", "a text is wanted"},
        Bad{"mechanism = \"rank\"\n[[target]]\ngroup = \"low\"\nvalue = 0.05", "mechanism = \"given\"",
            "20:13", "needs municipality.units_file"}));

TEST(BadScenarios, AreMoreThanForty) {
  // The suite above is what the claim in the README rests on.
  EXPECT_GE(::testing::UnitTest::GetInstance()->total_test_count(), 40);
}

TEST(Scenario, AllProblemsAtOnceInFileOrder) {
  std::string text = with("pupils = 1000", "pupils = -1");
  text.replace(text.find("value = 0.05"), 12, "value = 7.00");
  text.replace(text.find("theta = 0.03"), 12, "thta = 0.03 ");
  auto const found = problems(text);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].find("s.toml:6:"), 0U);
  EXPECT_EQ(found[1].find("s.toml:23:"), 0U);
  EXPECT_EQ(found[2].find("s.toml:28:"), 0U);
}

TEST(Scenario, BadSettingsSayTheirOption) {
  EXPECT_EQ(problems(good, {"pupils"}).front(), "--set pupils (key=value is wanted)");
  EXPECT_NE(problems(good, {"municipality.pupil=3"}).front().find("did you mean 'municipality.pupils'?"),
            std::string::npos);
  EXPECT_NE(problems(good, {"municipality.pupils=x"}).front().find("municipality.pupils = 'x'"),
            std::string::npos);
  EXPECT_NE(problems(good, {"policy.liner.shares=[0.1]"}).front().find("did you mean 'linear'?"),
            std::string::npos);
}

TEST(Scenario, HostileTextsGetAnError) {
  EXPECT_FALSE(problems(std::string(100'000, '[')).empty());
  EXPECT_FALSE(problems(std::string("\0\0\0", 3)).empty());
  EXPECT_FALSE(problems("\xFF\xFE\xFD").empty());
  EXPECT_FALSE(problems("format = " + std::string(5'000, '9')).empty());
  EXPECT_FALSE(problems("a = [1, {b = [2, {c = [3]}]}]").empty());
  EXPECT_FALSE(problems(with("title = \"t\"", "title = \"" + std::string(20'000, 'x') + "\"")).empty());
  EXPECT_FALSE(problems(
                   good + "[design.vary]\n\"need.lag\" = [" +
                   [] {
                     std::string list;
                     for (int i = 0; i < 400; ++i) list += "1, ";
                     return list;
                   }() +
                   "]\n\"need.years\" = [" +
                   [] {
                     std::string list;
                     for (int i = 0; i < 400; ++i) list += "1, ";
                     return list;
                   }() +
                   "]\n")
                   .empty());
}

TEST(Scenario, MissingFilesAreFileErrors) {
  EXPECT_THROW(read_scenario("no/such.toml"), FileError);
  EXPECT_THROW(read_scenario("/"), FileError);
}
