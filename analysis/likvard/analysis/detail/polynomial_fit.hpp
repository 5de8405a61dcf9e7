#pragma once
#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

/// Least-squares polynomials that decide for rows they have not seen. Inside analysis only.
namespace likvard::detail {

/// Terms of a polynomial in some of the parameters: a list of parameter places, repeated for powers.
using Term = std::vector<std::size_t>;

/// Candidates from a constant up: degree 1; each parameter's cubic by itself, added; degree 2 in all; degree
/// 2 with the cubes. Those with more than `most` terms are left out; the constant never is.
std::vector<std::vector<Term>> polynomial_candidates(std::span<std::size_t const> parameters,
                                                     std::size_t most);

/// Fitted values [n × k], each row by a fit on the rows of other folds.
/// - `x` [n × p] standardised, `y` [n × k], `fold` [n] in 0 … folds - 1.
Eigen::MatrixXd cross_fitted(Eigen::MatrixXd const& x, Eigen::MatrixXd const& y,
                             std::span<std::size_t const> fold, std::size_t folds,
                             std::vector<Term> const& terms);

/// Of the candidates' cross-fitted values those with the smallest squared error in the unseen rows, of the
/// differences between columns (each row less its mean: what is common to all decides nothing).
Eigen::MatrixXd best_cross_fitted(Eigen::MatrixXd const& x, Eigen::MatrixXd const& y,
                                  std::span<std::size_t const> fold, std::size_t folds,
                                  std::vector<std::vector<Term>> const& candidates);

} // namespace likvard::detail
