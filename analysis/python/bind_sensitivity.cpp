#include "bind.hpp"

#include "likvard/analysis/result_names.hpp"
#include "likvard/analysis/result_sensitivity.hpp"
#include "likvard/analysis/sensitivity_rows.hpp"
#include "likvard/analysis/sensitivity_run.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/sensitivity_csv.hpp"
#include "likvard/io/sensitivity_file.hpp"
#include "likvard/io/sensitivity_scenario.hpp"
#include "likvard/study/errors.hpp"

#include <fmt/format.h>
#include <numeric>
#include <optional>

namespace likvard::python {
namespace {

struct Analysed {
  SensitivityData data;
  SensitivityAnalysis analysis;
};

/// What is asked of the analysis; without a level or more the scenario's own.
struct Asked {
  std::optional<double> level;
  bool simultaneous = false;
  std::optional<std::uint32_t> resamples;

  SensitivityOptions options() const {
    return {.level = level.value_or(0.95),
            .simultaneous = simultaneous,
            .bootstrap = resamples.has_value(),
            .resamples = resamples.value_or(SensitivityOptions{}.resamples)};
  }
};

Analysed analysed(SensitivityData data, SensitivityOptions const& options, std::string const& source) {
  try {
    auto analysis = analyse(data, options);
    return {std::move(data), std::move(analysis)};
  } catch (std::domain_error const& error) {
    throw ScenarioError({fmt::format("{}: {}", source, error.what())});
  }
}

Analysed of_scenario(SensitivityQuestion const& question, Asked const& asked, int threads,
                     py::object const& show) {
  auto options = asked.options();
  if (!asked.level) options.level = question.level;
  options.simultaneous |= question.simultaneous;
  return interruptible(
      [&](std::atomic<bool> const& stop, std::function<void(Report)> const& tell) {
        auto data = run_design(question, options, run_options(threads, stop, tell),
                               "likvard.sensitivity in Python: " + question.source);
        if (!data.complete) return Analysed{std::move(data), {}}; // interrupted: raised by the caller
        return analysed(std::move(data), options, question.source);
      },
      show);
}

Analysed of_result(Held const& held, std::vector<std::string> names, Asked const& asked,
                   std::string const& source) {
  py::gil_scoped_release const released;
  if (names.empty()) names.push_back(held.result.answer.measure);
  auto const measures = find_measures(held.result, names);
  try {
    return analysed(data_of_result(held.result, measures), asked.options(), source);
  } catch (std::domain_error const& error) {
    throw ScenarioError({fmt::format("{}: {}", source, error.what())});
  }
}

PlainTable table_of(std::string const& name, std::vector<std::string> const& columns,
                    std::vector<std::vector<std::string>> const& rows) {
  std::vector<std::size_t> line(rows.size());
  std::iota(line.begin(), line.end(), std::size_t{1});
  return {.path = name, .columns = columns, .rows = rows, .line = line};
}

py::list numbers_of(Analysed const& a) {
  py::list rows;
  for (auto const& r : sensitivity_rows(a.data, a.analysis)) {
    py::dict row;
    row["output"] = r.output;
    row["unit"] = r.unit;
    row["factor"] = r.factor;
    row["title"] = r.title;
    row["index"] = r.index;
    row["value"] = r.estimate.value;
    row["standard_error"] = r.estimate.standard_error;
    row["low"] = r.estimate.low;
    row["high"] = r.estimate.high;
    rows.append(row);
  }
  return rows;
}

py::list factors_of(Analysed const& a) {
  static constexpr std::array<char const*, 3> roles{"lever", "context", "parameter"};
  py::list out;
  for (auto const& f : a.data.factors) {
    py::dict row;
    row["factor"] = f.name;
    row["title"] = f.title;
    row["key"] = f.key;
    row["law"] = f.law;
    row["role"] = roles.at(static_cast<std::size_t>(f.role));
    row["levels"] = f.levels;
    out.append(row);
  }
  return out;
}

py::dict outputs_of(py::object const& self) {
  auto const& data = self.cast<Analysed const&>().data;
  py::dict out;
  for (std::size_t k = 0; k < data.outputs.size(); ++k)
    out[py::str(data.outputs[k].key)] =
        view(self, data.y[k], {extent(data.rows), extent(data.blocks), extent(data.replicates)});
  return out;
}

} // namespace

void bind_sensitivity(py::module_& m) {
  py::class_<Asked>(m, "SensitivityAsked")
      .def(py::init<>())
      .def_readwrite("level", &Asked::level)
      .def_readwrite("simultaneous", &Asked::simultaneous)
      .def_readwrite("resamples", &Asked::resamples);
  py::class_<SensitivityQuestion>(m, "SensitivityQuestion");
  m.def("read_sensitivity", [](std::string const& path, std::vector<std::string> const& settings) {
    return read_sensitivity(path, settings);
  });
  m.def("parse_sensitivity", [](std::string const& text, std::vector<std::string> const& settings) {
    return parse_sensitivity(text, "scenario", settings);
  });
  m.def("is_sensitivity_file", [](std::string const& path) { return is_sensitivity_file(path); });
  m.def("sensitivity_of_scenario", &of_scenario);
  m.def("sensitivity_of_result", &of_result);
  m.def("sensitivity_of_file", [](std::string const& path, Asked const& asked) {
    py::gil_scoped_release const released;
    return analysed(read_sensitivity_file(path), asked.options(), path);
  });
  m.def("sensitivity_of_runs",
        [](std::vector<std::string> const& inputs, std::vector<std::vector<std::string>> const& design,
           std::vector<std::string> const& outputs, std::vector<std::vector<std::string>> const& found,
           Asked const& asked) {
          py::gil_scoped_release const released;
          return analysed(own_runs(table_of("design", inputs, design), table_of("outputs", outputs, found)),
                          asked.options(), "outputs");
        });
  m.def("sensitivity_of_run_files",
        [](std::string const& design, std::string const& outputs, Asked const& asked) {
          py::gil_scoped_release const released;
          return analysed(read_own_runs(design, outputs), asked.options(), outputs);
        });

  py::class_<Analysed> analysed_class(m, "Sensitivity");
  analysed_class.def_property_readonly("rows", &numbers_of)
      .def_property_readonly("answer",
                             [](Analysed const& a) { return sensitivity_answer(a.data, a.analysis); })
      .def_property_readonly("title", [](Analysed const& a) { return a.data.title; })
      .def_property_readonly("intervals", [](Analysed const& a) { return a.analysis.interval; })
      .def_property_readonly("factors", &factors_of)
      .def_property_readonly("failed_runs", [](Analysed const& a) { return a.data.failed; })
      .def_property_readonly("runs", [](Analysed const& a) { return a.data.rows * a.data.blocks; })
      .def_property_readonly("x",
                             [](py::object const& self) {
                               auto const& data = self.cast<Analysed const&>().data;
                               return view(self, data.x,
                                           {extent(data.rows * data.blocks), extent(data.factors.size())});
                             })
      .def_property_readonly("y", &outputs_of)
      .def("save", [](Analysed const& a, std::string const& path) {
        py::gil_scoped_release const released;
        write_sensitivity(path, a.data);
      });
#ifdef LIKVARD_PAGE
  analysed_class.def("report", [](Analysed const& a, std::string const& path) {
    py::gil_scoped_release const released;
    write_file(path, sensitivity_page(a.data, a.analysis));
  });
#endif
}

} // namespace likvard::python
