#include "likvard/model/sampling.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

/// Scale the odds of every chance by one factor so that Σ capacity · chance = total.
void centre(std::span<std::uint32_t const> capacity, double total, std::span<double> chance) {
  double log_factor = 0;
  for (int step = 0; step < 60; ++step) {
    double const factor = std::exp(log_factor);
    double sum = -total, slope = 0;
    for (std::size_t s = 0; s < chance.size(); ++s) {
      double const odds = factor * chance[s];
      double const scaled = odds / (1 - chance[s] + odds);
      sum += capacity[s] * scaled;
      slope += capacity[s] * scaled * (1 - scaled);
    }
    if (std::abs(sum) < 1e-6 * (1 + total) || !(slope > 0)) break;
    log_factor = std::clamp(log_factor - std::clamp(sum / slope, -2.0, 2.0), -300.0, 300.0);
  }
  double const factor = std::exp(log_factor);
  for (double& c : chance) {
    double const odds = factor * c;
    c = odds / (1 - c + odds);
  }
}

/// Binomials with these capacities and chances, given that they sum to `total`.
void conditional_binomials(std::span<std::uint32_t const> capacity, std::span<double const> chance,
                           std::uint32_t total, Stream& stream, std::span<std::uint32_t> draw) {
  std::size_t last = 0;
  double widest = -1;
  for (std::size_t s = 0; s < chance.size(); ++s)
    if (double const v = capacity[s] * chance[s] * (1 - chance[s]); v > widest) widest = v, last = s;
  std::uint32_t const places = capacity[last];
  double const p = chance[last];
  auto const log_mass = [&](double k) {
    return log_choose(places, k) + k * std::log(p) + (places - k) * std::log1p(-p);
  };
  double const mode = std::min<double>(places, std::floor((places + 1.0) * p));
  double const largest = widest > 0 ? log_mass(mode) : 0;
  // Every draw is possible under the law, and about one in sqrt(S) is accepted; the bound only ends a
  // contradiction.
  for (int attempt = 0; attempt < 1'000'000; ++attempt) {
    std::uint64_t sum = 0;
    for (std::size_t s = 0; s < chance.size(); ++s) {
      if (s == last) continue;
      draw[s] = binomial(stream, capacity[s], chance[s]);
      sum += draw[s];
    }
    if (sum > total || total - sum > places) continue;
    draw[last] = static_cast<std::uint32_t>(total - sum);
    if (!(widest > 0)) {
      if (draw[last] == (p >= 1 ? places : 0U)) return;
      continue;
    }
    if (std::log(uniform01(stream)) <= log_mass(draw[last]) - largest) return;
  }
  contract_failed("postcondition", "pupils could be placed at the totals asked for", __FILE__, __LINE__);
}

} // namespace

void add_multinomial(std::uint32_t pupils, std::span<double const> shares, Stream& stream,
                     std::span<std::uint32_t> out) {
  double rest = 1;
  for (std::size_t p = 0; p + 1 < shares.size() && pupils > 0; ++p) {
    std::uint32_t const k = rest > 0 ? binomial(stream, pupils, std::min(1.0, shares[p] / rest)) : 0;
    out[p] += k;
    pupils -= k;
    rest -= shares[p];
  }
  out.back() += pupils;
}

void draw_counts_free(std::span<std::uint32_t const> pupils, Table const& pi, StreamKey key, Counts& n) {
  n.setZero(pi.rows(), pi.cols());
  for (Eigen::Index s = 0; s < pi.rows(); ++s) {
    Stream stream(key, Purpose::composition, static_cast<std::uint32_t>(s));
    add_multinomial(pupils[s], {&pi(s, 0), static_cast<std::size_t>(pi.cols())}, stream,
                    {&n(s, 0), static_cast<std::size_t>(pi.cols())});
  }
}

void draw_counts_fixed(std::span<std::uint32_t const> pupils, std::span<std::uint32_t const> totals,
                       Table const& pi, StreamKey key, SamplingScratch& scratch, Counts& n) {
  std::size_t const units = pupils.size();
  LIKVARD_EXPECT(std::accumulate(pupils.begin(), pupils.end(), std::uint64_t{0}) ==
                 std::accumulate(totals.begin(), totals.end(), std::uint64_t{0}));
  n.resize(pi.rows(), pi.cols());
  scratch.capacity.assign(pupils.begin(), pupils.end());
  scratch.rest.assign(units, 1.0);
  scratch.chance.resize(units);
  scratch.draw.resize(units);
  for (Eigen::Index p = 0; p < pi.cols(); ++p) {
    bool const last_profile = p + 1 == pi.cols();
    std::uint32_t const total = totals[p];
    if (!last_profile && total > 0) {
      for (std::size_t s = 0; s < units; ++s) {
        double const chance = scratch.rest[s] > 0 ? pi(s, p) / scratch.rest[s] : 0.0;
        // Never quite 0 or 1 where there are places: a total that rounding made unreachable must stay
        // reachable.
        scratch.chance[s] = std::clamp(chance, 1e-12, 1 - 1e-12);
        scratch.rest[s] = std::max(0.0, scratch.rest[s] - pi(s, p));
      }
      Stream stream(key, Purpose::composition, static_cast<std::uint32_t>(p));
      centre(scratch.capacity, total, scratch.chance);
      conditional_binomials(scratch.capacity, scratch.chance, total, stream, scratch.draw);
    } else if (last_profile) {
      scratch.draw.assign(scratch.capacity.begin(), scratch.capacity.end());
    } else {
      for (std::size_t s = 0; s < units; ++s) scratch.rest[s] = std::max(0.0, scratch.rest[s] - pi(s, p));
      std::fill(scratch.draw.begin(), scratch.draw.end(), 0U);
    }
    for (std::size_t s = 0; s < units; ++s) {
      n(static_cast<Eigen::Index>(s), p) = scratch.draw[s];
      scratch.capacity[s] -= scratch.draw[s];
    }
  }
}

} // namespace likvard
