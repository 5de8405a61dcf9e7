#include "likvard/study/progress_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard {

std::string duration_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  long const whole = std::lround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string progress_text(Progress const& progress, double seconds, bool with_bar) {
  double const rate = static_cast<double>(progress.done) / std::max(seconds, 1e-9);
  double const part =
      progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 1;
  std::string const left =
      duration_text(static_cast<double>(progress.total - progress.done) / std::max(rate, 1e-9));
  if (!with_bar)
    return fmt::format("{:.0f} % ({} of {} points), {:.0f} replicates/s, {} left", 100 * part,
                       progress.points_done, progress.points, rate, left);
  constexpr int width = 24;
  int const full = static_cast<int>(part * width);
  return fmt::format("[{}{}] {:3.0f} %  {} of {} points  {:.0f} replicates/s  {} left",
                     std::string(static_cast<std::size_t>(full), '#'),
                     std::string(static_cast<std::size_t>(width - full), '.'), 100 * part,
                     progress.points_done, progress.points, rate, left);
}

} // namespace likvard
