#include "likvard/io/units_file.hpp"

#include "likvard/io/detail/csv.hpp"
#include "likvard/io/detail/unit_columns.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/import.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/study/errors.hpp"

#include <fnmatch.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

using namespace likvard;

namespace {

std::string const header =
    "Skola;Skol-enhetskod;Skolkommun;Kommun-kod;Typ av huvudman;Huvudman;Elever, årskurs 1-9;"
    "Andel (%) elever med utländsk bakgrund, åk 1-9;Andel (%) elever med föräldrar med eftergymnasial utb., "
    "åk 1-9;\n";
std::string const title =
    "Statistik från Skolverket\n\nGrundskola - Antal elever per årskurs\nValt läsår: 2023/24\n\n";

UnitTable read_text(std::string const& text) {
  auto const path =
      std::filesystem::temp_directory_path() / ("likvard-units-" + std::to_string(::getpid()) + ".csv");
  std::ofstream(path, std::ios::binary) << text;
  struct Remove {
    std::filesystem::path path;
    ~Remove() { std::filesystem::remove(path); }
  } const remove{path};
  return read_units(path);
}

std::string latin1(std::string const& utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    auto const c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80)
      out += utf8[i];
    else
      out += static_cast<char>(((c & 0x03U) << 6U) | (static_cast<unsigned char>(utf8[++i]) & 0x3FU));
  }
  return out;
}

std::string const rows = "Åbyskolan;111;Ale;1440;Kommunal;Ale kommun;1 120;47,5;70,1;\n"
                         "Östra friskolan;112;Ale;1440;Enskild;Östra AB;80;..;~100;\n"
                         "Lilla skolan;113;Ale;1440;Kommunal;Ale kommun;6;..;.;\n";

void expect_the_three(UnitTable const& table) {
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].name, "Åbyskolan");
  EXPECT_EQ(table.rows[0].pupils.value, 1120);
  EXPECT_NEAR(table.rows[0].foreign.value, 0.475, 1e-15);
  EXPECT_NEAR(table.rows[0].post_secondary.value, 0.701, 1e-15);
  EXPECT_TRUE(table.rows[1].independent);
  EXPECT_EQ(table.rows[1].foreign.state, Cell::State::suppressed);
  EXPECT_TRUE(table.rows[1].post_secondary.approximate);
  EXPECT_EQ(table.rows[2].post_secondary.state, Cell::State::not_applicable);
  EXPECT_EQ(table.kind, UnitFileKind::pupils);
}

} // namespace

TEST(UnitsFile, AsDownloaded) {
  auto const table =
      read_text("\xEF\xBB\xBF" + title + header + rows + "\n\n;Observera att uppgifterna är avrundade\n");
  expect_the_three(table);
  EXPECT_EQ(table.school_year, "2023/24");
  EXPECT_EQ(table.encoding, "UTF-8 with BOM");
  EXPECT_EQ(table.rows[0].line, 7U);
}

TEST(UnitsFile, Latin1AndWindowsLineEnds) {
  std::string text = latin1(title + header + rows);
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
    text.replace(at, 1, "\r\n");
  auto const table = read_text(text);
  expect_the_three(table);
  EXPECT_EQ(table.encoding, "Latin-1");
}

TEST(UnitsFile, CommaSeparatedWithQuotes) {
  std::string text = "Skola,Skolkommun,Kommun-kod,\"Elever, årskurs 1-9\",\"Andel (%) elever med utländsk "
                     "bakgrund, åk 1-9\"\n"
                     "\"Skola \"\"A\"\", norra\",Ale,1440,100,\"12,5\"\nB,Ale,1440,50,\"7,0\"\n";
  auto const table = read_text(text);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0].name, "Skola \"A\", norra");
  EXPECT_NEAR(table.rows[0].foreign.value, 0.125, 1e-15);
  EXPECT_EQ(table.separator, ",");
}

TEST(UnitsFile, NoTitleLinesTabsAndNoBreakSpaces) {
  auto const table =
      read_text("Skola\tSkolkommun\tElever\tAndel elever med utländsk bakgrund\nA\tAle\t1\xC2\xA0"
                "205\t10\nB\tAle\t30\t0\n");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0].pupils.value, 1205);
}

TEST(UnitsFile, OldHeadersAreKnown) { // 2012: other name of the report, whole per cents
  auto const table =
      read_text("Statistik\n\nGrundskolan - Antal elever per årskurs\nValt läsår: 2012/13\n\n" + header +
                "A;1;Ale;1440;Kommunal;Ale;237;..;54;\n");
  EXPECT_EQ(table.school_year, "2012/13");
  EXPECT_NEAR(table.rows[0].post_secondary.value, 0.54, 1e-15);
}

TEST(UnitsFile, FinalGrades) {
  auto const table =
      read_text("Statistik;;;\nValt läsår: 2024/25;;;\nSkola;Skol-enhetskod;Skolkommun;Antal elever;Andel "
                "(%) elever behöriga till yrkesprog.;Genomsnittligt meritvärde (17 ämnen)\n"
                "A;1;Ale;40;85,0;230,5\nB;2;Ale;20;~100;250\nC;3;Ale;..;..;..\n");
  EXPECT_EQ(table.kind, UnitFileKind::grades);
  EXPECT_NEAR(table.rows[0].qualified.value, 0.85, 1e-15);
  EXPECT_NEAR(table.rows[0].merit.value, 230.5, 1e-12);
  // ~100: 1 to 4 of 20 did not qualify, 2.5 in the middle: (34 + 17.5)/60
  auto const facts = qualified_facts(table, "Ale");
  ASSERT_TRUE(facts.has_value());
  EXPECT_NEAR(facts->share, 51.5 / 60, 1e-12);
  EXPECT_EQ(facts->hidden, 1U);
}

TEST(UnitsFile, OddCellsAreToldWithTheirPlace) {
  auto const table = read_text(title + header +
                               "A;1;Ale;1440;Kommunal;Ale;hundra;120;50;\nB;1;Ale;1440;Kommunal;Ale;50;10;50;"
                               "\nC;3;Ale;1440;Kommunal;Ale;60;10;50;extra;more;\n");
  std::string all;
  for (auto const& o : table.oddities) all += std::to_string(o.line) + " " + o.column + " " + o.text + "\n";
  EXPECT_NE(all.find("7 pupils 'hundra' is not a number"), std::string::npos) << all;
  EXPECT_NE(all.find("7 foreign background '120' is out of range"), std::string::npos) << all;
  EXPECT_NE(all.find("unit 1 (B) stands on line 7 too"), std::string::npos) << all;
  EXPECT_NE(all.find("9  has 12 cells"), std::string::npos) << all;
}

TEST(UnitsFile, BadFilesGetOneClearLine) {
  auto const problem = [](std::string const& text) {
    try {
      read_text(text);
    } catch (ScenarioError const& error) {
      EXPECT_EQ(error.problems().size(), 1U);
      return error.problems().front();
    }
    return std::string("accepted");
  };
  for (auto const& text :
       {std::string(), std::string("hello"), std::string("a;b;c\n1;2;3\n"), std::string("\0\0\0", 3),
        std::string("\xFF\xFE;;;\n"), std::string("<html><body>Error</body></html>")})
    EXPECT_NE(problem(text).find("no table of school units found"), std::string::npos) << problem(text);
  EXPECT_NE(problem(title + header).find("has no units"), std::string::npos);
  EXPECT_THROW(read_units("no/such/file.csv"), FileError);
  EXPECT_THROW(read_units("/"), FileError);
}

TEST(UnitsFile, PatternsOfColumnsMatchAsTheShells) {
  auto const expected = [](std::string const& name) {
    auto const table = unit_column_table();
    for (std::size_t k = 0; k < table.size(); ++k)
      for (std::string list : {std::string(table[k].swedish), std::string(table[k].english)})
        for (std::size_t from = 0, end = 0; end < list.size(); from = end + 1) {
          end = std::min(list.find('|', from), list.size());
          if (::fnmatch(list.substr(from, end - from).c_str(), name.c_str(), 0) == 0) return k;
        }
    return table.size();
  };
  std::vector<std::string> const words{"antal",
                                       "elever",
                                       "utländsk bakgrund",
                                       "eftergymn",
                                       "lågutbild",
                                       "skola",
                                       "number",
                                       "foreign",
                                       "post secondary",
                                       "meritvärde",
                                       "17 ämnen",
                                       "ämnen",
                                       "behöriga till yrkesprog",
                                       "ej behöriga",
                                       "typ av huvudman",
                                       "kod",
                                       "e",
                                       "17"};
  std::mt19937 random(1);
  std::size_t found = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string name;
    for (unsigned n = 1 + random() % 4; n > 0; --n)
      name += (name.empty() ? "" : random() % 4 ? " " : "") + words[random() % words.size()];
    std::string const plain = detail::normalised(name);
    auto const at = detail::match_columns({name});
    auto const k =
        static_cast<std::size_t>(std::find(at.begin(), at.end(), std::optional<std::size_t>(0)) - at.begin());
    EXPECT_EQ(k, expected(plain)) << plain;
    found += k < at.size();
  }
  EXPECT_GT(found, 1000U);
}

TEST(GivenUnits, SuppressedSharesAreTheMiddleOfWhatTheyMayBe) {
  auto const table = read_text(title + header + rows);
  std::vector<std::string> const columns{"post_secondary", "foreign", ""};
  auto const given = given_units(table, "ale", columns);
  ASSERT_EQ(given.pupils, (std::vector<std::uint32_t>{1120, 80, 6}));
  EXPECT_NEAR(given.first_share[1][1], 1 - 5.0 / 80, 1e-15);               // 5 of 80
  EXPECT_NEAR(given.first_share[1][2], 1 - 3.0 / 6, 1e-15);                // half of 6
  EXPECT_NEAR(given.first_share[0][2], (1120 * 0.701 + 80) / 1200, 1e-12); // not there: the others' mean
  EXPECT_TRUE(given.first_share[2].empty());
  EXPECT_EQ(given.independent[1], 1);
}

TEST(GivenUnits, MunicipalitiesAreFoundByNameOrCodeOrNot) {
  auto const table = read_text(title + header + rows + "X;9;Malmö;1280;Kommunal;Malmö;90;10;50;\n");
  std::vector<std::string> const columns{"foreign"};
  EXPECT_EQ(given_units(table, "1280", columns).pupils.size(), 1U);
  EXPECT_EQ(given_units(table, "MALMÖ", columns).pupils.size(), 1U);
  auto const problem = [&](std::string const& name) {
    try {
      given_units(table, name, columns);
    } catch (ScenarioError const& error) {
      return error.problems().front();
    }
    return std::string("accepted");
  };
  EXPECT_NE(problem("Malmo").find("did you mean 'Malmö'?"), std::string::npos) << problem("Malmo");
  EXPECT_NE(problem("").find("holds 2 municipalities"), std::string::npos);
}

TEST(Import, FactsAndScenarioOfTheExample) {
  std::filesystem::path const file =
      std::filesystem::path(LIKVARD_SOURCE_DIR) / "scenarios/data/example-units.csv";
  auto const table = read_units(file);
  auto const facts = municipality_facts(table, "");
  EXPECT_EQ(facts.name, "Exempelby");
  EXPECT_EQ(facts.units, 14U);
  EXPECT_EQ(facts.low_education.units, 13U); // one unit is under 10 pupils
  EXPECT_LT(facts.foreign.p_value, 1e-6);
  auto const text = scenario_text(table, facts, std::nullopt, "", file.string());
  auto const scenario = parse_scenario(text, "x.toml");
  EXPECT_EQ(scenario.points.size(), 2U);
  EXPECT_EQ(scenario.points[0].parameters.all().municipality.given.pupils.size(), 14U);
  EXPECT_EQ(scenario.policies.size(), 19U);
}

// Hostile names from a file must stay texts in the scenario.
TEST(Import, NamesAreQuoted) {
  auto table =
      read_text(title + header +
                "A;1;Ale\"\\x];1440;Kommunal;Ale;80;10;50;\nB;2;Ale\"\\x];1440;Kommunal;Ale;50;20;40;\n");
  auto const facts = municipality_facts(table, "");
  auto const text = scenario_text(table, facts, std::nullopt, "", "units.csv");
  auto const at = text.find("name = \"Ale\\\"\\\\x]\"");
  EXPECT_NE(at, std::string::npos) << text.substr(0, 800);
}

// Found by fuzzing: a line break in the column of years began a line of TOML.
TEST(Import, NoCellEndsAComment) {
  auto const table =
      read_text("Skola;Skolkommun;L\xC3\xA4s\xC3\xA5r;Elever, \xC3\xA5rskurs 1-9;"
                "Andel (%) elever med utl\xC3\xA4ndsk bakgrund\n"
                "A;\"Ale\nb = 1\";\"x\nformat = 2\";80;20\nB;\"Ale\nb = 1\";\"x\nformat = 2\";50;20\n");
  EXPECT_EQ(table.school_year, "x\nformat = 2");
  auto const text = scenario_text(table, municipality_facts(table, ""), std::nullopt, "", "u\n.csv");
  EXPECT_EQ(text.find("\nformat = 2"), std::string::npos) << text.substr(0, 300);
  EXPECT_EQ(text.find("\nb = 1"), std::string::npos) << text.substr(0, 300);
}
