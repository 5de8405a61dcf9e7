// Municipality, sorting, pupils and need: MODEL.md §§1-4.
#include "reference/reference.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard::reference {
namespace {

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

/// The x with increasing f(x) = 0, by halving.
template <class F>
double halve(F const& f, double low, double high) {
  for (int i = 0; i < 200; ++i) {
    double const middle = 0.5 * (low + high);
    (f(middle) < 0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double inverse_Phi(double p) {
  return halve([&](double x) { return normal_cdf(x) - p; }, -40, 40);
}

std::vector<std::vector<int>> all_profiles(Background const& background) {
  std::vector<std::vector<int>> all{{}};
  for (auto const& variable : background.variables) {
    std::vector<std::vector<int>> more;
    for (auto const& start : all)
      for (std::size_t j = 0; j < variable.levels.size(); ++j) {
        more.push_back(start);
        more.back().push_back(static_cast<int>(j));
      }
    all = more;
  }
  return all;
}

/// One-factor Gaussian copula by Simpson's rule, then proportional fitting to the margins.
std::vector<double> joint(Background const& background, std::vector<std::vector<int>> const& level) {
  std::vector<double> share(level.size(), 0.0);
  constexpr int steps = 2'000;
  constexpr double reach = 9;
  for (int i = 0; i <= steps; ++i) {
    double const f = -reach + 2 * reach * i / steps;
    double const weight = (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2) * std::exp(-f * f / 2);
    for (std::size_t p = 0; p < level.size(); ++p) {
      double cell = weight;
      for (std::size_t v = 0; v < background.variables.size(); ++v) {
        auto const& variable = background.variables[v];
        double below = 0;
        for (int j = 0; j < level[p][v]; ++j) below += variable.shares[j];
        double const above = below + variable.shares[level[p][v]],
                     rest = std::sqrt(1 - variable.loading * variable.loading);
        auto const chance = [&](double c) {
          return c <= 1e-15       ? 0.0
                 : c >= 1 - 1e-15 ? 1.0
                                  : normal_cdf((inverse_Phi(c) - variable.loading * f) / rest);
        };
        cell *= chance(above) - chance(below);
      }
      share[p] += cell;
    }
  }
  for (int sweep = 0; sweep < 500; ++sweep)
    for (std::size_t v = 0; v < background.variables.size(); ++v)
      for (std::size_t j = 0; j < background.variables[v].levels.size(); ++j) {
        double sum = 0, all = 0;
        for (std::size_t p = 0; p < share.size(); ++p) {
          all += share[p];
          if (level[p][v] == static_cast<int>(j)) sum += share[p];
        }
        for (std::size_t p = 0; p < share.size(); ++p)
          if (level[p][v] == static_cast<int>(j) && sum > 0)
            share[p] *= background.variables[v].shares[j] * all / sum;
      }
  double const all = std::accumulate(share.begin(), share.end(), 0.0);
  for (double& x : share) x /= all;
  return share;
}

void add_risk_and_score(Parameters const& parameters, Town& town) {
  std::vector<double> odds;
  for (auto const& level : town.level) {
    double sum = 0;
    for (std::size_t v = 0; v < level.size(); ++v)
      sum += parameters.background.variables[v].log_odds[level[v]];
    odds.push_back(sum);
  }
  auto const risk = [](double x) { return 1 / (1 + std::exp(-x)); };
  double const b = halve(
      [&](double at) {
        double mean = 0;
        for (std::size_t p = 0; p < odds.size(); ++p) mean += town.share[p] * risk(at + odds[p]);
        return mean - parameters.outcome.not_qualified;
      },
      -60, 60);
  double mean = 0, square = 0;
  for (double x : odds) town.risk.push_back(risk(b + x));
  for (std::size_t p = 0; p < odds.size(); ++p) mean += town.share[p] * inverse_Phi(town.risk[p]);
  for (std::size_t p = 0; p < odds.size(); ++p)
    square += town.share[p] * std::pow(inverse_Phi(town.risk[p]) - mean, 2);
  for (double r : town.risk)
    town.score.push_back(square > 1e-18 ? (mean - inverse_Phi(r)) / std::sqrt(square) : 0.0);
  for (double a : town.score) {
    double below = 0, tied = 0;
    for (std::size_t k = 0; k < town.score.size(); ++k) {
      if (town.score[k] < a - 1e-9) below += town.share[k];
      if (std::abs(town.score[k] - a) <= 1e-9) tied += town.share[k];
    }
    town.rank.push_back(below + tied / 2);
  }
}

/// Integers in proportion, by largest remainder; ties to the first.
std::vector<int> whole(std::vector<double> const& parts, int total) {
  double const sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  std::vector<int> out;
  for (double x : parts) out.push_back(static_cast<int>(std::floor(x * total / sum)));
  while (std::accumulate(out.begin(), out.end(), 0) < total) {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (parts[i] * total / sum - out[i] > most + 1e-12) most = parts[i] * total / sum - out[i], best = i;
    ++out[best];
  }
  return out;
}

std::vector<int> draw_sizes(Municipality const& m, StreamKey key) {
  std::vector<double> weight;
  for (std::uint32_t s = 0; s < m.units; ++s) {
    Stream stream(key, Purpose::sizes, s);
    weight.push_back(m.sizes == SizeRule::equal ? 1.0 : std::exp(m.size_log_sd * standard_normal(stream)));
  }
  // Units below the smallest size are set to it, and the others share what is left; again until none is
  // below.
  std::vector<bool> least(m.units, false);
  for (;;) {
    std::vector<double> rest;
    int left = static_cast<int>(m.pupils);
    for (std::uint32_t s = 0; s < m.units; ++s)
      least[s] ? void(left -= static_cast<int>(m.smallest_unit)) : rest.push_back(weight[s]);
    auto const part = rest.empty() ? std::vector<int>{} : whole(rest, left);
    std::vector<int> size;
    bool again = false;
    for (std::uint32_t s = 0, i = 0; s < m.units; ++s) {
      size.push_back(least[s] ? static_cast<int>(m.smallest_unit) : part[i++]);
      if (!least[s] && size.back() < static_cast<int>(m.smallest_unit)) least[s] = again = true;
    }
    if (!again) return size;
  }
}

/// Noisy ranking: pupils stand in the order of c a + ε, and units take them from the bottom.
void sort_town(Sorting const& sorting, Town& town) {
  double const r = sorting.mechanism == Mechanism::random ? 0.0 : *sorting.strength;
  double const c = r / std::sqrt(1 - r * r);
  double const pupils = std::accumulate(town.size.begin(), town.size.end(), 0.0);
  auto const below = [&](double t) {
    double sum = 0;
    for (std::size_t p = 0; p < town.share.size(); ++p)
      sum += town.share[p] * normal_cdf(t - c * town.score[p]);
    return sum;
  };
  double filled = 0, from = -1e9;
  for (std::size_t s = 0; s < town.size.size(); ++s) {
    filled += town.size[s] / pupils;
    double const to =
        s + 1 == town.size.size() ? 1e9 : halve([&](double t) { return below(t) - filled; }, -60, 60);
    town.pi.emplace_back();
    double sum = 0;
    for (std::size_t p = 0; p < town.share.size(); ++p) {
      town.pi[s].push_back(town.share[p] *
                           (normal_cdf(to - c * town.score[p]) - normal_cdf(from - c * town.score[p])));
      sum += town.pi[s].back();
    }
    for (double& x : town.pi[s]) x /= sum;
    from = to;
  }
}

} // namespace

bool is_needy(Background const& background, std::vector<int> const& level, std::size_t group) {
  auto const& wanted = background.groups[group];
  return std::find(wanted.levels.begin(), wanted.levels.end(),
                   static_cast<std::size_t>(level[wanted.variable])) != wanted.levels.end();
}

namespace {

/// What a pupil contributes to an index.
double marker_of(Marker const& marker, Background const& background, Town const& town, int profile) {
  if (std::holds_alternative<Risk>(marker)) return town.risk[profile];
  if (auto const* member = std::get_if<Member>(&marker))
    return is_needy(background, town.level[profile], member->group) ? 1 : 0;
  // Pupils of one score stand at ranks spread evenly over the width of all that share it.
  double width = 0;
  for (std::size_t k = 0; k < town.share.size(); ++k)
    if (std::abs(town.score[k] - town.score[profile]) <= 1e-9) width += town.share[k];
  double const low = town.rank[profile] - width / 2, high = low + width;
  // The part of the profile's stretch of ranks that lies in [from, to).
  auto const within = [&](double from, double to) {
    return std::max(0.0, std::min(high, to) - std::max(low, from)) / width;
  };
  if (auto const* tail = std::get_if<Tail>(&marker))
    return within(low, tail->share) * std::pow(std::max(0.0, -town.score[profile]), tail->depth);
  auto const& tiers = std::get<Tiers>(marker);
  double sum = 0;
  for (std::size_t t = 0; t < tiers.weights.size(); ++t)
    sum += tiers.weights[t] *
           within(t == 0 ? low : tiers.bounds[t - 1], t < tiers.bounds.size() ? tiers.bounds[t] : high);
  return sum;
}

} // namespace

Town make_profiles_of(Parameters const& parameters) {
  Town town;
  town.level = all_profiles(parameters.background);
  town.share = joint(parameters.background, town.level);
  add_risk_and_score(parameters, town);
  for (auto const& need : parameters.needs) {
    town.value.emplace_back();
    for (std::size_t p = 0; p < town.share.size(); ++p)
      town.value.back().push_back(marker_of(need.marker, parameters.background, town, static_cast<int>(p)));
  }
  return town;
}

Town make_town(Parameters const& parameters, Town const& profiles, StreamKey key) {
  Town town = profiles;
  town.size = draw_sizes(parameters.municipality, key);
  sort_town(parameters.sorting, town);
  return town;
}

std::vector<Pupil> fill_places(Parameters const& parameters, Town const& town, StreamKey key) {
  std::vector<Pupil> pupils;
  std::size_t const units = town.size.size(), profiles = town.share.size();
  Stream stream(key, Purpose::composition);
  if (parameters.municipality.totals == Totals::free) {
    for (std::size_t s = 0; s < units; ++s)
      for (int i = 0; i < town.size[s]; ++i) {
        double u = uniform01(stream);
        std::size_t p = 0;
        while (p + 1 < profiles && u > town.pi[s][p]) u -= town.pi[s][p++];
        pupils.push_back({static_cast<int>(s), static_cast<int>(p)});
      }
    return pupils;
  }
  auto const totals = whole(town.share, std::accumulate(town.size.begin(), town.size.end(), 0));
  auto left = town.size;
  std::vector<double> rest(units, 1.0);
  for (std::size_t p = 0; p < profiles; ++p) {
    std::vector<int> taken(units, 0);
    if (p + 1 == profiles) {
      taken = left;
    } else if (totals[p] > 0) {
      do { // every place is one of this profile's with its chance; kept when the municipality's total comes
           // out
        for (std::size_t s = 0; s < units; ++s) {
          taken[s] = 0;
          double const chance = std::clamp(rest[s] > 0 ? town.pi[s][p] / rest[s] : 0.0, 1e-12, 1 - 1e-12);
          for (int i = 0; i < left[s]; ++i) taken[s] += uniform01(stream) < chance;
        }
      } while (std::accumulate(taken.begin(), taken.end(), 0) != totals[p]);
    }
    for (std::size_t s = 0; s < units; ++s) {
      for (int i = 0; i < taken[s]; ++i) pupils.push_back({static_cast<int>(s), static_cast<int>(p)});
      left[s] -= taken[s];
      rest[s] = std::max(0.0, rest[s] - town.pi[s][p]);
    }
  }
  return pupils;
}

std::vector<double> look(Need const& need, std::vector<double> const& value, Town const& town,
                         std::vector<Pupil> const& pupils, StreamKey key, bool truth) {
  std::size_t const units = town.size.size();
  std::vector<std::vector<double>> seen(units); // values of the pupils the register has
  std::uint32_t const first = truth ? 0 : need.lag, count = truth ? 1 : need.years;
  for (std::uint32_t year = first; year < first + count; ++year) {
    Stream cohort(key, Purpose::earlier, year), gaps(key, Purpose::missing, year);
    for (auto const& pupil : pupils) { // an earlier cohort is as large, unit by unit
      int profile = pupil.profile;
      if (year > 0) {
        double u = uniform01(cohort);
        profile = 0;
        while (profile + 1 < static_cast<int>(value.size()) && u > town.pi[pupil.unit][profile])
          u -= town.pi[pupil.unit][profile++];
      }
      bool const missing = !truth && need.missing > 0 && uniform01(gaps) < need.missing;
      if (!missing) seen[pupil.unit].push_back(value[profile]);
    }
  }
  double all = 0, known = 0;
  std::vector<double> mean(units, 0.0), within(units, 0.0);
  std::vector<bool> has(units, false);
  for (std::size_t s = 0; s < units; ++s) {
    has[s] = !seen[s].empty() && (truth || seen[s].size() >= need.smallest);
    if (!has[s]) continue;
    double const sum = std::accumulate(seen[s].begin(), seen[s].end(), 0.0);
    mean[s] = sum / static_cast<double>(seen[s].size());
    for (double x : seen[s]) within[s] += (x - mean[s]) * (x - mean[s]);
    all += sum;
    known += static_cast<double>(seen[s].size());
  }
  double const overall = known > 0 ? all / known : 0.0;
  double square = 0, inside = 0, between = 0, used = 0;
  for (std::size_t s = 0; s < units; ++s) {
    if (!has[s]) mean[s] = overall;
    if (!has[s]) continue;
    auto const k = static_cast<double>(seen[s].size());
    used += 1;
    square += k * k;
    inside += within[s];
    between += k * (mean[s] - overall) * (mean[s] - overall);
  }
  if (!truth && need.shrinkage == Shrinkage::empirical_bayes && used >= 2 && known > used) {
    double const tau2 = inside / (known - used);
    double const sigma2 = std::max(0.0, (between - (used - 1) * tau2) / (known - square / known));
    for (std::size_t s = 0; s < units; ++s) {
      double const noise = has[s] ? tau2 / static_cast<double>(seen[s].size()) : 0;
      if (has[s])
        mean[s] = overall + (sigma2 + noise > 0 ? sigma2 / (sigma2 + noise) : 0.0) * (mean[s] - overall);
    }
  }
  return mean;
}

} // namespace likvard::reference
