#include "progress.hpp"

#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace likvard::cli {

std::string duration_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  long const whole = std::lround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

ProgressLine::ProgressLine(bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0), start_(Clock::now()), last_(start_) {}

void ProgressLine::show(Progress const& progress) {
  if (quiet_ || progress.done == 0) return;
  auto const now = Clock::now();
  if (!terminal_ && now - last_ < std::chrono::seconds(10)) return;
  last_ = now;
  double const seconds = std::chrono::duration<double>(now - start_).count();
  double const rate = static_cast<double>(progress.done) / std::max(seconds, 1e-9);
  double const part =
      progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 1;
  std::string const left =
      duration_text(static_cast<double>(progress.total - progress.done) / std::max(rate, 1e-9));
  if (terminal_) {
    constexpr int width = 24;
    int const full = static_cast<int>(part * width);
    fmt::print(stderr, "\r[{}{}] {:3.0f} %  {} of {} points  {:.0f} replicates/s  {} left\033[K",
               std::string(static_cast<std::size_t>(full), '#'),
               std::string(static_cast<std::size_t>(width - full), '.'), 100 * part, progress.points_done,
               progress.points, rate, left);
    drawn_ = true;
  } else {
    fmt::print(stderr, "{:.0f} % ({} of {} points), {:.0f} replicates/s, {} left\n", 100 * part,
               progress.points_done, progress.points, rate, left);
  }
  std::fflush(stderr);
}

void ProgressLine::finish() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

} // namespace likvard::cli
