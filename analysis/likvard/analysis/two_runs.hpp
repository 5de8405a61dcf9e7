#pragma once
#include "likvard/study/key_difference.hpp"
#include "likvard/study/result.hpp"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

/// Two results side by side.
namespace likvard {

/// Places of what both results have: [i] of the first and of the second.
struct Shared {
  std::vector<std::size_t> first, second;
  std::size_t size() const { return first.size(); }
};

/// How far one result's answer is from the other's.
struct AnswerDifference {
  std::size_t measure[2], policy[2], point[2]; ///< places in the first and the second result
  double value[2], standard_error[2];          ///< each answer's difference to its per head
  double difference = 0;                       ///< second - first
  /// Of the difference: √(s₁² + s₂²) where the runs' random numbers are independent; where they are not, the
  /// most it could be, s₁ + s₂ (Cauchy and Schwarz), as their covariance is not kept.
  double difference_error = 0;
  double half = 0; ///< of its 95 % Monte Carlo interval, at the fewer degrees of freedom
};

struct TwoRuns {
  Shared points, policies, measures;      ///< by name; by name and share; by key. One point each: these two
  bool independent = true;                ///< the seeds differ, so the random numbers do
  std::optional<AnswerDifference> answer; ///< none where one of them has no such answer
};

/// The answers compared are each result's own: its leading policy and share, by the first's leading measure,
/// at the point that the first's answers speak of (the second's own where it has no such point).
TwoRuns compare_runs(Result const& first, Result const& second);

/// A page with both: what differs, the answers, policies and measures.
/// - names: what the page calls the two, their files' names.
std::string two_runs_page(Result const& first, Result const& second, std::vector<std::string> const& names,
                          std::vector<KeyDifference> const& differences);

} // namespace likvard
