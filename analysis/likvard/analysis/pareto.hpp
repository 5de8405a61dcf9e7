#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Alternatives that no other one beats on every objective.
namespace likvard {

/// [k] 1 for those on the front: no other is at least as good on every objective and better on one.
/// - `values` [k][q], higher is better; equal alternatives are on it together.
std::vector<char> pareto_front(std::span<double const> values, std::size_t objectives);

/// [k] the share of bootstrap resamples of the rows in which each alternative's means are on the front: how
/// sure the simulation is of it. Its own Monte Carlo error is √(p(1-p)/resamples).
/// - `rows` [n][k][q]: independent rows (block means), higher is better.
std::vector<double> front_probability(std::span<double const> rows, std::size_t alternatives,
                                      std::size_t objectives, std::size_t resamples, std::uint64_t seed);

} // namespace likvard
