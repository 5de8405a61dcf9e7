#include "likvard/model/follow_up_estimate.hpp"

#include "likvard/core/contract.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

/// Normal equations of effects and years, a unit's level eliminated: columns are J effects, then the years.
void add_unit(UnitYears const& records, std::size_t unit, std::size_t effects, double unit_sd,
              Eigen::MatrixXd& a, Eigen::VectorXd& b, Eigen::VectorXd& level) {
  level.setZero();
  double weight = 1 / (unit_sd * unit_sd), sum = 0;
  for (std::size_t t = 0; t < records.years; ++t) {
    UnitYear const& seen = records.record[unit * records.years + t];
    double const w = 1 / seen.variance;
    auto const j = static_cast<Eigen::Index>(seen.intervention), y = static_cast<Eigen::Index>(effects + t);
    a(j, j) += w * seen.dose * seen.dose;
    a(j, y) += w * seen.dose;
    a(y, j) += w * seen.dose;
    a(y, y) += w;
    b(j) += w * seen.dose * seen.result;
    b(y) += w * seen.result;
    level(j) += w * seen.dose;
    level(y) += w;
    weight += w;
    sum += w * seen.result;
  }
  a.noalias() -= level * level.transpose() / weight;
  b.noalias() -= level * (sum / weight);
}

Information eliminate_years(Eigen::MatrixXd const& a, Eigen::VectorXd const& b, std::size_t effects) {
  auto const j = static_cast<Eigen::Index>(effects), t = a.rows() - j;
  Eigen::MatrixXd const years = a.bottomRightCorner(t, t), cross = a.topRightCorner(j, t);
  Eigen::LLT<Eigen::MatrixXd> const factor(years);
  return {a.topLeftCorner(j, j) - cross * factor.solve(cross.transpose()),
          b.head(j) - cross * factor.solve(b.tail(t))};
}

Information of_units(UnitYears const& records, std::size_t first, std::size_t last, std::size_t effects,
                     double unit_sd, double year_sd) {
  LIKVARD_EXPECT(unit_sd > 0 && year_sd > 0 && records.record.size() == records.units * records.years);
  auto const size = static_cast<Eigen::Index>(effects + records.years);
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(size), level(size);
  for (std::size_t s = first; s < last; ++s) add_unit(records, s, effects, unit_sd, a, b, level);
  for (Eigen::Index t = static_cast<Eigen::Index>(effects); t < size; ++t) a(t, t) += 1 / (year_sd * year_sd);
  return eliminate_years(a, b, effects);
}

} // namespace

Information information(UnitYears const& records, std::size_t interventions, double unit_sd, double year_sd) {
  return of_units(records, 0, records.units, interventions, unit_sd, year_sd);
}

Information information_of_unit(UnitYears const& records, std::size_t unit, std::size_t interventions,
                                double unit_sd, double year_sd) {
  LIKVARD_EXPECT(unit < records.units);
  return of_units(records, unit, unit + 1, interventions, unit_sd, year_sd);
}

Posterior posterior(Information const& of, double mean, double sd) {
  LIKVARD_EXPECT(sd > 0);
  auto const j = of.a.rows();
  double const precision = 1 / (sd * sd);
  Eigen::MatrixXd const all = of.a + precision * Eigen::MatrixXd::Identity(j, j);
  Eigen::LLT<Eigen::MatrixXd> const factor(all);
  Posterior out;
  out.mean = factor.solve(of.b + Eigen::VectorXd::Constant(j, precision * mean));
  out.covariance = factor.solve(Eigen::MatrixXd::Identity(j, j));
  return out;
}

PriorOfEffects estimate_prior(Information const& of) {
  constexpr double vague = 10, least_sd = 0.005; // a sd of 10 SD leaves effects as free as they need be
  Posterior const free = posterior(of, 0, vague);
  double sum = 0, square = 0, weighted = 0;
  int known = 0;
  for (Eigen::Index j = 0; j < free.mean.size(); ++j) {
    double const variance = free.covariance(j, j);
    if (variance > 0.5 * vague * vague) continue;
    double const w = 1 / variance;
    sum += w;
    square += w * w;
    weighted += w * free.mean(j);
    ++known;
  }
  if (known < 2) return {};
  double const mean = weighted / sum;
  double q = 0;
  for (Eigen::Index j = 0; j < free.mean.size(); ++j)
    if (double const variance = free.covariance(j, j); variance <= 0.5 * vague * vague)
      q += (free.mean(j) - mean) * (free.mean(j) - mean) / variance;
  double const between = std::max(0.0, (q - (known - 1)) / (sum - square / sum));
  return {mean, std::max(least_sd, std::sqrt(between))};
}

} // namespace likvard
