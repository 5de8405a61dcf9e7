#include "likvard/model/segregation_bounds.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/segregation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace likvard {
namespace {

constexpr double most_steps = 5e8;
constexpr double nothing = -std::numeric_limits<double>::infinity();

/// The hidden units and what the others add up to.
struct Hidden {
  std::vector<double> n, low;
  std::vector<std::size_t> width; ///< high - low, at least 1
  std::size_t total = 0;          ///< Σ width
  double pupils = 0, lowest = 0;  ///< of all units: N, Σ low
};

Hidden hidden_of(std::span<double const> n, std::span<double const> low, std::span<double const> high) {
  Hidden h;
  for (std::size_t k = 0; k < n.size(); ++k) {
    h.pupils += n[k];
    h.lowest += low[k];
    auto const width = static_cast<std::size_t>(std::llround(high[k] - low[k]));
    if (width == 0) continue;
    h.n.push_back(n[k]);
    h.low.push_back(low[k]);
    h.width.push_back(width);
    h.total += width;
  }
  return h;
}

/// Largest Σ of one of two terms for each hidden unit, for every sum of widths of those at their upper end:
/// best[s], s = 0..total; -inf where no set has that sum. `term(k, x)`.
template <class Term>
void largest_sums(Hidden const& h, Term const& term, std::vector<double>& best) {
  best.assign(h.total + 1, nothing);
  best[0] = 0;
  std::size_t reached = 0;
  for (std::size_t k = 0; k < h.n.size(); ++k) {
    double const at_low = term(k, h.low[k]), at_high = term(k, h.low[k] + static_cast<double>(h.width[k]));
    reached += h.width[k];
    for (std::size_t s = reached + 1; s-- > 0;) {
      double const without = best[s] + at_low;
      best[s] = s >= h.width[k] ? std::max(without, best[s - h.width[k]] + at_high) : without;
    }
  }
}

double x_log_x(double x) {
  return x > 0 ? x * std::log(x) : 0;
}

/// n times the negative entropy of a unit.
double order(double n, double x) {
  return x_log_x(x) + x_log_x(n - x) - x_log_x(n);
}

struct Largest {
  double dissimilarity = 0, variance_ratio = 0, theil_h = 0;
  bool exact = true;
};

Largest largest_over(std::span<double const> n, std::span<double const> low, std::span<double const> high,
                     Hidden const& h) {
  Largest out;
  double squares = 0, orders = 0; // of the units that are known
  std::vector<std::size_t> known;
  for (std::size_t k = 0; k < n.size(); ++k) {
    if (std::llround(high[k] - low[k]) != 0) continue;
    known.push_back(k);
    squares += low[k] * low[k] / n[k];
    orders += order(n[k], low[k]);
  }
  std::vector<double> square, entropy, deviation;
  largest_sums(h, [&](std::size_t k, double x) { return x * x / h.n[k]; }, square);
  largest_sums(h, [&](std::size_t k, double x) { return order(h.n[k], x); }, entropy);
  double const total = static_cast<double>(h.total);
  out.exact = total * total * static_cast<double>(h.n.size()) <= most_steps;
  for (std::size_t s = 0; s <= h.total; ++s) {
    double const members = h.lowest + static_cast<double>(s), others = h.pupils - members;
    if (square[s] == nothing || !(members > 0) || !(others > 0)) continue;
    double const share = members / h.pupils;
    out.variance_ratio = std::max(out.variance_ratio, (h.pupils * (squares + square[s]) - members * members) /
                                                          (members * others));
    double const all = order(h.pupils, members);
    out.theil_h = std::max(out.theil_h, 1 - (orders + entropy[s]) / all);
    double sum = 0;
    for (std::size_t k : known) sum += std::abs(low[k] - n[k] * share);
    auto const term = [&](std::size_t k, double x) { return std::abs(x - h.n[k] * share); };
    if (out.exact) {
      largest_sums(h, term, deviation);
      sum += deviation[s];
    } else {
      for (std::size_t k = 0; k < h.n.size(); ++k)
        sum += std::max(term(k, h.low[k]), term(k, h.low[k] + static_cast<double>(h.width[k])));
    }
    out.dissimilarity = std::max(out.dissimilarity, sum * h.pupils / (2 * members * others));
  }
  out.dissimilarity = std::min(out.dissimilarity, 1.0);
  return out;
}

/// The smallest of `index` along the path of the most even compositions. Within a piece between two places
/// where a unit meets one of its ends the index has one valley: golden sections.
template <class Index>
double smallest_on(std::vector<double> const& pieces, Index const& index) {
  double const golden = (std::sqrt(5.0) - 1) / 2;
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    double a = pieces[i], b = pieces[i + 1];
    double c = b - golden * (b - a), d = a + golden * (b - a), at_c = index(c), at_d = index(d);
    best = std::min({best, index(a), index(b)});
    for (int step = 0; step < 60; ++step) {
      if (at_c < at_d) {
        b = d, d = c, at_d = at_c;
        c = b - golden * (b - a), at_c = index(c);
      } else {
        a = c, c = d, at_c = at_d;
        d = a + golden * (b - a), at_d = index(d);
      }
    }
    best = std::min({best, at_c, at_d});
  }
  return best;
}

} // namespace

SegregationBounds segregation_bounds(std::span<double const> n, std::span<double const> low,
                                     std::span<double const> high) {
  LIKVARD_EXPECT(n.size() == low.size() && n.size() == high.size());
  SegregationBounds out;
  Hidden const h = hidden_of(n, low, high);
  if (h.n.empty()) {
    auto const known = segregation(n, low);
    auto const same = [](double x) { return Interval{x, x}; };
    return {same(known.share), same(known.dissimilarity), same(known.variance_ratio),
            same(known.eps2),  same(known.theil_h),       true};
  }
  out.share = {h.lowest / h.pupils, (h.lowest + static_cast<double>(h.total)) / h.pupils};
  auto const largest = largest_over(n, low, high, h);
  out.dissimilarity_exact = largest.exact;

  std::vector<double> pieces, x(n.size());
  for (std::size_t k = 0; k < n.size(); ++k)
    if (std::llround(high[k] - low[k]) != 0) {
      pieces.push_back(low[k] / n[k]);
      pieces.push_back(high[k] / n[k]);
    }
  std::sort(pieces.begin(), pieces.end());
  pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
  // One group only is no unevenness but no measure of it either: the path's undefined ends do not count,
  // unless there is nothing else.
  auto const along = [&](double Segregation::* index) {
    double const best = smallest_on(pieces, [&](double lambda) {
      for (std::size_t k = 0; k < n.size(); ++k) x[k] = std::clamp(lambda * n[k], low[k], high[k]);
      auto const found = segregation(n, x);
      return found.defined ? found.*index : std::numeric_limits<double>::infinity();
    });
    return std::isfinite(best) ? best : 0.0;
  };
  out.dissimilarity = {along(&Segregation::dissimilarity), largest.dissimilarity};
  out.variance_ratio = {along(&Segregation::variance_ratio), largest.variance_ratio};
  out.theil_h = {along(&Segregation::theil_h), largest.theil_h};
  auto const units =
      static_cast<double>(std::count_if(n.begin(), n.end(), [](double pupils) { return pupils > 0; }));
  auto const free_of_chance = [&](double v) {
    return h.pupils > units ? 1 - (1 - v) * (h.pupils - 1) / (h.pupils - units) : 0.0;
  };
  out.eps2 = {free_of_chance(out.variance_ratio.low), free_of_chance(out.variance_ratio.high)};
  return out;
}

} // namespace likvard
