#include "likvard/study/values.hpp"

#include "likvard/core/contract.hpp"

#include <Eigen/Core>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace likvard {
namespace {

/// The order statistics that a quantile of this level lies between: the lower one's place, and how far from
/// it.
struct Place {
  std::size_t below;
  double part;
};
Place place_of(double level, std::size_t count) {
  double const place = level * static_cast<double>(count - 1);
  return {static_cast<std::size_t>(std::floor(place)), place - std::floor(place)};
}

/// Quantiles at increasing levels: each looks only at what lies above the one before.
void select_quantiles(std::vector<double>& values, std::span<double const> levels, std::size_t stride,
                      double* out) {
  auto from = values.begin();
  for (std::size_t q = 0; q < levels.size(); ++q) {
    auto const [below, part] = place_of(levels[q], values.size());
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(from, middle, values.end());
    double result = *middle;
    if (middle + 1 != values.end()) result += part * (*std::min_element(middle + 1, values.end()) - result);
    out[q * stride] = result;
    from = middle;
  }
}

constexpr std::size_t bins = 1024;

/// Scratch of increasing_quantiles; reused, grows once.
struct Binned {
  std::vector<std::uint16_t> bin;            // of each value
  std::array<std::uint32_t, bins + 1> start; // how many values lie in the bins before
  std::array<std::uint8_t, bins> wanted;     // whether it holds one of the order statistics
  std::vector<std::size_t> chosen;           // those that do
  std::vector<double> near;                  // their values
};

/// Quantiles at increasing levels, the same as by select_quantiles: values are dealt to bins of equal width,
/// and only those bins are sorted that hold an order statistic which is asked for. A fourth of the time.
void increasing_quantiles(std::vector<double>& values, std::span<double const> levels, std::size_t stride,
                          Binned& work, double* out) {
  std::size_t const n = values.size();
  if (n < bins) return select_quantiles(values, levels, stride, out);
  auto const all = Eigen::Map<Eigen::ArrayXd const>(values.data(), static_cast<Eigen::Index>(n));
  double const nothing = (0.0 * all).sum(); // unless a value is not finite
  double const least = all.minCoeff(), range = all.maxCoeff() - least, scale = bins / range;
  if (nothing == 0 && range == 0) {
    for (std::size_t q = 0; q < levels.size(); ++q) out[q * stride] = least + 0.0; // -0 and 0 are the same
    return;
  }
  if (!(nothing == 0) || !std::isfinite(range) || !std::isfinite(scale))
    return select_quantiles(values, levels, stride, out);
  work.bin.resize(n);
  for (std::size_t i = 0; i < n; ++i)
    work.bin[i] =
        static_cast<std::uint16_t>(std::min(static_cast<int>((values[i] - least) * scale), int{bins - 1}));
  work.start.fill(0);
  for (std::uint16_t b : work.bin) ++work.start[b + 1U];
  std::partial_sum(work.start.begin(), work.start.end(), work.start.begin());
  auto const bin_of = [&](std::size_t place) {
    auto const after = std::upper_bound(work.start.begin(), work.start.end(), place);
    return static_cast<std::size_t>(after - work.start.begin()) - 1;
  };
  work.wanted.fill(0);
  work.chosen.clear();
  for (double level : levels) {
    std::size_t const below = place_of(level, n).below;
    for (std::size_t const b : {bin_of(below), bin_of(std::min(below + 1, n - 1))})
      if (!std::exchange(work.wanted[b], std::uint8_t{1})) work.chosen.push_back(b);
  }
  work.near.clear();
  for (std::size_t i = 0; i < n; ++i)
    if (work.wanted[work.bin[i]]) work.near.push_back(values[i]);
  if (work.near.size() > n / 8) return select_quantiles(values, levels, stride, out);
  std::sort(work.near.begin(), work.near.end());
  auto const at = [&](std::size_t place) {
    std::size_t const own = bin_of(place);
    std::size_t before = 0; // values of wanted bins before its own
    for (std::size_t b : work.chosen)
      if (b < own) before += work.start[b + 1] - work.start[b];
    return work.near[before + place - work.start[own]];
  };
  for (std::size_t q = 0; q < levels.size(); ++q) {
    auto const [below, part] = place_of(levels[q], n);
    double const result = at(below);
    out[q * stride] = below + 1 < n ? result + part * (at(below + 1) - result) : result;
  }
}

} // namespace

double sample_quantile(std::vector<double>& values, double p) {
  double result = 0;
  select_quantiles(values, {&p, 1}, 0, &result);
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
  LIKVARD_EXPECT(std::is_sorted(levels.begin(), levels.end()) &&
                 (levels.empty() || (levels.front() >= 0 && levels.back() <= 1)));
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
    Binned work;
    for (std::size_t k = 0; k < kept; ++k) {
      std::size_t const at = m * kept + k;
      double const* const base = reference.data() + k * n;
      for (std::size_t r = 0; r < n; ++r)
        values[r] = m == 0 ? base[r] : base[r] + static_cast<double>(differences[k * n + r]);
      increasing_quantiles(values, levels, cells, work, out.value.data() + at);
      for (std::size_t r = 0; r < n; ++r)
        values[r] = m == 0 ? 0.0 : static_cast<double>(differences[k * n + r]);
      increasing_quantiles(values, levels, cells, work, out.difference.data() + at);
    }
  });
  return out;
}

} // namespace likvard
