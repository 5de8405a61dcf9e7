#include "likvard/io/detail/scenario_models.hpp"

#include "likvard/io/detail/scenario_problems.hpp"
#include "likvard/io/detail/toml_text.hpp"
#include "likvard/io/file.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

constexpr std::array<std::string_view, 3> arrays{"index", "policy", "block"};
constexpr std::size_t most_files = 100;

} // namespace

ModelFile include_model(toml::table& root, std::filesystem::path const& folder, std::string const& name,
                        std::vector<std::string>& lines) {
  auto const path = (folder / std::filesystem::path(name)).string();
  ModelFile file{name, read_file(path, most_scenario_bytes)};
  toml::table tree = parse_toml(file.text, path, true);
  for (auto&& [key, node] : tree) {
    auto* list = node.as_array();
    if (!list || std::find(arrays.begin(), arrays.end(), key.str()) == arrays.end()) {
      lines.push_back(
          fmt::format("{}:{}:{}: {} (a file of models has [[index]], [[policy]] and [[block]] tables only)",
                      path, key.source().begin.line, key.source().begin.column, quotable(key.str())));
      continue;
    }
    auto* all = root.emplace<toml::array>(key.str()).first->second.as_array();
    if (!all) continue; // the scenario's own entry is no list of tables: told when the tree is checked
    // A copy would forget where it stands in its file.
    for (auto& element : *list)
      if (auto* table = element.as_table()) all->push_back(std::move(*table));
  }
  return file;
}

std::vector<ModelFile> include_models(toml::table& root, std::filesystem::path const& folder,
                                      std::vector<std::string>& lines) {
  std::vector<ModelFile> files;
  std::vector<std::string> names;
  if (auto const* list = root["models"].as_array())
    for (auto const& item : *list)
      if (auto const name = item.value<std::string>(); name && !name->empty() && names.size() < most_files)
        names.push_back(*name);
  for (auto const& name : names) files.push_back(include_model(root, folder, name, lines));
  return files;
}

} // namespace likvard::detail
