#include "commands.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <numeric>

namespace likvard::cli {
namespace {

/// One model: everything about each unit; several: what a pupil's money is under each, and its change.
TextTable unit_table(UnitAllocation const& a) {
  bool const one = a.policies.size() == 1;
  auto const& units = a.units;
  TextTable table{{"unit", "pupils", "need (mean 1)"}, {false, true, true}, {}};
  for (auto const& paid : a.policies) {
    table.header.push_back(one ? "SEK per pupil" : policy_label(paid));
    table.header.push_back(one ? "against per head" : "change");
    table.right.insert(table.right.end(), {true, true});
  }
  if (one) {
    table.header.insert(table.header.end(), {"%", "SEK in all", "change in all"});
    table.right.insert(table.right.end(), {true, true, true});
  }
  for (std::size_t s = 0; s < units.name.size(); ++s) {
    std::vector<std::string> row{units.name[s], grouped(units.pupils[s]),
                                 fmt::format("{:.3f}", units.index.front().relative[s])};
    for (std::size_t m = 0; m < a.policies.size(); ++m) {
      double const money = a.money[a.at(m, s)], sek = a.sek_per_pupil[a.at(m, s)];
      double const change = (money - 1) * a.per_pupil_sek;
      row.push_back(grouped(sek));
      row.push_back((change >= 0.5 ? "+" : "") + grouped(change));
      if (!one) continue;
      row.push_back(fmt::format("{:+.1f}", 100 * (money - 1)));
      row.push_back(grouped(sek * units.pupils[s]));
      row.push_back((change * units.pupils[s] >= 0.5 ? "+" : "") + grouped(change * units.pupils[s]));
    }
    table.rows.push_back(row);
  }
  return table;
}

std::string tidy_csv(UnitAllocation const& a) {
  auto const& units = a.units;
  std::string text = "unit,pupils,need,need_relative,policy,policy_title,share_given,sek_per_pupil,sek_total,"
                     "need_sek_per_pupil,"
                     "per_head_sek_per_pupil,change_sek_per_pupil,change_percent,change_sek_total";
  text += units.before_sek.empty() ? "\r\n" : ",before_sek_per_pupil,change_against_before_percent\r\n";
  for (std::size_t m = 0; m < a.policies.size(); ++m)
    for (std::size_t s = 0; s < units.name.size(); ++s) {
      auto const& paid = a.policies[m];
      double const sek = a.sek_per_pupil[a.at(m, s)], n = units.pupils[s];
      text +=
          fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}", csv_cell(units.name[s]), units.pupils[s],
                      units.index.front().raw[s], units.index.front().relative[s], csv_cell(paid.policy.name),
                      csv_cell(paid.policy.title), paid.report.share, sek, sek * n,
                      a.need_money[a.at(m, s)] * a.per_pupil_sek, a.per_pupil_sek, sek - a.per_pupil_sek,
                      100 * (a.money[a.at(m, s)] - 1), (sek - a.per_pupil_sek) * n);
      if (!units.before_sek.empty()) {
        double const before = units.before_sek[s];
        text += fmt::format(",{},{}", before, before > 0 ? csv_cell(100 * (sek / before - 1)) : "");
      }
      text += "\r\n";
    }
  return text;
}

nlohmann::json to_json(UnitAllocation const& a) {
  auto const& units = a.units;
  nlohmann::json json{
      {"notes", units.notes}, {"per_pupil_sek", a.per_pupil_sek}, {"policies", nlohmann::json::array()}};
  for (std::size_t m = 0; m < a.policies.size(); ++m) {
    auto const& paid = a.policies[m];
    auto list = nlohmann::json::array();
    for (std::size_t s = 0; s < units.name.size(); ++s)
      list.push_back({{"unit", units.name[s]},
                      {"pupils", units.pupils[s]},
                      {"need_relative", units.index.front().relative[s]},
                      {"sek_per_pupil", a.sek_per_pupil[a.at(m, s)]},
                      {"sek_total", a.sek_per_pupil[a.at(m, s)] * units.pupils[s]},
                      {"change_percent", 100 * (a.money[a.at(m, s)] - 1)}});
    nlohmann::json policy{{"name", paid.policy.name},
                          {"title", paid.policy.title},
                          {"share_given", paid.report.share},
                          {"share_moved", paid.measure(Measure::share_moved) / 100},
                          {"units_bound", paid.report.bound_units},
                          {"per_head_fallback", paid.report.per_head_fallback},
                          {"units", list}};
    if (paid.moved_by_chance) policy["share_moved_by_chance"] = *paid.moved_by_chance;
    if (!units.needy.empty()) policy["money_gap_sek"] = paid.measure(Measure::money_gap_sek);
    json["policies"].push_back(policy);
  }
  return json;
}

} // namespace

int allocate_units(AllocateArgs const& args) {
  UnitAllocation const a = allocate_file(args.question);
  double const pupils = std::accumulate(a.units.pupils.begin(), a.units.pupils.end(), 0.0);
  if (!args.output.empty()) write_file(args.output, tidy_csv(a));
  if (args.json) {
    out(to_json(a).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return ok;
  }
  for (auto const& note : a.units.notes) out(note);
  out(fmt::format("budget: {} SEK per pupil, {} SEK in all{}\n", grouped(a.per_pupil_sek),
                  grouped(a.per_pupil_sek * pupils),
                  a.national_cost ? " (national cost 2018; --budget or --per-pupil sets it)" : ""));
  out(to_text(unit_table(a)));
  for (std::size_t m = 0; m < a.policies.size(); ++m) out(money_text(a, m));
  if (!args.output.empty()) out(fmt::format("\n{}: {} rows", args.output, a.money.size()));
  return ok;
}

} // namespace likvard::cli
