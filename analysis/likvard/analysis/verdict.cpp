#include "likvard/analysis/verdict.hpp"

#include "likvard/analysis/detail/question_words.hpp"
#include "likvard/analysis/detail/verdict_kinds.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/interval.hpp"
#include "likvard/study/values.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace likvard {
namespace {

/// {name} -> its figure; an unknown name stays as it is written.
std::string filled(std::string const& says, std::vector<Figure> const& figures) {
  std::string out;
  for (std::size_t i = 0; i < says.size();) {
    auto const end = says[i] == '{' ? says.find('}', i) : std::string::npos;
    auto const found = end == std::string::npos
                           ? figures.end()
                           : std::find_if(figures.begin(), figures.end(), [&](auto const& f) {
                               return f.name == says.substr(i + 1, end - i - 1);
                             });
    if (found != figures.end()) {
      out += found->text;
      i = end + 1;
    } else {
      out += says[i++];
    }
  }
  return out;
}

std::string percent_text(double x) {
  return fmt::format("{:.0f} %", 100 * x);
}

} // namespace

std::string_view standing_text(Standing standing) {
  switch (standing) {
  case Standing::supported: return "supported";
  case Standing::not_supported: return "not supported";
  case Standing::undecided: return "undecided";
  case Standing::described: break;
  }
  return "described";
}

std::string_view standing_text_sv(Standing standing) {
  switch (standing) {
  case Standing::supported: return "stöds";
  case Standing::not_supported: return "stöds inte";
  case Standing::undecided: return "oavgjort";
  case Standing::described: break;
  }
  return "beskrivs";
}

std::string figure_text(double value, double error) {
  if (!std::isfinite(value)) return "not known";
  if (value == 0 && error <= 0) return "0";
  double const scale = error > 0 ? error / 2 : std::abs(value) / 100;
  int const digits = std::clamp(static_cast<int>(std::ceil(-std::log10(scale))), 0, 6);
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') text.erase(0, 1);
  return text;
}

namespace detail {

std::vector<std::size_t> points_of(Scenario const& scenario, PlaceFilter const& filter,
                                   std::string const& question) {
  std::vector<std::size_t> out;
  for (std::size_t g = 0; g < scenario.points.size(); ++g) {
    auto const& at = scenario.points[g].at;
    if (std::all_of(filter.begin(), filter.end(), [&](auto const& f) {
          auto const place = at.find(f.first);
          return place != at.end() &&
                 std::find(f.second.begin(), f.second.end(), place->second) != f.second.end();
        }))
      out.push_back(g);
  }
  if (out.empty())
    throw ScenarioError(
        {fmt::format("{}: verdict '{}' looks at no point of the scenario", scenario.path, question)});
  return out;
}

std::size_t policy_at(Scenario const& scenario, std::string const& name, double share) {
  std::size_t best = 0;
  double distance = 2;
  for (std::size_t m = 0; m < scenario.policies.size(); ++m) {
    auto const& policy = scenario.policies[m];
    if (policy.name != name || std::abs(policy.share - share) >= distance) continue;
    distance = std::abs(policy.share - share);
    best = m;
  }
  return best;
}

double drawn_error(std::size_t count, std::function<double(std::vector<std::size_t> const&)> const& figure) {
  std::size_t const groups = std::min<std::size_t>(10, count / 2);
  if (groups < 2) return 0;
  double mean = 0, square = 0;
  for (std::size_t left = 0; left < groups; ++left) {
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < count; ++i)
      if (i % groups != left) kept.push_back(i);
    double const x = figure(kept), d = x - mean; // Welford 1962
    mean += d / static_cast<double>(left + 1);
    square += d * (x - mean);
  }
  return std::sqrt(square * static_cast<double>(groups - 1) / static_cast<double>(groups));
}

void add_figure(VerdictResult& out, std::string name, double value, double error) {
  out.figures.emplace_back(std::move(name), figure_text(value, error));
}

namespace {

/// The uncertain parameter that the draws follow most, and where they would cross the line.
void find_overturn(VerdictQuestion const& q, StudyRows const& rows, std::vector<double> const& draws,
                   double line, VerdictResult& out) {
  std::size_t const n = draws.size(), c = rows.parameter_name.size();
  double const my = block_mean(draws).mean;
  double best = 0;
  for (std::size_t j = 0; j < c; ++j) {
    double mx = 0, xx = 0, yy = 0, xy = 0;
    for (std::size_t r = 0; r < n; ++r) mx += rows.parameter[r * c + j] / static_cast<double>(n);
    for (std::size_t r = 0; r < n; ++r) {
      double const dx = rows.parameter[r * c + j] - mx, dy = draws[r] - my;
      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
    double const r2 = xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0;
    if (r2 <= best || xx <= 0 || r2 < 0.05) continue;
    best = r2;
    double const slope = xy / xx, crossing = mx + (line - my) / slope,
                 sd = std::sqrt(xx / static_cast<double>(n));
    bool const rises = (slope > 0) != (q.expect == Expectation::below);
    std::string const& name = rows.parameter_name[j];
    if (q.expect == Expectation::equal) {
      out.overturn =
          fmt::format("{} (it explains {} of the differences between draws)", name, percent_text(r2));
      out.overturn_sv =
          fmt::format("{} (förklarar {} av skillnaderna mellan dragningar)", name, percent_text(r2));
      continue;
    }
    std::string const at = figure_text(crossing, sd / 10), mean = figure_text(mx, sd / 10),
                      spread = figure_text(sd, sd / 10);
    out.overturn =
        fmt::format("{} {} {} (its mean is {}, sd {}; it explains {} of the differences between draws)", name,
                    rises ? "below" : "above", at, mean, spread, percent_text(r2));
    out.overturn_sv = fmt::format(
        "{} {} {} (medelvärdet är {}, standardavvikelsen {}; förklarar {} av skillnaderna mellan dragningar)",
        name, rises ? "under" : "över", question::swedish(at), question::swedish(mean),
        question::swedish(spread), percent_text(r2));
  }
  if (!out.overturn.empty()) return;
  out.overturn =
      c == 0 ? "nothing uncertain is in it" : "no single uncertain parameter: the draws differ by chance";
  out.overturn_sv =
      c == 0 ? "inget osäkert ingår" : "ingen enskild osäkerhet: dragningarna skiljer sig av slump";
}

} // namespace

namespace {

double margin_of(BlockMean const& mean) {
  return t_quantile(0.975, mean.degrees_of_freedom) * mean.standard_error;
}

/// The verdict on draws at one threshold.
struct Judged {
  Standing standing;
  BlockMean holds;
};
Judged judged_at(Expectation expect, double matters, BlockMean const& mean,
                 std::vector<double> const& draws) {
  auto const holds = [&](double x) {
    if (expect == Expectation::equal) return std::abs(x) <= matters;
    return expect == Expectation::below ? x < -matters : x > matters;
  };
  std::vector<double> yes;
  for (double d : draws) yes.push_back(holds(d) ? 1.0 : 0.0);
  Judged out{Standing::undecided, block_mean(yes)};
  double const margin = margin_of(mean), low = mean.mean - margin, high = mean.mean + margin;
  bool const all = holds(low) && holds(high);
  bool const none = expect == Expectation::equal   ? low > matters || high < -matters
                    : expect == Expectation::below ? low >= -matters
                                                   : high <= matters;
  if (all && most_draws(out.holds)) out.standing = Standing::supported;
  if (none && few_draws(out.holds)) out.standing = Standing::not_supported;
  return out;
}

} // namespace

bool most_draws(BlockMean const& share) {
  return share.mean - margin_of(share) >= 0.8;
}

bool few_draws(BlockMean const& share) {
  return share.mean + margin_of(share) <= 0.2;
}

void judge_draws(VerdictQuestion const& q, StudyRows const& rows, std::vector<double> const& draws,
                 VerdictResult& out) {
  BlockMean const mean = block_mean(draws);
  out.value = mean.mean;
  out.standard_error = mean.standard_error;
  std::vector<double> sorted = draws;
  out.low = sample_quantile(sorted, 0.05);
  out.high = sample_quantile(sorted, 0.95);
  Judged const judged = judged_at(q.expect, q.matters, mean, draws);
  out.standing = judged.standing;
  out.holds = judged.holds.mean;
  out.holds_se = judged.holds.standard_error;
  if (q.also) {
    Judged const other = judged_at(q.expect, *q.also, mean, draws);
    out.other = fmt::format("with {:g}: {} ({} of draws)", *q.also, standing_text(other.standing),
                            percent_text(other.holds.mean));
    out.other_sv =
        question::swedish(fmt::format("med {:g}: {} ({} av dragningarna)", *q.also,
                                      standing_text_sv(other.standing), percent_text(other.holds.mean)));
  }
  find_overturn(q, rows, draws, q.expect == Expectation::below ? -q.matters : q.matters, out);
  add_figure(out, "value", mean.mean, mean.standard_error);
  add_figure(out, "size", std::abs(mean.mean), mean.standard_error);
  add_figure(out, "error", mean.standard_error, mean.standard_error);
  add_figure(out, "low", out.low, (out.high - out.low) / 20);
  add_figure(out, "high", out.high, (out.high - out.low) / 20);
  out.figures.emplace_back("matters", fmt::format("{:g}", q.matters));
  out.figures.emplace_back("holds", percent_text(out.holds));
  out.figures.emplace_back("overturn", out.overturn, out.overturn_sv);
}

} // namespace detail

std::vector<std::string> verdict_measures(std::vector<VerdictQuestion> const& questions) {
  std::set<std::string> out;
  for (auto const& q : questions) {
    if (q.kind == VerdictKind::difference || q.kind == VerdictKind::information ||
        q.kind == VerdictKind::adoption)
      out.insert(q.measure);
    if (q.kind == VerdictKind::shares || q.kind == VerdictKind::adoption)
      out.insert({"money_cv", "money_elasticity"});
    if (q.kind == VerdictKind::decomposition)
      out.insert({"need_share", "not_qualified_need", "not_qualified_others", "money_theil", "money_cv"});
  }
  return {out.begin(), out.end()};
}

ScenarioVerdict judge(Scenario const& scenario, std::vector<VerdictQuestion> const& questions,
                      RowsOptions const& options) {
  auto const start = std::chrono::steady_clock::now();
  auto const measures = verdict_measures(questions);
  StudyRows const rows = measures.empty() ? StudyRows{} : study_rows(scenario, measures, options);
  ScenarioVerdict out;
  if (measures.empty() || !rows.value.empty()) out = judge(scenario, questions, rows);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

ScenarioVerdict judge(Scenario const& scenario, std::vector<VerdictQuestion> const& questions,
                      StudyRows const& rows) {
  auto const start = std::chrono::steady_clock::now();
  ScenarioVerdict out;
  out.title = scenario.title;
  out.question = scenario.question;
  out.claim = scenario.claim;
  out.points = scenario.points.size();
  out.replicates = scenario.replicates;
  for (auto const& policy : scenario.policies)
    if (!policy.title.empty() &&
        std::find(out.models.begin(), out.models.end(), policy.title) == out.models.end())
      out.models.push_back(policy.title);
  for (auto const& a : scenario.assumptions)
    if (a.key.starts_with("points."))
      out.source += (out.source.empty() ? "" : "; ") + a.source + " (" + a.value + ")";
  for (auto const& q : questions) {
    VerdictResult answer;
    answer.name = q.name;
    answer.title = q.title;
    answer.matters = q.matters;
    answer.why = q.why;
    switch (q.kind) {
    case VerdictKind::difference: detail::answer_difference(q, scenario, rows, answer); break;
    case VerdictKind::shares: detail::answer_shares(q, scenario, rows, answer); break;
    case VerdictKind::adoption: detail::answer_adoption(q, scenario, rows, answer); break;
    case VerdictKind::power: detail::answer_power(q, scenario, answer); break;
    case VerdictKind::decomposition: detail::answer_decomposition(q, scenario, rows, answer); break;
    case VerdictKind::information: detail::answer_information(q, scenario, rows, answer); break;
    }
    if (answer.says.empty()) answer.says = q.says; // a question may have had no answer
    for (auto& figure : answer.figures)
      if (figure.sv.empty()) figure.sv = question::swedish(figure.text);
    answer.text = filled(answer.says, answer.figures);
    out.standing = answer.standing == Standing::described ? out.standing
                   : out.standing == Standing::described  ? answer.standing
                   : out.standing == answer.standing      ? out.standing
                                                          : Standing::undecided;
    out.answers.push_back(std::move(answer));
  }
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

namespace {

std::string table_line(std::vector<std::string> const& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

} // namespace

std::string verdict_markdown(std::vector<ScenarioVerdict> const& verdicts, std::string const& folder) {
  auto const from = std::filesystem::absolute(folder.empty() ? "." : folder).lexically_normal();
  std::string text =
      "| claim | verdict | holds in so many draws of what is uncertain | what would overturn it |\n"
      "| --- | --- | --- | --- |\n";
  std::string thresholds = "| claim | threshold | where it comes from | under another threshold |\n"
                           "| --- | --- | --- | --- |\n";
  for (auto const& v : verdicts)
    for (auto const& a : v.answers) {
      auto const to = std::filesystem::absolute(v.file).lexically_normal().lexically_relative(from);
      std::string const link = fmt::format("[{}]({}): {}", v.name, to.string(), a.title);
      if (a.standing != Standing::described)
        text +=
            table_line({link, std::string(standing_text(a.standing)),
                        a.holds < 0 ? "–"
                                    : fmt::format("{} ± {} %", figure_text(100 * a.holds, 100 * a.holds_se),
                                                  figure_text(100 * a.holds_se, 100 * a.holds_se)),
                        a.overturn});
      if (!a.why.empty())
        thresholds += table_line(
            {link,
             fmt::format("{:g}{}", a.matters, a.unit.empty() || a.unit == "1" ? "" : " (" + a.unit + ")"),
             a.why, a.other.empty() ? "–" : a.other});
    }
  text += "\nWhere the thresholds come from, and what the verdict would be under another:\n\n" + thresholds;
  for (auto const& v : verdicts) {
    text += fmt::format("\n### {}\n\n*{}* ", v.title, v.claim);
    if (v.standing != Standing::described) text += fmt::format("**{}.** ", standing_text(v.standing));
    for (auto const& a : v.answers) text += a.text + " ";
    text += fmt::format("({} points, {} replicates; {}.)\n", v.points, v.replicates, v.source);
    for (auto const& a : v.answers)
      if (!a.table.empty()) {
        text += "\n" + table_line(a.table_header) +
                table_line(std::vector<std::string>(a.table_header.size(), "---"));
        for (auto const& row : a.table) text += table_line(row);
      }
  }
  return text;
}

} // namespace likvard
