#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Rows of a sample put in order; inside analysis only.
namespace likvard::detail {

/// Order among equals: any, but always the same.
std::uint64_t lot(std::uint64_t row);

/// `rows` by the value of one input, x[row][inputs].
std::vector<std::size_t> sorted_on(std::span<double const> x, std::size_t inputs, std::size_t input,
                                   std::vector<std::size_t> rows);

/// Rows whose inputs and output are all finite.
std::vector<std::size_t> whole_rows(std::size_t inputs, std::span<double const> x, std::span<double const> y);

} // namespace likvard::detail
