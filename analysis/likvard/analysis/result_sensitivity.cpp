#include "likvard/analysis/result_sensitivity.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace likvard {
namespace {

/// Place of a level among those of the factor; a new one is put behind.
double place_of(std::vector<std::string>& levels, std::string const& level) {
  auto found = std::find(levels.begin(), levels.end(), level);
  if (found == levels.end()) found = levels.insert(found, level);
  return static_cast<double>(found - levels.begin());
}

} // namespace

SensitivityData data_of_result(Result const& result, std::vector<std::size_t> const& measures) {
  SensitivityData out{.title = result.title,
                      .question = result.question,
                      .source = result.scenario_path,
                      .scenario_text = result.scenario_text};
  out.seed = result.seed;
  out.complete = result.complete;
  out.provenance = result.provenance;
  std::set<std::string> const models(result.policy_title.begin() + 1, result.policy_title.end());
  std::set<double> const shares(result.policy_share.begin() + 1, result.policy_share.end());
  auto const add = [&](std::string const& title, Role role) {
    out.factors.push_back({title, title, title, "as in the study", role, {}});
  };
  for (auto const& axis : result.axes) add(axis, Role::context);
  bool const points = result.axes.empty() && result.points.size() > 1;
  if (points) add("point", Role::context);
  if (models.size() > 1) add("model", Role::lever);
  if (shares.size() > 1) add("share given out by need", Role::lever);
  if (out.factors.empty())
    throw std::domain_error("nothing varies in this result: one point, one policy, one share");
  for (std::size_t i = 0; i < out.factors.size(); ++i) {
    out.sets.push_back({static_cast<std::uint32_t>(i)});
    out.set_name.push_back(out.factors[i].name);
    out.set_title.push_back(out.factors[i].title);
  }
  for (std::size_t k : measures)
    out.outputs.push_back({result.measures[k].key, result.measures[k].title + ", change against per head",
                           result.measures[k].unit});
  out.y.resize(measures.size());
  for (std::size_t g = 0; g < result.points.size(); ++g)
    for (std::size_t m = 1; m < result.policy_name.size(); ++m) {
      std::size_t i = 0;
      auto const& at = result.points[g].at;
      for (auto const& axis : result.axes)
        out.x.push_back(
            place_of(out.factors[i++].levels, at.contains(axis) ? at.at(axis) : std::string("-")));
      if (points) out.x.push_back(place_of(out.factors[i++].levels, result.points[g].name));
      if (models.size() > 1) out.x.push_back(place_of(out.factors[i++].levels, result.policy_title[m]));
      if (shares.size() > 1) out.x.push_back(result.policy_share[m]);
      for (std::size_t o = 0; o < measures.size(); ++o)
        out.y[o].push_back(result.difference[result.index(g, m, measures[o])]);
      ++out.rows;
    }
  return out;
}

} // namespace likvard
