#include "likvard/model/population.hpp"

#include "likvard/core/portable.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/normal.hpp"

#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

/// Latent cut points of a variable's levels: Φ⁻¹ of the cumulative shares, with ±infinity at the ends.
std::vector<double> cuts(std::vector<double> const& shares) {
  std::vector<double> cut{-std::numeric_limits<double>::infinity()};
  double cumulative = 0;
  for (std::size_t j = 0; j + 1 < shares.size(); ++j) {
    cumulative += shares[j];
    cut.push_back(cumulative <= 0   ? -std::numeric_limits<double>::infinity()
                  : cumulative >= 1 ? std::numeric_limits<double>::infinity()
                                    : normal_quantile(cumulative));
  }
  cut.push_back(std::numeric_limits<double>::infinity());
  return cut;
}

/// Σ over the common factor by the trapezoidal rule: for a smooth integrand that dies out with the normal
/// density its error is below double rounding at this step.
std::vector<double> copula_table(Background const& background, Profiles const& profiles) {
  constexpr double reach = 8.5, step = 0.125;
  std::size_t const count = profiles.size();
  std::vector<std::vector<double>> cut;
  for (auto const& variable : background.variables) cut.push_back(cuts(variable.shares));
  std::vector<double> table(count, 0.0);
  for (double factor = -reach; factor <= reach; factor += step) {
    std::vector<std::vector<double>> given(background.variables.size());
    for (std::size_t v = 0; v < given.size(); ++v) {
      double const load = background.variables[v].loading, rest = std::sqrt(1 - load * load);
      for (std::size_t j = 0; j + 1 < cut[v].size(); ++j)
        given[v].push_back(normal_cdf((cut[v][j + 1] - load * factor) / rest) -
                           normal_cdf((cut[v][j] - load * factor) / rest));
    }
    double const weight = normal_pdf(factor) * step;
    for (std::size_t p = 0; p < count; ++p) {
      double cell = weight;
      for (std::size_t v = 0; v < given.size(); ++v) cell *= given[v][profiles.level[v][p]];
      table[p] += cell;
    }
  }
  return table;
}

double logistic(double x) {
  return 1 / (1 + portable::exp(-x));
}

void set_risk(Background const& background, double not_qualified, Profiles& profiles) {
  std::size_t const count = profiles.size();
  std::vector<double> odds(count, 0.0);
  for (std::size_t p = 0; p < count; ++p)
    for (std::size_t v = 0; v < background.variables.size(); ++v)
      odds[p] += background.variables[v].log_odds[profiles.level[v][p]];
  auto const mean_risk = [&](double intercept) {
    double sum = 0;
    for (std::size_t p = 0; p < count; ++p) sum += profiles.share[p] * logistic(intercept + odds[p]);
    return sum - not_qualified;
  };
  auto const [low, high] = std::minmax_element(odds.begin(), odds.end());
  double const logit = portable::log(not_qualified / (1 - not_qualified));
  double from = logit - *high - 1, to = logit - *low + 1;
  std::uintmax_t steps = 200;
  auto const bracket = boost::math::tools::toms748_solve(
      mean_risk, from, to, boost::math::tools::eps_tolerance<double>(52), steps);
  double const intercept = 0.5 * (bracket.first + bracket.second);
  for (std::size_t p = 0; p < count; ++p) {
    profiles.risk.push_back(logistic(intercept + odds[p]));
    profiles.probit.push_back(normal_quantile(profiles.risk[p]));
  }
}

void set_score_and_rank(Profiles& profiles) {
  std::size_t const count = profiles.size();
  double mean = 0, square = 0;
  for (std::size_t p = 0; p < count; ++p) mean += profiles.share[p] * profiles.probit[p];
  for (std::size_t p = 0; p < count; ++p)
    square += profiles.share[p] * (profiles.probit[p] - mean) * (profiles.probit[p] - mean);
  double const sd = std::sqrt(square);
  // Profiles with the same risk differ by rounding only: that is no ground to rank them.
  for (std::size_t p = 0; p < count; ++p)
    profiles.score.push_back(sd > 1e-9 ? (mean - profiles.probit[p]) / sd : 0.0);
  profiles.rank.resize(count);
  for (std::size_t p = 0; p < count; ++p) {
    double below = 0, tied = 0;
    for (std::size_t k = 0; k < count; ++k) {
      double const difference = profiles.score[k] - profiles.score[p];
      if (difference < -1e-9)
        below += profiles.share[k];
      else if (difference <= 1e-9)
        tied += profiles.share[k];
    }
    profiles.rank[p] = below + 0.5 * tied;
  }
}

} // namespace

std::size_t profile_count(Background const& background) {
  std::size_t count = 1;
  for (auto const& variable : background.variables) count *= variable.levels.size();
  return count;
}

void fit_margins(Profiles const& profiles, std::span<std::vector<double> const> margins,
                 std::span<double> table) {
  std::vector<double> sum;
  for (int sweep = 0; sweep < 10'000; ++sweep) {
    double worst = 0;
    for (std::size_t v = 0; v < margins.size(); ++v) {
      if (margins[v].empty()) continue;
      sum.assign(margins[v].size(), 0.0);
      for (std::size_t p = 0; p < table.size(); ++p) sum[profiles.level[v][p]] += table[p];
      for (std::size_t j = 0; j < sum.size(); ++j) {
        worst = std::max(worst, std::abs(sum[j] - margins[v][j]));
        sum[j] = sum[j] > 0 ? margins[v][j] / sum[j] : 0.0;
      }
      for (std::size_t p = 0; p < table.size(); ++p) table[p] *= sum[profiles.level[v][p]];
    }
    if (worst < 1e-14) break;
  }
}

Profiles make_profiles(Background const& background, double not_qualified) {
  LIKVARD_EXPECT(!background.variables.empty());
  LIKVARD_EXPECT(not_qualified > 0 && not_qualified < 1);
  Profiles profiles;
  std::size_t const count = profile_count(background);
  std::size_t repeat = count;
  for (auto const& variable : background.variables) {
    repeat /= variable.levels.size();
    auto& level = profiles.level.emplace_back(count);
    for (std::size_t p = 0; p < count; ++p)
      level[p] = static_cast<std::uint8_t>(p / repeat % variable.levels.size());
  }
  profiles.share.assign(count, 0.0);
  if (!background.joint.empty()) {
    profiles.share = background.joint;
  } else {
    profiles.share = copula_table(background, profiles);
    std::vector<std::vector<double>> margins;
    for (auto const& variable : background.variables) margins.push_back(variable.shares);
    fit_margins(profiles, margins, profiles.share);
  }
  double const total = std::accumulate(profiles.share.begin(), profiles.share.end(), 0.0);
  for (double& share : profiles.share) share /= total;

  set_risk(background, not_qualified, profiles);
  set_score_and_rank(profiles);
  for (auto const& group : background.groups) {
    auto& member = profiles.in_group.emplace_back(count, std::uint8_t{0});
    for (std::size_t p = 0; p < count; ++p)
      for (std::size_t wanted : group.levels)
        if (profiles.level[group.variable][p] == wanted) member[p] = 1;
  }
  profiles.needy = profiles.in_group.at(background.need_group);
  return profiles;
}

void round_to_sum(std::span<double const> values, std::uint32_t sum, std::vector<std::size_t>& order,
                  std::span<std::uint32_t> out) {
  order.resize(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  double const total = std::accumulate(values.begin(), values.end(), 0.0);
  LIKVARD_EXPECT(total > 0);
  double const scale = sum / total;
  std::uint64_t given = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out[i] = static_cast<std::uint32_t>(std::floor(values[i] * scale));
    given += out[i];
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    double const x = values[a] * scale - out[a], y = values[b] * scale - out[b];
    return x > y || (x == y && a < b);
  });
  for (std::size_t k = 0; given < sum; ++k, ++given) ++out[order[k % order.size()]];
  for (std::size_t k = order.size(); given > sum; --k) // rounding can only have put one too many
    if (out[order[k - 1]] > 0) --out[order[k - 1]], --given;
}

void round_to_sum(std::span<double const> values, std::uint32_t sum, std::span<std::uint32_t> out) {
  std::vector<std::size_t> order;
  round_to_sum(values, sum, order, out);
}

void split_pupils(std::uint32_t pupils, std::span<double const> weight, std::uint32_t smallest,
                  SplitScratch& scratch, std::vector<std::uint32_t>& size) {
  std::size_t const units = weight.size();
  LIKVARD_EXPECT(units > 0 && static_cast<std::uint64_t>(smallest) * units <= pupils);
  // Units that would fall below the minimum are set to it and the others share the rest, until none falls
  // below.
  auto& [at_minimum, rest, part, open, order] = scratch;
  at_minimum.assign(units, 0);
  size.assign(units, smallest);
  for (;;) {
    rest.clear();
    open.clear();
    for (std::size_t s = 0; s < units; ++s)
      if (!at_minimum[s]) rest.push_back(weight[s]), open.push_back(s);
    auto const left =
        static_cast<std::uint32_t>(pupils - static_cast<std::uint64_t>(smallest) * (units - open.size()));
    if (open.empty()) break;
    part.resize(open.size());
    round_to_sum(rest, left, order, part);
    bool again = false;
    for (std::size_t i = 0; i < open.size(); ++i) {
      size[open[i]] = part[i];
      if (part[i] < smallest) at_minimum[open[i]] = 1, size[open[i]] = smallest, again = true;
    }
    if (!again) break;
  }
  LIKVARD_ENSURE(std::accumulate(size.begin(), size.end(), std::uint64_t{0}) == pupils);
}

std::vector<std::uint32_t> split_pupils(std::uint32_t pupils, std::span<double const> weight,
                                        std::uint32_t smallest) {
  SplitScratch scratch;
  std::vector<std::uint32_t> size;
  split_pupils(pupils, weight, smallest, scratch, size);
  return size;
}

std::vector<double> typical_sizes(std::uint32_t units, double log_sd) {
  std::vector<double> size(units);
  for (std::uint32_t s = 0; s < units; ++s)
    size[s] = portable::exp(log_sd * normal_quantile((s + 0.5) / units));
  return size;
}

} // namespace likvard
