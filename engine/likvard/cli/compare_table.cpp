#include "compare_table.hpp"
#include "result_table.hpp"
#include "table.hpp"

#include "likvard/analysis/one_for_all.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/interval.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace likvard::cli {
namespace {

std::string unit_of(std::string const& measure) {
  for (auto const& spec : measure_table())
    if (spec.key == measure) return std::string(spec.unit);
  return "";
}

std::string percent(double p) {
  return p > 0.9995 ? "100 %" : p < 0.0005 ? "0 %" : fmt::format("{:.1f} %", 100 * p);
}

std::string with_error(double value, double half) {
  return fmt::format("{} ± {}", rounded(value, half), rounded(half, half));
}

std::string end_text(SelectionEnd end) {
  return end == SelectionEnd::decided  ? "yes"
         : end == SelectionEnd::budget ? "no: budget"
                                       : "no: interrupted";
}

/// The most valuable parameter to know at a point; nothing where none is certainly worth something.
std::string first_to_know(DecisionResult const& d, std::size_t g, double t) {
  std::size_t const parameters = d.parameter.size();
  std::size_t top = parameters;
  for (std::size_t j = 0; j < parameters; ++j)
    if (top == parameters || d.evppi[g * parameters + j] > d.evppi[g * parameters + top]) top = j;
  if (top == parameters) return "-";
  double const value = d.evppi[g * parameters + top], half = t * d.evppi_se[g * parameters + top];
  if (!(value > half)) return "none";
  return fmt::format("{} ({})", d.parameter[top], with_error(value, half));
}

TextTable where_table(Points const& points, CompareNames const& names, DecisionResult const& d) {
  TextTable table{{"point", "best", "sure, at least", "best over assumptions", "value of knowing all",
                   "worth knowing first"},
                  {false, false, true, true, true, false},
                  {}};
  for (std::size_t g = 0; g < points.size(); ++g) {
    std::size_t const best = d.best[g], i = g * names.policy.size() + best;
    double const t = t_quantile(0.975, d.degrees_of_freedom[g]);
    table.rows.push_back({points[g].name, names.policy[best],
                          d.sure[g] < 0.5 ? "not told apart" : percent(d.sure[g]), percent(d.probability[i]),
                          with_error(d.evpi[g], t * d.evpi_se[g]), first_to_know(d, g, t)});
  }
  return table;
}

TextTable policy_table(Points const& points, CompareNames const& names, DecisionResult const& d) {
  TextTable table{{"point", "policy", d.measure, "behind the best", "best over assumptions",
                   "expected regret", "95 % regret", "largest", "on the front"},
                  {false, false, true, true, true, true, true, true, true},
                  {}};
  for (std::size_t g = 0; g < points.size(); ++g)
    for (std::size_t m = 0; m < names.policy.size(); ++m) {
      std::size_t const i = g * names.policy.size() + m;
      double const t = t_quantile(0.975, d.degrees_of_freedom[g]);
      double const half = t * d.behind_se[i];
      table.rows.push_back({points[g].name, names.policy[m], rounded(d.mean[i], t * d.standard_error[i]),
                            m == d.best[g] ? "best" : with_error(d.behind[i], half),
                            percent(d.probability[i]), with_error(d.regret[i], t * d.regret_se[i]),
                            with_error(d.high_regret[i], t * d.high_regret_se[i]),
                            fmt::format("{:.3g}", d.largest_regret[i]), percent(d.front[i])});
    }
  return table;
}

TextTable everywhere_table(Points const& points, CompareNames const& names, DecisionResult const& d) {
  auto const all = one_for_all(d.behind, d.behind_se, point_weights(points), names.policy.size());
  TextTable table{
      {"one policy everywhere", "mean loss", "largest loss", "where"}, {false, true, true, false}, {}};
  std::vector<std::size_t> order(all.size());
  for (std::size_t m = 0; m < order.size(); ++m) order[m] = m;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return all[a].largest < all[b].largest; });
  for (std::size_t m : order)
    table.rows.push_back({names.policy[m], with_error(all[m].mean, 1.96 * all[m].mean_se),
                          with_error(all[m].largest, 1.96 * all[m].largest_se), points[all[m].where].name});
  return table;
}

} // namespace

std::string selection_text(Scenario const& scenario, CompareNames const& names,
                           std::vector<PointSelection> const& selections) {
  auto const& question = scenario.compare;
  auto const& spec = measure_table()[compared_measure(scenario)];
  double const sign = spec.better == Better::higher ? 1 : -1;
  std::string const promise = question.method == "gsp"    ? "chosen is within delta of the best"
                              : question.method == "ocba" ? "the samples speak for the choice"
                                                          : "the best is chosen where it is ahead by delta";
  std::string text =
      fmt::format("{}: {} is better. {} policies, each point by itself; {}, {:g} %: {}{}.\n\n", spec.title,
                  spec.better == Better::higher ? "higher" : "lower", names.policy.size(),
                  question.method == "kn"       ? "KN"
                  : question.method == "gsp"    ? "GSP"
                  : question.method == "rinott" ? "Rinott"
                                                : "OCBA",
                  100 * question.confidence, promise,
                  question.delta > 0 ? fmt::format(" (delta {:g} {})", question.delta, spec.unit) : "");
  TextTable table{
      {"point", "best", fmt::format("{} [{}]", spec.key, spec.unit), "decided", "in play", "replicates"},
      {false, false, true, false, true, true},
      {}};
  for (auto const& one : selections) {
    auto const& s = one.selection;
    auto const& sample = s.sample[s.best];
    table.rows.push_back(
        {scenario.points[one.point].name, names.policy[s.best],
         with_error(sign * sample.mean,
                    t_quantile(0.975, static_cast<double>(sample.count) - 1) * sample.standard_error()),
         question.method == "ocba" ? fmt::format("{} ({})", end_text(s.end), percent(s.probability))
                                   : end_text(s.end),
         std::to_string(std::count(s.out.begin(), s.out.end(), 0U)),
         grouped(static_cast<double>(s.used * block_size))});
  }
  return text + to_text(table) +
         "'replicates': of a policy, over all policies. ± 95 % Monte Carlo interval of the chosen policy's "
         "mean.\n";
}

std::string decision_text(Points const& points, CompareNames const& names, DecisionResult const& d) {
  constexpr std::size_t longest = 60;
  std::string text = fmt::format(
      "The choice by {} [{}], {} replicates a point. Over the uncertain assumptions; ± 95 % Monte "
      "Carlo.\n\n{}"
      "'value of knowing all': what choosing after the uncertain parameters are known would gain on average; "
      "'worth knowing\nfirst': the one that would gain most by itself.\n",
      d.measure, unit_of(d.measure), d.replicates, to_text(where_table(points, names, d)));
  if (points.size() > 1) text += "\n" + to_text(everywhere_table(points, names, d));
  if (points.size() * names.policy.size() <= longest)
    text += "\n" + to_text(policy_table(points, names, d));
  else
    text += fmt::format("{} rows of policies and regret: likvard compare with -o FILE.csv\n",
                        points.size() * names.policy.size());
  std::string objectives;
  for (auto const& key : d.objective) objectives += (objectives.empty() ? "" : ", ") + key;
  return text + fmt::format("Pareto front over {}.\n", objectives);
}

std::string decision_text(Result const& result, DecisionResult const& decision) {
  return decision_text(result.points, names_of(result, {decision.policy.begin(), decision.policy.end()}),
                       decision);
}

std::string compare_csv(Scenario const* scenario, CompareNames const& names,
                        std::vector<PointSelection> const& selections, DecisionResult const* decision) {
  std::string text = "point,policy,share,parameter,quantity,value,standard_error\r\n";
  for (auto const& row : compare_rows(scenario, names, selections, decision))
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{}\r\n", csv_cell(row.point),
                   csv_cell(row.policy), csv_cell(row.share), csv_cell(row.parameter), row.quantity,
                   csv_cell(row.value), csv_cell(row.standard_error));
  return text;
}

} // namespace likvard::cli
