#include "likvard/study/draw_compositions.hpp"

#include "likvard/model/sampling.hpp"
#include "likvard/study/errors.hpp"

#include <array>
#include <fmt/format.h>
#include <numeric>

namespace likvard {
namespace {

/// Members and others: one variable of two levels, and the group of the second.
Parameters two_groups(CompositionQuestion const& question) {
  Parameters parameters;
  parameters.background.variables.push_back(
      {"member", {"no", "yes"}, {1 - question.share, question.share}, {0, 1}, 0, ""});
  parameters.background.groups.push_back({"members", "Members", 0, {1}});
  parameters.municipality.unit_pupils = question.pupils;
  parameters.municipality.totals = question.totals;
  parameters.sorting.mechanism = question.mechanism;
  if (question.mechanism != Mechanism::random)
    parameters.sorting.targets.push_back({0, question.index, question.target});
  return parameters;
}

void check(CompositionQuestion const& question) {
  std::vector<std::string> lines;
  constexpr std::uint64_t most = 100'000'000;
  auto const pupils = std::accumulate(question.pupils.begin(), question.pupils.end(), std::uint64_t{0});
  if (question.pupils.empty()) lines.emplace_back("pupils: at least one unit is wanted");
  for (std::size_t s = 0; s < question.pupils.size(); ++s)
    if (question.pupils[s] == 0) {
      lines.push_back(fmt::format("pupils[{}] = 0 (each unit has at least one)", s));
      break;
    }
  if (pupils > most) lines.push_back(fmt::format("pupils: {} in all (at most {})", pupils, most));
  if (!(question.share > 0 && question.share < 1))
    lines.push_back(fmt::format("share = {:g} (a share above 0 and below 1 is wanted)", question.share));
  if (!(question.target >= 0 && question.target <= 1))
    lines.push_back(fmt::format("target = {:g} (an index lies in [0, 1])", question.target));
  if (question.draws == 0) lines.emplace_back("draws = 0 (at least 1)");
  if (!lines.empty()) throw ScenarioError(lines);
}

} // namespace

Compositions draw_compositions(CompositionQuestion const& question, std::atomic<bool> const* stop) {
  check(question);
  std::size_t const units = question.pupils.size();
  Parameters const parameters = two_groups(question);
  constexpr double risk = 0.15; // of no importance: what is drawn is who is where
  Profiles const profiles = make_profiles(parameters.background, risk);
  double const pupils = std::accumulate(question.pupils.begin(), question.pupils.end(), 0.0);
  std::vector<double> weight;
  for (auto n : question.pupils) weight.push_back(n / pupils);
  std::array<std::uint32_t, 2> totals{};
  round_to_sum(profiles.share, static_cast<std::uint32_t>(pupils), totals);

  Sorter sorter;
  try {
    sorter = make_sorter(parameters, profiles, weight, question.seed);
  } catch (Unreachable const& error) {
    throw ScenarioError({error.what()});
  }
  Compositions out;
  out.members.resize(question.draws * units);
  RankCuts cuts;
  Table pi;
  SamplingScratch scratch;
  Counts n;
  for (std::uint32_t k = 0; k < question.draws && !(stop && *stop); ++k) {
    StreamKey const key{question.seed, 0, k};
    if (k == 0 || sorter.random) sort_units(sorter, weight, profiles, key, cuts, pi);
    if (question.totals == Totals::fixed)
      draw_counts_fixed(question.pupils, totals, pi, key, scratch, n);
    else
      draw_counts_free(question.pupils, pi, key, scratch, n);
    for (std::size_t s = 0; s < units; ++s) out.members[k * units + s] = n(static_cast<Eigen::Index>(s), 1);
  }
  if (!sorter.random)
    for (std::size_t s = 0; s < units; ++s) out.expected.push_back(pi(static_cast<Eigen::Index>(s), 1));
  return out;
}

} // namespace likvard
