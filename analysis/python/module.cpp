// likvard._likvard: the libraries as Python sees them. Thin: what it is called with and what it hands back.
#include "likvard/analysis/compare.hpp"
#include "likvard/analysis/report.hpp"
#include "likvard/analysis/segregation_study.hpp"
#include "likvard/core/provenance.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/memory.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/io/study_header.hpp"
#include "likvard/model/segregation_chance.hpp"
#include "likvard/study/interval.hpp"
#include "likvard/study/power.hpp"
#include "likvard/study/progress_text.hpp"
#include "likvard/study/provenance_now.hpp"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <chrono>
#include <future>
#include <mutex>

namespace py = pybind11;

namespace {

using namespace likvard;

struct Held {
  Result result;
  std::string fingerprint; ///< of its study, kept when it is saved
};

/// Computes on a thread of its own, the interpreter free for others. Ctrl-C and errors of `show` stop the
/// work, wait for its end and are raised.
template <class Compute>
auto interruptible(Compute compute, py::object const& show) {
  using Clock = std::chrono::steady_clock;
  std::atomic<bool> stop{false};
  std::mutex mutex;
  Progress latest;
  auto const start = Clock::now();
  auto done = std::async(std::launch::async, [&] {
    return compute(RunOptions{.threads = 0, .stop = &stop, .on_progress = [&](Progress const& p) {
                                std::lock_guard const lock(mutex);
                                latest = p;
                              }});
  });
  for (bool ready = false; !ready;) {
    {
      py::gil_scoped_release const released;
      ready = done.wait_for(std::chrono::milliseconds(50)) == std::future_status::ready;
    }
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (show.is_none() || ready) continue;
      Progress now;
      {
        std::lock_guard const lock(mutex);
        now = latest;
      }
      double const seconds = std::chrono::duration<double>(Clock::now() - start).count();
      if (now.done > 0) show(progress_text(now, seconds, true), progress_text(now, seconds, false));
    } catch (...) {
      stop = true;
      py::gil_scoped_release const released;
      done.wait();
      throw;
    }
  }
  return done.get();
}

Held run_held(Scenario const& scenario, int threads, py::object const& show) {
  check_memory(scenario, threads);
  return interruptible(
      [&](RunOptions options) {
        options.threads = threads;
        auto const provenance = provenance_now("likvard.run in Python: " + scenario.path);
        Held held{run(scenario, options), fingerprint(header_of(scenario, {}))};
        Result& r = held.result;
        if (r.complete && scenario.with_power) r.power = run_power(scenario, threads);
        if (r.complete && scenario.with_compare)
          r.decision = decide(scenario, {.threads = threads, .stop = options.stop, .on_progress = {}});
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

/// A view of `values` that keeps `owner` alive and cannot be written to; empty arrays are None.
py::object view(py::object const& owner, std::vector<double> const& values, std::vector<py::ssize_t> shape) {
  if (values.empty()) return py::none();
  py::array_t<double> array(std::move(shape), values.data(), owner);
  array.attr("flags").attr("writeable") = false;
  return array;
}

using Array = std::vector<double> Result::*;

py::object cube(py::object const& self, Array which) {
  auto const& r = self.cast<Held const&>().result;
  return view(self, r.*which,
              {static_cast<py::ssize_t>(r.points.size()), static_cast<py::ssize_t>(r.policy_name.size()),
               static_cast<py::ssize_t>(r.measures.size())});
}

py::object quantile_cube(py::object const& self, Array which) {
  auto const& r = self.cast<Held const&>().result;
  return view(self, r.*which,
              {static_cast<py::ssize_t>(r.quantile_levels.size()), static_cast<py::ssize_t>(r.points.size()),
               static_cast<py::ssize_t>(r.policy_name.size()), static_cast<py::ssize_t>(r.measures.size())});
}

py::list points_of(Held const& held) {
  py::list out;
  for (std::size_t g = 0; g < held.result.points.size(); ++g) {
    auto const& p = held.result.points[g];
    py::dict row;
    row["point"] = p.name;
    for (auto const& axis : held.result.axes)
      row[py::str(axis)] = p.at.contains(axis) ? py::object(py::str(p.at.at(axis))) : py::none();
    row["pupils"] = p.parameters.municipality.pupils;
    row["units"] = p.parameters.municipality.units;
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

py::dict segregation_of(py::array_t<double, py::array::c_style | py::array::forcecast> const& counts,
                        std::vector<std::string> const& unit, std::vector<std::string> const& group,
                        std::vector<std::string> const& district, std::uint32_t dealings,
                        std::uint64_t seed) {
  Table const table = Eigen::Map<Table const>(counts.data(), static_cast<Eigen::Index>(counts.shape(0)),
                                              static_cast<Eigen::Index>(counts.shape(1)));
  SegregationStudy study;
  {
    py::gil_scoped_release const released;
    study = study_segregation(table, unit, group, district, dealings, seed);
  }
  py::list rows;
  for (auto const& t : study.tables)
    for (auto const& i : t.indices) {
      py::dict row;
      row["group"] = t.group.empty() ? "all groups" : t.group;
      row["index"] = i.key;
      row["value"] = i.value;
      row["by_chance"] = i.expected;
      row["sd_by_chance"] = i.sd;
      row["z"] = i.z;
      row["systematic"] = i.systematic;
      row["low"] = i.interval.low;
      row["high"] = i.interval.high;
      row["largest"] = i.largest;
      rows.append(row);
    }
  py::dict out;
  out["rows"] = rows;
  out["answer"] = segregation_answer(study);
  out["level"] = study.level;
  out["between_districts"] = study.between_districts;
  return out;
}

py::dict chance_of(std::vector<double> const& pupils, double members) {
  double total = 0;
  for (double n : pupils) total += n;
  std::vector<double> const groups{members, total - members};
  py::dict out;
  out["dissimilarity"] = expected_dissimilarity(pupils, members);
  out["variance_ratio"] = expected_variance_ratio(pupils.size(), total);
  out["variance_ratio_sd"] = variance_ratio_sd(pupils, members);
  out["mutual_information"] = expected_mutual_information(pupils, groups);
  out["hutchens"] = expected_hutchens(pupils, members);
  out["isolation"] = expected_isolation(pupils.size(), total, members);
  return out;
}

} // namespace

PYBIND11_MODULE(_likvard, m) {
  py::register_exception<ScenarioError>(m, "ScenarioError", PyExc_ValueError);
  py::register_exception<FileError>(m, "FileError", PyExc_OSError);
  m.attr("version") = program_version();

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
  m.def("segregation", &segregation_of);
  m.def("expected_under_chance", &chance_of);
}
