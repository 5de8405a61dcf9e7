#pragma once
#include <Eigen/Core>

#include <cstdint>

namespace likvard {

/// Dense tables, row-major: rows are units, columns profiles (or policies × units where said).
using Table = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Counts = Eigen::Array<std::uint32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

} // namespace likvard
