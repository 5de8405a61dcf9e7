#pragma once
#include "likvard/study/scenario.hpp"

#include <optional>
#include <string>

/// Refusing early what cannot fit.
namespace likvard {

struct MemoryLimit {
  double bytes = 0;
  std::string whose;      ///< "this process's limit (ulimit -v)", "the control group's limit", "free memory"
  bool addresses = false; ///< of addresses rather than memory
};

/// The tightest limit that this process meets; none where the system tells none.
std::optional<MemoryLimit> memory_limit();

/// - Throws: ScenarioError with what is needed and what there is, when the result alone cannot fit.
void check_memory(Scenario const& scenario, int threads);

/// "1.5 GB".
std::string bytes_text(double bytes);

} // namespace likvard
