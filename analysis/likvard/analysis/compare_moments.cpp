#include "likvard/analysis/compare_moments.hpp"

#include "likvard/analysis/compare_rows.hpp"
#include "likvard/analysis/one_for_all.hpp"
#include "likvard/analysis/result_names.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace likvard {
namespace {

/// The policies asked for; without shares, of each model the nearest to the answer's.
std::vector<std::size_t> policies_of(Result const& r, MomentQuestion const& args) {
  auto const named = find_policies(r, args.policies); // refuses unknown names
  auto const distance = [&](std::size_t m) { return std::abs(r.policy_share[m] - r.answer.share); };
  std::vector<std::size_t> out{0};
  for (std::size_t m = 1; m < r.policy_name.size(); ++m) {
    if (!args.policies.empty() && std::find(named.begin(), named.end(), m) == named.end()) continue;
    bool wanted = args.shares.empty();
    for (double share : args.shares) wanted |= std::abs(share - r.policy_share[m]) < 1e-9;
    for (std::size_t n = 1; args.shares.empty() && n < r.policy_name.size(); ++n)
      if (r.policy_name[n] == r.policy_name[m] &&
          (distance(n) < distance(m) - 1e-12 || (n < m && distance(n) <= distance(m) + 1e-12)))
        wanted = false;
    if (wanted) out.push_back(m);
  }
  for (double share : args.shares)
    if (std::none_of(r.policy_share.begin(), r.policy_share.end(),
                     [&](double w) { return std::abs(w - share) < 1e-9; }))
      throw ScenarioError({fmt::format("{}: no policy has the share {:g}", args.source, share)});
  if (out.size() < 2)
    throw ScenarioError({fmt::format("{}: fewer than two policies to compare", args.source)});
  return out;
}

} // namespace

MomentComparison compare_moments(Result const& r, MomentQuestion const& question) {
  std::size_t const measure = find_measures(r, {question.measure.value_or(r.answer.measure)}).front();
  if (r.measures[measure].better == "none")
    throw ScenarioError(
        {fmt::format("{}: '{}' (neither higher nor lower is better: choose another with --measure)",
                     question.source, r.measures[measure].key)});
  double const level = question.confidence.value_or(0.95);
  if (!(level >= 0.5 && level < 1))
    throw ScenarioError({fmt::format("--confidence {:g} (0.5 to below 1 is wanted)", level)});
  auto const policies = policies_of(r, question);
  MomentComparison out{measure, level, policies, {}, {}, {}, {}, {}, {}};
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    if (!(r.degrees_of_freedom[g] >= 1)) continue;
    auto const sample = widest_sample(r, g, policies, measure);
    Eigen::Index at = 0;
    sample.mean.maxCoeff(&at);
    auto const best = static_cast<std::size_t>(at);
    out.points.push_back(g);
    out.best.push_back(best);
    out.sure.push_back(sure_of_best(sample, best));
    for (auto const& bounds : comparisons_with_best(sample, level)) out.gain.push_back(bounds);
    for (std::size_t m = 0; m < policies.size(); ++m) {
      auto const d = paired_difference(sample, best, m);
      out.behind.push_back(d.mean);
      out.behind_se.push_back(d.standard_error);
    }
  }
  if (out.points.empty())
    throw ScenarioError(
        {fmt::format("{}: no point has replicates in two blocks: nothing can be compared", question.source)});
  return out;
}

nlohmann::json moments_json(Result const& r, MomentComparison const& c) {
  auto const names = names_of(r, c.policies);
  auto list = nlohmann::json::array();
  std::size_t const policies = names.name.size();
  for (std::size_t p = 0; p < c.points.size(); ++p) {
    auto rows = nlohmann::json::array();
    for (std::size_t m = 0; m < policies; ++m) {
      std::size_t const i = p * policies + m;
      rows.push_back({{"policy", names.name[m]},
                      {"share", names.share[m]},
                      {"behind_best", c.behind[i]},
                      {"standard_error_at_most", c.behind_se[i]},
                      {"gain_over_others_low", c.gain[i].low},
                      {"gain_over_others_high", c.gain[i].high}});
    }
    list.push_back({{"point", r.points[c.points[p]].name},
                    {"at", r.points[c.points[p]].at},
                    {"best", names.name[c.best[p]]},
                    {"share", names.share[c.best[p]]},
                    {"sure_at_least", c.sure[p]},
                    {"policies", rows}});
  }
  return list;
}

} // namespace likvard
