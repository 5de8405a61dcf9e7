#pragma once
#include "likvard/study/result.hpp"
#include "likvard/study/run.hpp"

#include "interruptible.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// likvard._likvard: the libraries as Python sees them. Thin: what it is called with and what it hands back.
namespace likvard::python {

struct Held {
  Result result;
  std::string fingerprint; ///< of its study, kept when it is saved
};

/// A view of `values` that keeps `owner` alive and cannot be written to; empty arrays are None.
template <class Number>
py::object view(py::object const& owner, std::vector<Number> const& values, std::vector<py::ssize_t> shape) {
  if (values.empty()) return py::none();
  py::array_t<Number> array(std::move(shape), values.data(), owner);
  array.attr("flags").attr("writeable") = false;
  return array;
}

inline py::ssize_t extent(std::size_t n) {
  return static_cast<py::ssize_t>(n);
}

/// JSON as dicts and lists.
py::object to_python(nlohmann::json const& json);

/// Options of a run that tells its progress.
RunOptions run_options(int threads, std::atomic<bool> const& stop, std::function<void(Report)> const& tell);

void bind_result(py::module_& m);
void bind_units(py::module_& m);
void bind_compare(py::module_& m);
void bind_sensitivity(py::module_& m);

} // namespace likvard::python
