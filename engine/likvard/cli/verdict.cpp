#include "commands.hpp"
#include "interrupt.hpp"
#include "marks.hpp"
#include "progress.hpp"
#include "table.hpp"
#include "verdict_parts.hpp"

#include "likvard/analysis/json_number.hpp"
#include "likvard/analysis/national_page.hpp"
#include "likvard/analysis/verdict.hpp"
#include "likvard/analysis/verdict_beside.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/io/verdict_file.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/shard.hpp"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace likvard::cli {
namespace {

nlohmann::json verdict_json(ScenarioVerdict const& v) {
  auto answers = nlohmann::json::array();
  for (auto const& a : v.answers) {
    nlohmann::json figures, figures_sv;
    for (auto const& figure : a.figures) {
      figures[figure.name] = figure.text;
      figures_sv[figure.name] = figure.sv;
    }
    answers.push_back({{"name", a.name},
                       {"title", a.title},
                       {"text", a.text},
                       {"verdict", standing_text(a.standing)},
                       {"value", json_number(a.value)},
                       {"standard_error", json_number(a.standard_error)},
                       {"low", json_number(a.low)},
                       {"high", json_number(a.high)},
                       {"holds", a.holds < 0 ? nlohmann::json(nullptr) : nlohmann::json(a.holds)},
                       {"holds_standard_error", a.holds_se},
                       {"unit", a.unit},
                       {"overturn", a.overturn},
                       {"overturn_sv", a.overturn_sv},
                       {"matters", json_number(a.matters)},
                       {"why", a.why},
                       {"other_threshold", a.other},
                       {"other_threshold_sv", a.other_sv},
                       {"sampling_error", json_number(a.sampling_error)},
                       {"table_header", a.table_header},
                       {"table_header_sv", a.table_header_sv},
                       {"table", a.table},
                       {"table_sv", a.table_sv},
                       {"says", a.says},
                       {"figures", figures},
                       {"figures_sv", figures_sv},
                       {"columns", a.columns},
                       {"rows", a.rows}});
  }
  return {{"name", v.name},
          {"title", v.title},
          {"question", v.question},
          {"claim", v.claim},
          {"source", v.source},
          {"points", v.points},
          {"replicates", v.replicates},
          {"seconds", v.seconds},
          {"verdict", standing_text(v.standing)},
          {"models", v.models},
          {"answers", answers}};
}

void print_verdict(ScenarioVerdict const& v) {
  out(fmt::format("\n{}: {}", v.name, v.title));
  out(fmt::format("  Claim: {}", v.claim));
  for (auto const& a : v.answers) {
    out(fmt::format("  [{}{}] {}", standing_text(a.standing),
                    a.holds >= 0 ? fmt::format(", {:.0f} % of draws", 100 * a.holds) : "", a.text));
    if (a.holds >= 0) out(fmt::format("    would be overturned by: {}", a.overturn));
    if (!a.other.empty()) out(fmt::format("    under another threshold: {}", a.other));
    if (a.table.empty()) continue;
    TextTable table{a.table_header, std::vector<bool>(a.table_header.size(), true), a.table};
    table.right.front() = false;
    fmt::print("{}", to_text(table));
  }
  out(fmt::format("  {} points, {} replicates, {}; {}", v.points, v.replicates, duration_text(v.seconds),
                  v.source));
}

/// Two runs of the same questions: the same answer within what both are uncertain by?
void print_beside(std::vector<AnswerBeside> const& rows) {
  TextTable table{{"question", "synthetic", "real", "difference", "error", "within 2", "verdicts"},
                  {false, true, true, true, true, false, false},
                  {}};
  std::size_t same = 0, within = 0;
  for (auto const& row : rows) {
    bool const alike = row.one_verdict == row.other_verdict;
    same += alike;
    within += row.within;
    table.rows.push_back({row.question, figure_text(row.one, row.one_error),
                          figure_text(row.other, row.other_error), figure_text(row.difference, row.error),
                          figure_text(row.error, row.error), row.within ? "yes" : "no",
                          alike ? row.one_verdict : row.one_verdict + " / " + row.other_verdict});
  }
  out("\nSynthetic and real municipalities side by side (error: simulation of both, and which synthetic "
      "municipalities were drawn):");
  fmt::print("{}", to_text(table));
  out(fmt::format(
      "{} of {} verdicts are the same; {} values agree within twice the error of their difference.", same,
      rows.size(), within));
}

nlohmann::json beside_json(std::vector<AnswerBeside> const& rows) {
  auto list = nlohmann::json::array();
  for (auto const& row : rows)
    list.push_back({{"question", row.question},
                    {"unit", row.unit},
                    {"synthetic", json_number(row.one)},
                    {"real", json_number(row.other)},
                    {"difference", json_number(row.difference)},
                    {"standard_error", json_number(row.error)},
                    {"within", row.within},
                    {"synthetic_verdict", row.one_verdict},
                    {"real_verdict", row.other_verdict}});
  return list;
}

class VerdictProgress {
public:
  explicit VerdictProgress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}
  void show(std::string const& name, std::size_t done, std::size_t points) {
    auto const now = std::chrono::steady_clock::now();
    if (quiet_ ||
        now - last_ < (terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000)))
      return;
    last_ = now;
    fmt::print(stderr, "{}{}: {} of {} municipalities{}", terminal_ ? "\r" : "", name, done, points,
               terminal_ ? "\033[K" : "\n");
    std::fflush(stderr);
    drawn_ = terminal_;
  }
  ~VerdictProgress() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }
  VerdictProgress(VerdictProgress const&) = delete;
  VerdictProgress& operator=(VerdictProgress const&) = delete;

private:
  bool quiet_, terminal_, drawn_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

std::optional<ScenarioVerdict> judge_file(std::string const& path, std::vector<std::string> const& settings,
                                          VerdictArgs const& args, std::string const& suffix = "") {
  Scenario const scenario = read_scenario(path, settings);
  auto const questions = read_verdicts(scenario, settings);
  if (questions.empty()) return std::nullopt;
  auto const& stop = stop_on_interrupt();
  std::string const name = std::filesystem::path(path).stem().string();
  VerdictProgress progress(args.quiet);
  RowsOptions options{.threads = args.threads, .stop = &stop, .on_progress = {}};
  options.on_progress = [&](std::size_t done, std::size_t points) { progress.show(name, done, points); };
  auto const measures = verdict_measures(questions);
  if (!args.shard.empty()) {
    Shard const shard = parse_shard(args.shard);
    options.shard = shard.index;
    options.shards = shard.count;
    if (!measures.empty())
      write_part(scenario, measures, options, part_path(args.results, name + suffix, shard));
    return std::nullopt;
  }
  ScenarioVerdict verdict =
      args.results.empty() || measures.empty()
          ? judge(scenario, questions, options)
          : judge(scenario, questions, read_parts(scenario, measures, args.results, name + suffix));
  verdict.name = name;
  verdict.file = path;
  return verdict;
}

/// The same with the real municipalities in the place of the synthetic schools.
std::vector<std::string> with_table(std::vector<std::string> settings, std::string const& table) {
  settings.push_back("points.schools.table=" + std::filesystem::absolute(table).string());
  return settings;
}

} // namespace

int verdict(VerdictArgs const& args) {
  if (!args.shard.empty() && parse_shard(args.shard).count == 0) {
    err(fmt::format("likvard verdict: --shard {} (two whole numbers, such as 3/16, are wanted)", args.shard));
    return usage;
  }
  for (auto const* path : {&args.page, &args.json_file})
    if (!path->empty()) check_writable(*path);
  if (!args.readme.empty()) between_marks(args.readme, "verdicts", "");
  std::vector<ScenarioVerdict> verdicts, real;
  for (auto const& path : args.scenarios) {
    auto one = judge_file(path, args.settings, args);
    if (stop_on_interrupt()) break;
    if (!args.shard.empty() && !args.municipalities.empty())
      judge_file(path, with_table(args.settings, args.municipalities), args, "-real");
    if (!one) continue;
    if (!args.quiet) print_verdict(*one);
    if (!args.municipalities.empty()) {
      real.push_back(*judge_file(path, with_table(args.settings, args.municipalities), args, "-real"));
      if (stop_on_interrupt()) break;
      if (!args.quiet) print_verdict(real.back());
    }
    verdicts.push_back(std::move(*one));
  }
  if (stop_on_interrupt()) {
    err(fmt::format("interrupted: {} scenarios were answered; nothing was written", verdicts.size()));
    return interrupted;
  }
  if (!args.shard.empty()) {
    if (!args.quiet)
      out(fmt::format("{}: part {} of {} scenarios; with all parts there: likvard verdict ... --results {}",
                      args.results, args.shard, args.scenarios.size(), args.results));
    return ok;
  }
  if (verdicts.empty())
    throw ScenarioError({fmt::format("{}: has no [[verdict]] to answer", args.scenarios.front())});
  std::vector<AnswerBeside> rows;
  if (!real.empty()) rows = beside(verdicts, real);
  if (!rows.empty() && !args.quiet) print_beside(rows);
  auto all = nlohmann::json::array();
  for (auto const& v : verdicts) all.push_back(verdict_json(v));
  nlohmann::json document{
      {"verdicts", all}, {"real", nlohmann::json::array()}, {"beside", beside_json(rows)}};
  for (auto const& v : real) document["real"].push_back(verdict_json(v));
  if (!args.json_file.empty()) {
    write_file(args.json_file, document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
  if (!args.readme.empty()) {
    std::string text = verdict_markdown(verdicts, std::filesystem::path(args.readme).parent_path().string());
    if (!rows.empty())
      text += "\n### Synthetic and real municipalities side by side\n\n" + beside_markdown(rows);
    write_file(args.readme, between_marks(args.readme, "verdicts", text));
  }
#ifdef LIKVARD_PAGE
  if (!args.page.empty()) write_file(args.page, national_page(document));
#endif
  return ok;
}

} // namespace likvard::cli
