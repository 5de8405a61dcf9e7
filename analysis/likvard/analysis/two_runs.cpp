#include "likvard/analysis/two_runs.hpp"

#include "likvard/analysis/detail/question_words.hpp"
#include "likvard/study/interval.hpp"

#include <algorithm>
#include <cmath>

namespace likvard {
namespace {

/// Pairs of places where `same` holds, in the first's order; each of the second once.
template <class Same>
Shared shared(std::size_t first, std::size_t second, Same const& same) {
  Shared out;
  std::vector<bool> taken(second);
  for (std::size_t i = 0; i < first; ++i)
    for (std::size_t j = 0; j < second; ++j)
      if (!taken[j] && same(i, j)) {
        out.first.push_back(i);
        out.second.push_back(j);
        taken[j] = true;
        break;
      }
  return out;
}

std::optional<std::size_t> partner(Shared const& pairs, std::size_t first) {
  auto const at = std::find(pairs.first.begin(), pairs.first.end(), first);
  if (at == pairs.first.end()) return std::nullopt;
  return pairs.second[static_cast<std::size_t>(at - pairs.first.begin())];
}

std::optional<AnswerDifference> answers(Result const& a, Result const& b, TwoRuns const& runs) {
  if (a.points.empty() || b.points.empty()) return std::nullopt;
  std::size_t const point_a = question_point(a),
                    point_b = partner(runs.points, point_a).value_or(question_point(b));
  auto const ours = question::view_of(a, point_a), theirs = question::view_of(b, point_b);
  auto const measure = ours.policy ? partner(runs.measures, ours.lead) : std::nullopt;
  if (!ours.policy || !theirs.policy || !measure || a.replicates[point_a] == 0 || b.replicates[point_b] == 0)
    return std::nullopt;
  auto const x = ours.difference_at(point_a, *ours.policy, ours.lead),
             y = theirs.difference_at(point_b, *theirs.policy, *measure);
  if (!std::isfinite(x.value) || !std::isfinite(y.value) || !std::isfinite(x.error) ||
      !std::isfinite(y.error))
    return std::nullopt;
  AnswerDifference out{{ours.lead, *measure},
                       {*ours.policy, *theirs.policy},
                       {point_a, point_b},
                       {x.value, y.value},
                       {x.error, y.error}};
  out.difference = y.value - x.value;
  out.difference_error = runs.independent ? std::hypot(x.error, y.error) : x.error + y.error;
  out.half = t_quantile(0.975, std::min(a.degrees_of_freedom[point_a], b.degrees_of_freedom[point_b])) *
             out.difference_error;
  return out;
}

} // namespace

TwoRuns compare_runs(Result const& a, Result const& b) {
  TwoRuns out;
  bool const one_each = a.points.size() == 1 && b.points.size() == 1;
  auto const ours = a.points.list(), theirs = b.points.list();
  out.points = shared(ours.size(), theirs.size(),
                      [&](auto i, auto j) { return one_each || ours[i].name == theirs[j].name; });
  constexpr double nearly = 1e-9; // shares come from decimal text
  out.policies = shared(a.policy_name.size(), b.policy_name.size(), [&](auto i, auto j) {
    return a.policy_name[i] == b.policy_name[j] && std::abs(a.policy_share[i] - b.policy_share[j]) < nearly;
  });
  out.measures = shared(a.measures.size(), b.measures.size(),
                        [&](auto i, auto j) { return a.measures[i].key == b.measures[j].key; });
  out.independent = a.seed != b.seed;
  out.answer = answers(a, b, out);
  return out;
}

} // namespace likvard
