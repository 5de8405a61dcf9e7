#include "bind.hpp"

#include "likvard/core/provenance.hpp"
#include "likvard/io/file.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/progress_text.hpp"

namespace likvard::python {

py::object to_python(nlohmann::json const& json) {
  return py::module_::import("json").attr("loads")(
      json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

RunOptions run_options(int threads, std::atomic<bool> const& stop, std::function<void(Report)> const& tell) {
  auto const start = std::chrono::steady_clock::now();
  return {.threads = threads, .stop = &stop, .on_progress = [start, tell](Progress const& now) {
            double const seconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            if (now.done > 0) tell({progress_text(now, seconds, true), progress_text(now, seconds, false)});
          }};
}

} // namespace likvard::python

PYBIND11_MODULE(_likvard, m) {
  pybind11::register_exception<likvard::ScenarioError>(m, "ScenarioError", PyExc_ValueError);
  pybind11::register_exception<likvard::FileError>(m, "FileError", PyExc_OSError);
  m.attr("version") = likvard::program_version();
  likvard::python::bind_result(m);
  likvard::python::bind_units(m);
  likvard::python::bind_compare(m);
  likvard::python::bind_sensitivity(m);
}
