#include "likvard/model/measure_outcome.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/normal.hpp"
#include "likvard/model/outcome_sums.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

constexpr std::size_t lanes = 8; ///< of the widest vectors: arrays are padded to whole ones everywhere

std::size_t padded(std::size_t count) {
  return (count + lanes - 1) / lanes * lanes;
}

} // namespace

void ends_weights(std::span<double const> pupils, std::span<double const> rank, std::span<double> out) {
  using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 4, 1>;
  using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 4, 4>;
  std::fill(out.begin(), out.end(), 0.0);
  std::array<double, 4> different{};
  Eigen::Index terms = 0;
  double total = 0, mean = 0;
  for (std::size_t p = 0; p < rank.size(); ++p) {
    if (!(pupils[p] > 0)) continue;
    total += pupils[p];
    mean += pupils[p] * rank[p];
    bool const known = std::any_of(different.begin(), different.begin() + terms,
                                   [&](double r) { return std::abs(r - rank[p]) <= 1e-9; });
    if (!known && terms < 4) different[static_cast<std::size_t>(terms++)] = rank[p];
  }
  if (terms < 2) return;
  mean /= total;
  // Powers of the centred rank, stretched to about one: the normal equations stay well conditioned.
  auto const powers = [&](double r) {
    double const t = 2 * (r - mean);
    return Vector(Eigen::Vector4d(1, t, t * t, t * t * t).head(terms));
  };
  Square normal = Square::Zero(terms, terms);
  for (std::size_t p = 0; p < rank.size(); ++p) {
    if (!(pupils[p] > 0)) continue;
    Vector const x = powers(rank[p]);
    for (Eigen::Index i = 0; i < terms; ++i)
      for (Eigen::Index j = 0; j < terms; ++j) normal(i, j) += pupils[p] * x(i) * x(j);
  }
  Vector const c = Eigen::LDLT<Square>(normal).solve(Vector(powers(0.9) - powers(0.1)));
  for (std::size_t p = 0; p < rank.size(); ++p) out[p] = c.dot(powers(rank[p]));
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
                       std::span<double const> unit_level, OutcomeBase& out, CostlyReadings wanted) {
  std::size_t const units = unit_level.size(), count = profiles.size();
  out.unit.assign(units, {});
  out.mean.resize(n.rows(), n.cols());
  Cells& cells = out.cells;
  cells.units = units;
  cells.stride = padded(units);
  cells.profiles = count;
  cells.needy.assign(profiles.needy.begin(), profiles.needy.end());
  cells.pupils.assign(count * cells.stride, 0.0);
  cells.mean.assign(count * cells.stride, 0.0);
  out.pupils_of_profile.assign(count, 0.0);
  out.ends.assign(count, 0.0);
  for (std::size_t s = 0; s < units; ++s)
    for (std::size_t p = 0; p < count; ++p)
      out.pupils_of_profile[p] += n(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p));
  if (wanted.ends) ends_weights(out.pupils_of_profile, profiles.rank, out.ends);

  double rank = 0, rank2 = 0, score = 0, score2 = 0;
  out.pupils = out.rank_y = out.score_y = out.ends_y = 0;
  for (std::size_t s = 0; s < units; ++s) {
    double const level = unit_level[s];
    for (std::size_t p = 0; p < count; ++p) {
      double const mu = model.alpha[p] + level,
                   k = n(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p));
      out.mean(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(p)) = mu;
      cells.pupils[p * cells.stride + s] = k;
      cells.mean[p * cells.stride + s] = mu;
      GroupSums& sums = out.unit[s][profiles.needy[p]];
      double const y = k * mu;
      sums.n += k;
      sums.y += y;
      sums.y2 += y * mu;
      sums.rank += k * profiles.rank[p];
      sums.score += k * profiles.score[p];
      sums.ends += k * out.ends[p];
      out.rank_y += y * profiles.rank[p];
      out.score_y += y * profiles.score[p];
      out.ends_y += y * out.ends[p];
    }
    for (auto const& sums : out.unit[s]) {
      rank += sums.rank;
      score += sums.score;
      out.pupils += sums.n;
    }
  }
  for (std::size_t p = 0; p < count; ++p) {
    rank2 += out.pupils_of_profile[p] * profiles.rank[p] * profiles.rank[p];
    score2 += out.pupils_of_profile[p] * profiles.score[p] * profiles.score[p];
  }
  if (wanted.kolm) { // exp(-μ) = exp(-α) exp(-level)
    out.rank_weight.resize(count);
    for (std::size_t p = 0; p < count; ++p) out.rank_weight[p] = portable::exp(-model.alpha[p]);
    for (std::size_t s = 0; s < units; ++s) {
      double const scale = portable::exp(-unit_level[s]);
      for (std::size_t p = 0; p < count; ++p)
        out.unit[s][profiles.needy[p]].exp_minus_y +=
            cells.pupils[p * cells.stride + s] * out.rank_weight[p] * scale;
    }
  }
  out.mean_rank = rank / out.pupils;
  out.mean_score = score / out.pupils;
  out.rank_variance = std::max(0.0, rank2 / out.pupils - out.mean_rank * out.mean_rank);
  out.score_variance = std::max(0.0, score2 / out.pupils - out.mean_score * out.mean_score);

  if (wanted.thresholds) {
    out.rank_weight.assign(wanted.erreygers ? count : 0, 0.0);
    for (std::size_t p = 0; p < out.rank_weight.size(); ++p)
      out.rank_weight[p] = profiles.rank[p] - out.mean_rank;
    tabulate_counts(cells, model.threshold, model.sigma, out.rank_weight, false, out.below);
  }
  if (wanted.deciles) {
    auto const near = near_deciles(cells, model.sigma);
    out.low_at = near[0];
    out.high_at = near[1];
    tabulate_counts(cells, out.low_at, model.sigma, {}, true, out.low);
    tabulate_counts(cells, out.high_at, model.sigma, {}, true, out.high);
  }
}

namespace {

void put(std::span<double> rows, std::size_t policy, Measure measure, double value) {
  rows[policy * measure_count + static_cast<std::size_t>(measure)] = value;
}

/// Shares below the threshold by group, from expected counts.
void measure_thresholds(OutcomeBase& base, OutcomeTotals const& totals, double carry, bool erreygers,
                        std::span<double const> effect, std::size_t stride, std::size_t policies,
                        std::span<double> rows) {
  base.spare.resize(3 * stride);
  std::span<double> const below(base.spare.data(), 2 * stride), along(base.spare.data() + 2 * stride, stride);
  count_all_below(base.below, carry, effect, stride, policies, below, along);
  auto const& pupils = totals.pupils;
  bool const both = pupils[0] > 0 && pupils[1] > 0;
  for (std::size_t m = 0; m < policies; ++m) {
    double const others = pupils[0] > 0 ? 100 * below[m] / pupils[0] : 0.0;
    double const needy = pupils[1] > 0 ? 100 * below[stride + m] / pupils[1] : 0.0;
    put(rows, m, Measure::not_qualified, 100 * (below[m] + below[stride + m]) / (pupils[0] + pupils[1]));
    put(rows, m, Measure::not_qualified_need, needy);
    put(rows, m, Measure::not_qualified_others, others);
    put(rows, m, Measure::not_qualified_gap, both ? needy - others : 0.0);
    put(rows, m, Measure::not_qualified_ratio, both && others > 0 ? needy / others : 1.0);
    if (erreygers) put(rows, m, Measure::not_qualified_erreygers, -8 * along[m] / (pupils[0] + pupils[1]));
  }
}

void measure_decile(PupilModel const& model, Profiles const& profiles, Counts const& n, OutcomeBase& base,
                    SmoothCounts& table, double about, double p, Measure measure,
                    std::span<double const> effect, std::size_t stride, std::size_t policies,
                    std::span<double> rows) {
  base.spare.resize(std::max(stride, 2 * base.unit.size()));
  std::span<double> const value(base.spare.data(), stride);
  quantiles_of_all(table, about, p, base.pupils, effect, stride, policies, value);
  for (std::size_t m = 0; m < policies; ++m) put(rows, m, measure, value[m]);
  for (std::size_t m = 0; m < policies; ++m) {
    double& settled = rows[m * measure_count + static_cast<std::size_t>(measure)];
    if (std::isfinite(settled)) continue;
    for (std::size_t i = 0; i < 2 * base.unit.size(); ++i) base.spare[i] = effect[i * stride + m];
    settled =
        outcome_quantile(model, profiles, n, base.mean, {base.spare.data(), 2 * base.unit.size()}, p, about);
  }
}

} // namespace

void measure_outcomes(PupilModel const& model, Outcome const& outcome, double carry, Profiles const& profiles,
                      Counts const& n, OutcomeBase& base, std::span<double const> effect, std::size_t stride,
                      CostlyReadings wanted, std::span<double> variances, std::span<double> rows) {
  std::size_t const policies = variances.size();
  LIKVARD_EXPECT(rows.size() == policies * measure_count);
  base.lanes.resize(OutcomeSum::count * stride);
  OutcomeTotals const totals = sum_outcomes(base, carry, effect, stride, policies, wanted.kolm, base.lanes);
  auto const& pupils = totals.pupils;
  double const total = base.pupils;
  bool const both = pupils[0] > 0 && pupils[1] > 0;
  double const gap_at_start = both ? totals.start[0] / pupils[0] - totals.start[1] / pupils[1] : 0.0;
  double const icc =
      base.score_variance > 0 ? std::min(1.0, totals.apart / total / base.score_variance) : 0.0;
  for (std::size_t m = 0; m < policies; ++m) {
    auto const sum = [&](OutcomeSum::Row row) { return base.lanes[row * stride + m]; };
    double const mean = (sum(OutcomeSum::others) + sum(OutcomeSum::needy)) / total;
    double const gap = both ? sum(OutcomeSum::others) / pupils[0] - sum(OutcomeSum::needy) / pupils[1] : 0.0;
    double const rank_slope =
        base.rank_variance > 0 ? (sum(OutcomeSum::rank) / total - mean * base.mean_rank) / base.rank_variance
                               : 0.0;
    double const slope = base.score_variance > 0
                             ? (sum(OutcomeSum::score) / total - mean * base.mean_score) / base.score_variance
                             : 0.0;
    double const variance =
        std::max(0.0, sum(OutcomeSum::square) / total - mean * mean) + model.sigma * model.sigma;
    variances[m] = variance;
    put(rows, m, Measure::score_icc, icc);
    put(rows, m, Measure::mean_outcome, mean);
    put(rows, m, Measure::gap, gap);
    put(rows, m, Measure::gap_between, sum(OutcomeSum::gap_between));
    put(rows, m, Measure::gap_within, gap - sum(OutcomeSum::gap_between));
    put(rows, m, Measure::gap_merit, outcome.merit_sd * (gap_at_start + carry * (gap - gap_at_start)));
    put(rows, m, Measure::sii, rank_slope);
    if (wanted.ends) put(rows, m, Measure::ses_gap, sum(OutcomeSum::ends));
    put(rows, m, Measure::gradient, slope);
    put(rows, m, Measure::gradient_r2, 100 * slope * slope * base.score_variance / variance);
    put(rows, m, Measure::between_units, 100 * sum(OutcomeSum::between) / total / variance);
    put(rows, m, Measure::between_units_net, 100 * sum(OutcomeSum::net) / total / variance);
    if (wanted.kolm)
      put(rows, m, Measure::kolm_pollak,
          -portable::log(sum(OutcomeSum::kolm) / total) - 0.5 * model.sigma * model.sigma);
    put(rows, m, Measure::largest_unit_difference,
        outcome.merit_sd * (sum(OutcomeSum::high) - sum(OutcomeSum::low)));
  }
  if (wanted.thresholds)
    measure_thresholds(base, totals, carry, wanted.erreygers, effect, stride, policies, rows);
  if (wanted.deciles) {
    measure_decile(model, profiles, n, base, base.low, base.low_at, 0.1, Measure::low_decile, effect, stride,
                   policies, rows);
    measure_decile(model, profiles, n, base, base.high, base.high_at, 0.9, Measure::high_decile, effect,
                   stride, policies, rows);
  }
}

double measure_outcome(PupilModel const& model, Outcome const& outcome, double carry,
                       Profiles const& profiles, Counts const& n, OutcomeBase& base,
                       std::span<double const> effect, CostlyReadings wanted, Row row) {
  double variance = 0;
  // Lanes beyond do as the one policy: another move there would ask for nodes of its own.
  base.one.resize(effect.size() * lanes);
  for (std::size_t i = 0; i < effect.size(); ++i) std::fill_n(&base.one[i * lanes], lanes, effect[i]);
  measure_outcomes(model, outcome, carry, profiles, n, base, base.one, lanes, wanted, {&variance, 1}, row);
  return variance;
}

} // namespace likvard
