// Against values that other software agreed on, in the folder LIKVARD_ORACLE_DIR; skipped where there is
// none.
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/model/segregation_groups.hpp"
#include "likvard/model/segregation_ordinal.hpp"
#include "likvard/model/segregation_systematic.hpp"

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

/// A plain comma-separated table, lines with '#' left out; empty where there is no such file.
Rows read_table(std::filesystem::path const& path) {
  std::ifstream file(path);
  std::vector<std::string> header;
  Rows rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
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

Rows table(std::string const& name) {
  char const* folder = std::getenv("LIKVARD_ORACLE_DIR");
  return folder ? read_table(std::filesystem::path(folder) / "segregation" / name) : Rows{};
}

std::vector<double> equal_units(double units, double pupils) {
  return std::vector<double>(static_cast<std::size_t>(units), pupils);
}

#define NEED_TABLE(rows, name)                                                                               \
  auto const rows = table(name);                                                                             \
  if (rows.empty()) GTEST_SKIP() << "LIKVARD_ORACLE_DIR does not name a folder with segregation/" << (name)

} // namespace

namespace {

/// Every index of a table under the names of reference.csv; "all" for several groups, else one group against
/// the rest.
std::map<std::string, double> indices_of(Table const& n, Eigen::Index group) {
  std::vector<double> size, groups, x;
  for (Eigen::Index k = 0; k < n.rows(); ++k) size.push_back(n.row(k).sum());
  for (Eigen::Index g = 0; g < n.cols(); ++g) groups.push_back(n.col(g).sum());
  if (group < 0) {
    auto const s = segregation_groups(n);
    double const information = expected_mutual_information(size, groups), h = information / s.entropy;
    return {{"M", s.mutual_information},
            {"H", s.theil_h},
            {"Dm", s.dissimilarity},
            {"Gm", s.gini},
            {"C", s.squared_cv},
            {"P_norm_exposure", s.normalised_exposure},
            {"R_rel_diversity", s.relative_diversity},
            {"M_expected", information},
            {"H_expected", h},
            {"R_C_P_expected", expected_variance_ratio(s.units, s.pupils)},
            {"H_ct_corrected", carrington_troske(s.theil_h, h)}};
  }
  for (Eigen::Index k = 0; k < n.rows(); ++k) x.push_back(n(k, group));
  auto const s = segregation(size, x);
  double const members = s.share * s.pupils;
  std::vector<double> const two{members, s.pupils - members};
  double const information = expected_mutual_information(size, two),
               h = information / (s.mutual_information / s.theil_h);
  double const d = expected_dissimilarity(size, members), v = expected_variance_ratio(s.units, s.pupils),
               hutchens = expected_hutchens(size, members);
  return {{"D", s.dissimilarity},
          {"Gini", segregation_gini(size, x)},
          {"H", s.theil_h},
          {"M", s.mutual_information},
          {"V_eta2", s.variance_ratio},
          {"xPx", s.isolation},
          {"xPy", s.exposure},
          {"Hutchens_S", s.hutchens},
          {"Gorard_GS", s.gorard},
          {"Atkinson_b0.1", segregation_atkinson(size, x, 0.1)},
          {"Atkinson_b0.5", segregation_atkinson(size, x, 0.5)},
          {"Atkinson_b0.9", segregation_atkinson(size, x, 0.9)},
          {"D_expected", d},
          {"D_ct_corrected", carrington_troske(s.dissimilarity, d)},
          {"H_expected", h},
          {"H_ct_corrected", carrington_troske(s.theil_h, h)},
          {"M_expected", information},
          {"V_eta2_expected", v},
          {"V_eta2_ct_corrected", carrington_troske(s.variance_ratio, v)},
          {"xPx_expected", expected_isolation(s.units, s.pupils, members)},
          {"Hutchens_S_expected", hutchens},
          {"Hutchens_S_ct_corrected", carrington_troske(s.hutchens, hutchens)},
          {"Gorard_GS_expected", (1 - s.share) * d},
          {"V_eta2_null_sd", variance_ratio_sd(size, members)},
          {"V_eta2_zscore", (s.variance_ratio - v) / variance_ratio_sd(size, members)}};
}

std::map<std::string, double> ordered_indices_of(Table const& n) {
  auto const ordinal = segregation_ordinal(n);
  auto const rank = segregation_rank_order(n, 4);
  return {{"ordinal_H", ordinal.information},
          {"ordinal_V", ordinal.variation},
          {"ordinal_S", ordinal.square_root},
          {"ordinal_abs", ordinal.absolute},
          {"Hr", rank.information},
          {"Rr", rank.variation},
          {"Sr", rank.square_root}};
}

/// Each row's index of its table against its value, to 1e-10 of it. Returns how many were compared.
std::size_t compare(Rows const& rows, std::map<std::string, Table> const& tables,
                    std::map<std::string, Eigen::Index> const& groups) {
  std::map<std::string, std::map<std::string, double>> done; // by table and contrast
  std::size_t compared = 0;
  for (auto const& row : rows) {
    std::string const set = row.at("dataset"), contrast = row.at("contrast"), measure = row.at("measure");
    if (!tables.contains(set)) continue;
    auto& indices = done[set + contrast];
    if (indices.empty() && set.starts_with("oasisr")) indices = ordered_indices_of(tables.at(set));
    if (indices.empty())
      indices = indices_of(tables.at(set),
                           contrast == "all" ? -1 : groups.at(contrast.substr(0, contrast.find("_vs_"))));
    EXPECT_TRUE(indices.contains(measure)) << measure;
    double const theirs = std::stod(row.at("value"));
    EXPECT_NEAR(indices[measure], theirs, 1e-10 * std::max(1.0, std::abs(theirs)))
        << set << ' ' << contrast << ' ' << measure;
    ++compared;
  }
  return compared;
}

} // namespace

// Small tables and what three packages give for them; origin in tests/data.
TEST(SegregationReference, EveryIndexOfTheSmallTables) {
  std::filesystem::path const data = std::filesystem::path(LIKVARD_SOURCE_DIR) / "tests/data";
  std::map<std::string, Table> tables;
  Rows const cells = read_table(data / "segregation_tables.csv");
  for (auto const& row : cells) {
    Table& n = tables[row.at("dataset")];
    Eigen::Index const k = std::stol(row.at("unit")), g = std::stol(row.at("group"));
    if (k >= n.rows() || g >= n.cols())
      n.conservativeResizeLike(Table::Zero(std::max(n.rows(), k + 1), std::max(n.cols(), g + 1)));
    n(k, g) = std::stod(row.at("n"));
  }
  EXPECT_EQ(compare(read_table(data / "segregation_values.csv"), tables, {{"g0", 0}, {"g1", 1}}), 129U);
}

// Real-sized school data: every index, agreed between R, Python and Stata packages.
TEST(SegregationOracle, EveryIndexOfTheReference) {
  NEED_TABLE(counts, "schools00.csv");
  std::map<std::string, std::map<std::string, double>> schools; // pupils by school and group
  std::map<std::string, Eigen::Index> groups;
  for (auto const& row : counts) {
    schools[row.at("school")][row.at("race")] += std::stod(row.at("n"));
    groups.emplace(row.at("race"), 0);
  }
  Eigen::Index next = 0;
  for (auto& [name, column] : groups) column = next++;
  Table all = Table::Zero(static_cast<Eigen::Index>(schools.size()), next);
  Eigen::Index k = 0;
  for (auto const& [school, pupils] : schools) {
    for (auto const& [group, number] : pupils) all(k, groups.at(group)) = number;
    ++k;
  }
  EXPECT_GT(compare(table("reference.csv"), {{"schools00", all}}, groups), 0U);
  // State, district and school: M between districts and within them, as R's documentation has it.
  std::map<std::string, std::size_t> number;
  std::map<std::string, std::string> district_of;
  for (auto const& row : counts) district_of[row.at("school")] = row.at("district");
  std::vector<std::size_t> district;
  for (auto const& [school, pupils] : schools)
    district.push_back(number.emplace(district_of.at(school), number.size()).first->second);
  auto const parts = decompose(all, district);
  EXPECT_NEAR(parts.between, 0.337952, 5e-7);
  EXPECT_NEAR(parts.between + parts.within, parts.total, 1e-13);
}

// Winship 1977, table 2, by the binomial closed form.
TEST(SegregationOracle, WinshipsTable) {
  for (auto const& [n, p, d] : {std::tuple{10, 0.1, 0.38742048900000015},
                                {10, 0.5, 0.24609374999999986},
                                {100, 0.1, 0.1318653468244882},
                                {25, 0.2, 0.19601510252723778},
                                {50, 0.15, 0.15930514778187949},
                                {20, 0.3, 0.19163898275344274}})
    EXPECT_NEAR(expected_dissimilarity_binomial(n, p), d, 1e-13);
}

TEST(SegregationOracle, ExpectationsByChance) {
  NEED_TABLE(rows, "null_grid.csv");
  for (auto const& row : rows) {
    auto const number = [&](std::string const& name) { return std::stod(row.at(name)); };
    auto const n = equal_units(number("schools_K"), number("pupils_per_school_n"));
    double const X = number("X"), N = number("N");
    std::vector<double> const groups{X, N - X};
    double const entropy = -X / N * std::log(X / N) - (1 - X / N) * std::log1p(-X / N);
    EXPECT_NEAR(expected_dissimilarity(n, X), number("E_D"), 1e-10);
    EXPECT_NEAR(expected_variance_ratio(n.size(), N), number("E_V"), 1e-12);
    EXPECT_NEAR(variance_ratio_sd(n, X), number("sd_V"), 1e-12);
    EXPECT_NEAR(expected_mutual_information(n, groups), number("E_M"), 1e-11);
    EXPECT_NEAR(expected_mutual_information(n, groups) / entropy, number("E_H"), 1e-11);
    EXPECT_NEAR(expected_hutchens(n, X), number("E_HutchensS"), 1e-11);
    EXPECT_NEAR(expected_isolation(n.size(), N, X), number("E_xPx"), 1e-12);
  }
}

TEST(SegregationOracle, LargestIndicesOfEqualUnits) {
  NEED_TABLE(rows, "max_grid.csv");
  for (auto const& row : rows) {
    double const units = std::stod(row.at("schools_K")), share = std::stod(row.at("P"));
    // 1,000 pupils in each unit: shares of the table are whole pupils then.
    auto const largest = largest_segregation(equal_units(units, 1000), 1000 * units * share);
    EXPECT_NEAR(largest.variance_ratio, std::stod(row.at("max_V")), 1e-12)
        << units << " units, P = " << share;
    EXPECT_NEAR(largest.dissimilarity, std::stod(row.at("max_D")), 1e-12) << units << " units, P = " << share;
    EXPECT_NEAR(largest.theil_h, std::stod(row.at("max_H")), 1e-12) << units << " units, P = " << share;
  }
}
