#include "likvard/study/design.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/random.hpp"

#include <Eigen/Cholesky>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <numeric>

namespace likvard {
namespace {

using Normals = boost::math::normal_distribution<double>;
constexpr double nearly_1 = 1 - 0x1p-53;

StreamKey key_of(std::uint64_t seed, std::uint64_t row) {
  return {seed, static_cast<std::uint32_t>(row >> 32U), static_cast<std::uint32_t>(row)};
}

bool swaps(Scheme scheme) {
  return scheme == Scheme::azzini || scheme == Scheme::saltelli;
}

/// Groups in the order in which their first factor stands.
void make_sets(DesignPlan& plan) {
  auto const& factors = plan.design.factors;
  for (std::uint32_t i = 0; i < factors.size(); ++i) {
    // Plain points are judged factor by factor: nothing moves together there.
    std::string const group = plan.design.scheme <= Scheme::morris ? factors[i].group : "";
    auto const found = std::find(plan.set_name.begin(), plan.set_name.end(), group);
    if (!group.empty() && found != plan.set_name.end()) {
      auto const k = static_cast<std::size_t>(found - plan.set_name.begin());
      plan.sets[k].push_back(i);
      plan.set_title[k] += " + " + factors[i].title;
      continue;
    }
    plan.sets.push_back({i});
    plan.set_name.push_back(group.empty() ? factors[i].name : group);
    plan.set_title.push_back(factors[i].title);
  }
  plan.measured_sets = plan.sets.size();
  if (!swaps(plan.design.scheme)) return;
  std::vector<std::uint32_t> levers;
  for (std::uint32_t i = 0; i < factors.size(); ++i)
    if (factors[i].role != Role::parameter) levers.push_back(i);
  plan.split = !levers.empty() && levers.size() < factors.size();
  if (plan.split) plan.sets.push_back(levers);
}

Eigen::MatrixXd cholesky(Eigen::MatrixXd const& matrix) {
  Eigen::LLT<Eigen::MatrixXd> const llt(matrix);
  if (llt.info() != Eigen::Success)
    throw std::domain_error("correlation (these rank correlations contradict each other: no joint "
                            "distribution has them all)");
  return llt.matrixL();
}

Eigen::MatrixXd part(Eigen::MatrixXd const& m, std::vector<std::uint32_t> const& rows,
                     std::vector<std::uint32_t> const& columns) {
  Eigen::MatrixXd out(rows.size(), columns.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < columns.size(); ++j)
      out(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = m(rows[i], columns[j]);
  return out;
}

/// The conditional normal law of `draw` given `keep`.
DesignPlan::Redraw make_redraw(Eigen::MatrixXd const& r, std::vector<std::uint32_t> keep,
                               std::vector<std::uint32_t> draw) {
  DesignPlan::Redraw out{std::move(keep), std::move(draw), {}, {}};
  Eigen::MatrixXd const own = part(r, out.draw, out.draw);
  if (out.keep.empty()) {
    out.gain = Eigen::MatrixXd::Zero(own.rows(), 0);
    out.root = cholesky(own);
    return out;
  }
  Eigen::MatrixXd const cross = part(r, out.draw, out.keep);
  out.gain = Eigen::LLT<Eigen::MatrixXd>(part(r, out.keep, out.keep)).solve(cross.transpose()).transpose();
  out.root = cholesky(own - out.gain * cross.transpose());
  return out;
}

void make_copula(DesignPlan& plan) {
  auto const& rank = plan.design.rank_correlation;
  if (rank.size() == 0) return;
  auto const scheme = plan.design.scheme;
  if (scheme == Scheme::morris || scheme == Scheme::grid || scheme == Scheme::shapley ||
      scheme == Scheme::saltelli)
    throw std::domain_error("correlation (this design takes none: azzini, sobol, lhs and random do)");
  if (scheme == Scheme::given) return; // the points are as they are
  Eigen::MatrixXd r = rank;
  for (double& value : r.reshaped()) value = 2 * std::sin(std::numbers::pi * value / 6);
  r.diagonal().setOnes();
  plan.root = cholesky(r);
  if (!swaps(scheme)) return;
  std::vector<DesignPlan::Redraw> rests;
  for (auto const& set : plan.sets) {
    std::vector<std::uint32_t> rest;
    for (std::uint32_t i = 0; i < plan.design.factors.size(); ++i)
      if (std::find(set.begin(), set.end(), i) == set.end()) rest.push_back(i);
    plan.redraw.push_back(make_redraw(r, rest, set));
    rests.push_back(make_redraw(r, set, rest));
  }
  plan.redraw.insert(plan.redraw.end(), rests.begin(), rests.end());
}

void make_grid(DesignPlan& plan) {
  plan.rows = 1;
  for (auto const& factor : plan.design.factors) {
    std::size_t levels = level_count(factor);
    if (levels == 0) levels = plan.design.levels;
    plan.strides.push_back(plan.rows);
    plan.radix.push_back(static_cast<std::uint32_t>(levels));
    constexpr std::uint64_t most = std::uint64_t{1} << 40U;
    if (plan.rows > most / levels)
      throw std::domain_error("sensitivity.design = 'grid' (too many combinations)");
    plan.rows *= levels;
  }
}

void to_values(DesignPlan const& plan, std::span<double const> u, std::span<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = factor_value(plan.design.factors[i], u[i]);
}

void normal_scores(std::span<double const> u, Eigen::VectorXd& z) {
  z.resize(static_cast<Eigen::Index>(u.size()));
  for (std::size_t i = 0; i < u.size(); ++i) z(static_cast<Eigen::Index>(i)) = quantile(Normals{}, u[i]);
}

/// From normal scores to values, by way of their levels.
void scores_to_values(DesignPlan const& plan, Eigen::VectorXd const& z, DesignScratch& scratch,
                      std::span<double> x) {
  scratch.u.resize(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    scratch.u[i] = std::clamp(cdf(Normals{}, z(static_cast<Eigen::Index>(i))), 1e-300, nearly_1);
  to_values(plan, scratch.u, x);
}

/// The row's point in the copula's scores: `first` for A, `second` the innovations of B.
void dependent_row(DesignPlan const& plan, DesignScratch& scratch) {
  std::size_t const d = plan.design.factors.size();
  normal_scores(std::span(scratch.base).first(d), scratch.first);
  scratch.first = plan.root * scratch.first;
  if (swaps(plan.design.scheme)) normal_scores(std::span(scratch.base).subspan(d), scratch.second);
}

void dependent_run(DesignPlan const& plan, std::uint32_t block, DesignScratch& scratch, std::span<double> x) {
  if (block == 0) return scores_to_values(plan, scratch.first, scratch, x);
  if (block == 1) {
    scratch.here = plan.root * scratch.second;
    return scores_to_values(plan, scratch.here, scratch, x);
  }
  auto const& redraw = plan.redraw[block - 2];
  scratch.here = scratch.first;
  for (std::size_t i = 0; i < redraw.draw.size(); ++i) {
    double value = 0;
    auto const row = static_cast<Eigen::Index>(i);
    for (std::size_t k = 0; k < redraw.keep.size(); ++k)
      value += redraw.gain(row, static_cast<Eigen::Index>(k)) * scratch.first(redraw.keep[k]);
    for (std::size_t k = 0; k <= i; ++k)
      value += redraw.root(row, static_cast<Eigen::Index>(k)) * scratch.second(redraw.draw[k]);
    scratch.here(redraw.draw[i]) = value;
  }
  scores_to_values(plan, scratch.here, scratch, x);
}

/// A, B, then A with each set from B, then B with each set from A.
void swap_run(DesignPlan const& plan, std::uint32_t block, DesignScratch& scratch, std::span<double> x) {
  std::size_t const d = x.size(), sets = plan.sets.size();
  auto const a = std::span<double const>(scratch.base).first(d),
             b = std::span<double const>(scratch.base).subspan(d);
  if (block == 0) return to_values(plan, a, x);
  if (block == 1) return to_values(plan, b, x);
  bool const from_b = block - 2 < sets;
  scratch.u.assign((from_b ? a : b).begin(), (from_b ? a : b).end());
  for (auto i : plan.sets[(block - 2) % sets]) scratch.u[i] = (from_b ? b : a)[i];
  to_values(plan, scratch.u, x);
}

/// The first `block` sets of the order are already those of the end point.
void path_run(DesignPlan const& plan, std::uint32_t block, DesignScratch& scratch, std::span<double> x) {
  std::size_t const d = x.size();
  scratch.u.assign(scratch.base.begin() + static_cast<std::ptrdiff_t>(d), scratch.base.end());
  for (std::uint32_t k = 0; k < block; ++k)
    for (auto i : plan.sets[scratch.order[k]]) scratch.u[i] = scratch.base[i];
  to_values(plan, scratch.u, x);
}

std::uint32_t below(Stream& stream, std::uint32_t n) {
  return static_cast<std::uint32_t>(uniform01(stream) * n);
}

void shuffle(Stream& stream, std::span<std::uint32_t> order) {
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t k = order.size(); k > 1; --k)
    std::swap(order[k - 1], order[below(stream, static_cast<std::uint32_t>(k))]);
}

/// Levels of a trajectory's first point, and the end point: each level moves by half of the levels.
void trajectory(DesignPlan const& plan, std::uint64_t row, DesignScratch& scratch) {
  std::size_t const d = plan.design.factors.size();
  std::uint32_t const p = plan.design.levels;
  Stream stream(key_of(plan.design.seed, row), Purpose::design);
  scratch.base.resize(2 * d);
  for (auto const& set : plan.sets) {
    bool const up = uniform01(stream) < 0.5; // a set moves as one
    for (auto i : set) {
      std::uint32_t const half = p / 2, level = below(stream, half);
      double const low = (level + 0.5) / p, high = (level + half + 0.5) / p;
      scratch.base[i] = up ? high : low;
      scratch.base[d + i] = up ? low : high;
    }
  }
}

void prepare_row(DesignPlan const& plan, std::uint64_t row, DesignScratch& scratch) {
  auto const scheme = plan.design.scheme;
  scratch.row = row;
  if (scheme == Scheme::shapley || scheme == Scheme::morris) {
    scratch.order.resize(plan.sets.size());
    scratch.step.resize(plan.sets.size());
    design_moves(plan, row, scratch.order, scratch.step);
  }
  if (scheme == Scheme::morris) return trajectory(plan, row, scratch);
  scratch.base.resize(plan.source.columns);
  unit_point(plan.source, row, scratch.base);
  if (plan.dependent()) dependent_row(plan, scratch);
}

} // namespace

DesignPlan make_design(Design design) {
  LIKVARD_EXPECT(!design.factors.empty() && design.rows > 0);
  DesignPlan plan;
  plan.design = std::move(design);
  plan.rows = plan.design.rows;
  auto const d = static_cast<std::uint32_t>(plan.design.factors.size());
  make_sets(plan);
  make_copula(plan);
  auto const sets = static_cast<std::uint32_t>(plan.sets.size());
  switch (plan.design.scheme) {
  case Scheme::azzini: plan.blocks = 2 + 2 * sets; break;
  case Scheme::saltelli: plan.blocks = 2 + sets; break;
  case Scheme::shapley: plan.blocks = 1 + sets; break;
  case Scheme::morris:
    LIKVARD_EXPECT(plan.design.levels >= 2 && plan.design.levels % 2 == 0);
    plan.blocks = 1 + sets;
    return plan;
  case Scheme::grid: make_grid(plan); return plan;
  case Scheme::given: LIKVARD_EXPECT(plan.design.given.size() == plan.rows * d); return plan;
  case Scheme::sobol: plan.design.points = PointKind::sobol; break;
  case Scheme::lhs: plan.design.points = PointKind::lhs; break;
  case Scheme::random: plan.design.points = PointKind::random; break;
  }
  plan.source = make_points(plan.design.points, plan.blocks == 1 ? d : 2 * d, plan.design.seed,
                            plan.design.scrambles, hypercube_rows);
  return plan;
}

void design_moves(DesignPlan const& plan, std::uint64_t row, std::span<std::uint32_t> order,
                  std::span<double> step) {
  Stream stream(key_of(plan.design.seed, row), Purpose::design_order);
  shuffle(stream, order);
  std::fill(step.begin(), step.end(), 0.0);
  if (plan.design.scheme != Scheme::morris) return;
  DesignScratch scratch;
  trajectory(plan, row, scratch);
  // In steps of the grid of levels 0, 1/(p-1), … 1, as Morris has it.
  double const size = plan.design.levels / 2.0 / (plan.design.levels - 1.0);
  for (std::size_t k = 0; k < order.size(); ++k) {
    auto const i = plan.sets[order[k]].front();
    bool const up = scratch.base[i] > scratch.base[plan.design.factors.size() + i];
    step[k] = up ? size : -size;
  }
}

void design_run(DesignPlan const& plan, std::uint64_t run, DesignScratch& scratch, std::span<double> x) {
  LIKVARD_EXPECT(run < plan.runs() && x.size() == plan.design.factors.size());
  std::uint64_t const row = run / plan.blocks;
  auto const block = static_cast<std::uint32_t>(run % plan.blocks);
  auto const scheme = plan.design.scheme;
  if (scheme == Scheme::given) {
    auto const point = std::span(plan.design.given).subspan(row * x.size(), x.size());
    std::copy(point.begin(), point.end(), x.begin());
    return;
  }
  if (scheme == Scheme::grid) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      auto const level = static_cast<std::uint32_t>(row / plan.strides[i] % plan.radix[i]);
      auto const* levels = std::get_if<Levels>(&plan.design.factors[i].law);
      if (levels)
        x[i] = levels->value.empty() ? level : levels->value[level];
      else
        x[i] = factor_value(plan.design.factors[i], (level + 0.5) / plan.radix[i]);
    }
    return;
  }
  if (scratch.row != row) prepare_row(plan, row, scratch);
  if (scheme == Scheme::shapley || scheme == Scheme::morris) return path_run(plan, block, scratch, x);
  if (plan.dependent()) return dependent_run(plan, block, scratch, x);
  if (swaps(scheme)) return swap_run(plan, block, scratch, x);
  to_values(plan, scratch.base, x);
}

std::uint32_t design_stratum(DesignPlan const& plan, std::uint64_t row) {
  if (plan.source.columns == 0 || plan.source.kind == PointKind::random) return 0;
  return static_cast<std::uint32_t>(plan.source.kind == PointKind::sobol ? row % plan.source.scrambles
                                                                         : row / hypercube_rows);
}

} // namespace likvard
