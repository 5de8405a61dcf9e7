#include "likvard/analysis/detail/sorted_rows.hpp"
#include "likvard/analysis/given_data.hpp"
#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
using detail::lot, detail::sorted_on, detail::whole_rows;
namespace {

/// Expected |k/n_c - share| of a class that is a random part of all: k hypergeometric, De Moivre's closed
/// form of the mean deviation 2ν (N - X - n + ν)/N P(k = ν), ν = ⌊nX/N⌋ + 1 (as in
/// model/segregation_chance.hpp).
double expected_deviation(double rows, double in_bin, double in_class) {
  double const nu = std::floor(in_class * in_bin / rows) + 1, others = rows - in_bin - in_class + nu;
  if (nu > std::min(in_class, in_bin) || others <= 0) return 0;
  auto const log_choose = [](double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  };
  return 2 * nu * others / rows *
         std::exp(log_choose(in_bin, nu) + log_choose(rows - in_bin, in_class - nu) -
                  log_choose(rows, in_class)) /
         in_class;
}

/// Where each class of an input ends in the order of x: its values where they are few, else equal numbers.
std::vector<std::size_t> class_ends(std::span<double const> x, std::size_t inputs, std::size_t input,
                                    std::vector<std::size_t> const& order, std::size_t classes) {
  std::vector<std::size_t> ends;
  std::size_t const n = order.size();
  for (std::size_t k = 1; k <= n; ++k)
    if (k == n || x[order[k] * inputs + input] != x[order[k - 1] * inputs + input]) ends.push_back(k);
  if (ends.size() <= 2 * classes) return ends;
  ends.clear();
  for (std::size_t c = 1; c <= classes; ++c) ends.push_back(n * c / classes);
  return ends;
}

/// Every row's place in the order of y; equals share where their run begins and ends.
struct Places {
  std::size_t n = 0;
  std::vector<std::size_t> rank, begin, end; ///< [all rows]
};
Places places_of(std::span<double const> y, std::vector<std::size_t> by_y) {
  std::sort(by_y.begin(), by_y.end(),
            [&](std::size_t a, std::size_t b) { return y[a] < y[b] || (y[a] == y[b] && lot(a) < lot(b)); });
  Places out{by_y.size(), std::vector<std::size_t>(y.size()), std::vector<std::size_t>(y.size()),
             std::vector<std::size_t>(y.size())};
  for (std::size_t k = 0; k < out.n; ++k) {
    out.rank[by_y[k]] = k;
    out.begin[by_y[k]] = k > 0 && y[by_y[k]] == y[by_y[k - 1]] ? out.begin[by_y[k - 1]] : k;
  }
  for (std::size_t k = out.n; k-- > 0;)
    out.end[by_y[k]] = k + 1 < out.n && y[by_y[k]] == y[by_y[k + 1]] ? out.end[by_y[k + 1]] : k + 1;
  return out;
}

/// Kolmogorov–Smirnov distance of a class to all rows. `rows` of the class in the order of y.
double class_distance(Places const& places, std::vector<std::size_t> const& rows) {
  double const n = static_cast<double>(places.n), size = static_cast<double>(rows.size());
  double largest = 0;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    // Both step functions at this value, and just below it.
    if (k + 1 == rows.size() || places.end[rows[k]] != places.end[rows[k + 1]])
      largest = std::max(largest, std::abs(static_cast<double>(k + 1) / size -
                                           static_cast<double>(places.end[rows[k]]) / n));
    if (k == 0 || places.begin[rows[k]] != places.begin[rows[k - 1]])
      largest = std::max(
          largest, std::abs(static_cast<double>(k) / size - static_cast<double>(places.begin[rows[k]]) / n));
  }
  return largest;
}

void add_class(Places const& places, std::vector<std::size_t> const& rows, std::size_t bins,
               DensityIndex& out) {
  std::size_t const n = places.n, size = rows.size();
  std::vector<unsigned> count(bins);
  for (std::size_t row : rows) ++count[places.rank[row] * bins / n];
  double sum = 0, expected = 0;
  for (std::size_t b = 0; b < bins; ++b) {
    // Ranks r with ⌊r bins / n⌋ = b.
    auto const width = static_cast<unsigned>((n * (b + 1) + bins - 1) / bins - (n * b + bins - 1) / bins);
    sum +=
        std::abs(static_cast<double>(count[b]) / static_cast<double>(size) - width / static_cast<double>(n));
    expected += expected_deviation(static_cast<double>(n), width, static_cast<double>(size));
  }
  constexpr double kolmogorov_mean = 0.86873; // √(π/2) ln 2
  double const weight = static_cast<double>(size) / static_cast<double>(n);
  out.delta += 0.5 * weight * sum;
  out.delta_chance += 0.5 * weight * expected;
  out.pawn_chance += weight * kolmogorov_mean *
                     std::sqrt(std::max(0.0, 1 / static_cast<double>(size) - 1 / static_cast<double>(n)));
}

} // namespace

std::vector<DensityIndex> density_indices(std::size_t inputs, std::span<double const> x,
                                          std::span<double const> y) {
  auto const rows = whole_rows(inputs, x, y);
  LIKVARD_EXPECT(rows.size() >= 4);
  // Classes and bins grow as the cube root of n, as a histogram's bins do (Scott 1979).
  auto const classes =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::cbrt(static_cast<double>(rows.size()))), 2, 50);
  Places const places = places_of(y, rows);
  std::vector<DensityIndex> out(inputs);
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < inputs; ++i) {
    auto const order = sorted_on(x, inputs, i, rows);
    auto const ends = class_ends(x, inputs, i, order, classes);
    out[i].classes = ends.size();
    std::vector<double> distances;
    std::size_t from = 0;
    for (std::size_t const end : ends) {
      members.assign(order.begin() + static_cast<std::ptrdiff_t>(from),
                     order.begin() + static_cast<std::ptrdiff_t>(end));
      std::sort(members.begin(), members.end(),
                [&](std::size_t a, std::size_t b) { return places.rank[a] < places.rank[b]; });
      add_class(places, members, classes, out[i]);
      distances.push_back(class_distance(places, members));
      from = end;
    }
    std::sort(distances.begin(), distances.end());
    std::size_t const half = distances.size() / 2;
    out[i].pawn_median =
        distances.size() % 2 == 1 ? distances[half] : 0.5 * (distances[half - 1] + distances[half]);
    out[i].pawn_max = distances.back();
  }
  return out;
}

} // namespace likvard
