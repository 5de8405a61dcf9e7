#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// How large a share a municipality should give out when its index is noisy: money that follows a true index
/// I as well as a noisy one J can.
///
/// Money per pupil f = 1 + w (J - 1), wanted f* = 1 + β (I - 1). The mean squared departure over pupils,
///
///     E[(f - f*)²] = w² v - 2 w β c + β² t,   v = var J, c = cov(I, J), t = var I,
///
/// is least at w* = β c/v, the ideal share times the index's reliability, and is then smaller than with
/// per-head money by β² c²/v. Quadratic loss: an assumption; departures up and down count alike.
namespace likvard {

struct IndexSpread {
  double pupils = 0;          ///< N
  double seen = 0, joint = 0; ///< v, c; both 0 where units do not differ
};

double best_share(IndexSpread const& spread, double ideal);                  ///< w*; 0 where v is 0
double matching_gain(IndexSpread const& spread, double ideal);               ///< β² c²/v, per pupil
double matching_loss(IndexSpread const& spread, double ideal, double share); ///< v (w - w*)², per pupil

/// The one share for all that loses least: β ΣN c/ΣN v.
double one_share(std::span<IndexSpread const> spreads, double ideal);

/// Who has a model, when one is had where benefit exceeds cost and the cost is the same c for every one: with
/// c such that the share `adopting` has one. Returns that cost: a quantile of the benefits.
double cost_for_adoption(std::vector<double> benefit, double adopting);

} // namespace likvard
