#include "likvard/io/scenario_differences.hpp"

#include "likvard/io/detail/scenario_inputs.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/io/detail/toml_text.hpp"
#include "likvard/study/errors.hpp"

#include <fmt/format.h>
#include <map>
#include <string_view>
#include <utility>

namespace likvard {
namespace {

/// The lines that stand behind a scenario's own text where a result keeps it: "# FILE.toml:" before a file of
/// models or a base, and "# --set key=value".
struct Parts {
  std::vector<std::pair<std::string, std::string>> texts; ///< file's name ("" = the scenario) and text
  std::vector<std::string> settings;
};

Parts parts_of(std::string text) {
  Parts parts;
  constexpr std::string_view set = "# --set ", file_end = ".toml:";
  for (std::size_t at = text.rfind('\n');
       at != std::string::npos && text.compare(at + 1, set.size(), set) == 0; at = text.rfind('\n')) {
    parts.settings.insert(parts.settings.begin(), text.substr(at + 1 + set.size()));
    text.resize(at);
  }
  std::string name, lines;
  for (std::size_t from = 0; from < text.size();) {
    auto const end = std::min(text.find('\n', from), text.size());
    auto const line = std::string_view(text).substr(from, end - from);
    if (line.starts_with("# ") && line.ends_with(file_end) && line.find(' ', 2) == line.npos) {
      parts.texts.emplace_back(name, std::exchange(lines, ""));
      name = line.substr(2, line.size() - 3);
    } else {
      lines.append(line) += '\n';
    }
    from = end + 1;
  }
  parts.texts.emplace_back(name, lines);
  return parts;
}

std::map<std::string, std::string> values_of(std::string const& text, std::string const& which) {
  std::map<std::string, std::string> out;
  auto const parts = parts_of(text);
  for (auto const& [file, lines] : parts.texts) {
    auto root = detail::parse_toml(lines, file.empty() ? which + " run's scenario" : file);
    if (file.empty())
      if (auto const problems = detail::apply_settings(root, parts.settings); !problems.empty())
        throw ScenarioError(problems);
    detail::each_value(root, "", [&](std::string const& name, std::string const& value) {
      out.insert_or_assign(file.empty() ? name : fmt::format("{}: {}", file, name), value);
    });
  }
  return out;
}

} // namespace

std::vector<KeyDifference> scenario_differences(std::string const& first, std::string const& second) {
  auto const a = values_of(first, "the first"), b = values_of(second, "the second");
  std::map<std::string, KeyDifference> out;
  for (auto const& [key, value] : a)
    if (auto const other = b.find(key); other == b.end() || other->second != value)
      out[key] = {key, value, other == b.end() ? std::nullopt : std::optional(other->second)};
  for (auto const& [key, value] : b)
    if (!a.contains(key)) out[key] = {key, std::nullopt, value};
  std::vector<KeyDifference> list;
  for (auto& [key, difference] : out) list.push_back(std::move(difference));
  return list;
}

} // namespace likvard
