#include "io/problems.hpp"
#include "likvard/io/scenario_file.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace likvard;

namespace {

using test::problems;

/// Every message below counts on the lines of this text.
std::string const sound = R"(format = 1
title = "t"
[run]
seed = 1
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

struct Fault {
  std::string from, to; ///< what is replaced in the good one; "" = appended
  std::string place, says;
};

std::ostream& operator<<(std::ostream& out, Fault const& bad) {
  return out << bad.to.substr(0, 60);
}

std::string text_of(Fault const& bad) {
  std::string text = sound;
  if (bad.from.empty()) return text + bad.to;
  auto const at = text.find(bad.from);
  EXPECT_NE(at, std::string::npos) << bad.from;
  return text.replace(at, bad.from.size(), bad.to);
}

class OneFault : public ::testing::TestWithParam<Fault> {};

std::string const pol = "shares = [0.1, 0.2]\n", sort = "mechanism = \"rank\"\n";

std::vector<Fault> const text_faults{
    {"title = \"t\"", "title = \"a\\qb\"", "2:", "escape"},
    {"title = \"t\"", "title = \"" + std::string(10'001, 'x') + "\"", "2:9", "at most 10000 bytes"},
    {"title = \"t\"", "title = 2026-01-01", "2:9", "title = 2026-01-01 (a text is wanted)"},
    {"title = \"t\"", "title = [\"t\"]", "2:9", "title = ['t'] (a text is wanted)"},
    {"title = \"t\"", "title = \"f\xF6rskola\"", "2:", "save the file as UTF-8"},
    {"units = 5", "f\u00F6rskola = 5", "7:2", "needs quotes"},
    {"format = 1", "format = 1.0", "1:10", "format = 1 (a whole number, 1 is wanted)"},
    {"format = 1", "format = \"1\"", "1:10", "format = '1'"},
    {"seed = 1", "seed = 9223372036854775808", "4:", "not representable"},
    {"seed = 1", "seed = true", "4:8", "run.seed = true"},
    {"seed = 1", "a.b.c.d.e.f.g.h.i = 1", "4:16", "too many parts"},
};

std::vector<Fault> const table_faults{
    {"[run]\nseed = 1", "run = 3", "3:7", "run = 3 (a table is wanted: [run])"},
    {"[run]\nseed = 1", "[[run]]\nseed = 1", "3:1", "(a table is wanted: [run])"},
    {"[[policy]]", "[policy]", "24:1", "(tables are wanted: [[policy]])"},
    {"format = 1", "format = 1\ncontext = [1]", "2:12", "context = 1 (a table is wanted: [[context]])"},
    {"", "[design]\nvary = [1]\n", "30:8", "design.vary = [1] (a table is wanted)"},
    {"", "[[context]]\nname = \"a\"\nset = 1\n", "31:7", "context.a.set = 1 (a table is wanted)"},
    {"", "[[context]]\nname = \"a\"\nat = \"x\"\n", "31:6", "context.a.at = 'x'"},
    {"format = 1", "format = 1\nsources = 1", "2:11", "sources = 1 (a table is wanted)"},
    {"theta = 0.03", "theta = 0.03\nthetas = 1", "29:1", "did you mean 'theta'?"},
    {"seed = 1", "nonsense_without_neighbours = 1", "4:1", "run.nonsense_without_neighbours (no such key)"},
};

std::vector<Fault> const run_faults{
    {"seed = 1", "replicates = 10_000_001", "4:14", "128 to 10000000 is wanted"},
    {"seed = 1", "replicates = 127", "4:14", "run.replicates = 127"},
    {"seed = 1", "max_replicates = \"all\"", "4:18", "run.max_replicates = 'all'"},
    {"seed = 1", "precision = -1.5", "4:13", "above 0"},
    {"seed = 1", "precision = { gap = 0 }", "4:21", "run.precision.gap = 0 (a number, above 0"},
    {"seed = 1", "precision = \"small\"", "4:13", "a number, or a table of numbers by measure"},
    {"seed = 1", "precision = { gapp = 0.1 }", "4:13", "did you mean 'gap'?"},
    {"seed = 1", "precision = { gap_horizon = 0.1 }", "4:13", "years.count of 2 at least"},
    {"seed = 1", "precision = {}", "4:13", "is empty"},
    {"", "[compare]\nmeasure = \"gapp\"\n", "30:11", "did you mean 'gap'?"},
    {"", "[compare]\nmeasure = \"money_cv\"\n", "30:11", "neither higher nor lower is better"},
    {"", "[compare]\nmethod = \"kno\"\n", "30:10", "did you mean 'kn'?"},
    {"", "[compare]\ndelta = 0\n", "30:9", "compare.delta = 0"},
    {"", "[compare]\nconfidence = 1\n", "30:14", "0.5 to 0.9999"},
    {"", "[compare]\nfirst = 4\n", "30:9", "5 to 10000 blocks"},
    {"", "[compare]\npolicies = [\"liner\"]\n", "30:12", "did you mean 'linear'?"},
    {"", "[compare]\nshares = [0.15]\n", "30:10", "no policy has that share"},
    {"", "[compare]\npareto = [\"money\"]\n", "30:10", "no such measure"},
    {"", "[compare]\nmesure = \"gap\"\n", "30:1", "did you mean 'measure'?"},
    {"seed = 1", "luck = \"\"", "4:8", "one of 'common', 'independent'"},
    {"seed = 1", "luck = \"common|independent\"", "4:8", "one of 'common', 'independent'"},
    {"seed = 1", "quantiles = [0.5, 0.5]", "4:13", "must increase"},
    {"seed = 1", "quantiles = [0.5, 1]", "4:19", "run.quantiles[1] = 1"},
    {"seed = 1", "measures = [\"gap\", \"gap\"]", "4:12", "names 'gap' twice"},
    {"seed = 1", "measures = \"gap\"", "4:12", "a list of texts"},
    {"", "[answer]\nmeasure = 3\n", "30:11", "answer.measure = 3 (a text is wanted)"},
    {"", "[answer]\npolicy = \"per_head\"\n", "30:10", "there is no such policy"},
};

std::vector<Fault> const municipality_faults{
    {"pupils = 1000", "pupils = 1000.0", "6:10", "a whole number, 1 to 1000000 pupils"},
    {"pupils = 1000", "pupils = 1_000_001", "6:10", "municipality.pupils = 1000001"},
    {"units = 5", "units = 2001", "7:9", "1 to 2000 units"},
    {"units = 5", "units = 5\nsmallest_unit = 201", "8:17", "need more than 1000 pupils"},
    {"units = 5", "units = 5\nsmallest_unit = 0", "8:17", "municipality.smallest_unit = 0"},
    {"units = 5", "units = 5\nunit_pupils = [1000, -1]", "8:22", "municipality.unit_pupils[1] = -1"},
    {"units = 5", "units = 5\nunit_pupils = [1.5]", "8:16", "municipality.unit_pupils[0] = 1.5"},
    {"pupils = 1000\nunits = 5", "unit_pupils = [600000, 600000]", "6:15", "2 units with 1200000 pupils"},
    {"units = 5", "units = 5\nsize_sd = 3.1", "8:11", "0 to 3"},
    {"units = 5", "units = 5\ntotals = \"fixd\"", "8:10", "did you mean 'fixed'?"},
    {"units = 5", "units = 5\nbudget_per_pupil = 1e8", "8:20", "1 to 10000000 SEK"},
    {"units = 5", "units = 5\nname = 1480", "8:8", "municipality.name = 1480 (a text is wanted)"},
};

std::vector<Fault> const background_faults{
    {"name = \"education\"", "name = \"Utbildning\"", "11:8", "a name has only a-z"},
    {"name = \"education\"\n", "", "10:1", "variable[0].name is missing"},
    {"levels = [\"high\", \"low\"]\nshares = [0.6, 0.4]\nlog_odds = [0, 1]",
     "levels = [\"low\"]\nshares = [1]\nlog_odds = [0]", "12:10", "2 to 12"},
    {"levels = [\"high\", \"low\"]", "levels = [\"high\", \"\"]", "12:19", "a text that is not empty"},
    {"levels = [\"high\", \"low\"]", "levels = \"high, low\"", "12:10", "a list of texts"},
    {"shares = [0.6, 0.4]", "shares = [0.6, -0.4]", "13:16", "variable.education.shares[1] = -0.4"},
    {"shares = [0.6, 0.4]", "shares = [0.6, nan]", "13:16", "nan"},
    {"log_odds = [0, 1]", "log_odds = [0, 11]", "14:16", "-10 to 10"},
    {"log_odds = [0, 1]", "log_odds = [0, 1]\nloading = -1", "15:11", "-0.99 to 0.99"},
    {"need_group = \"low\"", "need_group = \"low\"\njoint = [0.6, 0.2, 0.2]", "10:9", "has 3 numbers"},
    {"need_group = \"low\"", "need_group = \"low\"\njoint = [1.2, 0.2]", "10:10",
     "background.joint[0] = 1.2 (a number, 0 to 1 is wanted)"},
    {"levels = [\"low\"]", "levels = [\"low\", \"low\"]", "18:10", "names 'low' twice"},
    {"levels = [\"low\"]", "levels = []", "18:10", "not none and not all"},
    {"levels = [\"low\"]\n", "", "15:1", "group.low.levels is missing"},
    {"", "[[group]]\nname = \"risk\"\nvariable = \"education\"\nlevels = [\"low\"]\n", "30:8",
     "choose another name"},
    {"", "[[group]]\nname = \"low\"\nvariable = \"education\"\nlevels = [\"low\"]\n", "30:8",
     "taken by an earlier group"},
    {"",
     "[[variable]]\nname = \"education\"\nlevels = [\"a\", \"b\"]\nshares = [0.5, 0.5]\nlog_odds = [0, 1]\n",
     "30:8", "taken by an earlier variable"},
    {"need_group = \"low\"\n", "", "14:1",
     "background.need_group = 'low_education' (there is no such group)"},
};

std::vector<Fault> const sorting_faults{
    {sort, "mechanism = \"random\"\n", "21:1", "takes at most 0"},
    {"[sorting]\n" + sort + "[[target]]\ngroup = \"low\"\nvalue = 0.05\n",
     "[sorting]\nmechanism = \"tilt\"\nstrength = 50.5\n", "21:12", "takes 0 to 50"},
    {"[sorting]\n" + sort + "[[target]]\ngroup = \"low\"\nvalue = 0.05\n",
     "[sorting]\nmechanism = \"dirichlet\"\nstrength = 0\n", "21:12", "takes 0.001 to 1000000"},
    {"[sorting]\n" + sort + "[[target]]\ngroup = \"low\"\nvalue = 0.05\n",
     "[sorting]\nmechanism = \"random\"\nstrength = 0\n", "21:12", "'random' has none"},
    {"[sorting]\n" + sort + "[[target]]\ngroup = \"low\"\nvalue = 0.05\n",
     "[sorting]\nmechanism = \"dirichlet\"\n", "20:13", "needs a [[target]]"},
    {"[sorting]\n" + sort + "[[target]]\ngroup = \"low\"\nvalue = 0.05\n", "[sorting]\nstrength = \"much\"\n",
     "20:12", "sorting.strength = 'much'"},
    {"value = 0.05", "value = inf", "23:9", "inf"},
    {"group = \"low\"\nvalue", "value", "21:1", "target[0].group is missing"},
    {"units = 5", "units = 5\nunits_file = 3", "8:14", "the name of a file"},
    {"", "[need]\nyears = 0\n", "30:9", "1 to 10 years"},
    {"", "[need]\nmissing = 0.95\n", "30:11", "0 to 0.9"},
    {"", "[need]\nsmallest = 2.0\n", "30:12", "a whole number, 0 to 1000 pupils"},
};

std::vector<Fault> const policy_faults{
    {"name = \"linear\"\n", "", "24:1", "policy[0].name is missing"},
    {pol, "", "24:1", "policy.linear.shares is missing"},
    {pol, "shares = 0.1\n", "26:10", "a list of numbers"},
    {pol, pol + "response = \"power\"\nexponent = 0\n", "28:12", "0.1 to 10"},
    {pol, pol + "response = \"power\"\nslope = 1\n", "28:9",
     "belongs to response 'concentration', here it is 'power'"},
    {pol, pol + "exponent = 2\n", "27:12", "belongs to response 'power'"},
    {pol, pol + "response = \"quadratic\"\nsaturation = 0\n", "28:14", "above 0"},
    {pol, pol + "response = \"label\"\ntop_share = 1.01\n", "28:13", "above 0, at most 1"},
    {pol, pol + "response = \"ramp\"\nramp_from = 1.5\n", "24:1", "must be above ramp_from = 1.5"},
    {pol, pol + "response = \"bands\"\nbounds = [1]\nweights = [0, -1]\n", "29:15",
     "policy.linear.weights[1] = -1"},
    {pol, pol + "largest_loss = 1.1\n", "27:16", "policy.linear.largest_loss = 1.1"},
    {pol, pol + "largest_gain = -0.1\n", "27:16", "0 to 100"},
    {pol, pol + "small_pupils = 0\n", "27:16", "1 to 10000 pupils"},
    {pol, pol + "small_share = 0.85\n", "26:10", "small_share 0.85"},
    {pol, pol + "small_share = 1.5\n", "27:15", "policy.linear.small_share = 1.5"},
    {"", "[[policy]]\nname = \"linear\"\nshares = [0.1]\n", "30:8", "taken by an earlier policy"},
};

std::vector<Fault> const outcome_faults{
    {"theta = 0.03", "theta = 1.5", "28:9", "a number from -1 to 1"},
    {"theta = 0.03", "theta = [0, 1]", "28:9", "or a distribution"},
    {"theta = 0.03", "theta = { log_normal = [0, 0] }", "28:24", "log_sd above 0"},
    {"theta = 0.03", "theta = { log_normal = [2000, 1] }", "28:24", "one in a thousand would be above"},
    {"theta = 0.03", "theta = { normal = [0.03, 1e308] }", "28:20", "one in a thousand would be below"},
    {"theta = 0.03", "theta = { normal = [0, 1], between = [1, 0] }", "28:20",
     "between = [low, high] with low < high"},
    {"theta = 0.03", "theta = { normal = [0, 0.1], between = [5, 6] }", "28:20", "within 8 sd"},
    {"theta = 0.03", "theta = { beta = [0, 1] }", "28:18", "both 0.05 to 10000"},
    {"theta = 0.03", "theta = { triangular = [0, 2, 1] }", "28:24", "in this order"},
    {"theta = 0.03", "theta = { triangular = [0, 1] }", "28:24", "triangular = [low, mode, high]"},
    {"theta = 0.03", "theta = { mixture = [] }", "28:21", "1 to 20 parts"},
    {"theta = 0.03", "theta = { mixture = [[1, 0]] }", "28:21", "[weight, mean, sd]"},
    {"theta = 0.03", "theta = { uniform = [0, nan] }", "28:21", "two finite numbers"},
    {"theta = 0.03", "theta = { uniform = [0, 0.1], source = 3 }", "28:40", "source is a text"},
    {"theta = 0.03", "theta = {}", "28:9", "a distribution is wanted"},
    {"theta = 0.03", "curvature = { uniform = [-4, 0] }", "28:25", "must stay from -3 to 3"},
    {"theta = 0.03", "curvature = { normal = [0, 1] }", "28:24", "must stay from -3 to 3"},
    {"theta = 0.03", "dilution = { normal = [0.1, 0.1] }", "28:23", "must stay from 0 to 1"},
    {"theta = 0.03", "carry = 1.1", "28:9", "a number from 0 to 1"},
    {"theta = 0.03", "merit_sd = 0", "28:12", "outcome.merit_sd = 0"},
    {"theta = 0.03", "years = 41", "28:9", "0 to 40 years"},
};

std::vector<Fault> const design_faults{
    {"", "[design.vary]\n\"need.lag\" = 1\n", "30:14", "a list of values"},
    {"", "[design.vary]\n\"need.lag\" = [0, 1, 0]\n", "30:21", "has 0 twice"},
    {"", "[design.vary]\n\"policy.linear.shares\" = [[0.1], [0.2]]\n", "30:1", "common to all points"},
    {"", "[design.vary]\n\"policy[].shares\" = [[0.1]]\n", "30:22", "no such key"},
    {"", "[design.vary]\n\"need.lag\" = [0, 99]\n", "30:18", "point 'need.lag = 99': need.lag = 99"},
    {"", "[design.vary]\n\"variable.education.shares\" = [[0.5, 0.5], [0.5, 0.6]]\n", "30:44",
     "point 'variable.education.shares = [0.5, 0.6]'"},
    {"", "[design.vary]\n\"need.lag\" = [0, 1]\n[[context]]\nname = \"a\"\nset = { \"need.lag\" = 2 }\n",
     "30:1", "which is meant?"},
    {"", "[[context]]\nname = \"a\"\nat = { \"a/b\" = \"x\" }\n", "31:8", "without '/'"},
    {"", "[[context]]\nname = \"a\"\nat = { size = \"\" }\n", "31:15", "a text of 1 to 200 bytes"},
    {"", "[[context]]\nname = \"a\"\nset = { \"title\" = \"x\" }\n", "31:9", "common to all points"},
    {"", "[[context]]\nname = \"a\"\nset = { \"target.lov.value\" = 0.1 }\n", "31:30",
     "there is no target 'lov') - did you mean 'low'?"},
    {"", "[[context]]\nname = \"a\"\nset = { \"municipality.units\" = 900 }\n", "5:1",
     "point 'a': municipality.smallest_unit = 10"},
    {"", "[[context]]\nname = \"a\"\nset = { \"municipality.units\" = 2000 }\n", "31:32",
     "point 'a': municipality.units = 2000 (more units"},
    {"", "[[context]]\nname = \"a\"\nmunicipalities = -1\n", "31:18", "context.a.municipalities = -1"},
    {"", "[[context]]\nname = \"\"\n", "30:8", "must not be empty"},
    {"", "[sources]\n\"need\" = \"x\"\n", "30:10", "need (no such key)"},
    {"", "[sources]\n\"outcome.theta\" = \"\"\n", "30:19", "a text is wanted"},
    {"", "[sources]\n\"variable.sex.shares\" = \"x\"\n", "30:25", "there is no variable 'sex'"},
};

} // namespace

// One fault, one message, at its own place.
TEST_P(OneFault, GetsOneMessage) {
  auto const& bad = GetParam();
  auto const found = problems(text_of(bad));
  std::string all;
  for (auto const& line : found) all += line + "\n";
  ASSERT_EQ(found.size(), 1U) << all;
  EXPECT_EQ(found[0].find("s.toml:" + bad.place), 0U) << found[0];
  EXPECT_NE(found[0].find(bad.says), std::string::npos) << found[0];
  EXPECT_EQ(found[0].find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Text, OneFault, ::testing::ValuesIn(text_faults));
INSTANTIATE_TEST_SUITE_P(Tables, OneFault, ::testing::ValuesIn(table_faults));
INSTANTIATE_TEST_SUITE_P(Run, OneFault, ::testing::ValuesIn(run_faults));
INSTANTIATE_TEST_SUITE_P(Municipality, OneFault, ::testing::ValuesIn(municipality_faults));
INSTANTIATE_TEST_SUITE_P(Background, OneFault, ::testing::ValuesIn(background_faults));
INSTANTIATE_TEST_SUITE_P(Sorting, OneFault, ::testing::ValuesIn(sorting_faults));
INSTANTIATE_TEST_SUITE_P(Policy, OneFault, ::testing::ValuesIn(policy_faults));
INSTANTIATE_TEST_SUITE_P(Outcome, OneFault, ::testing::ValuesIn(outcome_faults));
INSTANTIATE_TEST_SUITE_P(Design, OneFault, ::testing::ValuesIn(design_faults));

TEST(OneFaultBase, HasNone) {
  EXPECT_EQ(problems(sound), std::vector<std::string>{});
}
