#include "likvard/analysis/compare.hpp"

#include "likvard/core/text.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace likvard {
namespace {

std::string near_text(std::string const& word, std::vector<std::string_view> const& names) {
  auto const close = nearest(word, names);
  return close.empty() ? "" : fmt::format(" - did you mean '{}'?", close);
}

[[noreturn]] void refuse(Scenario const& scenario, std::string const& what) {
  throw ScenarioError({fmt::format("{}: {}", scenario.path, what)});
}

bool same_share(double a, double b) {
  return std::abs(a - b) < 1e-9;
}

/// Of its model, is it the one nearest to the answer's share (of equally near ones the first)?
bool is_nearest(Scenario const& scenario, std::size_t m) {
  auto const distance = [&](std::size_t i) {
    return std::abs(scenario.policies[i].share - scenario.answer.share);
  };
  for (std::size_t n = 1; n < scenario.policies.size(); ++n)
    if (scenario.policies[n].name == scenario.policies[m].name &&
        (distance(n) < distance(m) - 1e-12 || (n < m && distance(n) <= distance(m) + 1e-12)))
      return false;
  return true;
}

std::size_t measure_place(Scenario const& scenario, std::string const& name) {
  auto const table = measure_table();
  std::vector<std::string_view> names;
  for (std::size_t k = 0; k < table.size(); ++k) {
    names.push_back(table[k].key);
    if (table[k].key != name) continue;
    if (scenario.years < 2 && is_over_years(static_cast<Measure>(k)))
      refuse(scenario,
             fmt::format("compare: '{}' (is of several years: years.count of 2 at least is wanted)", name));
    return k;
  }
  refuse(scenario, fmt::format("compare: '{}' (no such measure; likvard keys measures lists them){}", name,
                               near_text(name, names)));
}

} // namespace

std::vector<std::size_t> compared_policies(Scenario const& scenario) {
  auto const& question = scenario.compare;
  std::vector<std::string_view> names;
  for (auto const& policy : scenario.policies) names.push_back(policy.name);
  for (auto const& name : question.policies)
    if (std::find(names.begin(), names.end(), name) == names.end())
      refuse(scenario, fmt::format("compare: there is no policy '{}'{}", name, near_text(name, names)));
  std::vector<std::size_t> out{0};
  std::set<double> found;
  for (std::size_t m = 1; m < scenario.policies.size(); ++m) {
    auto const& policy = scenario.policies[m];
    bool const named =
        question.policies.empty() ||
        std::find(question.policies.begin(), question.policies.end(), policy.name) != question.policies.end();
    auto const share = std::find_if(question.shares.begin(), question.shares.end(),
                                    [&](double w) { return same_share(w, policy.share); });
    if (share != question.shares.end()) found.insert(*share);
    // A model whose share follows from its rates has but one policy.
    bool const wanted = question.shares.empty() ? is_nearest(scenario, m)
                                                : share != question.shares.end() || policy.own_share;
    if (named && wanted) out.push_back(m);
  }
  for (double share : question.shares)
    if (!found.contains(share) && share != 0)
      refuse(scenario, fmt::format("compare: no policy has the share {:g}", share));
  if (out.size() < 2) refuse(scenario, "compare (needs a [[policy]] besides per head)");
  return out;
}

std::size_t compared_measure(Scenario const& scenario) {
  std::size_t const k = measure_place(scenario, scenario.compare.measure.empty() ? scenario.answer.measure
                                                                                 : scenario.compare.measure);
  auto const& spec = measure_table()[k];
  if (spec.better == Better::none)
    refuse(scenario,
           fmt::format("compare: '{}' (neither higher nor lower is better: choose another measure, or "
                       "name it in compare.pareto)",
                       spec.key));
  return k;
}

std::vector<std::size_t> compared_objectives(Scenario const& scenario) {
  std::vector<std::size_t> out;
  for (auto const& name : scenario.compare.pareto) {
    std::size_t const k = measure_place(scenario, name);
    if (std::find(out.begin(), out.end(), k) == out.end()) out.push_back(k);
  }
  if (out.empty()) {
    out.push_back(compared_measure(scenario));
    auto const mean = static_cast<std::size_t>(Measure::mean_outcome);
    if (out.front() != mean) out.push_back(mean);
  }
  return out;
}

} // namespace likvard
