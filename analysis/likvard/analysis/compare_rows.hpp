#pragma once
#include "likvard/analysis/compare.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// What a comparison of policies came to, as tables and as JSON.
namespace likvard {

/// Names that the tables need, of a scenario or a result, which must outlive them.
struct CompareNames {
  Points const* points = nullptr;
  std::vector<std::string> policy; ///< [A] "In proportion to need, 10 %"
  std::vector<std::string> name;   ///< [A] key of the model
  std::vector<double> share;       ///< [A]
};
CompareNames names_of(Scenario const& scenario, std::vector<std::size_t> const& policies);
CompareNames names_of(Result const& result, std::vector<std::size_t> const& policies);

nlohmann::json selection_json(Scenario const& scenario, CompareNames const& names,
                              std::vector<PointSelection> const& selections);
nlohmann::json decision_json(CompareNames const& names, DecisionResult const& decision);

/// One number. What a quantity has not (policy, parameter: "", share, error: NaN) is left open.
struct CompareRow {
  std::string point, policy;
  double share = 0;
  std::string parameter, quantity;
  double value = 0, standard_error = 0;
};

/// All numbers of the selections (with their scenario) and of the decision; either may be missing.
std::vector<CompareRow> compare_rows(Scenario const* scenario, CompareNames const& names,
                                     std::vector<PointSelection> const& selections,
                                     DecisionResult const* decision);

/// How far select_policies, and decide, are: one line.
std::string choosing_text(std::size_t done, std::size_t points, std::uint64_t used, std::size_t left);
std::string deciding_text(std::size_t done, std::size_t points);

} // namespace likvard
