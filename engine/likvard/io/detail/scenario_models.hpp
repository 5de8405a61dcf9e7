#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include <toml++/toml.h>

namespace likvard::detail {

/// A file of allocation models that a scenario names in `models`.
struct ModelFile {
  std::string name; ///< as the scenario has it
  std::string text;
};

/// Puts the [[index]], [[policy]] and [[block]] tables of a model file behind those of `root`. Anything else
/// in the file is a problem, told in `lines`.
/// - Throws: ScenarioError (no TOML), FileError.
ModelFile include_model(toml::table& root, std::filesystem::path const& folder, std::string const& name,
                        std::vector<std::string>& lines);

/// The same for all files that `root` names.
std::vector<ModelFile> include_models(toml::table& root, std::filesystem::path const& folder,
                                      std::vector<std::string>& lines);

} // namespace likvard::detail
