#include "likvard/model/measure_outcome.hpp"

#include "likvard/model/normal.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {

void make_outcome_base(PupilModel const& model, Profiles const& profiles, Counts const& n,
                       std::span<double const> unit_level, OutcomeBase& out) {
  out.unit.assign(unit_level.size(), {});
  out.mean.resize(n.rows(), n.cols());
  double rank = 0, rank2 = 0, score = 0, score2 = 0;
  out.pupils = out.rank_y = out.score_y = 0;
  for (Eigen::Index s = 0; s < n.rows(); ++s) {
    for (Eigen::Index p = 0; p < n.cols(); ++p) {
      double const mu = model.alpha[p] + unit_level[s], k = n(s, p);
      out.mean(s, p) = mu;
      if (k == 0) continue;
      GroupSums& sums = out.unit[s][profiles.needy[p]];
      sums.n += k;
      sums.y += k * mu;
      sums.y2 += k * mu * mu;
      sums.rank += k * profiles.rank[p];
      sums.score += k * profiles.score[p];
      sums.exp_minus_y += k * std::exp(-mu);
      rank2 += k * profiles.rank[p] * profiles.rank[p];
      score2 += k * profiles.score[p] * profiles.score[p];
      out.rank_y += k * mu * profiles.rank[p];
      out.score_y += k * mu * profiles.score[p];
    }
    for (auto const& sums : out.unit[s]) {
      rank += sums.rank;
      score += sums.score;
      out.pupils += sums.n;
    }
  }
  out.mean_rank = rank / out.pupils;
  out.mean_score = score / out.pupils;
  out.rank_variance = std::max(0.0, rank2 / out.pupils - out.mean_rank * out.mean_rank);
  out.score_variance = std::max(0.0, score2 / out.pupils - out.mean_score * out.mean_score);
}

namespace {

/// Shares below the threshold, Σ n Φ((t - μ - δ)/σ), by group.
void measure_thresholds(PupilModel const& model, double carry, Profiles const& profiles, Counts const& n,
                        OutcomeBase const& base, std::span<double const> effect, Row row) {
  std::array<double, 2> below{}, pupils{};
  double const scale = 1 / model.sigma;
  for (Eigen::Index s = 0; s < n.rows(); ++s) {
    std::array<double, 2> const shift{carry * effect[2 * s], carry * effect[2 * s + 1]};
    for (Eigen::Index p = 0; p < n.cols(); ++p) {
      double const k = n(s, p);
      if (k == 0) continue;
      std::size_t const g = profiles.needy[p];
      below[g] += k * normal_cdf((model.threshold - base.mean(s, p) - shift[g]) * scale);
      pupils[g] += k;
    }
  }
  double const others = pupils[0] > 0 ? 100 * below[0] / pupils[0] : 0.0;
  double const needy = pupils[1] > 0 ? 100 * below[1] / pupils[1] : 0.0;
  at(row, Measure::not_qualified) = 100 * (below[0] + below[1]) / (pupils[0] + pupils[1]);
  at(row, Measure::not_qualified_need) = needy;
  at(row, Measure::not_qualified_others) = others;
  at(row, Measure::not_qualified_gap) = pupils[0] > 0 && pupils[1] > 0 ? needy - others : 0.0;
}

} // namespace

void measure_outcome(PupilModel const& model, Outcome const& outcome, double carry, Profiles const& profiles,
                     Counts const& n, OutcomeBase const& base, std::span<double const> effect,
                     bool thresholds, Row row) {
  std::array<double, 2> pupils{}, sum{}, start{};
  double y2 = 0, rank_y = base.rank_y, score_y = base.score_y, kolm = 0, low = INFINITY, high = -INFINITY;
  for (std::size_t s = 0; s < base.unit.size(); ++s) {
    double unit_n = 0, unit_carried = 0;
    for (std::size_t g = 0; g < 2; ++g) {
      GroupSums const& k = base.unit[s][g];
      double const shift = effect[2 * s + g];
      pupils[g] += k.n;
      sum[g] += k.y + k.n * shift;
      start[g] += k.y;
      y2 += k.y2 + shift * (2 * k.y + k.n * shift);
      rank_y += shift * k.rank;
      score_y += shift * k.score;
      kolm += std::exp(-shift) * k.exp_minus_y;
      unit_n += k.n;
      unit_carried += k.y + k.n * shift * carry;
    }
    if (unit_n > 0) {
      low = std::min(low, unit_carried / unit_n);
      high = std::max(high, unit_carried / unit_n);
    }
  }
  double const total = base.pupils, mean = (sum[0] + sum[1]) / total;
  bool const both = pupils[0] > 0 && pupils[1] > 0;
  double const gap = both ? sum[0] / pupils[0] - sum[1] / pupils[1] : 0.0;
  double const gap_at_start = both ? start[0] / pupils[0] - start[1] / pupils[1] : 0.0;

  double gap_between = 0, between = 0;
  for (std::size_t s = 0; s < base.unit.size(); ++s) {
    auto const& [others, needy] = base.unit[s];
    double const size = others.n + needy.n;
    if (size == 0) continue;
    double const unit_mean =
        (others.y + others.n * effect[2 * s] + needy.y + needy.n * effect[2 * s + 1]) / size;
    if (both) gap_between += (others.n / pupils[0] - needy.n / pupils[1]) * unit_mean;
    between += size * (unit_mean - mean) * (unit_mean - mean);
  }
  double const variance = std::max(0.0, y2 / total - mean * mean) + model.sigma * model.sigma;
  double const rank_slope =
      base.rank_variance > 0 ? (rank_y / total - mean * base.mean_rank) / base.rank_variance : 0.0;
  double const slope =
      base.score_variance > 0 ? (score_y / total - mean * base.mean_score) / base.score_variance : 0.0;

  at(row, Measure::mean_outcome) = mean;
  at(row, Measure::gap) = gap;
  at(row, Measure::gap_between) = gap_between;
  at(row, Measure::gap_within) = gap - gap_between;
  at(row, Measure::gap_merit) = outcome.merit_sd * (gap_at_start + carry * (gap - gap_at_start));
  at(row, Measure::sii) = rank_slope;
  at(row, Measure::gradient) = slope;
  at(row, Measure::gradient_r2) = 100 * slope * slope * base.score_variance / variance;
  at(row, Measure::between_units) = 100 * between / total / variance;
  at(row, Measure::kolm_pollak) = -std::log(kolm / total) - 0.5 * model.sigma * model.sigma;
  at(row, Measure::largest_unit_difference) = outcome.merit_sd * (high - low);
  if (thresholds) measure_thresholds(model, carry, profiles, n, base, effect, row);
}

} // namespace likvard
