#include "bind.hpp"

#include "likvard/analysis/compare_moments.hpp"
#include "likvard/analysis/compare_rows.hpp"
#include "likvard/model/measures.hpp"

#include <optional>

namespace likvard::python {
namespace {

py::list rows_of(std::vector<CompareRow> const& all) {
  py::list rows;
  for (auto const& r : all) {
    py::dict row;
    row["point"] = r.point;
    row["policy"] = r.policy;
    row["share"] = r.share;
    row["parameter"] = r.parameter;
    row["quantity"] = r.quantity;
    row["value"] = r.value;
    row["standard_error"] = r.standard_error;
    rows.append(row);
  }
  return rows;
}

py::dict compare_scenario(Scenario const& scenario, int threads, bool choose_only, py::object const& show) {
  auto const names = names_of(scenario, compared_policies(scenario));
  compared_objectives(scenario); // refused before anything is run
  auto const [selections, decision] = interruptible(
      [&](std::atomic<bool> const& stop, std::function<void(Report)> const& tell) {
        CompareOptions options{.threads = threads, .points = {}, .stop = &stop, .on_progress = {}};
        options.on_progress = [&](std::size_t done, std::size_t points, std::uint64_t used,
                                  std::size_t left) {
          auto const text = choosing_text(done, points, used, left);
          tell({text, text});
        };
        auto chosen = select_policies(scenario, options);
        options.on_progress = [&](std::size_t done, std::size_t points, std::uint64_t, std::size_t) {
          auto const text = deciding_text(done, points);
          tell({text, text});
        };
        std::optional<DecisionResult> decided;
        if (!choose_only && !stop) decided = decide(scenario, options);
        return std::pair{std::move(chosen), std::move(decided)};
      },
      show);
  std::uint64_t failed = 0;
  for (auto const& one : selections) failed += one.failures;
  auto const& spec = measure_table()[compared_measure(scenario)];
  py::dict out;
  out["title"] = scenario.title;
  out["measure"] = std::string(spec.key);
  out["unit"] = std::string(spec.unit);
  out["method"] = scenario.compare.method;
  out["delta"] = scenario.compare.delta;
  out["confidence"] = scenario.compare.confidence;
  out["points"] = to_python(selection_json(scenario, names, selections));
  out["decision"] = decision ? to_python(decision_json(names, *decision)) : py::object(py::none());
  out["rows"] = rows_of(compare_rows(&scenario, names, selections, decision ? &*decision : nullptr));
  out["failed_replicates"] = failed;
  return out;
}

/// Its own decision where it holds one and nothing else is asked for; else what its moments say.
py::dict compare_held(Held const& held, std::string const& source, std::optional<std::string> const& measure,
                      std::vector<std::string> const& policies, std::vector<double> const& shares,
                      std::optional<double> confidence) {
  Result const& r = held.result;
  py::dict out;
  out["title"] = r.title;
  out["method"] = "result";
  out["delta"] = 0.0;
  out["failed_replicates"] = r.failures.size();
  bool const plain = policies.empty() && shares.empty() && !confidence;
  if (r.decision && plain && (!measure || *measure == r.decision->measure)) {
    auto const& d = *r.decision;
    auto const names = names_of(r, {d.policy.begin(), d.policy.end()});
    auto const decision = to_python(decision_json(names, d));
    out["measure"] = d.measure;
    out["unit"] = "";
    for (auto const& m : r.measures)
      if (m.key == d.measure) out["unit"] = m.unit;
    out["confidence"] = d.confidence;
    out["points"] = decision["points"];
    out["decision"] = decision;
    out["rows"] = rows_of(compare_rows(nullptr, names, {}, &d));
    return out;
  }
  auto const comparison = compare_moments(r, {source, measure, policies, shares, confidence});
  out["measure"] = r.measures[comparison.measure].key;
  out["unit"] = r.measures[comparison.measure].unit;
  out["confidence"] = comparison.level;
  out["points"] = to_python(moments_json(r, comparison));
  out["decision"] = py::none();
  out["rows"] = py::none();
  return out;
}

} // namespace

void bind_compare(py::module_& m) {
  m.def("compare_scenario", &compare_scenario);
  m.def("compare_result", &compare_held);
}

} // namespace likvard::python
