#include "likvard/analysis/compare_rows.hpp"
#include "likvard/analysis/json_number.hpp"

#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/grouped.hpp"

#include <array>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace likvard {
namespace {

double sign_of(Scenario const& scenario) {
  return measure_table()[compared_measure(scenario)].better == Better::higher ? 1 : -1;
}

struct Quantity {
  char const* name;
  std::vector<double> const* value;
  std::vector<double> const* error; ///< nullptr: none
};

std::array<Quantity, 4> point_columns(DecisionResult const& d) {
  return {Quantity{"sure", &d.sure, nullptr},
          {"value_of_knowing_all", &d.evpi, &d.evpi_se},
          {"value_of_knowing_chance_too", &d.chance, &d.chance_se},
          {"degrees_of_freedom", &d.degrees_of_freedom, nullptr}};
}

std::array<Quantity, 11> policy_columns(DecisionResult const& d) {
  return {Quantity{"mean", &d.mean, &d.standard_error},
          {"behind_best", &d.behind, &d.behind_se},
          {"correlation_with_best", &d.correlation, nullptr},
          {"runs_saved", &d.saved, nullptr},
          {"gain_over_others_low", &d.gain_low, nullptr},
          {"gain_over_others_high", &d.gain_high, nullptr},
          {"probability_best", &d.probability, &d.probability_se},
          {"expected_regret", &d.regret, &d.regret_se},
          {"high_regret", &d.high_regret, &d.high_regret_se},
          {"largest_regret", &d.largest_regret, nullptr},
          {"front_probability", &d.front, nullptr}};
}

using CompareTable = std::vector<CompareRow>;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

void add_row(CompareTable& rows, std::string const& point, std::string const& policy, double share,
             std::string const& parameter, std::string const& quantity, double value, double error) {
  rows.push_back({point, policy, share, parameter, quantity, value, error});
}

void add_selections(Scenario const& scenario, CompareNames const& names,
                    std::vector<PointSelection> const& selections, CompareTable& rows) {
  for (auto const& [g, s, failures] : selections) {
    auto const& point = scenario.points[g].name;
    for (std::size_t m = 0; m < names.name.size(); ++m) {
      auto const add = [&](char const* quantity, double value, double error) {
        add_row(rows, point, names.name[m], names.share[m], "", quantity, value, error);
      };
      add("chosen", m == s.best ? 1 : 0, nothing);
      add("selection_mean", sign_of(scenario) * s.sample[m].mean, s.sample[m].standard_error());
      add("selection_replicates", static_cast<double>(s.sample[m].count * block_size), nothing);
      add("out_after_replicates", s.out[m] > 0 ? static_cast<double>(s.out[m] * block_size) : nothing,
          nothing);
    }
    add_row(rows, point, "", nothing, "", "decided", s.end == SelectionEnd::decided ? 1 : 0, nothing);
    add_row(rows, point, "", nothing, "", "decided_probability", s.probability, nothing);
  }
}

void add_decision(CompareNames const& names, DecisionResult const& d, CompareTable& rows) {
  std::size_t const policies = names.name.size(), parameters = d.parameter.size(),
                    objectives = d.objective.size();
  for (std::size_t g = 0; g < names.points->size(); ++g) {
    auto const& point = (*names.points)[g].name;
    for (auto const& c : point_columns(d))
      add_row(rows, point, "", nothing, "", c.name, (*c.value)[g], c.error ? (*c.error)[g] : nothing);
    for (std::size_t j = 0; j < parameters; ++j)
      add_row(rows, point, "", nothing, d.parameter[j], "value_of_knowing", d.evppi[g * parameters + j],
              d.evppi_se[g * parameters + j]);
    for (std::size_t m = 0; m < policies; ++m) {
      std::size_t const i = g * policies + m;
      add_row(rows, point, names.name[m], names.share[m], "", "best", m == d.best[g] ? 1 : 0, nothing);
      for (auto const& c : policy_columns(d))
        add_row(rows, point, names.name[m], names.share[m], "", c.name, (*c.value)[i],
                c.error ? (*c.error)[i] : nothing);
      for (std::size_t q = 0; q < objectives; ++q)
        add_row(rows, point, names.name[m], names.share[m], "", d.objective[q],
                d.objective_mean[i * objectives + q], d.objective_se[i * objectives + q]);
    }
  }
}

void put(nlohmann::json& row, Quantity const& c, std::size_t i) {
  row[c.name] = json_number((*c.value)[i]);
  if (c.error) row[std::string(c.name) + "_standard_error"] = json_number((*c.error)[i]);
}

} // namespace

CompareNames names_of(Scenario const& scenario, std::vector<std::size_t> const& policies) {
  CompareNames out{&scenario.points, {}, {}, {}};
  for (std::size_t m : policies) {
    auto const& p = scenario.policies[m];
    out.policy.push_back(m == 0 || p.own_share ? p.title
                                               : fmt::format("{}, {:.3g} %", p.title, 100 * p.share));
    out.name.push_back(p.name);
    out.share.push_back(p.share);
  }
  return out;
}

CompareNames names_of(Result const& result, std::vector<std::size_t> const& policies) {
  CompareNames out{&result.points, {}, {}, {}};
  for (std::size_t m : policies) {
    out.policy.push_back(
        m == 0 ? result.policy_title[m]
               : fmt::format("{}, {:.3g} %", result.policy_title[m], 100 * result.policy_share[m]));
    out.name.push_back(result.policy_name[m]);
    out.share.push_back(result.policy_share[m]);
  }
  return out;
}

nlohmann::json selection_json(Scenario const& scenario, CompareNames const& names,
                              std::vector<PointSelection> const& selections) {
  auto list = nlohmann::json::array();
  for (auto const& [g, s, failures] : selections) {
    auto policies = nlohmann::json::array();
    for (std::size_t m = 0; m < names.name.size(); ++m)
      policies.push_back({{"policy", names.name[m]},
                          {"share", names.share[m]},
                          {"mean", json_number(sign_of(scenario) * s.sample[m].mean)},
                          {"standard_error", json_number(s.sample[m].standard_error())},
                          {"replicates", s.sample[m].count * block_size},
                          {"out_after", s.out[m] * block_size}});
    list.push_back({{"point", scenario.points[g].name},
                    {"at", scenario.points[g].at},
                    {"best", names.name[s.best]},
                    {"share", names.share[s.best]},
                    {"decided", s.end == SelectionEnd::decided},
                    {"ended_by", s.end == SelectionEnd::decided  ? "decision"
                                 : s.end == SelectionEnd::budget ? "budget"
                                                                 : "interruption"},
                    {"probability", s.probability},
                    {"replicates", s.used * block_size},
                    {"failed_replicates", failures},
                    {"policies", policies}});
  }
  return list;
}

nlohmann::json decision_json(CompareNames const& names, DecisionResult const& d) {
  auto points = nlohmann::json::array();
  std::size_t const policies = names.name.size(), parameters = d.parameter.size(),
                    objectives = d.objective.size();
  for (std::size_t g = 0; g < names.points->size(); ++g) {
    nlohmann::json point{{"point", (*names.points)[g].name},
                         {"at", (*names.points)[g].at},
                         {"best", names.name[d.best[g]]},
                         {"share", names.share[d.best[g]]}};
    for (auto const& c : point_columns(d)) put(point, c, g);
    auto known = nlohmann::json::array(), rows = nlohmann::json::array();
    for (std::size_t j = 0; j < parameters; ++j)
      known.push_back({{"parameter", d.parameter[j]},
                       {"value", json_number(d.evppi[g * parameters + j])},
                       {"standard_error", json_number(d.evppi_se[g * parameters + j])}});
    for (std::size_t m = 0; m < policies; ++m) {
      std::size_t const i = g * policies + m;
      nlohmann::json row{{"policy", names.name[m]}, {"share", names.share[m]}};
      for (auto const& c : policy_columns(d)) put(row, c, i);
      for (std::size_t q = 0; q < objectives; ++q)
        row["objectives"][d.objective[q]] = {
            {"mean", json_number(d.objective_mean[i * objectives + q])},
            {"standard_error", json_number(d.objective_se[i * objectives + q])}};
      rows.push_back(row);
    }
    point["value_of_knowing"] = known;
    point["policies"] = rows;
    points.push_back(point);
  }
  return {
      {"measure", d.measure}, {"confidence", d.confidence}, {"replicates", d.replicates}, {"points", points}};
}

std::vector<CompareRow> compare_rows(Scenario const* scenario, CompareNames const& names,
                                     std::vector<PointSelection> const& selections,
                                     DecisionResult const* decision) {
  CompareTable rows;
  if (scenario) add_selections(*scenario, names, selections, rows);
  if (decision) add_decision(names, *decision, rows);
  return rows;
}

std::string choosing_text(std::size_t done, std::size_t points, std::uint64_t used, std::size_t left) {
  return fmt::format("choosing: {} of {} points done; {} replicates, {} policies in play", done, points,
                     grouped(static_cast<double>(used)), left);
}

std::string deciding_text(std::size_t done, std::size_t points) {
  return fmt::format("what the assumptions mean for it: {} of {} points done", done, points);
}

} // namespace likvard
