#pragma once
#include "likvard/analysis/paired.hpp"
#include "likvard/study/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

/// What the moments of a finished study say about the choice between its policies.
namespace likvard {

struct MomentQuestion {
  std::string source;                 ///< what the result is called in messages
  std::optional<std::string> measure; ///< default the answer's
  std::vector<std::string> policies;  ///< default all
  std::vector<double> shares;         ///< default of each model the nearest to the answer's
  std::optional<double> confidence;   ///< default 0.95
};

/// Points without two blocks are left out. Arrays [P][A]: points kept × policies compared.
struct MomentComparison {
  std::size_t measure = 0;
  double level = 0.95;
  std::vector<std::size_t> policies;     ///< [A] per head first
  std::vector<std::size_t> points;       ///< [P]
  std::vector<std::size_t> best;         ///< [P] places in `policies`
  std::vector<double> sure;              ///< [P] at least
  std::vector<double> behind, behind_se; ///< [P][A]
  std::vector<Bounds> gain;              ///< [P][A] over the others
};

/// - Throws: ScenarioError (unknown names, a measure without a better direction, nothing to compare).
MomentComparison compare_moments(Result const& result, MomentQuestion const& question);

nlohmann::json moments_json(Result const& result, MomentComparison const& comparison);

} // namespace likvard
