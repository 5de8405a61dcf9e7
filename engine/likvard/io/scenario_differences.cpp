#include "likvard/io/scenario_differences.hpp"

#include "likvard/io/detail/scenario_inputs.hpp"
#include "likvard/io/detail/toml_text.hpp"

#include <map>

namespace likvard {
namespace {

std::map<std::string, std::string> values_of(std::string const& text, std::string const& which) {
  std::map<std::string, std::string> out;
  detail::each_value(
      detail::parse_toml(text, which + " run's scenario"), "",
      [&](std::string const& name, std::string const& value) { out.insert_or_assign(name, value); });
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
