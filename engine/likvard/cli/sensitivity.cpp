#include "commands.hpp"
#include "interrupt.hpp"
#include "progress.hpp"
#include "sensitivity_table.hpp"
#include "table.hpp"

#include "likvard/analysis/result_sensitivity.hpp"
#include "likvard/analysis/sensitivity_run.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/sensitivity_csv.hpp"
#include "likvard/io/sensitivity_file.hpp"
#include "likvard/io/sensitivity_scenario.hpp"
#include "likvard/study/errors.hpp"
#include "result_table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace likvard::cli {
namespace {

SensitivityData run_shown(SensitivityQuestion const& question, SensitivityOptions const& options,
                          SensitivityArgs const& args) {
  std::string command = fmt::format("likvard sensitivity {}", args.input);
  for (auto const& setting : args.settings) command += fmt::format(" --set '{}'", setting);
  ProgressLine progress(args.quiet);
  RunOptions const run{.threads = args.threads,
                       .stop = &stop_on_interrupt(),
                       .on_progress = [&](Progress const& p) { progress.show(p); }};
  auto data = run_design(question, options, run, command);
  progress.finish();
  return data;
}

/// What is to be analysed, and where a result of it was written ("" where it came from a file).
SensitivityData get_data(SensitivityArgs const& args, SensitivityOptions& options, double& precision,
                         std::string& written) {
  if (!args.design.empty()) return read_own_runs(args.design, args.outputs);
  std::filesystem::path const input(args.input);
  if (input.extension() != ".toml") {
    if (!args.settings.empty())
      throw ScenarioError(
          {fmt::format("--set belongs to a scenario (.toml), and {} is a result", args.input)});
    if (is_sensitivity_file(input)) return read_sensitivity_file(input);
    Result const result = read_result(input);
    auto names = args.measures;
    if (names.empty()) names.push_back(result.answer.measure);
    return data_of_result(result, find_measures(result, names));
  }
  auto const question = read_sensitivity(input, args.settings);
  if (!args.level) options.level = question.level;
  options.simultaneous |= question.simultaneous;
  precision = question.precision;
  written = args.result.empty()
                ? (std::filesystem::path("results") / input.stem()).string() + "-sensitivity.h5"
                : args.result;
  check_writable(written);
  auto data = run_shown(question, options, args);
  write_sensitivity(written, data);
  return data;
}

int finish(SensitivityData const& data, SensitivityAnalysis const& analysis, double precision) {
  if (precision > 0) {
    double const reached = largest_half_width(analysis);
    err(reached <= precision
            ? fmt::format("all indices within ± {:.3g} after {} rows (± {:g} was asked for)", reached,
                          data.rows, precision)
            : fmt::format("the widest index is known to ± {:.3g} only after {} rows (± {:g} was asked "
                          "for: sensitivity.max_rows)",
                          reached, data.rows, precision));
  }
  if (!data.complete) {
    err("interrupted: what was finished is analysed and saved");
    return interrupted;
  }
  if (data.failed == 0) return ok;
  err(fmt::format("{} of {} runs failed, first: {}; their rows are left out", data.failed,
                  data.rows * data.blocks, data.first_failure));
  return failed_replicates;
}

} // namespace

int sensitivity(SensitivityArgs const& args) {
  if (args.input.empty() && args.design.empty()) {
    err("likvard sensitivity: a scenario, a result, or --design with --output is wanted");
    return usage;
  }
  SensitivityOptions options{.level = args.level.value_or(0.95), .simultaneous = args.simultaneous};
  if (args.bootstrap) {
    options.bootstrap = true;
    options.resamples = *args.bootstrap;
  }
  double precision = 0;
  std::string written;
  SensitivityData const data = get_data(args, options, precision, written);
  SensitivityAnalysis analysis;
  try {
    analysis = analyse(data, options);
  } catch (std::domain_error const& error) {
    if (!data.complete) {
      err("interrupted: too little was finished to analyse; it is saved");
      return interrupted;
    }
    throw ScenarioError(
        {fmt::format("{}: {}", args.input.empty() ? args.outputs : args.input, error.what())});
  }
  if (!args.csv.empty()) write_file(args.csv, sensitivity_csv(data, analysis));
  if (!args.runs.empty()) write_file(args.runs, runs_csv(data));
#ifdef LIKVARD_PAGE
  if (!args.page.empty()) write_file(args.page, sensitivity_page(data, analysis));
#endif
  if (args.json)
    out(sensitivity_json(data, analysis).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else if (!args.quiet)
    fmt::print("{}", sensitivity_text(data, analysis));
  if (!args.json) {
    if (!written.empty())
      out(fmt::format("{}: {} runs of {} replicates in {} on {} threads", written, data.rows * data.blocks,
                      data.replicates, duration_text(data.provenance.seconds), data.provenance.threads));
    for (auto const& file : {args.csv, args.runs, args.page})
      if (!file.empty()) out(file);
  }
  return finish(data, analysis, precision);
}

} // namespace likvard::cli
