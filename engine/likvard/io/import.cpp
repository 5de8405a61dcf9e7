#include "likvard/io/import.hpp"
#include "likvard/model/segregation_chance.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>

namespace likvard {
namespace {

MarkerFacts marker_facts(std::vector<UnitRow const*> const& units, Cell UnitRow::* column, bool others) {
  constexpr double smallest = 10; // smaller units are left out of indices, as their shares are hidden anyway
  MarkerFacts facts;
  std::vector<double> n, x;
  for (auto const* row : units) {
    Cell const& cell = row->*column;
    if (row->pupils.state != Cell::State::known || row->pupils.value < smallest) continue;
    facts.suppressed += cell.state == Cell::State::suppressed;
    if (cell.state != Cell::State::known && cell.state != Cell::State::suppressed) {
      ++facts.missing;
      continue;
    }
    double const pupils = row->pupils.value, in_column = pupils * share_of(cell, pupils, 0);
    n.push_back(pupils);
    x.push_back(others ? pupils - in_column : in_column);
  }
  facts.units = n.size();
  facts.index = segregation(n, x);
  facts.expected_dissimilarity = expected_dissimilarity(n, facts.index.share * facts.index.pupils);
  facts.expected_variance_ratio = expected_variance_ratio(n.size(), facts.index.pupils);
  if (facts.index.defined) {
    double const chi2 = (facts.index.pupils - 1) * facts.index.variance_ratio;
    boost::math::chi_squared_distribution<> const by_chance(static_cast<double>(n.size() - 1));
    facts.p_value = cdf(complement(by_chance, chi2));
    facts.largest_variance_ratio =
        largest_segregation(n, facts.index.share * facts.index.pupils).variance_ratio;
  }
  return facts;
}

} // namespace

MunicipalityFacts municipality_facts(UnitTable const& table, std::string const& municipality) {
  auto const units = units_of(table, municipality);
  MunicipalityFacts facts;
  facts.name = units.front()->municipality;
  facts.code = units.front()->municipality_code;
  facts.school_year = table.school_year;
  for (auto const* row : units) {
    if (!has_pupils(*row)) {
      ++facts.unknown_size;
      continue;
    }
    ++facts.units;
    facts.pupils += row->pupils.value;
    if (row->independent) {
      ++facts.independent;
      facts.independent_pupils += row->pupils.value;
    }
  }
  facts.low_education = marker_facts(units, &UnitRow::post_secondary, true);
  facts.foreign = marker_facts(units, &UnitRow::foreign, false);
  return facts;
}

std::optional<QualifiedFacts> qualified_facts(UnitTable const& grades, std::string const& municipality) {
  QualifiedFacts facts;
  double sum = 0;
  for (auto const* row : units_of(grades, municipality)) {
    if (row->leavers.state != Cell::State::known || row->qualified.state != Cell::State::known) {
      ++facts.hidden;
      continue;
    }
    ++facts.units;
    facts.leavers += row->leavers.value;
    // "~100" hides one to four pupils who did not qualify: 2.5 is the middle.
    sum += row->qualified.approximate ? row->leavers.value - std::min(2.5, row->leavers.value / 2)
                                      : row->leavers.value * row->qualified.value;
  }
  if (!(facts.leavers > 0)) return std::nullopt;
  facts.share = sum / facts.leavers;
  return facts;
}

} // namespace likvard
