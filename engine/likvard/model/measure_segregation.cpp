#include "likvard/model/measure_segregation.hpp"

#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"

#include <algorithm>
#include <utility>

namespace likvard {

namespace {

/// V alone, and whether it is defined: more than one unit, both groups there.
std::pair<double, bool> variance_ratio(std::span<double const> pupils, std::span<double const> needy) {
  double total = 0, members = 0, square = 0;
  std::size_t units = 0;
  for (std::size_t s = 0; s < pupils.size(); ++s) {
    units += pupils[s] > 0;
    total += pupils[s];
    members += needy[s];
  }
  if (units < 2 || !(members > 0 && members < total)) return {0.0, false};
  double const share = members / total;
  for (std::size_t s = 0; s < pupils.size(); ++s) {
    if (!(pupils[s] > 0)) continue;
    double const away = needy[s] / pupils[s] - share;
    square += pupils[s] * away * away;
  }
  return {square / (total * share * (1 - share)), true};
}

bool vary(std::span<double const> need) {
  return std::any_of(need.begin(), need.end(), [&](double x) { return x != need.front(); });
}

void measure_indices(std::span<double const> pupils, std::span<double const> needy, bool by_chance,
                     std::vector<std::size_t>& order, Row row) {
  Segregation const index = segregation(pupils, needy);
  at(row, Measure::need_share) = 100 * index.share;
  at(row, Measure::dissimilarity) = index.dissimilarity;
  if (by_chance)
    at(row, Measure::dissimilarity_by_chance) = expected_dissimilarity(pupils, index.share * index.pupils);
  at(row, Measure::variance_ratio) = index.variance_ratio;
  at(row, Measure::eps2) = index.eps2;
  at(row, Measure::theil_h) = index.theil_h;
  at(row, Measure::isolation) = index.isolation;
  at(row, Measure::isolation_others) = index.isolation_others;
  at(row, Measure::exposure) = index.exposure;
  at(row, Measure::segregation_gini) = segregation_gini(pupils, needy, order);
  at(row, Measure::mutual_information) = index.mutual_information;
  at(row, Measure::hutchens) = index.hutchens;
  at(row, Measure::gorard) = index.gorard;
  double const expected = index.defined ? expected_variance_ratio(index.units, index.pupils) : 0.0;
  double const sd = index.defined ? variance_ratio_sd(pupils, index.share * index.pupils) : 0.0;
  at(row, Measure::variance_ratio_by_chance) = expected;
  at(row, Measure::variance_ratio_z) = sd > 0 ? (index.variance_ratio - expected) / sd : 0.0;
}

} // namespace

double measure_municipality(std::span<double const> pupils, std::span<double const> needy,
                            std::span<double const> true_need, bool all, bool by_chance,
                            std::vector<std::size_t>& order, std::span<double> rows) {
  auto const [ratio, defined] = variance_ratio(pupils, needy);
  if (rows.empty()) return ratio;
  Row const first = rows.first<measure_count>();
  if (all) measure_indices(pupils, needy, by_chance, order, first);
  at(first, Measure::variance_ratio) = ratio;
  at(first, Measure::undefined) = defined && vary(true_need) ? 0.0 : 100.0;
  constexpr auto indices = static_cast<std::size_t>(Measure::score_icc); // they stand first in a row
  for (std::size_t start = measure_count; start < rows.size(); start += measure_count) {
    Row const row = rows.subspan(start).first<measure_count>();
    if (all) std::copy(first.begin(), first.begin() + indices, row.begin());
    at(row, Measure::undefined) = at(first, Measure::undefined);
  }
  return ratio;
}

double measure_segregation(std::span<double const> pupils, std::span<double const> needy,
                           std::span<double const> true_need, Row row) {
  std::vector<std::size_t> order;
  return measure_municipality(pupils, needy, true_need, true, true, order, row);
}

} // namespace likvard
