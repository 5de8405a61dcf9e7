#pragma once
#include <algorithm>
#include <cstdio>
#include <string>

/// The rows that tests/verification/run puts into README.md.
namespace likvard::verification {

/// One check of many cases, each with a probability; the family of all checks has the level 1e-6.
class CheckTable {
public:
  /// `cases` is an upper bound on the number of probabilities that will be judged.
  explicit CheckTable(int cases) : level_(1e-6 / cases) {}

  void start(std::string name, std::string law) {
    name_ = std::move(name);
    law_ = std::move(law);
    cases_ = 0;
    smallest_ = 1;
  }
  void add(double p, double draws) {
    draws_ = cases_ == 0 ? draws : std::min(draws_, draws);
    ++cases_;
    ++judged_;
    if (!(p >= smallest_)) smallest_ = p;
  }
  void finish() {
    bool const passed = smallest_ > level_;
    failed_ |= !passed;
    row(passed ? "passed" : "FAILED");
  }
  /// A draw from a slightly wrong law, which the check must refuse: its power.
  void finish_refused() {
    bool const refused = smallest_ <= level_;
    failed_ |= !refused;
    row(refused ? "refused, as it must" : "FAILED: accepted");
  }
  int judged() const { return judged_; }
  bool failed() const { return failed_; }
  double level() const { return level_; }

private:
  void row(char const* verdict) const {
    std::printf("| %s | %s | %d | %.0e | %.2g | %s |\n", name_.c_str(), law_.c_str(), cases_, draws_,
                smallest_, verdict);
    std::fflush(stdout);
  }
  double level_;
  std::string name_, law_;
  int cases_ = 0, judged_ = 0;
  double smallest_ = 1, draws_ = 0;
  bool failed_ = false;
};

} // namespace likvard::verification
