#include "commands.hpp"
#include "table.hpp"

#include "likvard/analysis/report.hpp"
#include "likvard/analysis/sensitivity.hpp"
#include "likvard/analysis/two_runs.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/scenario_differences.hpp"
#include "likvard/io/sensitivity_file.hpp"
#include "likvard/study/errors.hpp"

namespace likvard::cli {

namespace {

/// Two results on one page.
int compare_results(ReportArgs const& args) {
  auto const file = [&](std::size_t i) { return std::filesystem::path(args.results[i]); };
  for (std::size_t i : {0, 1})
    if (is_sensitivity_file(args.results[i]))
      throw ScenarioError(
          {args.results[i] + ": is a result of `sensitivity`; --compare takes results of `run`"});
  auto const first = read_result(args.results[0]), second = read_result(args.results[1]);
  auto path = std::filesystem::path(args.output);
  if (path.empty())
    path =
        file(0).parent_path() / (file(0).stem().string() + "-against-" + file(1).stem().string() + ".html");
  write_file(path, two_runs_page(first, second, {file(0).filename().string(), file(1).filename().string()},
                                 scenario_differences(first.scenario_text, second.scenario_text)));
  out(path.string());
  return ok;
}

} // namespace

int report(ReportArgs const& args) {
  if (args.compare != (args.results.size() == 2)) {
    err(args.compare ? "likvard: --compare takes two results: likvard report --compare a.h5 b.h5"
                     : "likvard: one result is wanted; two side by side: likvard report --compare a.h5 b.h5");
    return usage;
  }
  if (args.compare) return compare_results(args);
  auto const& result = args.results[0];
  auto path = std::filesystem::path(args.output);
  if (path.empty()) path = std::filesystem::path(result).replace_extension(".html");
  if (is_sensitivity_file(result)) {
    auto const data = read_sensitivity_file(result);
    write_file(path, sensitivity_page(data, analyse(data)));
  } else {
    write_file(path, make_report(read_result(result)));
  }
  out(path.string());
  return ok;
}

} // namespace likvard::cli
