#include "compare_result.hpp"
#include "compare_table.hpp"
#include "result_table.hpp"
#include "table.hpp"

#include "likvard/analysis/one_for_all.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

/// The policies asked for; without shares, of each model the nearest to the answer's.
std::vector<std::size_t> policies_of(Result const& r, CompareArgs const& args) {
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
      throw ScenarioError({fmt::format("{}: no policy has the share {:g}", args.file, share)});
  if (out.size() < 2) throw ScenarioError({fmt::format("{}: fewer than two policies to compare", args.file)});
  return out;
}

/// What the moments say, points × policies; points without two blocks are left out.
struct Comparison {
  std::vector<std::size_t> points;
  std::vector<std::size_t> best;
  std::vector<double> sure, behind, behind_se; ///< [points][A] the last two
  std::vector<Bounds> gain;                    ///< [points][A]
};

Comparison compare_moments(Result const& r, std::vector<std::size_t> const& policies, std::size_t measure,
                           double level) {
  Comparison out;
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
  return out;
}

std::string csv(Result const& r, CompareNames const& names, Comparison const& c) {
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

nlohmann::json json(Result const& r, CompareNames const& names, Comparison const& c) {
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

void print(Result const& r, CompareNames const& names, Comparison const& c, std::size_t measure,
           double level) {
  auto const& info = r.measures[measure];
  std::size_t const policies = names.name.size();
  out(fmt::format(
      "{}\n{}: {} is better. {} policies. A result keeps paired differences to per head only: between "
      "two others the error\nis at most the sum of theirs, and that is what is shown. `likvard compare "
      "SCENARIO` pairs all of them.\n",
      r.title, info.title, info.better, policies));
  TextTable table{{"point", "best", "sure, at least", "second", fmt::format("gain over it [{}]", info.unit),
                   fmt::format("not told apart at {:g} %", 100 * level)},
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
  std::size_t const measure = find_measures(r, {args.measure.value_or(r.answer.measure)}).front();
  if (r.measures[measure].better == "none")
    throw ScenarioError(
        {fmt::format("{}: '{}' (neither higher nor lower is better: choose another with --measure)",
                     args.file, r.measures[measure].key)});
  double const level = args.confidence.value_or(0.95);
  if (!(level >= 0.5 && level < 1))
    throw ScenarioError({fmt::format("--confidence {:g} (0.5 to below 1 is wanted)", level)});
  auto const policies = policies_of(r, args);
  auto const names = names_of(r, policies);
  auto const comparison = compare_moments(r, policies, measure, level);
  if (comparison.points.empty())
    throw ScenarioError(
        {fmt::format("{}: no point has replicates in two blocks: nothing can be compared", args.file)});
  if (!args.output.empty()) write_file(args.output, csv(r, names, comparison));
  if (args.json)
    out(json(r, names, comparison).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else {
    print(r, names, comparison, measure, level);
    if (!args.output.empty()) out(args.output);
  }
  return ok;
}

} // namespace likvard::cli
