#include "likvard/core/contract.hpp"
#include "likvard/model/sorting.hpp"

#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard {
namespace {

constexpr double sorted = 1e4; ///< strength at which a ranking has no noise left for any two different scores

std::string_view name_of(Index index) {
  switch (index) {
  case Index::eps2: return "eps2";
  case Index::variance_ratio: return "variance_ratio";
  case Index::dissimilarity: return "dissimilarity";
  case Index::theil_h: return "theil_h";
  case Index::mutual_information: return "mutual_information";
  case Index::gini: return "gini";
  }
  return "";
}

struct Problem {
  Parameters const& parameters;
  Profiles const& profiles;
  std::span<double const> weight;

  double index(Target const& target, Table const& pi) const {
    return index_of(target.index, weight, pi, profiles.in_group[target.group]);
  }
  [[noreturn]] void refuse(Target const& target, double most) const {
    throw Unreachable(
        fmt::format("target.{}.value = {:g} (with {} units this mechanism can show {} from 0 to {:.3g})",
                    parameters.background.groups[target.group].name, target.value, weight.size(),
                    name_of(target.index), std::floor(most * 1000) / 1000));
  }
};

/// The x in [low, high] where the increasing function f is 0, by TOMS 748.
template <class F>
double increasing_root(F const& f, double low, double high) {
  if (f(low) >= 0) return low;
  if (f(high) <= 0) return high;
  std::uintmax_t steps = 200;
  auto const bracket =
      boost::math::tools::toms748_solve(f, low, high, boost::math::tools::eps_tolerance<double>(44), steps);
  return 0.5 * (bracket.first + bracket.second);
}

/// Strengths span decades, so the search runs over t in [0, 1] with strength = t / (1 - t), up to `most`.
template <class F>
double solve_strength(F const& shortfall, double most) {
  double const end = most / (1 + most);
  double const t = increasing_root([&](double u) { return shortfall(u / (1 - u)); }, 0.0, end);
  return t / (1 - t);
}

/// Ranking on the socioeconomic score, one target.
std::vector<double> rank_on_score(Problem const& problem, Target const& target) {
  std::vector<double> x(problem.profiles.size());
  Table pi;
  auto const at = [&](double strength) {
    for (std::size_t p = 0; p < x.size(); ++p) x[p] = strength * problem.profiles.score[p];
    sort_by_rank(problem.weight, problem.profiles.share, x, pi);
    return problem.index(target, pi);
  };
  double const most = at(sorted);
  if (target.value > most * (1 + 1e-9)) problem.refuse(target, most);
  double const strength = solve_strength([&](double c) { return at(c) - target.value; }, sorted);
  at(strength);
  return x;
}

/// Ranking on several group indicators, one target each: x = -Σ_j c_j m_j, solved coordinate by coordinate.
/// Each index rises with its own c_j; the sweeps settle as the groups are not the same.
std::vector<double> rank_on_groups(Problem const& problem, std::vector<Target> const& targets) {
  std::vector<std::vector<double>> direction;
  for (auto const& target : targets) {
    auto const& member = problem.profiles.in_group[target.group];
    auto& column = direction.emplace_back(member.begin(), member.end());
    double part = 0;
    for (std::size_t p = 0; p < column.size(); ++p) part += problem.profiles.share[p] * column[p];
    double const sd = std::sqrt(part * (1 - part));
    for (double& value : column) value = sd > 0 ? -(value - part) / sd : 0.0;
  }
  std::vector<double> strength(targets.size(), 0.0), x(problem.profiles.size());
  Table pi;
  auto const at = [&](std::size_t j, double c) {
    strength[j] = c;
    for (std::size_t p = 0; p < x.size(); ++p) {
      x[p] = 0;
      for (std::size_t k = 0; k < targets.size(); ++k) x[p] += strength[k] * direction[k][p];
    }
    sort_by_rank(problem.weight, problem.profiles.share, x, pi);
    return problem.index(targets[j], pi);
  };
  constexpr double most = 60; // beyond, the other group's order no longer matters
  double worst = 1;
  for (int sweep = 0; sweep < 60 && worst > 1e-9; ++sweep) {
    for (std::size_t j = 0; j < targets.size(); ++j)
      strength[j] = solve_strength([&](double c) { return at(j, c) - targets[j].value; }, most),
      at(j, strength[j]);
    worst = 0;
    for (auto const& target : targets)
      worst = std::max(worst, std::abs(problem.index(target, pi) - target.value));
  }
  if (worst > 1e-4) {
    std::string reached;
    for (auto const& target : targets)
      reached +=
          fmt::format("{}{} {:.3f}", reached.empty() ? "" : ", ",
                      problem.parameters.background.groups[target.group].name, problem.index(target, pi));
    throw Unreachable(fmt::format(
        "target.{}.value = {:g} (the targets cannot all hold at once; nearest found: {})",
        problem.parameters.background.groups[targets.front().group].name, targets.front().value, reached));
  }
  return x;
}

double solve_tilt(Problem const& problem, Target const& target) {
  Table pi;
  auto const at = [&](double lambda) {
    sort_by_tilt(problem.weight, problem.profiles.share, problem.profiles.score, lambda, pi);
    return problem.index(target, pi);
  };
  constexpr double most = 50;
  if (double const reach = at(most); target.value > reach * (1 + 1e-9)) problem.refuse(target, reach);
  return solve_strength([&](double lambda) { return at(lambda) - target.value; }, most);
}

double solve_power(Problem const& problem, Target const& target, Table const& seed) {
  Table pi;
  auto const at = [&](double power) {
    sort_by_power(problem.weight, problem.profiles.share, seed, power, pi);
    return problem.index(target, pi);
  };
  constexpr double most = 20;
  if (double const reach = at(most); target.value > reach * (1 + 1e-9)) problem.refuse(target, reach);
  return solve_strength([&](double power) { return at(power) - target.value; }, most);
}

/// Mean index over draws at one concentration: common random numbers make it nearly smooth in α₀.
double dirichlet_mean(Problem const& problem, Target const& target, double alpha, std::uint64_t seed) {
  constexpr std::uint32_t draws = 400;
  Table pi;
  double sum = 0;
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    // A point number of its own keeps these draws apart from every replicate's.
    sort_by_dirichlet(problem.weight, problem.profiles.share, alpha, {seed, 0xffffffffU, draw}, pi);
    sum += problem.index(target, pi);
  }
  return sum / draws;
}

/// α₀ for a mean index over draws. In the superpopulation V = 1/(1+α₀); fixed margins take out a part that
/// grows as units get fewer, so the mean over 400 draws is matched instead (its standard error is a few per
/// cent of the index).
double solve_dirichlet(Problem const& problem, Target const& target, std::uint64_t seed) {
  auto const shortfall = [&](double rho) {
    return dirichlet_mean(problem, target, 1 / rho - 1, seed) - target.value;
  };
  constexpr double least = 1e-5, most = 0.98;
  if (double const reach = shortfall(most) + target.value; target.value > reach)
    problem.refuse(target, reach);
  if (target.value <= 0 || shortfall(least) >= 0) return 1 / least - 1;
  std::uintmax_t steps = 40;
  auto const bracket = boost::math::tools::toms748_solve(
      shortfall, least, most, boost::math::tools::eps_tolerance<double>(16), steps);
  return 2 / (bracket.first + bracket.second) - 1;
}

} // namespace

Sorter make_sorter(Parameters const& parameters, Profiles const& profiles, std::span<double const> weight,
                   std::uint64_t seed) {
  auto const& sorting = parameters.sorting;
  Problem const problem{parameters, profiles, weight};
  Sorter sorter{
      .mechanism = sorting.mechanism, .strength = sorting.strength.value_or(0), .x = {}, .seed = {}};
  switch (sorting.mechanism) {
  case Mechanism::random: break;
  case Mechanism::rank:
    if (sorting.strength) {
      double const r = *sorting.strength;
      double const c = r < 1 ? std::min(sorted, r / std::sqrt(1 - r * r)) : sorted;
      for (double a : profiles.score) sorter.x.push_back(c * a);
    } else if (sorting.targets.size() == 1) {
      sorter.x = rank_on_score(problem, sorting.targets.front());
    } else {
      sorter.x = rank_on_groups(problem, sorting.targets);
    }
    break;
  case Mechanism::tilt:
    if (!sorting.strength) sorter.strength = solve_tilt(problem, sorting.targets.front());
    break;
  case Mechanism::dirichlet:
    sorter.random = true;
    if (!sorting.strength) sorter.strength = solve_dirichlet(problem, sorting.targets.front(), seed);
    break;
  case Mechanism::given: {
    sorter.seed = given_composition(profiles, parameters.background, parameters.municipality.given);
    double const power = sorting.strength ? *sorting.strength
                         : sorting.targets.empty()
                             ? 1.0
                             : solve_power(problem, sorting.targets.front(), sorter.seed);
    if (power != 1.0) {
      Table pi;
      sort_by_power(weight, profiles.share, sorter.seed, power, pi);
      sorter.seed = pi;
    }
    sorter.strength = power;
    break;
  }
  }
  return sorter;
}

} // namespace likvard
