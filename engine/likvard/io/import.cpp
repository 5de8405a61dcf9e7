#include "likvard/io/import.hpp"
#include "likvard/model/segregation_chance.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <numeric>

namespace likvard {
namespace {

/// Of the variance ratio against chance: (N-1)V on K-1 degrees of freedom of χ².
double p_value(double variance_ratio, std::size_t units, double pupils) {
  boost::math::chi_squared_distribution<> const by_chance(static_cast<double>(units - 1));
  return cdf(complement(by_chance, (pupils - 1) * std::max(variance_ratio, 0.0)));
}

MarkerFacts marker_facts(std::vector<UnitRow const*> const& units, Cell UnitRow::* column, bool others) {
  constexpr double smallest = 10; // smaller units are left out of indices, as their shares are hidden anyway
  MarkerFacts facts;
  std::vector<double> n, x, every_n, low, high;
  for (auto const* row : units) {
    Cell const& cell = row->*column;
    if (row->pupils.state != Cell::State::known || row->pupils.value < smallest) continue;
    facts.suppressed += cell.state == Cell::State::suppressed;
    facts.approximate += cell.state == Cell::State::known && cell.approximate;
    auto const range = members_of(cell, row->pupils.value);
    every_n.push_back(row->pupils.value);
    low.push_back(others ? row->pupils.value - range.high : range.low);
    high.push_back(others ? row->pupils.value - range.low : range.high);
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
  facts.bounds = segregation_bounds(every_n, low, high);
  if (facts.index.defined) {
    facts.p_value = p_value(facts.index.variance_ratio, n.size(), facts.index.pupils);
    // p falls as V rises.
    double const pupils = std::accumulate(every_n.begin(), every_n.end(), 0.0);
    facts.p_bounds = {p_value(facts.bounds.variance_ratio.high, every_n.size(), pupils),
                      p_value(facts.bounds.variance_ratio.low, every_n.size(), pupils)};
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
  constexpr double few = 9; // a number of leavers that is hidden is below ten
  QualifiedFacts facts;
  double sum = 0, low = 0, high = 0, unknown = 0;
  for (auto const* row : units_of(grades, municipality)) {
    bool const counted = row->leavers.state == Cell::State::known,
               shown = row->qualified.state == Cell::State::known;
    if (!counted || !shown) {
      // Without data on who qualified there were no such grades in the unit.
      bool const none =
          row->qualified.state == Cell::State::not_applicable || row->qualified.state == Cell::State::empty;
      facts.hidden += !none || counted;
      if (!none) unknown += counted ? row->leavers.value : few;
      continue;
    }
    ++facts.units;
    double const leavers = row->leavers.value, qualified = leavers * row->qualified.value;
    facts.leavers += leavers;
    // "~100" hides one to four pupils who did not qualify: 2.5 is the middle.
    bool const about = row->qualified.approximate;
    sum += about ? leavers - std::min(2.5, leavers / 2) : qualified;
    low += about ? std::max(0.0, leavers - 4) : qualified;
    high += about ? std::max(0.0, leavers - 1) : qualified;
  }
  if (!(facts.leavers > 0)) return std::nullopt;
  facts.share = sum / facts.leavers;
  double const all = facts.leavers + unknown;
  facts.bounds = {low / all, (high + unknown) / all};
  return facts;
}

} // namespace likvard
