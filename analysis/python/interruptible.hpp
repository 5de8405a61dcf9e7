#pragma once
#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>

namespace likvard::python {

namespace py = pybind11;

/// How far work is: a line for a terminal, and one for elsewhere.
struct Report {
  std::string on_terminal, elsewhere;
};

/// Computes on a thread of its own, the interpreter free for others. `compute` gets the flag that asks it to
/// stop and what it tells its progress to. Ctrl-C and errors of `show` stop it, wait for its end and are
/// raised.
template <class Compute>
auto interruptible(Compute compute, py::object const& show) {
  std::atomic<bool> stop{false};
  std::mutex mutex;
  Report latest;
  std::function<void(Report)> const tell = [&](Report report) {
    std::lock_guard const lock(mutex);
    latest = std::move(report);
  };
  auto done = std::async(std::launch::async, [&] { return compute(stop, tell); });
  for (bool ready = false; !ready;) {
    {
      py::gil_scoped_release const released;
      ready = done.wait_for(std::chrono::milliseconds(50)) == std::future_status::ready;
    }
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (show.is_none() || ready) continue;
      Report now;
      {
        std::lock_guard const lock(mutex);
        now = latest;
      }
      if (!now.elsewhere.empty()) show(now.on_terminal, now.elsewhere);
    } catch (...) {
      stop = true;
      py::gil_scoped_release const released;
      done.wait();
      throw;
    }
  }
  return done.get();
}

} // namespace likvard::python
