#include "likvard/io/detail/scenario_whole.hpp"

#include "likvard/io/detail/scenario_base.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/toml_text.hpp"

#include <filesystem>
#include <string_view>

namespace likvard::detail {
namespace {

bool is_setting_of(std::string_view setting, std::string_view key) {
  auto const end = setting.find_first_of(" =");
  return setting.substr(0, end) == key;
}

} // namespace

WholeTree whole_tree(std::string const& text, std::string const& path,
                     std::vector<std::string> const& settings) {
  WholeTree out{parse_toml(text, path), {}, {}};
  auto const folder = std::filesystem::path(path).parent_path();
  // Which models there are comes first: the other settings may change them.
  std::vector<std::string> first, rest;
  for (auto const& setting : settings) (is_setting_of(setting, "models") ? first : rest).push_back(setting);
  out.lines = apply_settings(out.root, first);
  out.files = include_base(out.root, folder);
  for (auto& model : include_models(out.root, folder, out.lines)) out.files.push_back(std::move(model));
  for (auto& line : apply_settings(out.root, rest)) out.lines.push_back(std::move(line));
  return out;
}

} // namespace likvard::detail
