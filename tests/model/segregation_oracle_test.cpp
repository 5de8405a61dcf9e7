// Against values that other software agreed on, in the folder LIKVARD_ORACLE_DIR; skipped where there is
// none.
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace likvard;

namespace {

using Rows = std::vector<std::map<std::string, std::string>>;

/// A plain comma-separated table of the folder; empty where it is not there.
Rows table(std::string const& name) {
  char const* folder = std::getenv("LIKVARD_ORACLE_DIR");
  if (!folder) return {};
  std::ifstream file(std::filesystem::path(folder) / "segregation" / name);
  std::vector<std::string> header;
  Rows rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    if (header.empty()) {
      header = cells;
      continue;
    }
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < header.size() && i < cells.size(); ++i) row[header[i]] = cells[i];
  }
  return rows;
}

std::vector<double> equal_units(double units, double pupils) {
  return std::vector<double>(static_cast<std::size_t>(units), pupils);
}

#define NEED_TABLE(rows, name)                                                                               \
  auto const rows = table(name);                                                                             \
  if (rows.empty()) GTEST_SKIP() << "LIKVARD_ORACLE_DIR does not name a folder with segregation/" << (name)

} // namespace

TEST(SegregationOracle, IndicesOfOneGroupAgainstTheRest) {
  NEED_TABLE(counts, "schools00.csv");
  std::map<std::string, std::map<std::string, double>> schools; // pupils by school and group
  for (auto const& row : counts) schools[row.at("school")][row.at("race")] += std::stod(row.at("n"));
  struct Units {
    std::vector<double> n, x;
  };
  std::map<std::string, Units> by_group;
  for (std::string const group : {"asian", "black", "hisp", "native", "white"})
    for (auto const& [name, pupils] : schools) {
      double total = 0;
      for (auto const& [other, number] : pupils) total += number;
      by_group[group].n.push_back(total);
      by_group[group].x.push_back(pupils.contains(group) ? pupils.at(group) : 0.0);
    }
  std::size_t compared = 0;
  for (auto const& row : table("reference.csv")) {
    std::string const contrast = row.at("contrast"), measure = row.at("measure");
    if (row.at("dataset") != "schools00" || !contrast.ends_with("_vs_rest")) continue;
    auto const& [n, x] = by_group.at(contrast.substr(0, contrast.find('_')));
    auto const s = segregation(n, x);
    double const members = s.share * s.pupils;
    std::map<std::string, double> const ours{{"D", s.dissimilarity},
                                             {"Gini", segregation_gini(n, x)},
                                             {"H", s.theil_h},
                                             {"M", s.mutual_information},
                                             {"V_eta2", s.variance_ratio},
                                             {"xPx", s.isolation},
                                             {"xPy", s.exposure},
                                             {"D_expected", expected_dissimilarity(n, members)},
                                             {"V_eta2_expected", expected_variance_ratio(s.units, s.pupils)},
                                             {"V_eta2_null_sd", variance_ratio_sd(n, members)}};
    if (!ours.contains(measure)) continue;
    EXPECT_NEAR(ours.at(measure), std::stod(row.at("value")), 1e-10) << contrast << ' ' << measure;
    ++compared;
  }
  EXPECT_EQ(compared, 50U);
}

TEST(SegregationOracle, ExpectationsByChance) {
  NEED_TABLE(rows, "null_grid.csv");
  for (auto const& row : rows) {
    auto const number = [&](std::string const& name) { return std::stod(row.at(name)); };
    auto const n = equal_units(number("schools_K"), number("pupils_per_school_n"));
    EXPECT_NEAR(expected_dissimilarity(n, number("X")), number("E_D"), 1e-10);
    EXPECT_NEAR(expected_variance_ratio(n.size(), number("N")), number("E_V"), 1e-12);
    EXPECT_NEAR(variance_ratio_sd(n, number("X")), number("sd_V"), 1e-12);
  }
}

TEST(SegregationOracle, LargestVarianceRatioOfEqualUnits) {
  NEED_TABLE(rows, "max_grid.csv");
  for (auto const& row : rows) {
    double const units = std::stod(row.at("schools_K")), share = std::stod(row.at("P"));
    // 1,000 pupils in each unit: shares of the table are whole pupils then.
    EXPECT_NEAR(largest_segregation(equal_units(units, 1000), 1000 * units * share).variance_ratio,
                std::stod(row.at("max_V")), 1e-12)
        << units << " units, P = " << share;
  }
}
