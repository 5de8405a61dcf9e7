#pragma once
#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

/// Least-squares polynomials that decide for rows they have not seen. Inside analysis only.
namespace likvard::detail {

/// Terms of a polynomial in some of the parameters: a list of parameter places, repeated for powers.
using Term = std::vector<std::size_t>;

/// The richest of: degree 2 in all with the cubes (degree 3 of a single one); degree 2; degree 1; a constant - that
/// has at most `most` terms.
std::vector<Term> polynomial_terms(std::span<std::size_t const> parameters, std::size_t most);

/// Fitted values [n × k], each row by a fit on the rows of other folds.
/// - `x` [n × p] standardised, `y` [n × k], `fold` [n] in 0 … folds - 1.
Eigen::MatrixXd cross_fitted(Eigen::MatrixXd const& x, Eigen::MatrixXd const& y, std::span<std::size_t const> fold,
                             std::size_t folds, std::vector<Term> const& terms);

} // namespace likvard::detail
