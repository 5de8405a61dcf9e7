#pragma once
#include "likvard/io/scenario_keys.hpp"

#include <limits>
#include <span>
#include <string_view>

/// The parts of the one table of keys, and what their entries are written with. Inside io only.
namespace likvard::detail {

inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double largest_integer = 9223372036854775807.0;
inline constexpr double above_0 = 1e-6; ///< shown as "above 0"

constexpr Key text_key(std::string_view path, std::string_view fallback, bool required,
                       std::string_view meaning) {
  return {path, KeyKind::text, "", -inf, inf, fallback, "", required, meaning};
}
constexpr Key choice_key(std::string_view path, std::string_view fallback, std::string_view choices,
                         bool required, std::string_view meaning) {
  return {path, KeyKind::choice, "", -inf, inf, fallback, choices, required, meaning};
}
constexpr Key number_key(std::string_view path, KeyKind kind, std::string_view unit, double low, double high,
                         std::string_view fallback, std::string_view meaning, bool required = false) {
  return {path, kind, unit, low, high, fallback, "", required, meaning};
}
constexpr Key sourced(Key key, std::string_view source) {
  key.source = source;
  return key;
}
constexpr Key hard(Key key) {
  key.hard = true;
  return key;
}

std::span<Key const> keys_of_study();        ///< what a study is, how it is run and what is asked of it first
std::span<Key const> keys_of_municipality(); ///< municipalities and pupils
std::span<Key const> keys_of_money();        ///< need indices and allocation models
std::span<Key const> keys_of_outcome();      ///< what money does, in one year and over years
std::span<Key const>
keys_of_questions(); ///< further questions to a study, its points, and where its numbers come from

} // namespace likvard::detail
