// On Skolverket's exports in the folder LIKVARD_DATA_DIR; skipped where there is none.
#include "likvard/io/file.hpp"
#include "likvard/io/import.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/model/replicate.hpp"
#include "likvard/study/run.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

using namespace likvard;

namespace {

std::vector<std::filesystem::path> exports() {
  std::vector<std::filesystem::path> files;
  char const* folder = std::getenv("LIKVARD_DATA_DIR");
  if (!folder) return files;
  for (auto const& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".csv" && entry.path().filename().string().starts_with("grundskola"))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

#define NEED_DATA(files)                                                                                     \
  auto const files = exports();                                                                              \
  if (files.empty())                                                                                         \
  GTEST_SKIP() << "LIKVARD_DATA_DIR does not name a folder with Skolverket's unit "                          \
                  "exports"

} // namespace

TEST(RealData, EveryExportImportsWhole) {
  NEED_DATA(files);
  for (auto const& file : files) {
    auto const table = read_units(file);
    // Every line with a numeric unit code is a unit, and nothing else is.
    std::istringstream text(read_file(file));
    std::string line;
    std::size_t units = 0;
    while (std::getline(text, line)) {
      auto const first = line.find(';'), second = line.find(';', first + 1);
      if (first == std::string::npos || second == std::string::npos) continue;
      auto const code = line.substr(first + 1, second - first - 1);
      units += code.size() >= 8 &&
               std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
    }
    EXPECT_EQ(table.rows.size(), units) << file;
    EXPECT_GT(units, 1000U) << file;
    EXPECT_EQ(table.school_year.size(), 7U) << file;
    if (table.kind == UnitFileKind::pupils) EXPECT_EQ(municipalities(table).size(), 290U) << file;
  }
}

TEST(SlowRealData, SegregationAgreesWithTheTableOf2023) {
  NEED_DATA(files);
  std::filesystem::path const folder = std::getenv("LIKVARD_DATA_DIR");
  if (!std::filesystem::exists(folder / "municipalities_2023.csv"))
    GTEST_SKIP() << "no municipalities_2023.csv in LIKVARD_DATA_DIR";
  UnitTable table;
  for (auto const& file : files)
    if (auto found = read_units(file); found.kind == UnitFileKind::pupils && found.school_year == "2023/24")
      table = std::move(found);
  if (table.rows.empty()) GTEST_SKIP() << "no export of 2023/24 in LIKVARD_DATA_DIR";
  std::istringstream text(read_file(folder / "municipalities_2023.csv"));
  std::string line;
  std::vector<std::string> names;
  std::size_t compared = 0, rows = 0;
  while (std::getline(text, line)) {
    std::vector<std::string> cells;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    if (names.empty()) {
      names = cells;
      continue;
    }
    ++rows;
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    auto const facts = municipality_facts(table, row["kkod"]);
    for (auto const& [suffix, marker] :
         {std::pair{std::string("foreign"), &facts.foreign}, {std::string("lowedu"), &facts.low_education}}) {
      auto const agrees = [&](std::string const& name, double ours) {
        auto const& cell = row[name + suffix];
        if (cell.empty() || cell == "NA") return;
        EXPECT_NEAR(ours, std::stod(cell), 1e-9) << row["kommun"] << ' ' << name << suffix;
        ++compared;
      };
      agrees("P_", marker->index.share);
      agrees("D_", marker->index.dissimilarity);
      agrees("V_", marker->index.variance_ratio);
      agrees("H_", marker->index.theil_h);
      agrees("E2_", marker->index.eps2);
      agrees("ED_", marker->expected_dissimilarity);
    }
  }
  EXPECT_EQ(rows, 290U);
  EXPECT_GT(compared, 3000U);
}

// Each municipality's lines as a file of their own: reading the export anew 290 times would be most of the
// work.
TEST(SlowRealData, EveryMunicipalityOfEveryYearMakesAScenario) {
  NEED_DATA(files);
  auto const own =
      std::filesystem::temp_directory_path() / ("likvard-own-" + std::to_string(::getpid()) + ".csv");
  for (auto const& file : files) {
    auto const table = read_units(file);
    if (table.kind != UnitFileKind::pupils) continue;
    std::vector<std::string> lines;
    std::istringstream whole(read_file(file));
    for (std::string line; std::getline(whole, line);) lines.push_back(line);
    auto const header =
        std::find_if(lines.begin(), lines.end(), [](auto const& line) { return line.starts_with("Skola;"); });
    ASSERT_NE(header, lines.end()) << file;
    for (auto const& name : municipalities(table)) {
      std::string text = *header + "\n";
      for (auto const* row : units_of(table, name)) text += lines.at(row->line - 1) + "\n";
      std::ofstream(own, std::ios::binary) << text;
      auto const facts = municipality_facts(table, name);
      auto const scenario =
          parse_scenario(scenario_text(table, facts, std::nullopt, "", own.string()), "x.toml");
      ASSERT_EQ(scenario.points.size(), 2U) << name;
      auto const& given = scenario.points[0].parameters.all().municipality.given;
      EXPECT_EQ(given.pupils.size(), facts.units) << name;
      EXPECT_EQ(std::accumulate(given.pupils.begin(), given.pupils.end(), 0.0), facts.pupils) << name;
      for (auto const& shares : given.first_share)
        for (double share : shares) {
          EXPECT_GE(share, 0) << name;
          EXPECT_LE(share, 1) << name;
        }
    }
  }
  std::filesystem::remove(own);
}

// Three municipalities whole: from the export to a result. Malmö, Sorsele (4 units) and Arjeplog (1 unit).
TEST(SlowRealData, ScenariosRun) {
  NEED_DATA(files);
  for (auto const& file : files) {
    auto const table = read_units(file);
    if (table.kind != UnitFileKind::pupils) continue;
    for (std::string const name : {"Malmö", "Sorsele", "Arjeplog"}) {
      auto const facts = municipality_facts(table, name);
      auto const text = scenario_text(table, facts, std::nullopt, "", file.string());
      auto const scenario =
          parse_scenario(text, "x.toml", {"run.replicates=128", "years.count=1", "power.pooled=[1]"});
      auto const result = run(scenario);
      EXPECT_EQ(result.replicates[0], 128U);
      EXPECT_TRUE(result.failures.empty());
      for (double value : result.mean) EXPECT_TRUE(std::isfinite(value)) << name;
      EXPECT_EQ(result.units[0].name.size(), facts.units);
    }
  }
}
