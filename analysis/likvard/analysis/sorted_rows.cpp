#include "likvard/analysis/detail/sorted_rows.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>

namespace likvard::detail {

std::uint64_t lot(std::uint64_t row) {
  row = (row + 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;
  row = (row ^ (row >> 29U)) * 0x94d049bb133111ebULL;
  return row ^ (row >> 32U);
}

std::vector<std::size_t> sorted_on(std::span<double const> x, std::size_t inputs, std::size_t input,
                                   std::vector<std::size_t> rows) {
  std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    double const u = x[a * inputs + input], v = x[b * inputs + input];
    return u < v || (u == v && lot(a) < lot(b));
  });
  return rows;
}

std::vector<std::size_t> whole_rows(std::size_t inputs, std::span<double const> x,
                                    std::span<double const> y) {
  LIKVARD_EXPECT(inputs > 0 && x.size() == y.size() * inputs);
  std::vector<std::size_t> rows;
  for (std::size_t j = 0; j < y.size(); ++j) {
    bool whole = std::isfinite(y[j]);
    for (std::size_t i = 0; i < inputs; ++i) whole = whole && std::isfinite(x[j * inputs + i]);
    if (whole) rows.push_back(j);
  }
  return rows;
}

} // namespace likvard::detail
