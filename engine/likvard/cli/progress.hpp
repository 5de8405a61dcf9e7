#pragma once
#include "likvard/study/progress_text.hpp"

#include <chrono>

namespace likvard::cli {

/// Progress of a run on standard error: one line drawn over and over on a terminal, a plain line every 10 s
/// elsewhere.
class ProgressLine {
public:
  explicit ProgressLine(bool quiet);
  void show(Progress const& progress);
  void finish();

private:
  using Clock = std::chrono::steady_clock;
  bool quiet_, terminal_, drawn_ = false;
  Clock::time_point start_, last_;
};

} // namespace likvard::cli
