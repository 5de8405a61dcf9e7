#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The one table of what a scenario may hold. Validation, defaults, `likvard keys`, `likvard example` and
/// engine/KEYS.md are all made from it.
namespace likvard {

enum class KeyKind {
  text,
  integer,
  number,
  choice,
  uncertain,
  integers,
  numbers,
  texts,
  path,
  map,
  values,
  per_measure ///< a number, or a table { measure = number }
};

struct Key {
  std::string_view path; ///< "policy[].shares": [] after a name that may be repeated ([[policy]])
  KeyKind kind;
  std::string_view unit;     ///< "1" for plain numbers, "" for texts
  double low, high;          ///< allowed range of each number, ends included (may be infinite)
  std::string_view fallback; ///< default as TOML; "" = none
  std::string_view choices;  ///< "a|b|c" for a choice
  bool required;             ///< in its table
  std::string_view meaning;
  std::string_view source =
      ""; ///< where a default that states a fact comes from; "" where it is a plain choice
  bool hard =
      false; ///< uncertain: no drawn value may leave the range (else one in a thousand may, at each end)
};

std::span<Key const> scenario_keys();

/// The entry of a path pattern, or nullptr.
Key const* find_key(std::string_view path);

/// What a kind of key takes: "a whole number", "a list of texts".
std::string_view kind_text(KeyKind kind);

/// The range of a key's numbers, or its choices: "0 to 1", "above 0", "grundskola, forskola"; its kind where
/// it has neither.
std::string range_text(Key const& key);

/// A choice's words; the empty one is left out.
std::vector<std::string_view> choices_of(Key const& key);

/// A number as people write it: 1000000 rather than 1e+06, 2^63 - 1 for the largest whole number.
std::string plain_number(double x);

} // namespace likvard
