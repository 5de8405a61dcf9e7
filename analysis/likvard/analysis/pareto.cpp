#include "likvard/analysis/pareto.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/random.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

bool beats(std::span<double const> a, std::span<double const> b) {
  bool better = false;
  for (std::size_t q = 0; q < a.size(); ++q) {
    if (a[q] < b[q]) return false;
    better |= a[q] > b[q];
  }
  return better;
}

} // namespace

std::vector<char> pareto_front(std::span<double const> values, std::size_t objectives) {
  LIKVARD_EXPECT(objectives > 0 && values.size() % objectives == 0);
  std::size_t const k = values.size() / objectives;
  std::vector<char> out(k, 1);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k && out[i]; ++j)
      if (beats(values.subspan(j * objectives, objectives), values.subspan(i * objectives, objectives)))
        out[i] = 0;
  return out;
}

std::vector<double> front_probability(std::span<double const> rows, std::size_t alternatives,
                                      std::size_t objectives, std::size_t resamples, std::uint64_t seed) {
  std::size_t const size = alternatives * objectives;
  LIKVARD_EXPECT(size > 0 && rows.size() % size == 0 && !rows.empty() && resamples > 0);
  std::size_t const n = rows.size() / size;
  std::vector<double> out(alternatives), sum(size);
  for (std::size_t b = 0; b < resamples; ++b) {
    Stream stream({seed, 0, static_cast<std::uint32_t>(b)}, Purpose::resampling);
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t r = 0; r < n; ++r) {
      auto const drawn = static_cast<std::size_t>(uniform01(stream) * static_cast<double>(n));
      for (std::size_t i = 0; i < size; ++i) sum[i] += rows[drawn * size + i];
    }
    auto const front = pareto_front(sum, objectives);
    for (std::size_t i = 0; i < alternatives; ++i) out[i] += front[i] ? 1 : 0;
  }
  for (double& p : out) p /= static_cast<double>(resamples);
  return out;
}

} // namespace likvard
