#include "likvard/analysis/result_names.hpp"

#include "likvard/core/text.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <string_view>

namespace likvard {
namespace {

std::vector<std::size_t> find_names(std::vector<std::string> const& all,
                                    std::vector<std::string> const& wanted, std::string_view what) {
  std::vector<std::size_t> found;
  for (auto const& name : wanted) {
    bool any = false;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i] == name) found.push_back(i), any = true;
    if (any) continue;
    std::vector<std::string_view> const names(all.begin(), all.end());
    auto const close = nearest(name, names);
    throw ScenarioError({fmt::format("no {} '{}' in this result{}", what, name,
                                     close.empty() ? "" : fmt::format(" - did you mean '{}'?", close))});
  }
  return found;
}

} // namespace

std::vector<std::size_t> find_measures(Result const& result, std::vector<std::string> const& names) {
  std::vector<std::string> keys;
  for (auto const& measure : result.measures) keys.push_back(measure.key);
  return find_names(keys, names, "measure");
}
std::vector<std::size_t> find_policies(Result const& result, std::vector<std::string> const& names) {
  return find_names(result.policy_name, names, "policy");
}

std::size_t find_point(Result const& r, std::string const& wanted) {
  for (std::size_t g = 0; g < r.points.size(); ++g)
    if (r.points[g].name == wanted) return g;
  std::size_t number = 0;
  auto const [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  if (error == std::errc{} && end == wanted.data() + wanted.size() && number < r.points.size()) return number;
  auto const points = r.points.list();
  std::vector<std::string_view> names;
  for (auto const& point : points) names.push_back(point.name);
  auto const close = nearest(wanted, names);
  throw ScenarioError(
      {fmt::format("no point '{}' in this result (a name, or a number from 0 to {}){}", one_line(wanted, 60),
                   r.points.size() - 1, close.empty() ? "" : fmt::format(" - did you mean '{}'?", close))});
}

std::size_t find_policy(Result const& r, std::string const& name, std::optional<double> share) {
  auto const found = find_policies(r, {name});
  if (!share) {
    if (found.size() == 1) return found.front();
    share = r.answer.share;
  }
  return *std::min_element(found.begin(), found.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(r.policy_share[a] - *share) < std::abs(r.policy_share[b] - *share);
  });
}

void lead_with(Result& result, std::string const& policy, std::optional<double> share,
               std::string const& measure) {
  if (!measure.empty()) {
    auto const& found = result.measures[find_measures(result, {measure}).front()];
    if (found.better == "none")
      throw ScenarioError(
          {fmt::format("'{}' (neither higher nor lower is better: another measure is wanted)", found.key)});
    result.answer.measure = found.key;
  }
  if (policy.empty() && !share) return;
  std::size_t const m = find_policy(result, policy.empty() ? result.answer.policy : policy, share);
  if (m == 0)
    throw ScenarioError({fmt::format("{} (what the others are compared with: another policy is wanted)",
                                     result.policy_name[m])});
  result.answer.policy = result.policy_name[m];
  result.answer.share = result.policy_share[m];
}

} // namespace likvard
