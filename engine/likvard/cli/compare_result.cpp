#include "compare_result.hpp"
#include "compare_table.hpp"
#include "result_table.hpp"
#include "table.hpp"

#include "likvard/analysis/compare_moments.hpp"
#include "likvard/analysis/one_for_all.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"

#include <fmt/format.h>

namespace likvard::cli {
namespace {

std::string csv(Result const& r, CompareNames const& names, MomentComparison const& c) {
  std::string text = "point,policy,share,best,behind_best,standard_error_at_most,gain_over_others_low,"
                     "gain_over_others_high,sure_at_least\r\n";
  std::size_t const policies = names.name.size();
  for (std::size_t p = 0; p < c.points.size(); ++p)
    for (std::size_t m = 0; m < policies; ++m) {
      std::size_t const i = p * policies + m;
      text += fmt::format("{},{},{},{},{},{},{},{},{}\r\n", csv_cell(r.points[c.points[p]].name),
                          csv_cell(names.name[m]), csv_cell(names.share[m]), m == c.best[p] ? 1 : 0,
                          csv_cell(c.behind[i]), csv_cell(c.behind_se[i]), csv_cell(c.gain[i].low),
                          csv_cell(c.gain[i].high), csv_cell(c.sure[p]));
    }
  return text;
}

void print(Result const& r, CompareNames const& names, MomentComparison const& c) {
  auto const& info = r.measures[c.measure];
  std::size_t const policies = names.name.size();
  out(fmt::format(
      "{}\n{}: {} is better. {} policies. A result keeps paired differences to per head only: between "
      "two others the error\nis at most the sum of theirs, and that is what is shown. `likvard compare "
      "SCENARIO` pairs all of them.\n",
      r.title, info.title, info.better, policies));
  TextTable table{{"point", "best", "sure, at least", "second", fmt::format("gain over it [{}]", info.unit),
                   fmt::format("not told apart at {:g} %", 100 * c.level)},
                  {false, false, true, false, true, true},
                  {}};
  std::vector<double> weight, all_weights = point_weights(r.points);
  for (std::size_t p = 0; p < c.points.size(); ++p) {
    weight.push_back(all_weights[c.points[p]]);
    std::size_t second = policies, close = 0;
    for (std::size_t m = 0; m < policies; ++m) {
      std::size_t const i = p * policies + m;
      close += m != c.best[p] && c.gain[i].high > 0;
      if (m != c.best[p] && (second == policies || c.behind[i] < c.behind[p * policies + second])) second = m;
    }
    std::size_t const i = p * policies + second;
    double const half = half_width(c.behind_se[i], r.degrees_of_freedom[c.points[p]]);
    table.rows.push_back({r.points[c.points[p]].name, names.policy[c.best[p]],
                          fmt::format("{:.1f} %", 100 * c.sure[p]), names.policy[second],
                          fmt::format("{} ± {}", rounded(c.behind[i], half), rounded(half, half)),
                          std::to_string(close)});
  }
  fmt::print("{}", to_text(table));
  if (c.points.size() < 2) return;
  auto const everywhere = one_for_all(c.behind, c.behind_se, weight, policies);
  TextTable one{
      {"one policy everywhere", "mean loss", "largest loss", "where"}, {false, true, true, false}, {}};
  for (std::size_t m = 0; m < policies; ++m) {
    auto const& e = everywhere[m];
    auto const text = [](double value, double error) {
      return fmt::format("{} ± {}", rounded(value, 1.96 * error), rounded(1.96 * error, 1.96 * error));
    };
    one.rows.push_back({names.policy[m], text(e.mean, e.mean_se), text(e.largest, e.largest_se),
                        r.points[c.points[e.where]].name});
  }
  fmt::print("\n{}", to_text(one));
}

int show_decision(Result const& r, CompareArgs const& args) {
  auto const names = names_of(r, {r.decision->policy.begin(), r.decision->policy.end()});
  if (!args.output.empty()) write_file(args.output, compare_csv(nullptr, names, {}, &*r.decision));
  if (args.json) {
    out(decision_json(names, *r.decision).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return ok;
  }
  out(r.title);
  fmt::print("{}", decision_text(r, *r.decision));
  if (!args.output.empty()) out(args.output);
  return ok;
}

} // namespace

int compare_result(CompareArgs const& args) {
  Result const r = read_result(args.file);
  bool const plain = args.policies.empty() && args.shares.empty() && !args.confidence;
  if (r.decision && plain && (!args.measure || *args.measure == r.decision->measure))
    return show_decision(r, args);
  auto const comparison =
      compare_moments(r, {args.file, args.measure, args.policies, args.shares, args.confidence});
  auto const names = names_of(r, comparison.policies);
  if (!args.output.empty()) write_file(args.output, csv(r, names, comparison));
  if (args.json)
    out(moments_json(r, comparison).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else {
    print(r, names, comparison);
    if (!args.output.empty()) out(args.output);
  }
  return ok;
}

} // namespace likvard::cli
