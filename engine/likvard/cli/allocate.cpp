#include "allocate_units.hpp"
#include "commands.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/model/allocation.hpp"
#include "likvard/model/defaults.hpp"
#include "likvard/model/measure_money.hpp"
#include "likvard/model/segregation.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/study/errors.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard::cli {
namespace {

/// One policy's money for every unit, over the budget per pupil.
struct Paid {
  Policy const* policy = nullptr;
  AllocationReport report;
  std::vector<double> money, need_money; ///< [S]
  std::array<double, measure_count> row{};
};

std::string label(Paid const& paid) {
  return fmt::format("{} {:.3g} %", paid.policy->title, 100 * paid.report.share);
}

double measure(Paid const& paid, Measure which) {
  return paid.row[static_cast<std::size_t>(which)];
}

/// The budget per pupil: asked for, or the stage's national cost.
double per_pupil_of(AllocateArgs const& args, double pupils) {
  if (args.budget_sek) return *args.budget_sek / pupils;
  return args.per_pupil_sek.value_or(stage_budget_sek(Stage::grundskola));
}

void check_bounds(Policy const& policy, UnitView const& view, AllocationScratch& scratch) {
  if (!allocation_bounds(policy, view, scratch) || bounds_feasible(scratch.low, scratch.high, view.pupils))
    return;
  double least = 0, most = 0, total = 0;
  for (std::size_t s = 0; s < view.pupils.size(); ++s) {
    total += view.pupils[s];
    least += view.pupils[s] * scratch.low[s];
    most += view.pupils[s] * scratch.high[s];
  }
  std::string const what = least > total
                               ? fmt::format("the floors come to {:.4g} % of the budget", 100 * least / total)
                               : fmt::format("the caps come to {:.4g} % of the budget", 100 * most / total);
  throw ScenarioError({fmt::format(
      "policy.{}: {} (change largest_loss, largest_gain or least, or the budget)", policy.name, what)});
}

Paid pay(Policy const& policy, AllocatedUnits const& units, double per_pupil_sek) {
  std::size_t const count = units.pupils.size();
  std::vector<double> before;
  for (double sek : units.before_sek) before.push_back(sek / per_pupil_sek);
  UnitView const view{.pupils = units.pupils, .phase = units.phase, .before = before};
  std::vector<IndexView> indices;
  for (auto const& index : units.index) indices.push_back({index.raw, index.relative});
  AllocationScratch scratch;
  check_bounds(policy, view, scratch);
  Paid paid{&policy, {}, std::vector<double>(count), std::vector<double>(count), {}};
  paid.report = allocate(policy, indices, view, scratch, paid.money, paid.need_money);

  auto const& need = units.index.front().relative;
  std::vector<std::uint32_t> by_index(count);
  MoneyScratch money;
  std::iota(by_index.begin(), by_index.end(), 0U);
  std::sort(by_index.begin(), by_index.end(),
            [&](auto a, auto b) { return need[a] > need[b] || (need[a] == need[b] && a < b); });
  std::vector<double> const needy = units.needy.empty() ? std::vector<double>(count, 0.0) : units.needy;
  measure_money(policy, paid.report, {units.pupils, needy, need, by_index, 0, per_pupil_sek},
                {paid.money, paid.need_money, paid.money, paid.money}, money, paid.row);
  return paid;
}

/// Part of the budget that a proportional pot would move if the same pupils in need were dealt to the units
/// at random: w (1 - P) E[D], exact for a binary marker.
std::optional<double> moved_by_chance(Paid const& paid, AllocatedUnits const& units) {
  auto const& policy = *paid.policy;
  bool const plain = policy.pot == Pot::closed && policy.blocks.size() == 1 &&
                     std::holds_alternative<Linear>(policy.blocks.front().response) && !policy.largest_loss &&
                     !policy.largest_gain && policy.lump_share + policy.small_share + policy.least == 0 &&
                     policy.pace == 1;
  if (!plain || units.needy.empty() || policy.share <= 0) return std::nullopt;
  std::vector<double> const size(units.pupils.begin(), units.pupils.end());
  double const pupils = std::accumulate(size.begin(), size.end(), 0.0),
               members = std::accumulate(units.needy.begin(), units.needy.end(), 0.0);
  return policy.share * (1 - members / pupils) * expected_dissimilarity(size, members);
}

std::string summary(Paid const& paid, AllocatedUnits const& units, double per_pupil_sek) {
  double pupils = 0;
  for (auto n : units.pupils) pupils += n;
  std::string text = fmt::format("{}: moves {:.3g} % of the budget ({} SEK) between units", label(paid),
                                 measure(paid, Measure::share_moved),
                                 grouped(measure(paid, Measure::share_moved) / 100 * pupils * per_pupil_sek));
  if (auto const chance = moved_by_chance(paid, units))
    text +=
        fmt::format("; {:.2g} % would move even if pupils were dealt to the units at random", 100 * *chance);
  text += fmt::format("; best-funded unit {:+.1f} %, least {:+.1f} %", measure(paid, Measure::top_unit),
                      measure(paid, Measure::bottom_unit));
  if (!units.needy.empty())
    text += fmt::format("; a pupil in need gets {} SEK more than another",
                        grouped(measure(paid, Measure::money_gap_sek)));
  if (paid.report.bound_units > 0)
    text += fmt::format("; {} units at a floor or cap", paid.report.bound_units);
  if (paid.report.per_head_fallback) text += "; some of it goes per head, as nobody has need by its index";
  return text + ".";
}

/// One model: everything about each unit; several: what a pupil's money is under each, and its change.
TextTable unit_table(std::vector<Paid> const& all, AllocatedUnits const& units, double per_pupil_sek) {
  bool const one = all.size() == 1;
  TextTable table{{"unit", "pupils", "need (mean 1)"}, {false, true, true}, {}};
  for (auto const& paid : all) {
    table.header.push_back(one ? "SEK per pupil" : label(paid));
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
    for (auto const& paid : all) {
      double const change = (paid.money[s] - 1) * per_pupil_sek;
      row.push_back(grouped(paid.money[s] * per_pupil_sek));
      row.push_back((change >= 0.5 ? "+" : "") + grouped(change));
      if (!one) continue;
      row.push_back(fmt::format("{:+.1f}", 100 * (paid.money[s] - 1)));
      row.push_back(grouped(paid.money[s] * per_pupil_sek * units.pupils[s]));
      row.push_back((change * units.pupils[s] >= 0.5 ? "+" : "") + grouped(change * units.pupils[s]));
    }
    table.rows.push_back(row);
  }
  return table;
}

std::string tidy_csv(std::vector<Paid> const& all, AllocatedUnits const& units, double per_pupil_sek) {
  std::string text = "unit,pupils,need,need_relative,policy,policy_title,share_given,sek_per_pupil,sek_total,"
                     "need_sek_per_pupil,"
                     "per_head_sek_per_pupil,change_sek_per_pupil,change_percent,change_sek_total";
  text += units.before_sek.empty() ? "\r\n" : ",before_sek_per_pupil,change_against_before_percent\r\n";
  for (auto const& paid : all)
    for (std::size_t s = 0; s < units.name.size(); ++s) {
      double const sek = paid.money[s] * per_pupil_sek, n = units.pupils[s];
      text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}", csv_cell(units.name[s]),
                          units.pupils[s], units.index.front().raw[s], units.index.front().relative[s],
                          csv_cell(paid.policy->name), csv_cell(paid.policy->title), paid.report.share, sek,
                          sek * n, paid.need_money[s] * per_pupil_sek, per_pupil_sek, sek - per_pupil_sek,
                          100 * (paid.money[s] - 1), (sek - per_pupil_sek) * n);
      if (!units.before_sek.empty()) {
        double const before = units.before_sek[s];
        text += fmt::format(",{},{}", before, before > 0 ? csv_cell(100 * (sek / before - 1)) : "");
      }
      text += "\r\n";
    }
  return text;
}

nlohmann::json to_json(std::vector<Paid> const& all, AllocatedUnits const& units, double per_pupil_sek) {
  nlohmann::json json{
      {"notes", units.notes}, {"per_pupil_sek", per_pupil_sek}, {"policies", nlohmann::json::array()}};
  for (auto const& paid : all) {
    auto list = nlohmann::json::array();
    for (std::size_t s = 0; s < units.name.size(); ++s)
      list.push_back({{"unit", units.name[s]},
                      {"pupils", units.pupils[s]},
                      {"need_relative", units.index.front().relative[s]},
                      {"sek_per_pupil", paid.money[s] * per_pupil_sek},
                      {"sek_total", paid.money[s] * per_pupil_sek * units.pupils[s]},
                      {"change_percent", 100 * (paid.money[s] - 1)}});
    nlohmann::json policy{{"name", paid.policy->name},
                          {"title", paid.policy->title},
                          {"share_given", paid.report.share},
                          {"share_moved", measure(paid, Measure::share_moved) / 100},
                          {"units_bound", paid.report.bound_units},
                          {"per_head_fallback", paid.report.per_head_fallback},
                          {"units", list}};
    if (auto const chance = moved_by_chance(paid, units)) policy["share_moved_by_chance"] = *chance;
    if (!units.needy.empty()) policy["money_gap_sek"] = measure(paid, Measure::money_gap_sek);
    json["policies"].push_back(policy);
  }
  return json;
}

} // namespace

int allocate_units(AllocateArgs const& args) {
  auto const export_file = as_export(args);
  ModelSet const models =
      read_models(args.models.empty() ? std::vector<std::string>{"proportional"} : args.models, args.shares,
                  args.settings, export_file ? stage_background(Stage::grundskola) : Background{});
  AllocatedUnits const units = read_allocated_units(args, models, export_file ? &*export_file : nullptr);
  double const pupils = std::accumulate(units.pupils.begin(), units.pupils.end(), 0.0);
  double const per_pupil_sek = per_pupil_of(args, pupils);
  std::vector<Paid> all;
  for (std::size_t m = 1; m < models.policies.size(); ++m)
    all.push_back(pay(models.policies[m], units, per_pupil_sek));

  if (!args.output.empty()) write_file(args.output, tidy_csv(all, units, per_pupil_sek));
  if (args.json) {
    out(to_json(all, units, per_pupil_sek).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return ok;
  }
  for (auto const& note : units.notes) out(note);
  out(fmt::format(
      "budget: {} SEK per pupil, {} SEK in all{}\n", grouped(per_pupil_sek), grouped(per_pupil_sek * pupils),
      args.budget_sek || args.per_pupil_sek ? "" : " (national cost 2018; --budget or --per-pupil sets it)"));
  out(to_text(unit_table(all, units, per_pupil_sek)));
  for (auto const& paid : all) out(summary(paid, units, per_pupil_sek));
  if (!args.output.empty()) out(fmt::format("\n{}: {} rows", args.output, all.size() * units.name.size()));
  return ok;
}

} // namespace likvard::cli
