#include "likvard/analysis/page_data.hpp"
#include "likvard/analysis/json_number.hpp"

#include "likvard/analysis/detail/page_decision.hpp"
#include "likvard/analysis/detail/page_years.hpp"
#include "likvard/analysis/questions.hpp"
#include "likvard/analysis/report.hpp"
#include "likvard/study/interval.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <string_view>

namespace likvard {
namespace {

using nlohmann::json;

/// "forskola" where every point is about preschools.
std::string_view stage_name(Result const& r) {
  bool const preschools =
      !r.points.empty() && std::all_of(r.points.begin(), r.points.end(),
                                       [](Point const& p) { return p.parameters.stage == Stage::forskola; });
  return preschools ? "forskola" : "grundskola";
}

json points_json(Result const& r) {
  auto list = json::array();
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    auto const& municipality = r.points[g].parameters;
    double const t = t_quantile(0.975, r.degrees_of_freedom[g]);
    list.push_back({{"name", r.points[g].name},
                    {"at", r.points[g].at},
                    {"pupils", municipality.pupils},
                    {"units", municipality.units},
                    {"budget_per_pupil", municipality.budget_per_pupil_sek},
                    {"replicates", r.replicates[g]},
                    {"t", json_number(t)}});
  }
  return list;
}

std::string units_json(Result const& r) {
  std::string out = "[";
  for (std::size_t g = 0; g < r.units.size(); ++g) {
    auto const& u = r.units[g];
    if (g > 0) out += ',';
    if (u.pupils.empty()) {
      out += "null";
      continue;
    }
    out += fmt::format("{{\"name\":{},\"pupils\":{},\"need\":{},\"money\":{}}}",
                       u.name.empty() ? "null"
                                      : json(u.name).dump(-1, ' ', false, json::error_handler_t::replace),
                       json_numbers(u.pupils), json_numbers(u.need), json_numbers(u.money));
  }
  return out + "]";
}

json provenance_json(Result const& r) {
  auto const& p = r.provenance;
  return {{"program", "likvard " + p.version},
          {"command", p.command},
          {"seed", std::to_string(r.seed)},
          {"run", fmt::format("{} to {}, {:.1f} s on {} threads", p.started_utc, p.finished_utc, p.seconds,
                              p.threads)},
          {"built with", fmt::format("{} ({}); {}", p.compiler, p.build_type, p.libraries)},
          {"machine", p.isa},
          {"failed replicates", std::to_string(r.failures.size())},
          {"the numbers", "likvard export RESULT.h5 -o numbers.csv writes all of them"}};
}

/// Order as written: an object would sort its keys.
json in_order(json const& object, std::vector<std::string> const& keys) {
  auto list = json::array();
  for (auto const& key : keys) list.push_back({key, object.at(key)});
  return list;
}

} // namespace

std::string page_data(Result const& r) {
  auto policies = json::array(), measures = json::array(), axes = json::array(), assumptions = json::array();
  for (std::size_t m = 0; m < r.policy_name.size(); ++m)
    policies.push_back(
        {{"name", r.policy_name[m]}, {"title", r.policy_title[m]}, {"share", r.policy_share[m]}});
  for (auto const& m : r.measures)
    measures.push_back({{"key", m.key},
                        {"title", m.title},
                        {"unit", m.unit},
                        {"better", m.better},
                        {"description", m.description}});
  for (auto const& [name, levels] : r.levels) axes.push_back({{"name", name}, {"levels", levels}});
  for (auto const& a : r.assumptions)
    assumptions.push_back({{"key", a.key}, {"value", a.value}, {"unit", a.unit}, {"source", a.source}});
  json const texts = {
      {"title", r.title},
      {"question", r.question},
      {"claim", r.claim},
      {"answer", answer_text(r)},
      {"complete", r.complete},
      {"lead", {{"measure", r.answer.measure}, {"policy", r.answer.policy}, {"share", r.answer.share}}},
      {"stage", stage_name(r)},
      {"cost_per_post", r.answer.post_sek > 0 ? json(r.answer.post_sek) : json(nullptr)},
      {"question_point", r.points.empty() ? 0 : question_point(r)},
      {"points", points_json(r)},
      {"axes", axes},
      {"policies", policies},
      {"measures", measures},
      {"assumptions", assumptions},
      {"provenance", in_order(provenance_json(r), {"program", "command", "seed", "run", "built with",
                                                   "machine", "failed replicates", "the numbers"})},
      {"scenario", r.scenario_text}};
  std::string out = texts.dump(-1, ' ', false, json::error_handler_t::replace);
  out.pop_back(); // the closing brace: the arrays follow
  out += fmt::format(",\"mean\":{},\"standard_error\":{},\"difference\":{},\"difference_standard_error\":{}",
                     json_numbers(r.mean), json_numbers(r.standard_error), json_numbers(r.difference),
                     json_numbers(r.difference_standard_error));
  if (r.quantile_levels.size() >= 2) {
    std::size_t const all = r.mean.size();
    out += fmt::format(
        ",\"quantile_levels\":[{},{}],\"difference_low\":{},\"difference_high\":{}",
        r.quantile_levels.front(), r.quantile_levels.back(), json_numbers(r.difference_quantiles.data(), all),
        json_numbers(r.difference_quantiles.data() + (r.quantile_levels.size() - 1) * all, all));
  }
  if (r.year.years > 1) out += ",\"years\":" + years_json(r);
  if (r.decision) out += ",\"decision\":" + decision_json(*r.decision, r.points);
  if (r.power) out += ",\"power\":" + power_json(*r.power);
  out += ",\"questions\":" + questions_json(r);
  out += fmt::format(",\"units\":{}}}", units_json(r));
  std::string safe;
  safe.reserve(out.size());
  for (char c : out) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  return safe;
}

} // namespace likvard
