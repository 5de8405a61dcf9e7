#pragma once
#include "likvard/io/scenario_keys.hpp"

#include <string>

/// Texts made from the table of keys.
namespace likvard {

/// "0 to 1", "grundskola, forskola", "any".
std::string range_of(Key const& key);

/// A small scenario that runs, with every key, its default and its meaning.
std::string example_scenario();

/// The reference page engine/KEYS.md.
std::string keys_markdown();

} // namespace likvard
