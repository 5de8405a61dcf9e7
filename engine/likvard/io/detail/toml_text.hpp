#pragma once
#include <string>

#include <toml++/toml.h>

namespace likvard::detail {

/// The largest scenario that is read, bytes.
inline constexpr std::size_t most_scenario_bytes = std::size_t{16} << 20;

/// A scenario's text as a TOML tree, safe on any bytes.
/// - Throws: ScenarioError "<file>:<line>:<col>: ..." (TOML stops at the first error of syntax).
/// With `named`, the nodes carry the file's name, for problems found later.
toml::table parse_toml(std::string const& text, std::string const& file, bool named = false);

} // namespace likvard::detail
