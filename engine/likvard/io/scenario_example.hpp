#pragma once
#include "likvard/io/scenario_keys.hpp"

#include <string>

/// Texts made from the table of keys.
namespace likvard {

/// A small scenario that runs, with every key, its default and its meaning.
std::string example_scenario();

/// The reference page engine/KEYS.md.
std::string keys_markdown();

} // namespace likvard
