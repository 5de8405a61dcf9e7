#pragma once
#include "likvard/study/municipality_row.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What a table of municipalities is like, in numbers that another table can be held against.
namespace likvard {

/// One number of a table: a quantile, a regression coefficient, a correlation, a share.
struct TableFigure {
  std::string kind, name;
  double value = 0; ///< NaN where the table does not say
};

/// Pupils and units in all and pupils per unit; quantiles (5, 25, 50, 75, 95 %, Hyndman & Fan type 7) of
/// pupils, units, shares, ε² and independent share; least-squares lines on ln N of ln K, of the logits of the
/// shares and of the signed roots of ε²; correlations between ln N, need, unevenness and independent share;
/// the share of municipalities whose unevenness cannot be told from chance at 5 %, by number of units.
std::vector<TableFigure> table_figures(std::vector<MunicipalityRow> const& rows);

/// A figure of two tables. The standard error is of the achieved one as a sample of its size: a bootstrap
/// over municipalities (Efron 1979).
struct FigureMatch {
  std::string kind, name;
  double target = 0, achieved = 0, standard_error = 0;
};
std::vector<FigureMatch> match_tables(std::vector<MunicipalityRow> const& target,
                                      std::vector<MunicipalityRow> const& achieved, std::uint64_t seed,
                                      std::uint32_t resamples = 400);
/// The same against figures known by kind and name: those of a table that these name, in the table's order.
std::vector<FigureMatch> match_figures(std::vector<TableFigure> const& target,
                                       std::vector<MunicipalityRow> const& achieved, std::uint64_t seed,
                                       std::uint32_t resamples = 400);

/// What is published of, or was computed once from, the 290 municipalities of Sweden. Compulsory schools:
/// Skolverket, every unit 2023/24, our computation. Preschools: children in all and per preschool, Skolverket
/// 2023; quantiles are 4.7 children per 100 inhabitants (population 2021: SCB).
std::vector<TableFigure> published_figures(Stage stage);

/// Municipalities whose unevenness cannot be told from random allocation, by number of units.
struct ChanceClass {
  std::string units;              ///< "2-3"
  std::size_t municipalities = 0; ///< with a p value
  double share = 0;               ///< of them with p >= level; NaN if there are none
};
std::vector<ChanceClass> told_from_chance(std::vector<MunicipalityRow> const& rows,
                                          MarkerRow MunicipalityRow::* marker, double level = 0.05);

} // namespace likvard
