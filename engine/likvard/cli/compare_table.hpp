#pragma once
#include "likvard/analysis/compare.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

/// What `likvard compare` prints and writes.
namespace likvard::cli {

/// Names that the tables need, of a scenario or a result.
struct CompareNames {
  std::vector<Point> const* points = nullptr;
  std::vector<std::string> policy; ///< [A] "In proportion to need, 10 %"
  std::vector<std::string> name;   ///< [A] key of the model
  std::vector<double> share;       ///< [A]
};
CompareNames names_of(Scenario const& scenario, std::vector<std::size_t> const& policies);
CompareNames names_of(Result const& result, std::vector<std::size_t> const& policies);

/// A row per point: the choice, whether it is decided, and what it took.
std::string selection_text(Scenario const& scenario, CompareNames const& names,
                           std::vector<PointSelection> const& selections);

/// Best policy by point with its probability and the value of information; regret; one model everywhere; the
/// front.
std::string decision_text(std::vector<Point> const& points, CompareNames const& names,
                          DecisionResult const& decision);
std::string decision_text(Result const& result, DecisionResult const& decision);

nlohmann::json selection_json(Scenario const& scenario, CompareNames const& names,
                              std::vector<PointSelection> const& selections);
nlohmann::json decision_json(CompareNames const& names, DecisionResult const& decision);

/// Tidy: point,policy,share,parameter,quantity,value,standard_error.
std::string compare_csv(Scenario const* scenario, CompareNames const& names,
                        std::vector<PointSelection> const& selections, DecisionResult const* decision);

} // namespace likvard::cli
