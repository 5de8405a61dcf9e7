#pragma once
#include "likvard/io/detail/scenario_models.hpp"

namespace likvard::detail {

/// Puts what the file named by `base` has, and `root` has not, into root: keys, whole tables, keys of common
/// tables, and lists of tables ([[policy]], …) as one. A base may have a base of its own (at most 8 deep).
/// Returns the files read.  - Throws: ScenarioError, FileError.
std::vector<ModelFile> include_base(toml::table& root, std::filesystem::path const& folder);

} // namespace likvard::detail
