// Mechanisms against closed forms of the literature, in the folder LIKVARD_ORACLE_DIR; skipped where there is
// none.
#include "likvard/model/normal.hpp"
#include "likvard/model/sorting.hpp"

#include "support/towns.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

using namespace likvard;

namespace {

struct Row {
  std::string mechanism, parameters, measure;
  double value;
};

/// maps.csv: mechanism, parameters (quoted where it has commas), measure, closed form.
std::vector<Row> maps() {
  char const* folder = std::getenv("LIKVARD_ORACLE_DIR");
  if (!folder) return {};
  std::ifstream file(std::filesystem::path(folder) / "segregation" / "maps.csv");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (char c : line) {
      quoted ^= c == '"';
      if (c == ',' && !quoted)
        cells.emplace_back();
      else
        cells.back() += c;
    }
    if (cells.size() > 3 && cells[3] != "closed_form")
      rows.push_back({cells[0], cells[1], cells[2], std::stod(cells[3])});
  }
  return rows;
}

/// The number after "name=" among the parameters.
double parameter(Row const& row, std::string const& name) {
  auto const at = (";" + row.parameters).find(";" + name + "=");
  EXPECT_NE(at, std::string::npos) << row.parameters;
  return at == std::string::npos ? 0 : std::stod(row.parameters.substr(at + name.size() + 1));
}

std::optional<Index> index_called(std::string const& measure) {
  if (measure == "V") return Index::variance_ratio;
  if (measure == "D") return Index::dissimilarity;
  if (measure == "H") return Index::theil_h;
  if (measure == "G") return Index::gini;
  if (measure == "S") return Index::hutchens;
  return std::nullopt;
}

#define NEED_MAPS(rows)                                                                                      \
  auto const rows = maps();                                                                                  \
  if (rows.empty()) GTEST_SKIP() << "LIKVARD_ORACLE_DIR does not name a folder with segregation/maps.csv"

/// A normal score in `bins` classes of equal share below and above the group's threshold: the need group is
/// exactly the lowest P. Each class stands for its mean.
Profiles normal_score(double P, int bins) {
  Profiles profiles;
  auto& member = profiles.in_group.emplace_back();
  auto const add = [&](double from, double to, std::uint8_t in) {
    double const low = from > 0 ? normal_pdf(normal_quantile(from)) : 0;
    double const high = to < 1 ? normal_pdf(normal_quantile(to)) : 0;
    profiles.share.push_back(to - from);
    profiles.score.push_back((low - high) / (to - from));
    member.push_back(in);
  };
  for (int i = 0; i < bins; ++i) add(P * i / bins, P * (i + 1) / bins, 1);
  for (int i = 0; i < bins; ++i) add(P + (1 - P) * i / bins, P + (1 - P) * (i + 1) / bins, 0);
  return profiles;
}

} // namespace

// Both closed forms are double precision; those of large α₀ lose digits to cancellation.
TEST(SortingOracle, BetaUnitsHaveTheClosedFormsOfEveryIndex) {
  NEED_MAPS(rows);
  int compared = 0;
  for (auto const& row : rows) {
    auto const index = index_called(row.measure);
    if (row.mechanism != "beta_population" || !index) continue;
    EXPECT_NEAR(dirichlet_index(*index, parameter(row, "P"), parameter(row, "alpha0")), row.value, 1e-10)
        << row.parameters << " " << row.measure;
    ++compared;
  }
  EXPECT_GT(compared, 40);
}

// Rows of two units, of 200 pupils each (the file does not say the sizes of its other municipalities). A
// class stands for its mean: what is left out within 200 classes of a group is their variance, about 1/200²
// of a normal score's but for the outermost (1 %). Finite rows add what chance adds: I + (1-I)(K-1)/(N-1).
TEST(SortingOracle, RankingHasTheClosedFormsOfNoisySorting) {
  NEED_MAPS(rows);
  int compared = 0;
  Table pi;
  std::vector<double> const weight(2, 0.5);
  for (auto const& row : rows) {
    if (row.mechanism != "noisy_sort" || row.parameters.find("K=2;P=") == std::string::npos) continue;
    double const r = parameter(row, "r");
    Profiles const profiles = normal_score(parameter(row, "P"), 200);
    std::vector<double> x;
    for (double a : profiles.score) x.push_back(ranking_strength(r) * a);
    sort_by_rank(weight, profiles.share, x, pi);
    bool const finite = row.measure == "V_finite_approx" || row.measure == "ICC_z_naive";
    auto const index = row.measure == "ICC_z_naive" ? Index::icc
                       : finite                     ? Index::variance_ratio
                                                    : index_called(row.measure).value();
    double value = index_of(index, weight, pi, profiles.in_group[0], profiles.score);
    if (finite) value += (1 - value) / 399;
    EXPECT_NEAR(value, row.value, 1e-6 + 2e-3 * row.value) << row.parameters << " " << row.measure;
    ++compared;
  }
  EXPECT_GT(compared, 15);
}
