#include "likvard/analysis/sensitivity_run.hpp"

#include "likvard/core/provenance.hpp"
#include "likvard/study/provenance_now.hpp"

#include <utility>

namespace likvard {

SensitivityData run_design(SensitivityQuestion const& question, SensitivityOptions const& options,
                           RunOptions const& run, std::string command) {
  DesignPlan plan = make_design(question.design);
  SensitivityData data = empty_sensitivity(question, plan);
  Provenance provenance = provenance_now(std::move(command));
  std::uint64_t rows = plan.rows;
  run_rows(question, plan, rows, run, data);
  for (int doubled = 0; question.precision > 0 && data.complete && 2 * rows <= question.max_rows; ++doubled) {
    if (doubled >= 2 && largest_half_width(analyse(data, options)) <= question.precision) break;
    rows *= 2;
    auto longer = question.design;
    longer.rows = rows;
    plan = make_design(longer);
    run_rows(question, plan, rows, run, data);
  }
  provenance.seconds = data.provenance.seconds;
  provenance.threads = data.provenance.threads;
  data.provenance = std::move(provenance);
  data.provenance.finished_utc = utc_now();
  return data;
}

} // namespace likvard
