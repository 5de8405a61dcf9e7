#pragma once
#include <span>
#include <string_view>

/// The one table of what a scenario may hold. Validation, defaults, `likvard keys`, `likvard example` and
/// engine/KEYS.md are all made from it.
namespace likvard {

enum class KeyKind { text, integer, number, choice, uncertain, integers, numbers, texts, path, map };

struct Key {
  std::string_view path; ///< "policy[].shares": [] after a name that may be repeated ([[policy]])
  KeyKind kind;
  std::string_view unit;     ///< "1" for plain numbers, "" for texts
  double low, high;          ///< allowed range of each number, ends included (may be infinite)
  std::string_view fallback; ///< default as TOML; "" = none
  std::string_view choices;  ///< "a|b|c" for a choice
  bool required;             ///< in its table
  std::string_view meaning;
};

std::span<Key const> scenario_keys();

/// The entry of a path pattern, or nullptr.
Key const* find_key(std::string_view path);

/// "a whole number from 1 to 1000000", "one of a, b, c": what the key takes.
std::string_view kind_text(KeyKind kind);

} // namespace likvard
