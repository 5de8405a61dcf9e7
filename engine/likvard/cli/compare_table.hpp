#pragma once
#include "likvard/analysis/compare_rows.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

/// What `likvard compare` prints and writes.
namespace likvard::cli {

/// A row per point: the choice, whether it is decided, and what it took.
std::string selection_text(Scenario const& scenario, CompareNames const& names,
                           std::vector<PointSelection> const& selections);

/// Best policy by point with its probability and the value of information; regret; one model everywhere; the
/// front.
std::string decision_text(Points const& points, CompareNames const& names, DecisionResult const& decision);
std::string decision_text(Result const& result, DecisionResult const& decision);

/// Tidy: point,policy,share,parameter,quantity,value,standard_error.
std::string compare_csv(Scenario const* scenario, CompareNames const& names,
                        std::vector<PointSelection> const& selections, DecisionResult const* decision);

} // namespace likvard::cli
