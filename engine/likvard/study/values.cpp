#include "likvard/study/values.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace likvard {
namespace {

/// Quantiles at increasing levels: each looks only at what lies above the one before.
void increasing_quantiles(std::vector<double>& values, std::span<double const> levels, std::size_t stride,
                          double* out) {
  auto from = values.begin();
  for (std::size_t q = 0; q < levels.size(); ++q) {
    double const place = levels[q] * static_cast<double>(values.size() - 1);
    auto const below = static_cast<std::ptrdiff_t>(std::floor(place));
    auto const middle = values.begin() + below;
    std::nth_element(from, middle, values.end());
    double result = *middle;
    if (middle + 1 != values.end())
      result += (place - static_cast<double>(below)) * (*std::min_element(middle + 1, values.end()) - result);
    out[q * stride] = result;
    from = middle;
  }
}

} // namespace

double sample_quantile(std::vector<double>& values, double p) {
  double result = 0;
  increasing_quantiles(values, {&p, 1}, 0, &result);
  return result;
}

Values values_of(BlockResult const& quarter, std::uint64_t number, Shape const& shape) {
  std::size_t const policies = shape.policies, kept = shape.kept, cells = policies * kept;
  std::size_t const count = quarter.count;
  Values out{
      .quarter = number, .count = static_cast<std::uint32_t>(count), .reference = {}, .difference = {}};
  out.reference.resize(kept * count);
  out.difference.resize((cells - kept) * count);
  for (std::size_t r = 0; r < count; ++r) {
    double const* const row = quarter.kept_values.data() + r * cells;
    for (std::size_t k = 0; k < kept; ++k) out.reference[k * count + r] = row[k];
    for (std::size_t i = kept; i < cells; ++i)
      out.difference[(i - kept) * count + r] = static_cast<float>(row[i] - row[i % kept]);
  }
  return out;
}

Quantiles quantiles_of(ValueSource const& source, Shape const& shape, std::span<double const> levels) {
  std::size_t const n = source.replicates, kept = shape.kept, cells = shape.last_cells();
  Quantiles out;
  out.value.assign(levels.size() * cells, std::numeric_limits<double>::quiet_NaN());
  out.difference = out.value;
  if (n == 0 || levels.empty()) return out;
  std::vector<double> reference;
  source.reference(reference);
  tbb::parallel_for(std::size_t{0}, shape.policies, [&](std::size_t m) {
    std::vector<float> differences;
    if (m > 0) source.difference(m, differences);
    std::vector<double> values(n);
    for (std::size_t k = 0; k < kept; ++k) {
      std::size_t const at = m * kept + k;
      double const* const base = reference.data() + k * n;
      for (std::size_t r = 0; r < n; ++r)
        values[r] = m == 0 ? base[r] : base[r] + static_cast<double>(differences[k * n + r]);
      increasing_quantiles(values, levels, cells, out.value.data() + at);
      for (std::size_t r = 0; r < n; ++r)
        values[r] = m == 0 ? 0.0 : static_cast<double>(differences[k * n + r]);
      increasing_quantiles(values, levels, cells, out.difference.data() + at);
    }
  });
  return out;
}

} // namespace likvard
