#include "likvard/io/detail/scenario_base.hpp"

#include "likvard/io/detail/toml_text.hpp"
#include "likvard/io/file.hpp"
#include "likvard/study/errors.hpp"

#include <fmt/format.h>

namespace likvard::detail {
namespace {

/// Moved, not copied: a copy would forget where it stands in its file.
void fill_in(toml::table& root, toml::table& base) {
  for (auto&& [key, node] : base) {
    auto* own = root.get(key.str());
    if (!own) {
      node.visit([&, name = key](auto& value) { root.insert(name, std::move(value)); });
    } else if (own->is_table() && node.is_table()) {
      fill_in(*own->as_table(), *node.as_table());
    }
  }
}

} // namespace

std::vector<ModelFile> include_base(toml::table& root, std::filesystem::path const& folder) {
  constexpr std::size_t deepest = 8;
  std::vector<ModelFile> files;
  std::filesystem::path from = folder;
  auto next = root["base"].value<std::string>();
  while (next && !next->empty()) {
    auto const path = (from / std::filesystem::path(*next));
    if (files.size() == deepest)
      throw ScenarioError({fmt::format("{}: base (is the {}th base in a row; at most {} are followed)",
                                       path.string(), deepest + 1, deepest)});
    files.push_back({*next, read_file(path, most_scenario_bytes)});
    toml::table tree = parse_toml(files.back().text, path.string(), true);
    next = tree["base"].value<std::string>();
    tree.erase("base");
    fill_in(root, tree);
    from = path.parent_path();
  }
  return files;
}

} // namespace likvard::detail
