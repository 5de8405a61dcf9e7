// From small made-up exports to facts and to a scenario that parses: every quirk of the format, and what is
// refused.
#include "likvard/io/import.hpp"

#include "likvard/io/scenario_file.hpp"
#include "likvard/io/unit_history.hpp"
#include "likvard/study/errors.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace likvard;

namespace {

std::string const columns =
    "Skola;Skol-enhetskod;Skolkommun;Kommun-kod;Typ av huvudman;Elever, årskurs 1-9;"
    "Andel (%) elever med utländsk bakgrund, åk 1-9;Andel (%) elever med föräldrar med eftergymnasial utb., "
    "åk 1-9;\n";

/// A file that is gone with the test.
class TextFile {
public:
  explicit TextFile(std::string const& text)
      : path_(std::filesystem::temp_directory_path() /
              ("likvard-import-" + std::to_string(::getpid()) + ".csv")) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  TextFile(TextFile const&) = delete;
  TextFile& operator=(TextFile const&) = delete;
  ~TextFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

private:
  std::filesystem::path path_;
};

UnitTable imported(std::string const& text) {
  return read_units(TextFile(text).path());
}

std::string unit(std::string const& name, std::string const& numbers) {
  static int code = 0;
  return name + ";" + std::to_string(10'000'000 + ++code) + ";Ale;0604;Kommunal;" + numbers + ";\n";
}

/// Facts' scenario as parsed, with the units read from the file itself.
Scenario parsed(std::string const& text, std::optional<QualifiedFacts> const& qualified = std::nullopt) {
  TextFile const file(text);
  auto const table = read_units(file.path());
  return parse_scenario(
      scenario_text(table, municipality_facts(table, ""), qualified, "grades.csv", file.path()), "x.toml");
}

std::string told(UnitTable const& table) {
  std::string all;
  for (auto const& o : table.oddities) all += std::to_string(o.line) + "|" + o.column + "|" + o.text + "\n";
  return all;
}

template <class F>
std::string problem(F const& f) {
  try {
    f();
  } catch (ScenarioError const& error) {
    EXPECT_EQ(error.problems().size(), 1U);
    return error.problems().front();
  }
  return "accepted";
}

} // namespace

struct Number {
  char const *text, *told;
  double value; ///< NaN: not known
};

class PupilCells : public ::testing::TestWithParam<Number> {};

TEST_P(PupilCells, AreReadOrLeftOut) {
  auto const& [text, why, value] = GetParam();
  auto const table = imported(columns + unit("A", std::string(text) + ";10;50"));
  ASSERT_EQ(table.rows.size(), 1U);
  auto const& cell = table.rows[0].pupils;
  if (std::isnan(value))
    EXPECT_NE(cell.state, Cell::State::known);
  else {
    EXPECT_EQ(cell.state, Cell::State::known);
    EXPECT_EQ(cell.value, value);
  }
  EXPECT_NE(told(table).find(why), std::string::npos) << told(table);
  EXPECT_EQ(told(table).empty(), std::string(why).empty()) << told(table);
}

INSTANTIATE_TEST_SUITE_P(
    Import, PupilCells,
    ::testing::Values(Number{"237", "", 237}, Number{"237,0", "", 237}, Number{"237.0", "", 237},
                      Number{"1 120", "2|pupils|'1 120': read as 1120", 1120},
                      Number{"1\xC2\xA0"
                             "120",
                             "read as 1120", 1120},
                      Number{"1\xE2\x80\xAF"
                             "120",
                             "read as 1120", 1120},
                      Number{"~100", "2|pupils|'~100': read as 100", 100}, Number{"", "", NAN},
                      Number{".", "", NAN}, Number{"..", "", NAN}, Number{"-", "", NAN},
                      Number{"hundra", "2|pupils|'hundra' is not a number: left out", NAN},
                      Number{"12,5", "is not a whole number: left out", NAN},
                      Number{"-3", "is out of range: left out", NAN}, Number{"1e400", "is not a number", NAN},
                      Number{"nan", "not a number", NAN}, Number{"inf", "not a number", NAN},
                      Number{"0x10", "not a number", NAN}, Number{"99999999", "is out of range", NAN},
                      Number{"~", "not a number", NAN}, Number{"1;2", "has 10 cells", 1},
                      Number{"12 3a", "not a number", NAN}));

class ShareCells : public ::testing::TestWithParam<Number> {};

TEST_P(ShareCells, AreReadOrLeftOut) {
  auto const& [text, why, value] = GetParam();
  auto const table = imported(columns + unit("A", "100;" + std::string(text) + ";50"));
  auto const& cell = table.rows.at(0).foreign;
  EXPECT_EQ(cell.state == Cell::State::known, !std::isnan(value));
  if (!std::isnan(value)) EXPECT_NEAR(cell.value, value, 1e-15);
  EXPECT_NE(told(table).find(why), std::string::npos) << told(table);
}

INSTANTIATE_TEST_SUITE_P(Import, ShareCells,
                         ::testing::Values(Number{"7", "", 0.07}, Number{"7,5", "", 0.075},
                                           Number{"7.5", "", 0.075}, Number{"7,5 %", "", 0.075},
                                           Number{"0", "", 0}, Number{"100", "", 1},
                                           Number{"~100", "'~100': read as 100", 1}, Number{"..", "", NAN},
                                           Number{"120", "2|foreign background|'120' is out of range", NAN},
                                           Number{"-0,1", "out of range", NAN},
                                           Number{"många", "not a number", NAN}));

TEST(Import, HeadersOfOtherYearsAreKnown) {
  auto const table =
      imported("Valt läsår: 2021/2022\nSKOLENHET;Skolenhetskod;Kommun;Kommunkod;Huvudmannatyp;Elever åk 1–9;"
               "Andel elever med utl. bakgrund;Andel med föräldrar med eftergymn. utb.\n"
               "A;10000001;Ale;1440;Fristående;80;20;60\n");
  EXPECT_EQ(table.school_year, "2021/22");
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_TRUE(table.rows[0].independent);
  EXPECT_EQ(table.rows[0].pupils.value, 80);
  EXPECT_NEAR(table.rows[0].foreign.value, 0.2, 1e-15);
  EXPECT_NEAR(table.rows[0].post_secondary.value, 0.6, 1e-15);
}

TEST(Import, NotesAndBrokenRowsAreToldNotRead) {
  auto const table =
      imported("Titel\n\n" + columns + unit("A", "100;10;50") + "\n;;;;;;;;\nSumma;;;;;100;10;50;\n" +
               unit("B", "50;20;40") + "\nAnmärkning\n;Uppgifterna avser oktober 2023/24.;;\n");
  EXPECT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(told(table),
            "7||not a unit, passed over: 'Summa'\n10||2 lines of notes after the table, passed over\n");
}

// A long text is cut between letters, never inside one.
TEST(Import, ToldTextsStayUnicode) {
  std::string letters;
  for (int i = 0; i < 60; ++i) letters += "å";
  for (std::string const lead : {"", "x"}) {
    auto const all = told(imported(columns + unit("A", lead + letters + ";10;50") + unit("B", "9;10;50")));
    auto const end = all.find("' is not a number");
    ASSERT_NE(end, std::string::npos);
    EXPECT_EQ(all.substr(end - 2, 2), "å");
  }
}

TEST(Import, KindsOfOddityAreToldThreeTimesThenCounted) {
  std::string text = columns;
  for (int i = 0; i < 10; ++i) text += unit("A", "många;10;50");
  text += unit("B", "80;10;50");
  auto const table = imported(text);
  ASSERT_EQ(table.oddities.size(), 4U);
  EXPECT_EQ(table.oddities[2].line, 4U);
  EXPECT_EQ(table.oddities[3].text, "not a number in pupils: 7 more like this");
}

// Worked by hand: 40 and 60 pupils of whom 10 and 30 have foreign background: P = .4, D = 30/(2·100·.24)·...
// = .25.
TEST(Import, FactsByHand) {
  auto const facts = municipality_facts(imported(columns + unit("A", "40;25;100") + unit("B", "60;50;50") +
                                                 unit("C", "9;..;..") + unit("D", "..;5;5")),
                                        "");
  EXPECT_EQ(facts.units, 3U);
  EXPECT_EQ(facts.unknown_size, 1U);
  EXPECT_EQ(facts.pupils, 109);
  EXPECT_EQ(facts.foreign.units, 2U); // the unit of nine is too small for an index
  EXPECT_NEAR(facts.foreign.index.share, 0.4, 1e-14);
  // Σ n|p - P| = 40·.15 + 60·.1 = 12; D = 12/(2·100·.24). V = (40·.0225 + 60·.01)/(100·.24).
  EXPECT_NEAR(facts.foreign.index.dissimilarity, 0.25, 1e-14);
  EXPECT_NEAR(facts.foreign.index.variance_ratio, 0.0625, 1e-14);
  // χ² = 99·.0625 on one degree of freedom: p = 2 (1 - Φ(√6.1875)).
  EXPECT_NEAR(facts.foreign.p_value, std::erfc(std::sqrt(6.1875 / 2)), 1e-12);
  EXPECT_NEAR(facts.foreign.largest_variance_ratio, 1, 1e-14); // the forty fit the first unit exactly
  // 30 of 100 without: none in the first unit. The largest V puts 30 into the unit of forty: (30/40 - .3)/.7.
  EXPECT_NEAR(facts.low_education.index.share, 0.3, 1e-14);
  EXPECT_NEAR(facts.low_education.largest_variance_ratio, 0.45 / 0.7, 1e-14);
}

// 9 pupils at most hide behind "..", one to four behind "~100", anything behind ".".
TEST(Import, HiddenCellsAreBounds) {
  auto const facts = municipality_facts(imported(columns + unit("A", "40;25;100") + unit("B", "60;..;50") +
                                                 unit("C", "50;~100;40") + unit("D", "20;.;..")),
                                        "");
  auto const& f = facts.foreign;
  EXPECT_EQ(f.suppressed, 1U);
  EXPECT_EQ(f.missing, 1U);
  EXPECT_EQ(f.approximate, 1U);
  EXPECT_NEAR(f.bounds.share.low, (10 + 0 + 46 + 0) / 170.0, 1e-14);
  EXPECT_NEAR(f.bounds.share.high, (10 + 9 + 50 + 20) / 170.0, 1e-14);
  EXPECT_LT(f.bounds.dissimilarity.low, f.index.dissimilarity);
  EXPECT_GT(f.bounds.dissimilarity.high, f.index.dissimilarity);
  EXPECT_LE(f.p_bounds.low, f.p_bounds.high);
  // Of parents with post-secondary education few are hidden: of those without, all but nine at least.
  auto const& low = facts.low_education;
  EXPECT_NEAR(low.bounds.share.low, (0 + 30 + 30 + 11) / 170.0, 1e-14);
  EXPECT_NEAR(low.bounds.share.high, (0 + 30 + 30 + 20) / 170.0, 1e-14);
}

// Two hidden units with ten others each are told from chance or not by what is hidden.
TEST(Import, TheScenarioSaysWhatHiddenCellsAllow) {
  std::string const text = columns + unit("A", "40;25;50") + unit("B", "60;..;50") + unit("C", "30;..;50");
  TextFile const file(text);
  auto const table = read_units(file.path());
  auto const scenario = scenario_text(table, municipality_facts(table, ""), std::nullopt, "", file.path());
  EXPECT_NE(scenario.find("# the share of all lies between 7.7 and 21.5 %."), std::string::npos) << scenario;
  EXPECT_NE(scenario.find(" [0."), std::string::npos);
}

// A controller's own table: other names, numbers in place of shares, parts of one, years in a column.
TEST(Import, OwnTablesAreReadByTheirColumns) {
  auto const table = imported("School,Year,Pupils,Number of pupils of foreign background,Low education\n"
                              "North,2022,40,10,0.5\nNorth,2023,50,<5,0.25\nSouth,2023,60,30,0.1\n");
  EXPECT_EQ(table.school_year, "2023/24");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0].foreign.state, Cell::State::suppressed);
  EXPECT_EQ(members_of(table.rows[0].foreign, 50).high, 4);
  EXPECT_NEAR(table.rows[1].foreign.value, 0.5, 1e-15);
  EXPECT_NEAR(table.rows[1].post_secondary.value, 0.9, 1e-15);
  EXPECT_NE(told(table).find("1|low education|read as parts of one"), std::string::npos) << told(table);
  TextFile const file("Skola;Läsår;Antal elever;Andel (%) lågutbildade\nA;2021/22;90;0,5\nA;2022/23;80;..\n");
  auto const years = read_unit_years(file.path());
  ASSERT_EQ(years.size(), 2U);
  EXPECT_EQ(years[0].school_year, "2021/22");
  EXPECT_NEAR(years[0].rows.at(0).post_secondary.value, 0.995, 1e-15); // "%" says per cent
  auto const hidden = members_of(years[1].rows.at(0).post_secondary, 80);
  EXPECT_EQ(hidden.low, 71); // up to nine of low education
  EXPECT_EQ(hidden.high, 80);
  EXPECT_NEAR(share_of(years[1].rows[0].post_secondary, 80, 0), 75.0 / 80, 1e-15);
}

// Every name of the table of columns is read as that column.
TEST(Import, EveryNameOfTheTableIsRead) {
  std::size_t names = 0;
  for (auto const& column : unit_column_table())
    for (std::string list : {std::string(column.swedish), std::string(column.english)}) {
      std::istringstream in(list);
      for (std::string name; std::getline(in, name, '|'); ++names) {
        std::erase(name, '*');
        bool const is_unit = column.name == "unit", is_pupils = column.name == "pupils";
        std::string const header =
            name + ";" + (is_unit ? "x" : "Skola") + ";" + (is_pupils ? "y" : "Elever") + ";Meritvärde";
        if (column.name == "merit") continue;
        std::string const cell = column.kind == "text" ? "2023" : "50";
        auto const table = imported(header + "\n" + cell + ";" + (is_unit ? "" : "A") + ";" +
                                    (is_pupils ? "" : "100") + ";200\n");
        auto const& row = table.rows.at(0);
        std::map<std::string_view, bool> const read{
            {"unit", row.name == "2023"},
            {"code", row.code == "2023"},
            {"municipality", row.municipality == "2023"},
            {"municipality code", row.municipality_code == "2023"},
            {"provider", row.provider == "2023"},
            {"provider type", !row.independent},
            {"school year", row.school_year == "2023/24"},
            {"pupils", row.pupils.value == 50},
            {"pupils of foreign background", row.foreign.value == 0.5},
            {"foreign background", row.foreign.value == 0.5},
            {"pupils of low education", row.post_secondary.value == 0.5 && row.post_secondary.of_others},
            {"low education", row.post_secondary.value == 0.5 && row.post_secondary.of_others},
            {"pupils with post-secondary parents", row.post_secondary.value == 0.5},
            {"post-secondary parents", row.post_secondary.value == 0.5 && !row.post_secondary.of_others},
            {"leavers", row.leavers.value == 50},
            {"all subjects", row.all_subjects.value == 0.5},
            {"not qualified", row.qualified.value == 0.5 && row.qualified.of_others},
            {"qualified", row.qualified.value == 0.5 && !row.qualified.of_others}};
        auto const found = read.find(column.name);
        if (found != read.end())
          EXPECT_TRUE(found->second) << column.name << " as " << name;
        else
          EXPECT_TRUE(column.name.starts_with("grade ")) << column.name;
      }
    }
  EXPECT_GT(names, 80U);
}

// Two years and grades: one unit stays, one is gone, one is new; the grades' third unit is in no file.
TEST(Import, YearsAndGradesJoinOnTheCode) {
  auto const before = imported("Läsår: 2022/23\nSkola;Skolenhetskod;Elever;Andel utländsk bakgrund\n"
                               "A;11;100;20\nB;12;50;40\n");
  auto const after = imported("Läsår: 2023/24\nSkola;Skolenhetskod;Elever;Andel utländsk bakgrund\n"
                              "C;13;60;..\nA, new name;11;110;30\n");
  auto const grades = imported("Skola;Skolenhetskod;Antal elever;Andel behöriga\nA;11;20;~100\nX;99;9;50\n");
  auto const joined = join_units({&before, &after}, {"", ""}, &grades, "");
  EXPECT_FALSE(joined.by_name);
  EXPECT_EQ(joined.grades_unmatched, 1U);
  ASSERT_EQ(joined.units.size(), 3U);
  EXPECT_EQ(joined.units[0].code, "13");
  EXPECT_EQ(joined.units[1].name, "A, new name");
  EXPECT_EQ(joined.units[1].year[0]->name, "A");
  EXPECT_EQ(joined.units[1].grades->leavers.value, 20);
  EXPECT_EQ(joined.units[2].year[1], nullptr);
  auto const csv = joined_csv(joined);
  EXPECT_NE(csv.find("\n13,C,2023/24,0,60,,0,1,,0,0.15,,,,\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\n11,\"A, new name\",2023/24,0,110,,0,1,0.3,0.3,0.3,20,,0.8,1\n"), std::string::npos)
      << csv;
}

// By hand: 100 pupils each year in two units; shares move by +.1 and -.1 about their mean of 0.
TEST(Import, ChangeOfSharesBesideChance) {
  auto const before = imported("Skola;Elever;Andel utländsk bakgrund\nA;100;40\nB;100;40\n");
  auto const after = imported("Skola;Elever;Andel utländsk bakgrund\nA;100;50\nB;100;30\n");
  auto const change = share_change(join_units({&before, &after}, {"", ""}, nullptr, ""), &UnitRow::foreign);
  EXPECT_EQ(change.units, 2U);
  EXPECT_NEAR(change.sd, 0.1, 1e-14);
  EXPECT_NEAR(change.by_chance, std::sqrt((0.45 * 0.55 + 0.35 * 0.65) / 100), 1e-14);
}

TEST(Import, QualifiedHasBounds) {
  auto const facts =
      qualified_facts(imported("Skola;Skolkommun;Antal elever;Andel behöriga\n"
                               "A;Ale;100;90\nB;Ale;50;~100\nC;Ale;20;..\nD;Ale;..;..\nE;Ale;9;.\n"),
                      "");
  ASSERT_TRUE(facts);
  EXPECT_NEAR(facts->share, (90 + 47.5) / 150, 1e-14);
  EXPECT_NEAR(facts->bounds.low, (90 + 46) / 179.0, 1e-14);
  EXPECT_NEAR(facts->bounds.high, (90 + 49 + 29) / 179.0, 1e-14);
}

TEST(Import, OneUnitHasNoUnevenness) {
  auto const facts = municipality_facts(imported(columns + unit("A", "40;25;60")), "");
  EXPECT_FALSE(facts.foreign.index.defined);
  EXPECT_EQ(facts.foreign.p_value, 1);
  EXPECT_EQ(parsed(columns + unit("A", "40;25;60")).points.size(), 2U); // one and three years' index
}

// Shares of the scenario are the pupil-weighted means of what the model reads.
TEST(Import, MarginsAreThoseOfTheUnits) {
  std::string const text = columns + unit("A", "40;25;100") + unit("B", "60;..;50") + unit("C", "8;..;.");
  auto const scenario = parsed(text);
  auto const& parameters = scenario.points[0].parameters.all();
  auto const& education = parameters.background.variables.at(0);
  auto const& migration = parameters.background.variables.at(1);
  EXPECT_NEAR(education.shares.at(0), 0.7, 1e-6);
  EXPECT_NEAR(education.shares.at(1), 0.3 * 29 / 36, 1e-6);
  EXPECT_NEAR(migration.shares.at(0), 1 - (10 + 5 + 4) / 108.0, 1e-6);
  for (std::size_t v = 0; v < 2; ++v) {
    double mean = 0, pupils = 0;
    auto const& given = parameters.municipality.given;
    for (std::size_t s = 0; s < given.pupils.size(); ++s) {
      mean += given.first_share.at(v).at(s) * given.pupils[s];
      pupils += given.pupils[s];
    }
    EXPECT_NEAR(parameters.background.variables.at(v).shares.at(0), mean / pupils, 1e-6);
  }
  EXPECT_EQ(scenario.policies.size(), 19U); // six models × three shares, and per head
}

TEST(Import, AColumnThatIsNotThereIsTheSameAtEveryUnit) {
  std::string text = "Skola;Skolkommun;Elever;Andel elever med utländsk bakgrund\nA;Ale;40;25\nB;Ale;60;50\n";
  auto const scenario = parsed(text);
  auto const& variables = scenario.points[0].parameters.all().background.variables;
  EXPECT_EQ(variables.at(0).given_by, "");
  EXPECT_NEAR(variables.at(0).shares.at(0), 0.64, 1e-6);
  EXPECT_EQ(variables.at(1).given_by, "foreign");
  auto const nothing = [] { parsed("Skola;Skolkommun;Elever\nA;Ale;40\nB;Ale;60\n"); };
  EXPECT_NE(problem(nothing).find("nothing to tell the units apart by"), std::string::npos)
      << problem(nothing);
}

TEST(Import, NoMunicipalityColumnMeansOne) {
  EXPECT_EQ(parsed("Skola;Elever;Andel utländsk bakgrund\nA;40;25\nB;60;50\n").title,
            "the municipality: money by need");
}

TEST(Import, OwnRateOnlyFromEnoughLeavers) {
  std::string const text = columns + unit("A", "40;25;100") + unit("B", "60;50;50");
  auto const rate = [&](QualifiedFacts const& facts) {
    return parsed(text, facts).points[0].parameters.all().outcome.not_qualified;
  };
  EXPECT_NEAR(rate({0.8, 200, 3, 0}), 0.2, 1e-12);
  EXPECT_NEAR(rate({0.8, 149, 3, 0}), 0.156, 1e-12);
  EXPECT_NEAR(rate({1, 200, 3, 0}), 0.001, 1e-12); // the smallest that the outcome model takes
}

TEST(Import, CodesWithAndWithoutZeros) {
  auto const table = imported(columns + unit("A", "40;25;100"));
  for (std::string const name : {"ale", " ALE ", "0604", "604"})
    EXPECT_TRUE(has_municipality(table, name)) << name;
  for (std::string const name : {"", "Alem", "06", "6040"})
    EXPECT_EQ(has_municipality(table, name), name.empty());
}

// Names as hostile as a file may hold: they stay texts, and the scenario still parses and finds its units.
TEST(Import, HostileNamesStayTexts) {
  for (std::string const name :
       {R"(Ale"\x])", "Ale\t[[policy]]", "\"\"\"", "'''", "Ale # not a comment", "\x01\x7f", "\\u0041",
        "Åre\xC2\x85", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC0\x80", "Malm\xF6"}) {
    std::string text = "Skola;Skolkommun;Elever;Andel utländsk bakgrund\n";
    std::string cell = "\"";
    for (char c : name) cell += c == '"' ? "\"\"" : std::string(1, c);
    cell += '"';
    for (int i = 0; i < 3; ++i)
      text += "A;" + cell + ";" + std::to_string(40 + i) + ";" + std::to_string(20 * i) + "\n";
    auto const scenario = parsed(text);
    EXPECT_EQ(scenario.points[0].parameters.all().municipality.given.pupils.size(), 3U) << name;
    EXPECT_EQ(scenario.policies.size(), 19U) << name;
  }
}

struct Refused {
  char const *text, *why;
};

class RefusedFiles : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedFiles, InOneClearLine) {
  auto const& [text, why] = GetParam();
  auto const found = problem([&] {
    TextFile const file(text);
    auto const table = read_units(file.path());
    given_units(table, "Ale", std::vector<std::string>{"foreign"});
  });
  EXPECT_NE(found.find(why), std::string::npos) << found;
  EXPECT_EQ(found.find('\n'), std::string::npos) << found;
}

INSTANTIATE_TEST_SUITE_P(
    Import, RefusedFiles,
    ::testing::Values(
        Refused{"", "no table of school units"}, Refused{"\n\n\n", "no table of school units"},
        Refused{"\xEF\xBB\xBF", "no table of school units"},
        Refused{"Skola\nA\n", "no table of school units"},
        Refused{"Skola;Kommun\nA;Ale\n", "no table of school units"},
        Refused{"kkod,kommun,N\n0114,Ale,4917\n", "line 1 has 'kkod', 'kommun', ..."},
        Refused{"PK\x03\x04 not a text", "no table of school units"},
        Refused{"{\"Skola\": 1}", "no table of school units"},
        Refused{"Skola;Skolkommun;Elever\n", "the table on line 1 has no units"},
        Refused{"Skola;Skolkommun;Elever\n;;\n\n", "has no units"},
        Refused{"Skola;Skol-enhetskod;Skolkommun;Elever\nA;kod;Ale;9\n", "has no units"},
        Refused{"Skola;Skolkommun;Elever\nA;Ale;många\n", "no unit of 'Ale' has a known number of pupils"},
        Refused{"Skola;Skolkommun;Elever\nA;Ale;0\n", "no unit of 'Ale' has a known number of pupils"},
        Refused{"Skola;Skolkommun;Elever\nA;Ale;90\n", "has a share in the column for 'foreign'"},
        Refused{"Skola;Skolkommun;Elever\nA;Alf;90\n", "no municipality 'Ale' - did you mean 'Alf'?"},
        Refused{"Skola;Skolkommun;Elever\nA;Stockholm;90\nB;Kiruna;9\n",
                "(the file has 2, from 'Stockholm' to 'Kiruna')"},
        Refused{"Skola;Skolkommun;Antal elever;Meritvärde\nA;Ale;90;230\n", "holds final grades, not pupils"},
        Refused{"Skola;Skolkommun;Elver\nA;Ale;90\n",
                "column 'Elver' is not read - did you mean 'elever'?"}));

// A quote that is never closed must not swallow the table.
TEST(Import, LoneQuote) {
  auto const table = imported(columns + unit("\"A", "40;25;100") + unit("B", "60;50;50"));
  EXPECT_EQ(table.rows.size(), 2U);
}

// Any cut and any changed byte of a good file is read or refused, nothing else.
TEST(Import, DamagedFilesAreReadOrRefused) {
  std::string const good =
      "Valt läsår: 2023/24\n" + columns + unit("Å\"B\"", "1 040;25,5;~100") + unit("B", "60;..;50");
  std::size_t read = 0, refused = 0;
  auto const attempt = [&](std::string const& text) {
    try {
      parsed(text);
      ++read;
    } catch (ScenarioError const&) {
      ++refused;
    }
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    attempt(good.substr(0, i));
    for (char const byte : {'\0', '\n', ';', '"', '\xFF'}) {
      std::string changed = good;
      changed[i] = byte;
      attempt(changed);
    }
  }
  EXPECT_EQ(read + refused, good.size() * 6);
  EXPECT_GT(read, 100U);
  EXPECT_GT(refused, 100U);
}
