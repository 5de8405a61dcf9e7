#pragma once
#include "likvard/model/parameters.hpp"

#include <string>
#include <vector>

/// Allocation models by themselves, for units that are known rather than simulated.
namespace likvard {

/// What one index of a model set is of; the first is the models' default.
struct IndexSource {
  std::string name; ///< "" for the default
  std::string of;   ///< risk, need_group, tail, tiers or the name of a group
};

struct ModelSet {
  std::vector<Policy> policies; ///< [0] is per head
  std::vector<IndexSource> indices;
  std::vector<Need> needs; ///< the same, of the background's groups
};

/// Names of the models that need no file: one of each response, with its default parameters.
std::vector<std::string> built_in_models();

/// Models by name or file (as in scenarios/models), each at the shares given (empty: at its own), changed by
/// "policy.name.key=value" settings. A background without variables takes any name of a group.
/// - Throws: ScenarioError with every problem; FileError.
ModelSet read_models(std::vector<std::string> const& models, std::vector<double> const& shares,
                     std::vector<std::string> const& settings, Background const& background);

} // namespace likvard
