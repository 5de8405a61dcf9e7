#include "likvard/analysis/detail/polynomial_fit.hpp"

#include <Eigen/QR>

#include <limits>
#include <utility>

namespace likvard::detail {
namespace {

Eigen::MatrixXd design_of(Eigen::MatrixXd const& x, std::vector<Term> const& terms) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Ones(x.rows(), static_cast<Eigen::Index>(terms.size()));
  for (std::size_t t = 0; t < terms.size(); ++t)
    for (std::size_t j : terms[t])
      out.col(static_cast<Eigen::Index>(t)).array() *= x.col(static_cast<Eigen::Index>(j)).array();
  return out;
}

} // namespace

std::vector<std::vector<Term>> polynomial_candidates(std::span<std::size_t const> parameters,
                                                     std::size_t most) {
  std::vector<Term> const constant{{}};
  auto linear = constant;
  for (std::size_t j : parameters) linear.push_back({j});
  auto additive = linear;
  for (std::size_t j : parameters) additive.push_back({j, j}), additive.push_back({j, j, j});
  auto quadratic = linear;
  for (std::size_t a = 0; a < parameters.size(); ++a)
    for (std::size_t b = 0; b <= a; ++b) quadratic.push_back({parameters[a], parameters[b]});
  auto cubic = quadratic;
  for (std::size_t j : parameters) cubic.push_back({j, j, j});
  std::vector<std::vector<Term>> out{constant};
  if (parameters.empty()) return out;
  for (auto* terms : {&linear, &additive, &quadratic, &cubic})
    if (terms->size() <= most) out.push_back(std::move(*terms));
  return out;
}

Eigen::MatrixXd cross_fitted(Eigen::MatrixXd const& x, Eigen::MatrixXd const& y,
                             std::span<std::size_t const> fold, std::size_t folds,
                             std::vector<Term> const& terms) {
  Eigen::MatrixXd const design = design_of(x, terms);
  auto const size = design.cols();
  // Normal equations fold by fold: what the others add up to is all less one.
  std::vector<Eigen::MatrixXd> gram(folds, Eigen::MatrixXd::Zero(size, size)),
      right(folds, Eigen::MatrixXd::Zero(size, y.cols()));
  std::vector<std::vector<Eigen::Index>> rows(folds);
  for (std::size_t r = 0; r < fold.size(); ++r) rows[fold[r]].push_back(static_cast<Eigen::Index>(r));
  for (std::size_t f = 0; f < folds; ++f) {
    Eigen::MatrixXd const part = design(rows[f], Eigen::all), values = y(rows[f], Eigen::all);
    gram[f].noalias() = part.transpose() * part;
    right[f].noalias() = part.transpose() * values;
  }
  Eigen::MatrixXd all = Eigen::MatrixXd::Zero(size, size), all_right = Eigen::MatrixXd::Zero(size, y.cols());
  for (std::size_t f = 0; f < folds; ++f) all += gram[f], all_right += right[f];
  Eigen::MatrixXd out(y.rows(), y.cols());
  for (std::size_t f = 0; f < folds; ++f) {
    if (rows[f].empty()) continue;
    // Rank-revealing: a parameter that hardly varies may make terms that say the same.
    Eigen::MatrixXd const coefficients =
        (all - gram[f]).completeOrthogonalDecomposition().solve(all_right - right[f]);
    Eigen::MatrixXd const part = design(rows[f], Eigen::all);
    out(rows[f], Eigen::all) = part * coefficients;
  }
  return out;
}

Eigen::MatrixXd best_cross_fitted(Eigen::MatrixXd const& x, Eigen::MatrixXd const& y,
                                  std::span<std::size_t const> fold, std::size_t folds,
                                  std::vector<std::vector<Term>> const& candidates) {
  Eigen::MatrixXd best;
  double least = std::numeric_limits<double>::infinity();
  for (auto const& terms : candidates) {
    Eigen::MatrixXd fit = cross_fitted(x, y, fold, folds, terms);
    Eigen::MatrixXd const error = y - fit;
    double const sum = (error.colwise() - error.rowwise().mean()).squaredNorm();
    if (!(sum < least)) continue;
    least = sum;
    best = std::move(fit);
  }
  return best;
}

} // namespace likvard::detail
