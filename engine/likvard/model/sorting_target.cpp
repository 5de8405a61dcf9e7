#include "likvard/core/contract.hpp"

#include "likvard/core/portable.hpp"
#include "likvard/model/sorting.hpp"

#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard {
namespace {

/// Up or down to three significant digits, so that a stated bound is itself within reach.
double rounded(double x, bool up) {
  if (!(x > 1e-6)) return 0;
  double const scale = std::pow(10.0, 2 - std::floor(std::log10(x)));
  return (up ? std::ceil(x * scale - 1e-6) : std::floor(x * scale + 1e-6)) / scale;
}

/// One index wanted of one table π at the weights of its rows.
struct Problem {
  Profiles const& profiles;
  std::span<double const> weight;
  Target target;
  std::string key; ///< what the user called the target
  std::string_view rows = "unit";

  double index(Table const& pi) const {
    return index_of(target.index, weight, pi, profiles.in_group[target.group], profiles.score);
  }
  /// The value must lie in [least, most], but for rounding.
  void check_reach(double least, double most) const {
    double const slack = 1e-9 + 1e-9 * std::abs(most);
    if (target.value <= most + slack && target.value >= least - slack) return;
    double const from = rounded(least, true), to = rounded(most, false);
    throw Unreachable(fmt::format("{} = {:g} (with {} {}{} this mechanism can show {} from {:.3g} to {:.3g})",
                                  key, target.value, weight.size(), rows, weight.size() == 1 ? "" : "s",
                                  name_of(target.index), from <= to ? from : most, from <= to ? to : most));
  }
};

/// The x in [low, high] where f is 0, by TOMS 748 (Alefeld, Potra & Shi 1995); f_low and f_high, f at the
/// ends, are not of the same sign.
template <class F>
double bracketed_root(F const& f, double low, double high, double f_low, double f_high, int bits) {
  if (f_low == 0) return low;
  if (f_high == 0) return high;
  std::uintmax_t steps = 200;
  auto const bracket = boost::math::tools::toms748_solve(
      f, low, high, f_low, f_high, boost::math::tools::eps_tolerance<double>(bits), steps);
  return 0.5 * (bracket.first + bracket.second);
}

/// The same for an increasing f; the nearer end where f has no root.
template <class F>
double increasing_root(F const& f, double low, double high, int bits = 44) {
  double const f_low = f(low), f_high = f(high);
  if (f_low >= 0) return low;
  if (f_high <= 0) return high;
  return bracketed_root(f, low, high, f_low, f_high, bits);
}

/// The u in [0, end] where the index `at(u)` is the target. It rises as a rule, but that of a group which the
/// score does not follow may turn: where the ends do not enclose the target, 16 steps between them are looked
/// at, and what they span is the reach.
template <class F>
double solve_index(Problem const& problem, F const& at, double end, int bits) {
  constexpr int steps = 16;
  auto const shortfall = [&](double u) { return at(u) - problem.target.value; };
  double const first = shortfall(0), last = shortfall(end);
  if (first <= 0 && last >= 0) return bracketed_root(shortfall, 0, end, first, last, bits);
  double least = std::min(first, last), most = std::max(first, last), closest = first < 0 ? end : 0,
         before = first;
  for (int i = 1; i <= steps; ++i) {
    double const u = end * i / steps, now = i < steps ? shortfall(u) : last;
    if (before * now <= 0) return bracketed_root(shortfall, end * (i - 1) / steps, u, before, now, bits);
    if (first < 0 ? now > most : now < least) closest = u;
    least = std::min(least, now);
    most = std::max(most, now);
    before = now;
  }
  problem.check_reach(problem.target.value + least, problem.target.value + most);
  return closest; // at a bound, but for rounding
}

/// The strength in [0, most] where `at(strength)`, the index, is the target. Strengths span decades, so the
/// search runs over t in [0, 1] with strength = t / (1 - t).
template <class F>
double solve_strength(Problem const& problem, F const& at, double most) {
  double const t = solve_index(problem, [&](double u) { return at(u / (1 - u)); }, most / (1 + most), 44);
  return t / (1 - t);
}

/// Ranking on the socioeconomic score, one target.
std::vector<double> rank_on_score(Problem const& problem) {
  std::vector<double> x(problem.profiles.size());
  Table pi;
  auto const at = [&](double strength) {
    for (std::size_t p = 0; p < x.size(); ++p) x[p] = strength * problem.profiles.score[p];
    sort_by_rank(problem.weight, problem.profiles.share, x, pi);
    return problem.index(pi);
  };
  double const strength = solve_strength(problem, at, ranking_strength(1));
  for (std::size_t p = 0; p < x.size(); ++p) x[p] = strength * problem.profiles.score[p];
  return x;
}

/// Ranking on several group indicators, one target each: x = -Σ_j c_j m_j, solved coordinate by coordinate.
/// Each index rises with its own c_j; the sweeps settle as the groups are not the same.
std::vector<double> rank_on_groups(std::vector<Problem> const& problems) {
  Profiles const& profiles = problems.front().profiles;
  std::vector<std::vector<double>> direction;
  for (auto const& problem : problems) {
    auto const& member = profiles.in_group[problem.target.group];
    auto& column = direction.emplace_back(member.begin(), member.end());
    double part = 0;
    for (std::size_t p = 0; p < column.size(); ++p) part += profiles.share[p] * column[p];
    double const sd = std::sqrt(part * (1 - part));
    for (double& value : column) value = sd > 0 ? -(value - part) / sd : 0.0;
  }
  std::vector<double> strength(problems.size(), 0.0), x(profiles.size());
  Table pi;
  auto const at = [&](std::size_t j, double c) {
    strength[j] = c;
    for (std::size_t p = 0; p < x.size(); ++p) {
      x[p] = 0;
      for (std::size_t k = 0; k < problems.size(); ++k) x[p] += strength[k] * direction[k][p];
    }
    sort_by_rank(problems.front().weight, profiles.share, x, pi);
    return problems[j].index(pi);
  };
  constexpr double most = 60; // beyond, the other group's order no longer matters
  double worst = 1;
  for (int sweep = 0; sweep < 60 && worst > 1e-9; ++sweep) {
    for (std::size_t j = 0; j < problems.size(); ++j) {
      auto const shortfall = [&](double u) { return at(j, u / (1 - u)) - problems[j].target.value; };
      double const t = increasing_root(shortfall, 0.0, most / (1 + most));
      at(j, t / (1 - t));
    }
    worst = 0;
    for (auto const& problem : problems)
      worst = std::max(worst, std::abs(problem.index(pi) - problem.target.value));
  }
  if (worst > 1e-4) {
    std::string reached;
    for (auto const& problem : problems) {
      auto const from = problem.key.find('.') + 1;
      reached += fmt::format("{}{} {:.3f}", reached.empty() ? "" : ", ",
                             problem.key.substr(from, problem.key.rfind('.') - from), problem.index(pi));
    }
    throw Unreachable(fmt::format("{} = {:g} (the targets cannot all hold at once; nearest found: {})",
                                  problems.front().key, problems.front().target.value, reached));
  }
  return x;
}

double solve_tilt(Problem const& problem) {
  Table pi;
  auto const at = [&](double lambda) {
    sort_by_tilt(problem.weight, problem.profiles.share, problem.profiles.score, lambda, pi);
    return problem.index(pi);
  };
  return solve_strength(problem, at, 50);
}

double solve_power(Problem const& problem, Table const& seed) {
  Table pi;
  auto const at = [&](double power) {
    sort_by_power(problem.weight, problem.profiles.share, seed, power, pi);
    return problem.index(pi);
  };
  return solve_strength(problem, at, 20);
}

/// A point number of its own keeps a solver's draws apart from every replicate's.
constexpr std::uint32_t solver_point = 0xffffffffU;

/// Draws over which a random mechanism's mean index is taken: the index varies less between draws where there
/// are many units.
std::uint32_t draw_count(std::size_t units, std::uint32_t most, std::uint32_t least) {
  return std::clamp(static_cast<std::uint32_t>(12 * most / units), least, most);
}

/// α₀ for a mean index over draws. The superpopulation's closed form says where to look; fixed margins take
/// out a part that grows as units get fewer, so the mean over 400 draws (fewer where there are more than 12
/// units) is matched: its standard error is a few per cent of the index. The mean has its maximum inside the
/// range where profiles are more than the units can keep apart, so reach is the largest mean on a fixed grid
/// of 1/(1+α₀).
double solve_dirichlet(Problem const& problem, std::uint64_t seed) {
  constexpr double most = 0.98, step = 1.4; // the grid: most, most / step, ...
  constexpr int points = 40;
  std::uint32_t const draws = draw_count(problem.weight.size(), 400, 32);
  auto const rho_at = [](int i) { return most / portable::pow(step, i); };
  Table pi;
  auto const mean = [&](double rho) {
    double sum = 0;
    for (std::uint32_t draw = 0; draw < draws; ++draw) {
      sort_by_dirichlet(problem.weight, problem.profiles.share, 1 / rho - 1, {seed, solver_point, draw}, pi);
      sum += problem.index(pi);
    }
    return sum / draws;
  };
  double P = 0;
  auto const& member = problem.profiles.in_group[problem.target.group];
  for (std::size_t p = 0; p < member.size(); ++p) P += member[p] ? problem.profiles.share[p] : 0.0;
  double const even = problem.target.index == Index::isolation ? P : 0.0, value = problem.target.value;
  int start = points;
  while (start > 0 && dirichlet_index(problem.target.index, P, 1 / rho_at(start) - 1) < value) --start;
  if (std::abs(value - even) < 1e-6) return 1 / rho_at(points) - 1;

  int high = -1;
  double reach = even;
  auto const tried = [&](int i) {
    double const found = mean(rho_at(i));
    reach = std::max(reach, found);
    if (found >= value && value >= even) high = i;
  };
  for (int i = start; high < 0 && i >= 0; --i) tried(i); // up from the start, then down
  for (int i = start + 1; high < 0 && i <= points; ++i) tried(i);
  if (high < 0) {
    problem.check_reach(even, reach);
    return 1 / rho_at(points) - 1; // at a bound, but for rounding
  }
  int low = high + 1;
  while (low < points && mean(rho_at(low)) >= value) ++low;
  return 1 / increasing_root([&](double rho) { return mean(rho) - value; }, rho_at(low), rho_at(low - 1),
                             10) -
         1;
}

/// The unknown of `choice` at which the mean index over 64 geographies (fewer where there are more than 12
/// units, 2 at least) is the target. The same geographies at every trial: the mean is smooth.
double solve_choice(Problem const& problem, Choice& choice, std::uint64_t seed) {
  std::uint32_t const draws = draw_count(problem.weight.size(), 64, 2);
  Table pi;
  auto const mean = [&](double value) {
    switch (choice.solve) {
    case ChoiceUnknown::residence: choice.residence = value; break;
    case ChoiceUnknown::standing: choice.standing = value; break;
    case ChoiceUnknown::own_group: choice.own_group = value; break;
    }
    ChoiceModel const model = make_choice_model(choice, problem.profiles);
    double sum = 0;
    Problem drawn = problem;
    for (std::uint32_t draw = 0; draw < draws; ++draw) {
      // Which size stands where is luck, as in a replicate.
      StreamKey const key{seed, solver_point, draw};
      std::vector<double> weight(problem.weight.begin(), problem.weight.end());
      Stream stream(key, Purpose::sizes);
      for (std::size_t s = weight.size(); s > 1; --s) {
        auto const k = static_cast<std::size_t>(uniform01(stream) * static_cast<double>(s));
        std::swap(weight[s - 1], weight[std::min(k, s - 1)]);
      }
      drawn.weight = weight;
      sort_by_choice(model, weight, problem.profiles.share, key, pi);
      sum += drawn.index(pi);
    }
    return sum / draws;
  };
  double const most = choice.solve == ChoiceUnknown::residence  ? 1.0
                      : choice.solve == ChoiceUnknown::standing ? largest_standing
                                                                : largest_own_group;
  // As near as the mean over geographies knows itself.
  double const value = solve_index(problem, mean, most, 9);
  mean(value);
  return value;
}

} // namespace

Sorter make_sorter(Parameters const& parameters, Profiles const& profiles, std::span<double const> weight,
                   std::uint64_t seed) {
  auto const& sorting = parameters.sorting;
  std::vector<Problem> problems;
  for (auto const& target : sorting.targets)
    problems.push_back({profiles, weight, target,
                        fmt::format("target.{}.value", parameters.background.groups[target.group].name)});
  Sorter sorter{.mechanism = sorting.mechanism,
                .strength = sorting.strength.value_or(0),
                .x = {},
                .seed = {},
                .choice = {}};
  switch (sorting.mechanism) {
  case Mechanism::random: break;
  case Mechanism::rank:
    if (sorting.strength) {
      double const c = ranking_strength(*sorting.strength);
      for (double a : profiles.score) sorter.x.push_back(c * a);
    } else if (problems.size() == 1) {
      sorter.x = rank_on_score(problems.front());
    } else {
      sorter.x = rank_on_groups(problems);
    }
    break;
  case Mechanism::tilt:
    if (!sorting.strength) sorter.strength = solve_tilt(problems.front());
    break;
  case Mechanism::dirichlet:
    sorter.random = true;
    if (!sorting.strength) sorter.strength = solve_dirichlet(problems.front(), seed);
    break;
  case Mechanism::given: {
    sorter.seed = given_composition(profiles, parameters.background, parameters.municipality.given);
    double const power = sorting.strength   ? *sorting.strength
                         : problems.empty() ? 1.0
                                            : solve_power(problems.front(), sorter.seed);
    if (power != 1.0) {
      Table pi;
      sort_by_power(weight, profiles.share, sorter.seed, power, pi);
      sorter.seed = pi;
    }
    sorter.strength = power;
    break;
  }
  case Mechanism::choice: {
    sorter.random = true;
    Choice choice = sorting.choice;
    if (choice.residence_eps2) {
      std::vector<double> const areas(choice.areas, 1.0 / choice.areas);
      Target const target{parameters.background.need_group, Index::eps2, *choice.residence_eps2};
      auto const x = rank_on_score({profiles, areas, target, "sorting.residence_eps2", "area"});
      double square = 0; // x = c·a and a has variance 1
      for (std::size_t p = 0; p < x.size(); ++p) square += profiles.share[p] * x[p] * x[p];
      choice.residence = std::sqrt(square / (1 + square));
    }
    if (!problems.empty()) sorter.strength = solve_choice(problems.front(), choice, seed);
    sorter.choice = make_choice_model(choice, profiles);
    break;
  }
  }
  return sorter;
}

} // namespace likvard
