#pragma once
#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

/// What results of units and years say of interventions: a hierarchical normal model, solved exactly.
namespace likvard {

/// One unit's result of one year.
struct UnitYear {
  double result = 0;            ///< r, SD, adjusted for pupils' background
  double variance = 1;          ///< of its noise, known; > 0
  double dose = 0;              ///< z of the intervention that ran
  std::size_t intervention = 0; ///< j
};

/// Records of one municipality, row-major [units][years].
struct UnitYears {
  std::size_t units = 0, years = 0;
  std::vector<UnitYear> record;
};

/// A x = b of the interventions' effects when everything else is integrated out: the information on them.
struct Information {
  Eigen::MatrixXd a; ///< [J × J]
  Eigen::VectorXd b; ///< [J]
};

/// Information of one municipality under
///
///     r[s,t] = z[s,t] β[j(s,t)] + v[s] + c[t] + ε,   v ~ N(0, unit_sd²), c ~ N(0, year_sd²), ε ~ N(0,
///     variance)
///
/// with β given a flat prior: units' levels and the years' shocks are integrated out exactly (Schur
/// complements of the joint normal equations; Lindley & Smith 1972). Informations of independent
/// municipalities add.
/// - Expects: unit_sd, year_sd > 0.  - O(units · (J + years)² + (J + years)³).
Information information(UnitYears const& records, std::size_t interventions, double unit_sd, double year_sd);

/// The same from one unit's records alone.
Information information_of_unit(UnitYears const& records, std::size_t unit, std::size_t interventions,
                                double unit_sd, double year_sd);

struct Posterior {
  Eigen::VectorXd mean;       ///< [J]
  Eigen::MatrixXd covariance; ///< [J × J]
};

/// β ~ N(mean, sd²) independently a priori: covariance (A + I/sd²)⁻¹, mean covariance (b + mean/sd²).
Posterior posterior(Information const& of, double mean, double sd);

/// The prior's mean and sd from the data (empirical Bayes): the weighted mean of the single estimates x_j =
/// b-solution and DerSimonian & Laird's moment estimate of the variance between them, from the estimates'
/// own variances. Interventions without information are left out; fewer than two with it: mean 0, sd 0.1.
/// The sd is at least 0.005, so that estimates are never shrunk to one point.
struct PriorOfEffects {
  double mean = 0, sd = 0.1;
};
PriorOfEffects estimate_prior(Information const& of);

} // namespace likvard
