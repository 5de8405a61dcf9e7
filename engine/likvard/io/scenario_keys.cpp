#include "likvard/io/scenario_keys.hpp"

#include "likvard/io/detail/key_makers.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <unordered_map>

namespace likvard {

using detail::above_0, detail::largest_integer;

std::span<Key const> scenario_keys() {
  static auto const table = [] {
    std::vector<Key> all;
    for (auto const part : {detail::keys_of_study(), detail::keys_of_municipality(), detail::keys_of_money(),
                            detail::keys_of_outcome(), detail::keys_of_questions()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return table;
}

Key const* find_key(std::string_view path) {
  static auto const by_path = [] {
    std::unordered_map<std::string_view, Key const*> keys;
    for (Key const& key : scenario_keys()) keys.emplace(key.path, &key);
    return keys;
  }();
  auto const found = by_path.find(path);
  return found == by_path.end() ? nullptr : found->second;
}

std::string_view kind_text(KeyKind kind) {
  switch (kind) {
  case KeyKind::text: return "a text";
  case KeyKind::integer: return "a whole number";
  case KeyKind::number: return "a number";
  case KeyKind::choice: return "one of the choices";
  case KeyKind::uncertain: return "a number or a distribution";
  case KeyKind::integers: return "a list of whole numbers";
  case KeyKind::numbers: return "a list of numbers";
  case KeyKind::texts: return "a list of texts";
  case KeyKind::path: return "the name of a file";
  case KeyKind::map: return "a table";
  case KeyKind::values: return "a list of values";
  case KeyKind::per_measure: return "a number, or a table of numbers by measure";
  }
  return "";
}

std::vector<std::string_view> choices_of(Key const& key) {
  std::vector<std::string_view> out;
  for (std::string_view rest = key.choices; !rest.empty();) {
    std::size_t const bar = std::min(rest.find('|'), rest.size());
    if (bar > 0) out.push_back(rest.substr(0, bar));
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  return out;
}

std::string plain_number(double x) {
  if (x >= largest_integer && std::isfinite(x)) return "2^63 - 1";
  return std::abs(x) < 1e15 && x == std::floor(x) ? fmt::format("{:.0f}", x) : fmt::format("{:g}", x);
}

std::string range_text(Key const& key) {
  if (!key.choices.empty()) {
    std::string text = key.choices.front() == '|' ? "\"\"" : "";
    for (char c : key.choices) text += c == '|' ? ", " : std::string(1, c);
    return text;
  }
  bool const low = std::isfinite(key.low), high = std::isfinite(key.high) && key.high < 1e12;
  bool const seed = key.high == largest_integer;
  if (!low) return std::string(kind_text(key.kind));
  if (key.low == key.high) return plain_number(key.low);
  bool const positive = key.low == above_0, below_1 = key.high == 1 - above_0;
  std::string text = positive ? "above 0" : plain_number(key.low);
  if (high || seed)
    text += below_1 ? ", below 1" : (positive ? ", at most " : " to ") + plain_number(key.high);
  return text;
}

} // namespace likvard
