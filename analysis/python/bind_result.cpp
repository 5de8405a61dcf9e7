#include "bind.hpp"

#include "likvard/analysis/compare.hpp"
#include "likvard/analysis/questions.hpp"
#include "likvard/analysis/report.hpp"
#include "likvard/core/provenance.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/memory.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/io/study_header.hpp"
#include "likvard/study/interval.hpp"
#include "likvard/study/power.hpp"
#include "likvard/study/provenance_now.hpp"

namespace likvard::python {
namespace {

Held run_held(Scenario const& scenario, int threads, py::object const& show) {
  check_memory(scenario, threads);
  return interruptible(
      [&](std::atomic<bool> const& stop, std::function<void(Report)> const& tell) {
        auto const provenance = provenance_now("likvard.run in Python: " + scenario.path);
        Held held{run(scenario, run_options(threads, stop, tell)), fingerprint(header_of(scenario, {}))};
        Result& r = held.result;
        if (r.complete && scenario.with_power) r.power = run_power(scenario, threads);
        if (r.complete && scenario.with_compare)
          r.decision = decide(scenario, {.threads = threads, .points = {}, .stop = &stop, .on_progress = {}});
        double const seconds = r.provenance.seconds;
        int const used = r.provenance.threads;
        r.provenance = provenance;
        r.provenance.seconds = seconds;
        r.provenance.threads = used;
        r.provenance.finished_utc = utc_now();
        return held;
      },
      show);
}

using Array = std::vector<double> Result::*;

py::object cube(py::object const& self, Array which) {
  auto const& r = self.cast<Held const&>().result;
  return view(self, r.*which,
              {extent(r.points.size()), extent(r.policy_name.size()), extent(r.measures.size())});
}

py::object quantile_cube(py::object const& self, Array which) {
  auto const& r = self.cast<Held const&>().result;
  return view(self, r.*which,
              {extent(r.quantile_levels.size()), extent(r.points.size()), extent(r.policy_name.size()),
               extent(r.measures.size())});
}

py::list points_of(Held const& held) {
  py::list out;
  for (std::size_t g = 0; g < held.result.points.size(); ++g) {
    auto const& p = held.result.points[g];
    py::dict row;
    row["point"] = p.name;
    for (auto const& axis : held.result.axes)
      row[py::str(axis)] = p.at.contains(axis) ? py::object(py::str(p.at.at(axis))) : py::none();
    row["pupils"] = p.parameters.pupils;
    row["units"] = p.parameters.units;
    row["municipalities"] = p.municipalities;
    row["replicates"] = held.result.replicates[g];
    row["half_width"] = t_quantile(0.975, held.result.degrees_of_freedom[g]);
    out.append(row);
  }
  return out;
}

py::list measures_of(Held const& held) {
  py::list out;
  for (auto const& m : held.result.measures) {
    py::dict row;
    row["measure"] = m.key;
    row["title"] = m.title;
    row["unit"] = m.unit;
    row["better"] = m.better;
    row["description"] = m.description;
    out.append(row);
  }
  return out;
}

py::list policies_of(Held const& held) {
  py::list out;
  for (std::size_t m = 0; m < held.result.policy_name.size(); ++m) {
    py::dict row;
    row["policy"] = held.result.policy_name[m];
    row["policy_title"] = held.result.policy_title[m];
    row["share"] = held.result.policy_share[m];
    out.append(row);
  }
  return out;
}

} // namespace

void bind_result(py::module_& m) {
  py::class_<Scenario>(m, "Scenario")
      .def_readonly("title", &Scenario::title)
      .def_readonly("question", &Scenario::question)
      .def_readonly("text", &Scenario::text)
      .def_readonly("path", &Scenario::path)
      .def_readonly("seed", &Scenario::seed)
      .def_readonly("replicates", &Scenario::replicates);
  m.def("read_scenario", [](std::string const& path, std::vector<std::string> const& settings) {
    return read_scenario(path, settings);
  });
  m.def("parse_scenario", [](std::string const& text, std::vector<std::string> const& settings) {
    return parse_scenario(text, "scenario", settings);
  });

  py::class_<Held> held(m, "Result");
  for (auto const& [name, which] : std::initializer_list<std::pair<char const*, Array>>{
           {"value", &Result::mean},
           {"variance", &Result::variance},
           {"standard_error", &Result::standard_error},
           {"difference", &Result::difference},
           {"difference_variance", &Result::difference_variance},
           {"difference_standard_error", &Result::difference_standard_error}})
    held.def_property_readonly(name, [array = which](py::object const& self) { return cube(self, array); });
  for (auto const& [name, which] : std::initializer_list<std::pair<char const*, Array>>{
           {"quantiles", &Result::quantiles}, {"difference_quantiles", &Result::difference_quantiles}})
    held.def_property_readonly(
        name, [array = which](py::object const& self) { return quantile_cube(self, array); });
  held.def_property_readonly("quantile_levels", [](Held const& h) { return h.result.quantile_levels; })
      .def_property_readonly("title", [](Held const& h) { return h.result.title; })
      .def_property_readonly("question", [](Held const& h) { return h.result.question; })
      .def_property_readonly("scenario", [](Held const& h) { return h.result.scenario_text; })
      .def_property_readonly("seed", [](Held const& h) { return h.result.seed; })
      .def_property_readonly("complete", [](Held const& h) { return h.result.complete; })
      .def_property_readonly("axes", [](Held const& h) { return h.result.axes; })
      .def_property_readonly("failed_replicates", [](Held const& h) { return h.result.failures.size(); })
      .def_property_readonly("points", &points_of)
      .def_property_readonly("policies", &policies_of)
      .def_property_readonly("measures", &measures_of)
      .def_property_readonly("answer", [](Held const& h) { return answer_text(h.result); })
      .def_property_readonly(
          "questions",
          [](Held const& h) { return py::module_::import("json").attr("loads")(questions_json(h.result)); })
      .def("save", [](Held const& h, std::string const& path) {
        py::gil_scoped_release const released;
        write_result(path, h.result, Compress::none, h.fingerprint);
      });
#ifdef LIKVARD_PAGE
  held.def("report", [](Held const& h, std::string const& path) {
    py::gil_scoped_release const released;
    write_file(path, make_report(h.result));
  });
#endif
  m.def("run", &run_held);
  m.def("read", [](std::string const& path) {
    py::gil_scoped_release const released;
    return Held{read_result(path), read_summary(path).origin.fingerprint};
  });
}

} // namespace likvard::python
