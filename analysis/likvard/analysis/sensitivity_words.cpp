#include "likvard/analysis/json_number.hpp"
#include "likvard/analysis/sensitivity.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace likvard {
namespace {

using nlohmann::json;

json estimate(Estimate const& e) {
  return {{"value", json_number(e.value)},
          {"standard_error", json_number(e.standard_error)},
          {"low", json_number(e.low)},
          {"high", json_number(e.high)}};
}
json estimates(std::vector<Estimate> const& list) {
  auto out = json::array();
  for (auto const& e : list) out.push_back(estimate(e));
  return out;
}

std::string_view scheme_name(Scheme scheme) {
  constexpr std::array<std::string_view, 9> names{"azzini", "saltelli", "shapley", "morris", "sobol",
                                                  "lhs",    "random",   "grid",    "given"};
  return names[static_cast<std::size_t>(scheme)];
}
std::string_view role_name(Role role) {
  return role == Role::lever ? "lever" : role == Role::context ? "context" : "parameter";
}

std::string percent(double share) {
  return fmt::format("{:.0f} %", 100 * std::max(0.0, share));
}

json output_json(SensitivityData const& data, std::size_t k, OutputSensitivity const& o) {
  json out{{"key", data.outputs[k].key},     {"title", data.outputs[k].title},
           {"unit", data.outputs[k].unit},   {"rows", o.rows},
           {"dropped", o.dropped},           {"defined", o.defined},
           {"mean", json_number(o.mean)},    {"variance", estimate(o.variance)},
           {"noise", estimate(o.noise)},     {"first", estimates(o.first)},
           {"total", estimates(o.total)},    {"pair", estimates(o.pair)},
           {"shapley", estimates(o.shapley)}};
  out["morris"] = json::array();
  for (auto const& e : o.morris)
    out["morris"].push_back({{"mu", estimate(e.mean)},
                             {"mu_star", estimate(e.size)},
                             {"median", estimate(e.middle)},
                             {"sigma", estimate(e.spread)},
                             {"chance", json_number(e.chance)}});
  out["density"] = json::array();
  for (auto const& e : o.density)
    out["density"].push_back({{"pawn_median", e.pawn_median},
                              {"pawn_max", e.pawn_max},
                              {"pawn_chance", e.pawn_chance},
                              {"delta", e.delta},
                              {"delta_chance", e.delta_chance},
                              {"classes", e.classes}});
  out["swing"] = json::array();
  for (auto const& s : o.swing)
    out["swing"].push_back({{"low", estimate(s.low)},
                            {"high", estimate(s.high)},
                            {"low_text", s.low_text},
                            {"high_text", s.high_text}});
  if (o.split_known)
    out["split"] = {{"levers", estimate(o.split.levers)},
                    {"parameters", estimate(o.split.parameters)},
                    {"chance", estimate(o.split.chance)}};
  if (o.noise_known)
    out["of_noise"] = {{"defined", o.of_noise.defined},
                       {"first", estimates(o.of_noise.first)},
                       {"total", estimates(o.of_noise.total)}};
  return out;
}

/// Places of the estimates, the largest first.
std::vector<std::size_t> ranked(std::vector<Estimate> const& list) {
  std::vector<std::size_t> order(list.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return list[a].value > list[b].value; });
  return order;
}

std::string one_answer(SensitivityData const& data, std::size_t k, OutputSensitivity const& o) {
  std::string text = data.outputs[k].title + ": ";
  if (!o.defined)
    return text + "the inputs do not move it by more than could be chance: indices say nothing here.";
  bool const paths = !o.morris.empty();
  std::vector<Estimate> sizes;
  for (auto const& e : o.morris) sizes.push_back(e.size);
  auto const& list = paths ? sizes : !o.shapley.empty() ? o.shapley : !o.total.empty() ? o.total : o.first;
  auto const order = ranked(list);
  auto const title = [&](std::size_t i) { return data.set_title[i]; };
  auto const& top = list[order[0]];
  bool const sure = order.size() < 2 || list[order[1]].high < top.low;
  if (paths)
    text += fmt::format("the largest effect over its range has “{}”{}", title(order[0]),
                        order.size() > 1 ? fmt::format(", then “{}”", title(order[1])) : "");
  else {
    text += fmt::format("most {} on “{}” ({} of what the inputs move{})", sure ? "hangs" : "seems to hang",
                        title(order[0]), percent(top.value), o.total.empty() ? "" : ", alone or with others");
    if (order.size() > 1)
      text += fmt::format(", then on “{}” ({})", title(order[1]), percent(list[order[1]].value));
    constexpr double little = 0.05;
    auto const few =
        std::count_if(list.begin(), list.end(), [](Estimate const& e) { return e.high < little; });
    if (few > 0)
      text += fmt::format("; {} of {} factors surely decide less than {:.0f} % each", few, list.size(),
                          100 * little);
  }
  text += ".";
  if (o.split_known)
    text += fmt::format(
        " Of all variation {} is levers and context, {} what is not known of the parameters, {} chance.",
        percent(o.split.levers.value), percent(o.split.parameters.value), percent(o.split.chance.value));
  return text;
}

} // namespace

std::string sensitivity_answer(SensitivityData const& data, SensitivityAnalysis const& analysis) {
  std::string text;
  for (std::size_t k = 0; k < analysis.outputs.size(); ++k)
    text += (k == 0 ? "" : "\n") + one_answer(data, k, analysis.outputs[k]);
  return text;
}

json sensitivity_json(SensitivityData const& data, SensitivityAnalysis const& analysis) {
  json out{{"title", data.title},
           {"question", data.question},
           {"source", data.source},
           {"design", scheme_name(data.scheme)},
           {"dependent", data.dependent},
           {"rows", data.rows},
           {"runs", data.rows * data.blocks},
           {"replicates", data.replicates},
           {"seed", data.seed},
           {"complete", data.complete},
           {"failed_runs", data.failed},
           {"first_failure", data.first_failure},
           {"interval", analysis.interval},
           {"answer", sensitivity_answer(data, analysis)},
           {"factors", json::array()},
           {"sets", json::array()},
           {"outputs", json::array()}};
  for (auto const& f : data.factors)
    out["factors"].push_back(
        {{"name", f.name}, {"title", f.title}, {"key", f.key}, {"role", role_name(f.role)}, {"law", f.law}});
  for (std::size_t i = 0; i < data.set_name.size(); ++i)
    out["sets"].push_back(
        {{"name", data.set_name[i]}, {"title", data.set_title[i]}, {"factors", data.sets[i]}});
  for (std::size_t k = 0; k < analysis.outputs.size(); ++k)
    out["outputs"].push_back(output_json(data, k, analysis.outputs[k]));
  return out;
}

} // namespace likvard
