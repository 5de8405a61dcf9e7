#include "likvard/model/sorting.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/margins.hpp"
#include "likvard/model/normal.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {

void sort_by_rank(std::span<double const> weight, std::span<double const> share, std::span<double const> x,
                  RankCuts& cuts, Table& pi) {
  auto const units = static_cast<Eigen::Index>(weight.size());
  auto const profiles = static_cast<Eigen::Index>(share.size());
  rank_cuts(weight, share, x, cuts);
  pi.resize(units, profiles);
  for (Eigen::Index s = 0; s < units; ++s) {
    double sum = 0;
    for (Eigen::Index p = 0; p < profiles; ++p) {
      double const* below = cuts.below.data() + static_cast<std::size_t>(p) * cuts.stride;
      double const upper = s + 1 < units ? below[s] : 1.0, lower = s > 0 ? below[s - 1] : 0.0;
      pi(s, p) = share[p] * std::max(0.0, upper - lower) / weight[s];
      sum += pi(s, p);
    }
    // What rounding of the cut points left; the sum is 1 but for the last digits.
    for (Eigen::Index p = 0; p < profiles; ++p) pi(s, p) /= sum;
  }
}

void sort_by_rank(std::span<double const> weight, std::span<double const> share, std::span<double const> x,
                  Table& pi) {
  RankCuts cuts;
  sort_by_rank(weight, share, x, cuts, pi);
}

double ranking_strength(double r) {
  constexpr double most = 1e4;
  return r < 1 ? std::min(most, r / std::sqrt(1 - r * r)) : most;
}

void sort_by_tilt(std::span<double const> weight, std::span<double const> share,
                  std::span<double const> score, double lambda, Table& pi) {
  auto const units = static_cast<Eigen::Index>(weight.size());
  pi.resize(units, static_cast<Eigen::Index>(share.size()));
  double below = 0;
  for (Eigen::Index s = 0; s < units; ++s) {
    double const place = units > 1 ? normal_quantile(below + 0.5 * weight[s]) : 0.0;
    below += weight[s];
    double largest = -1e300;
    for (double a : score) largest = std::max(largest, lambda * place * a);
    for (Eigen::Index p = 0; p < pi.cols(); ++p)
      pi(s, p) = share[p] * portable::exp(lambda * place * score[p] - largest);
    pi.row(s) /= pi.row(s).sum();
  }
  restore_margins(weight, share, pi);
}

void sort_by_dirichlet(std::span<double const> weight, std::span<double const> share, double alpha,
                       StreamKey key, Table& pi) {
  pi.resize(static_cast<Eigen::Index>(weight.size()), static_cast<Eigen::Index>(share.size()));
  for (Eigen::Index s = 0; s < pi.rows(); ++s) {
    Stream stream(key, Purpose::sorting, static_cast<std::uint32_t>(s));
    for (Eigen::Index p = 0; p < pi.cols(); ++p) {
      double const shape = alpha * share[p];
      // A tiny floor keeps a margin that no unit happened to get restorable.
      pi(s, p) = shape > 0 ? standard_gamma(stream, shape) + 1e-12 * share[p] : 0.0;
    }
    pi.row(s) /= pi.row(s).sum();
  }
  restore_margins(weight, share, pi, 50); // its odds ratios are luck: no need for their last digits
}

void sort_by_power(std::span<double const> weight, std::span<double const> share, Table const& seed,
                   double power, Table& pi) {
  pi.resize(seed.rows(), seed.cols());
  for (Eigen::Index s = 0; s < seed.rows(); ++s) {
    for (Eigen::Index p = 0; p < seed.cols(); ++p)
      pi(s, p) = seed(s, p) > 0 ? share[p] * portable::pow(seed(s, p) / share[p], power) : 0.0;
    pi.row(s) /= pi.row(s).sum();
  }
  restore_margins(weight, share, pi);
}

Table given_composition(Profiles const& profiles, Background const& background, GivenUnits const& units) {
  Table pi(static_cast<Eigen::Index>(units.pupils.size()), static_cast<Eigen::Index>(profiles.size()));
  std::vector<double> row(profiles.size());
  for (Eigen::Index s = 0; s < pi.rows(); ++s) {
    std::vector<std::vector<double>> margins(background.variables.size());
    for (std::size_t v = 0; v < margins.size(); ++v) {
      if (v >= units.first_share.size() || units.first_share[v].empty()) continue;
      // The register gives the first level; the others keep the municipality's proportions among themselves.
      double const first = units.first_share[v][s];
      auto const& shares = background.variables[v].shares;
      double others = 0;
      for (std::size_t j = 1; j < shares.size(); ++j) others += shares[j];
      margins[v].push_back(others > 0 ? first : 1.0);
      for (std::size_t j = 1; j < shares.size(); ++j)
        margins[v].push_back(others > 0 ? (1 - first) * shares[j] / others : 0.0);
    }
    row = profiles.share;
    fit_margins(profiles, margins, row);
    for (Eigen::Index p = 0; p < pi.cols(); ++p) pi(s, p) = row[p];
    pi.row(s) /= pi.row(s).sum();
  }
  return pi;
}

void sort_units(Sorter const& sorter, std::span<double const> weight, Profiles const& profiles, StreamKey key,
                RankCuts& cuts, Table& pi) {
  switch (sorter.mechanism) {
  case Mechanism::random:
    pi.resize(static_cast<Eigen::Index>(weight.size()), static_cast<Eigen::Index>(profiles.size()));
    for (Eigen::Index s = 0; s < pi.rows(); ++s)
      for (Eigen::Index p = 0; p < pi.cols(); ++p) pi(s, p) = profiles.share[p];
    return;
  case Mechanism::rank: return sort_by_rank(weight, profiles.share, sorter.x, cuts, pi);
  case Mechanism::tilt: return sort_by_tilt(weight, profiles.share, profiles.score, sorter.strength, pi);
  case Mechanism::dirichlet: return sort_by_dirichlet(weight, profiles.share, sorter.strength, key, pi);
  case Mechanism::given: pi = sorter.seed; return;
  case Mechanism::choice: sort_by_choice(sorter.choice, weight, profiles.share, key, pi); return;
  }
}

void sort_units(Sorter const& sorter, std::span<double const> weight, Profiles const& profiles, StreamKey key,
                Table& pi) {
  RankCuts cuts;
  sort_units(sorter, weight, profiles, key, cuts, pi);
}

} // namespace likvard
