#include "likvard/model/measure_outcome.hpp"

#include "likvard/model/normal.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace likvard {

std::vector<double> ends_weights(std::span<double const> pupils, std::span<double const> rank) {
  std::vector<double> weights(rank.size(), 0.0), different;
  double total = 0, mean = 0;
  for (std::size_t p = 0; p < rank.size(); ++p) {
    if (!(pupils[p] > 0)) continue;
    total += pupils[p];
    mean += pupils[p] * rank[p];
    bool const known = std::any_of(different.begin(), different.end(),
                                   [&](double r) { return std::abs(r - rank[p]) <= 1e-9; });
    if (!known && different.size() < 4) different.push_back(rank[p]);
  }
  auto const terms = static_cast<Eigen::Index>(different.size());
  if (terms < 2) return weights;
  mean /= total;
  // Powers of the centred rank, stretched to about one: the normal equations stay well conditioned.
  auto const powers = [&](double r) {
    Eigen::Vector4d x;
    double const t = 2 * (r - mean);
    x << 1, t, t * t, t * t * t;
    return Eigen::VectorXd(x.head(terms));
  };
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(terms, terms);
  for (std::size_t p = 0; p < rank.size(); ++p)
    if (pupils[p] > 0) normal += pupils[p] * powers(rank[p]) * powers(rank[p]).transpose();
  Eigen::VectorXd const c = normal.ldlt().solve(powers(0.9) - powers(0.1));
  for (std::size_t p = 0; p < rank.size(); ++p) weights[p] = c.dot(powers(rank[p]));
  return weights;
}

double outcome_quantile(PupilModel const& model, Profiles const& profiles, Counts const& n, Table const& mean,
                        std::span<double const> effect, double p, double start) {
  double low = -1e3, high = 1e3, t = start;
  for (int step = 0; step < 100; ++step) {
    double below = 0, density = 0, pupils = 0;
    for (Eigen::Index s = 0; s < n.rows(); ++s)
      for (Eigen::Index k = 0; k < n.cols(); ++k) {
        if (n(s, k) == 0) continue;
        double const shift = effect.empty() ? 0.0 : effect[2 * s + profiles.needy[k]];
        double const z = (t - mean(s, k) - shift) / model.sigma;
        below += n(s, k) * normal_cdf(z);
        density += n(s, k) * normal_pdf(z);
        pupils += n(s, k);
      }
    double const excess = below - p * pupils;
    if (std::abs(excess) <= 1e-12 * pupils) break;
    (excess < 0 ? low : high) = t;
    double next = density > 0 ? t - excess * model.sigma / density : 0.5 * (low + high);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - t) <= 1e-13 * (1 + std::abs(t))) break;
    t = next;
  }
  return t;
}

void make_outcome_base(PupilModel const& model, Profiles const& profiles, Counts const& n,
                       std::span<double const> unit_level, OutcomeBase& out) {
  out.unit.assign(unit_level.size(), {});
  out.mean.resize(n.rows(), n.cols());
  double rank = 0, rank2 = 0, score = 0, score2 = 0;
  out.pupils = out.rank_y = out.score_y = out.ends_y = 0;
  std::vector<double> pupils_of_profile(profiles.size(), 0.0);
  for (Eigen::Index s = 0; s < n.rows(); ++s)
    for (Eigen::Index p = 0; p < n.cols(); ++p) pupils_of_profile[p] += n(s, p);
  out.ends = ends_weights(pupils_of_profile, profiles.rank);
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
      sums.ends += k * out.ends[p];
      sums.exp_minus_y += k * std::exp(-mu);
      rank2 += k * profiles.rank[p] * profiles.rank[p];
      score2 += k * profiles.score[p] * profiles.score[p];
      out.rank_y += k * mu * profiles.rank[p];
      out.score_y += k * mu * profiles.score[p];
      out.ends_y += k * mu * out.ends[p];
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
  double along_rank = 0;
  double const scale = 1 / model.sigma;
  for (Eigen::Index s = 0; s < n.rows(); ++s) {
    std::array<double, 2> const shift{carry * effect[2 * s], carry * effect[2 * s + 1]};
    for (Eigen::Index p = 0; p < n.cols(); ++p) {
      double const k = n(s, p);
      if (k == 0) continue;
      std::size_t const g = profiles.needy[p];
      double const expected = k * normal_cdf((model.threshold - base.mean(s, p) - shift[g]) * scale);
      below[g] += expected;
      along_rank += expected * (profiles.rank[p] - base.mean_rank);
      pupils[g] += k;
    }
  }
  double const others = pupils[0] > 0 ? 100 * below[0] / pupils[0] : 0.0;
  double const needy = pupils[1] > 0 ? 100 * below[1] / pupils[1] : 0.0;
  at(row, Measure::not_qualified) = 100 * (below[0] + below[1]) / (pupils[0] + pupils[1]);
  at(row, Measure::not_qualified_need) = needy;
  at(row, Measure::not_qualified_others) = others;
  bool const both = pupils[0] > 0 && pupils[1] > 0;
  at(row, Measure::not_qualified_gap) = both ? needy - others : 0.0;
  at(row, Measure::not_qualified_ratio) = both && others > 0 ? needy / others : 1.0;
  at(row, Measure::not_qualified_erreygers) = -8 * along_rank / (pupils[0] + pupils[1]);
}

} // namespace

double measure_outcome(PupilModel const& model, Outcome const& outcome, double carry,
                       Profiles const& profiles, Counts const& n, OutcomeBase const& base,
                       std::span<double const> effect, CostlyReadings wanted, Row row) {
  std::array<double, 2> pupils{}, sum{}, start{};
  double y2 = 0, rank_y = base.rank_y, score_y = base.score_y, ends = base.ends_y, kolm = 0;
  double low = INFINITY, high = -INFINITY;
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
      ends += shift * k.ends;
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

  double const rank_slope =
      base.rank_variance > 0 ? (rank_y / total - mean * base.mean_rank) / base.rank_variance : 0.0;
  double const slope =
      base.score_variance > 0 ? (score_y / total - mean * base.mean_score) / base.score_variance : 0.0;

  double gap_between = 0, between = 0, net = 0, apart = 0;
  for (std::size_t s = 0; s < base.unit.size(); ++s) {
    auto const& [others, needy] = base.unit[s];
    double const size = others.n + needy.n;
    if (size == 0) continue;
    double const unit_mean =
        (others.y + others.n * effect[2 * s] + needy.y + needy.n * effect[2 * s + 1]) / size;
    if (both) gap_between += (others.n / pupils[0] - needy.n / pupils[1]) * unit_mean;
    between += size * (unit_mean - mean) * (unit_mean - mean);
    double const standing = (others.score + needy.score) / size - base.mean_score;
    double const left = unit_mean - mean - slope * standing;
    apart += size * standing * standing;
    net += size * left * left;
  }
  double const variance = std::max(0.0, y2 / total - mean * mean) + model.sigma * model.sigma;

  at(row, Measure::score_icc) =
      base.score_variance > 0 ? std::min(1.0, apart / total / base.score_variance) : 0.0;
  at(row, Measure::mean_outcome) = mean;
  at(row, Measure::gap) = gap;
  at(row, Measure::gap_between) = gap_between;
  at(row, Measure::gap_within) = gap - gap_between;
  at(row, Measure::gap_merit) = outcome.merit_sd * (gap_at_start + carry * (gap - gap_at_start));
  at(row, Measure::sii) = rank_slope;
  at(row, Measure::ses_gap) = ends;
  at(row, Measure::gradient) = slope;
  at(row, Measure::gradient_r2) = 100 * slope * slope * base.score_variance / variance;
  at(row, Measure::between_units) = 100 * between / total / variance;
  at(row, Measure::between_units_net) = 100 * net / total / variance;
  at(row, Measure::kolm_pollak) = -std::log(kolm / total) - 0.5 * model.sigma * model.sigma;
  at(row, Measure::largest_unit_difference) = outcome.merit_sd * (high - low);
  if (wanted.thresholds) measure_thresholds(model, carry, profiles, n, base, effect, row);
  if (wanted.deciles)
    at(row, Measure::low_decile) =
        outcome_quantile(model, profiles, n, base.mean, effect, 0.1, base.low_decile);
  return variance;
}

} // namespace likvard
