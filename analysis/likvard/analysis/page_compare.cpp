#include "likvard/analysis/detail/page_parts.hpp"
#include "likvard/analysis/json_number.hpp"
#include "likvard/analysis/two_runs.hpp"
#include "likvard/study/interval.hpp"

#include <nlohmann/json.hpp>

namespace likvard {
namespace {

using nlohmann::json;

/// [points][policies][measures] of what both have.
json numbers(Result const& r, std::vector<double> const& values, std::vector<std::size_t> const& points,
             std::vector<std::size_t> const& policies, std::vector<std::size_t> const& measures) {
  auto out = json::array();
  for (std::size_t g : points)
    for (std::size_t m : policies)
      for (std::size_t k : measures) out.push_back(json_number(values[r.index(g, m, k)]));
  return out;
}

json run_json(Result const& r, std::string const& name, std::vector<std::size_t> const& points,
              std::vector<std::size_t> const& policies, std::vector<std::size_t> const& measures) {
  auto replicates = json::array(), t = json::array();
  for (std::size_t g : points) {
    replicates.push_back(r.replicates[g]);
    t.push_back(json_number(t_quantile(0.975, r.degrees_of_freedom[g])));
  }
  return {{"name", name},
          {"title", r.title},
          {"question", r.question},
          {"seed", std::to_string(r.seed)},
          {"complete", r.complete},
          {"program", "likvard " + r.provenance.version},
          {"command", r.provenance.command},
          {"made", r.provenance.finished_utc},
          {"points", r.points.size()},
          {"policies", r.policy_name.size()},
          {"measures", r.measures.size()},
          {"replicates", replicates},
          {"t", t},
          {"mean", numbers(r, r.mean, points, policies, measures)},
          {"standard_error", numbers(r, r.standard_error, points, policies, measures)},
          {"difference", numbers(r, r.difference, points, policies, measures)},
          {"difference_standard_error", numbers(r, r.difference_standard_error, points, policies, measures)}};
}

json answer_json(Result const& a, Result const& b, AnswerDifference const& d) {
  auto const& measure = a.measures[d.measure[0]];
  json out{{"measure", measure.key},      {"title", measure.title},
           {"unit", measure.unit},        {"better", measure.better},
           {"difference", d.difference},  {"standard_error", d.difference_error},
           {"half", json_number(d.half)}, {"of", json::array()}};
  for (auto const& [r, i] : {std::pair(&a, 0), std::pair(&b, 1)})
    out["of"].push_back(
        {{"place", r->points[d.point[i]].name},
         {"policy", r->policy_title[d.policy[i]]},
         {"share", r->policy_share[d.policy[i]]},
         {"value", d.value[i]},
         {"half", json_number(t_quantile(0.975, r->degrees_of_freedom[d.point[i]]) * d.standard_error[i])}});
  return out;
}

} // namespace

std::string two_runs_page(Result const& a, Result const& b, std::vector<std::string> const& names,
                          std::vector<KeyDifference> const& differences) {
  auto const runs = compare_runs(a, b);
  auto const text = [](std::optional<std::string> const& value) {
    return value ? json(*value) : json(nullptr);
  };
  auto keys = json::array(), points = json::array(), policies = json::array(), measures = json::array();
  for (auto const& d : differences) keys.push_back({d.key, text(d.first), text(d.second)});
  for (std::size_t g : runs.points.first)
    points.push_back({{"name", a.points[g].name}, {"at", a.points[g].at}});
  for (std::size_t m : runs.policies.first)
    policies.push_back(
        {{"name", a.policy_name[m]}, {"title", a.policy_title[m]}, {"share", a.policy_share[m]}});
  for (std::size_t k : runs.measures.first) {
    auto const& m = a.measures[k];
    measures.push_back({{"key", m.key},
                        {"title", m.title},
                        {"unit", m.unit},
                        {"better", m.better},
                        {"description", m.description}});
  }
  bool const preschools = std::all_of(a.points.begin(), a.points.end(),
                                      [](Point const& p) { return p.parameters.stage == Stage::forskola; });
  return assemble_json_page(
      "compare.html",
      {{"title", a.title == b.title ? a.title : a.title + " / " + b.title},
       {"stage", preschools ? "forskola" : "grundskola"},
       {"independent", runs.independent},
       {"differences", keys},
       {"points", points},
       {"axes", a.axes},
       {"policies", policies},
       {"measures", measures},
       {"answer", runs.answer ? answer_json(a, b, *runs.answer) : json(nullptr)},
       {"runs",
        {run_json(a, names.at(0), runs.points.first, runs.policies.first, runs.measures.first),
         run_json(b, names.at(1), runs.points.second, runs.policies.second, runs.measures.second)}}});
}

} // namespace likvard
