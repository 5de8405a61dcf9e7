#include "commands.hpp"
#include "compare_result.hpp"
#include "compare_table.hpp"
#include "interrupt.hpp"
#include "progress.hpp"
#include "table.hpp"

#include "likvard/io/blocks_file.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/model/measures.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace likvard::cli {
namespace {

/// By name or by what it begins with: the seal of a result (bare HDF5 has lost it), or a part of a study.
/// What is wrong with it is said where it is read.
bool is_result(std::filesystem::path const& path) {
  if (path.extension() == ".h5" || is_blocks_file(path)) return true;
  std::ifstream file(path, std::ios::binary);
  std::string head(14, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head == "likvard-result" || head.starts_with("\x89HDF\r\n\x1a\n");
}

std::string quoted(std::string const& text) {
  std::string out = "\"";
  for (char c : text) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return out + "\"";
}

/// The options as settings: one place says what is wrong with a value.
std::vector<std::string> settings_of(CompareArgs const& args) {
  auto settings = args.settings;
  auto const list = [](auto const& values, auto const& text) {
    std::string out;
    for (auto const& value : values) out += (out.empty() ? "[" : ", ") + text(value);
    return out + "]";
  };
  if (args.measure) settings.push_back("compare.measure=" + quoted(*args.measure));
  if (args.method) settings.push_back("compare.method=" + quoted(*args.method));
  if (args.delta) settings.push_back(fmt::format("compare.delta={}", *args.delta));
  if (args.confidence) settings.push_back(fmt::format("compare.confidence={}", *args.confidence));
  if (args.budget) settings.push_back(fmt::format("compare.budget={:.0f}", *args.budget));
  if (!args.policies.empty()) settings.push_back("compare.policies=" + list(args.policies, quoted));
  if (!args.shares.empty())
    settings.push_back("compare.shares=" + list(args.shares, [](double w) { return fmt::format("{}", w); }));
  return settings;
}

/// One line on standard error: drawn over and over on a terminal, every 10 s elsewhere.
class CompareProgress {
public:
  explicit CompareProgress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}
  void show(std::string const& text) {
    auto const now = Clock::now();
    auto const pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000);
    if (quiet_ || now - last_ < pause) return;
    last_ = now;
    fmt::print(stderr, "{}{}{}", terminal_ ? "\r" : "", text, terminal_ ? "\033[K" : "\n");
    std::fflush(stderr);
    drawn_ = terminal_;
  }
  ~CompareProgress() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }
  CompareProgress(CompareProgress const&) = delete;
  CompareProgress& operator=(CompareProgress const&) = delete;

private:
  using Clock = std::chrono::steady_clock;
  bool quiet_, terminal_, drawn_ = false;
  Clock::time_point last_ = Clock::now();
};

int finish(std::vector<PointSelection> const& selections, Scenario const& scenario, bool stopped) {
  std::uint64_t failures = 0;
  for (auto const& one : selections) failures += one.failures;
  if (stopped) {
    err(fmt::format("interrupted: {} of {} points were looked at", selections.size(),
                    scenario.points.size()));
    return interrupted;
  }
  if (failures > 0) {
    err(fmt::format("{} replicates failed and were left out", failures));
    return failed_replicates;
  }
  return ok;
}

int compare_scenario(CompareArgs const& args) {
  Scenario const scenario = read_scenario(args.file, settings_of(args));
  if (!args.output.empty()) check_writable(args.output);
  auto const names = names_of(scenario, compared_policies(scenario));
  compared_objectives(scenario); // refused before anything is run
  auto const& stop = stop_on_interrupt();
  std::vector<PointSelection> selections;
  std::optional<DecisionResult> decision;
  {
    CompareProgress progress(args.quiet);
    CompareOptions options{.threads = args.threads, .stop = &stop, .on_progress = {}};
    options.on_progress = [&](std::size_t done, std::size_t points, std::uint64_t used, std::size_t left) {
      progress.show(choosing_text(done, points, used, left));
    };
    selections = select_policies(scenario, options);
    options.on_progress = [&](std::size_t done, std::size_t points, std::uint64_t, std::size_t) {
      progress.show(deciding_text(done, points));
    };
    if (!args.choose_only && !stop) decision = decide(scenario, options);
  }
  if (!args.output.empty())
    write_file(args.output, compare_csv(&scenario, names, selections, decision ? &*decision : nullptr));
  if (args.json) {
    nlohmann::json json{{"method", scenario.compare.method},
                        {"measure", measure_table()[compared_measure(scenario)].key},
                        {"delta", scenario.compare.delta},
                        {"confidence", scenario.compare.confidence},
                        {"selection", selection_json(scenario, names, selections)}};
    if (decision) json["decision"] = decision_json(names, *decision);
    out(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    out(scenario.title);
    fmt::print("{}", selection_text(scenario, names, selections));
    if (decision) fmt::print("\n{}", decision_text(scenario.points, names, *decision));
    if (!args.output.empty()) out(args.output);
  }
  return finish(selections, scenario, stop);
}

} // namespace

int compare(CompareArgs const& args) {
  if (!is_result(args.file)) return compare_scenario(args);
  if (args.method || args.delta || args.budget || !args.settings.empty() || args.choose_only) {
    err("likvard compare: --method, --delta, --budget, --set and --choose-only run replicates: they go with "
        "a "
        "scenario, not with a result");
    return usage;
  }
  return compare_result(args);
}

} // namespace likvard::cli
