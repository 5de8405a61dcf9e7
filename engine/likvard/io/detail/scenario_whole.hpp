#pragma once
#include "likvard/io/detail/scenario_models.hpp"

#include <string>
#include <vector>

namespace likvard::detail {

/// A scenario as one tree: the text, what its base has, its models, and the settings in place of values.
struct WholeTree {
  toml::table root;
  std::vector<ModelFile> files;   ///< bases and models read
  std::vector<std::string> lines; ///< what is wrong with settings and models
};

/// `path` is used in messages and to find files beside it.
/// - Throws: ScenarioError (no TOML, a base that cannot be), FileError.
WholeTree whole_tree(std::string const& text, std::string const& path,
                     std::vector<std::string> const& settings);

} // namespace likvard::detail
