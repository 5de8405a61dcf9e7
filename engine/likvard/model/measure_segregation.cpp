#include "likvard/model/measure_segregation.hpp"

#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"

namespace likvard {

double measure_segregation(std::span<double const> pupils, std::span<double const> needy,
                           std::span<double const> true_need, Row row) {
  Segregation const index = segregation(pupils, needy);
  at(row, Measure::need_share) = 100 * index.share;
  at(row, Measure::dissimilarity) = index.dissimilarity;
  at(row, Measure::dissimilarity_by_chance) = expected_dissimilarity(pupils, index.share * index.pupils);
  at(row, Measure::variance_ratio) = index.variance_ratio;
  at(row, Measure::eps2) = index.eps2;
  at(row, Measure::theil_h) = index.theil_h;
  at(row, Measure::isolation) = index.isolation;
  at(row, Measure::isolation_others) = index.isolation_others;
  at(row, Measure::exposure) = index.exposure;
  at(row, Measure::segregation_gini) = segregation_gini(pupils, needy);
  at(row, Measure::mutual_information) = index.mutual_information;
  at(row, Measure::hutchens) = index.hutchens;
  at(row, Measure::gorard) = index.gorard;
  double const expected = index.defined ? expected_variance_ratio(index.units, index.pupils) : 0.0;
  double const sd = index.defined ? variance_ratio_sd(pupils, index.share * index.pupils) : 0.0;
  at(row, Measure::variance_ratio_by_chance) = expected;
  at(row, Measure::variance_ratio_z) = sd > 0 ? (index.variance_ratio - expected) / sd : 0.0;
  bool varies = false;
  for (double need : true_need) varies |= need != true_need[0];
  at(row, Measure::undefined) = index.defined && varies ? 0.0 : 100.0;
  return index.variance_ratio;
}

} // namespace likvard
