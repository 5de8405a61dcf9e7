#include "interrupt.hpp"

#include <csignal>

namespace likvard::cli {
namespace {

// A signal handler can reach nothing else: the one flag of the program.
std::atomic<bool> interrupt_asked{false}; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int signal) {
  interrupt_asked = true;
  std::signal(signal, SIG_DFL);
}

} // namespace

std::atomic<bool> const& stop_on_interrupt() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return interrupt_asked;
}

} // namespace likvard::cli
