#include "progress.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace likvard::cli {

ProgressLine::ProgressLine(bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0), start_(Clock::now()), last_(start_) {}

void ProgressLine::show(Progress const& progress) {
  if (quiet_ || progress.done == 0) return;
  auto const now = Clock::now();
  if (!terminal_ && now - last_ < std::chrono::seconds(10)) return;
  last_ = now;
  double const seconds = std::chrono::duration<double>(now - start_).count();
  if (terminal_) {
    fmt::print(stderr, "\r{}\033[K", progress_text(progress, seconds, true));
    drawn_ = true;
  } else {
    fmt::print(stderr, "{}\n", progress_text(progress, seconds, false));
  }
  std::fflush(stderr);
}

void ProgressLine::finish() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

} // namespace likvard::cli
