#pragma once
#include "likvard/core/prior.hpp"
#include "likvard/io/detail/scenario_problems.hpp"
#include "likvard/io/scenario_keys.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

/// The scenario as a TOML tree, checked against the table of keys. Inside io only.
namespace likvard::detail {

/// Every key of `root` against the table: unknown names (with the nearest), types, ranges, choices, missing
/// ones.
void check_tree(toml::table const& root, Problems& problems);

/// One value against its key. `shown` is the key as the user wrote it.
void check_value(Key const& key, std::string const& shown, toml::node const& node, Problems& problems);

/// Would `check_value` find nothing? A key that is not there is right unless it is required.
bool is_right(Key const& key, toml::node const* node);

/// Distribution or number; false (and reported) when it is neither.
bool read_prior(Key const& key, std::string const& shown, toml::node const& node, Prior& out,
                std::string& source, Problems& problems);

/// The key's default as TOML, or nullptr.
toml::node const* default_node(Key const& key);

/// The longest list of values, and the most [[name]] of one kind, that are looked at.
inline constexpr std::size_t most_items = 10'000;
std::size_t most_elements(std::string_view array);

/// The name that tells an element of [[array]] from the others: "name", or "group" of a target.
std::string_view id_of(std::string_view array);

/// What a message says a key takes: "a number, 0 to 1 years".
std::string wanted(Key const& key);

} // namespace likvard::detail
