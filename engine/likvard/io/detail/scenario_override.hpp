#pragma once
#include "likvard/io/detail/scenario_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Values set in the tree: for a design point, and by --set. One mechanism, so one set of rules.
namespace likvard::detail {

/// Where an override such as "variable.education.shares" lives: the table it is set in, its last name and its
/// key.
struct Slot {
  toml::table* table = nullptr; ///< nullptr where the file has no such table yet
  std::string section, name;
  Key const* key = nullptr; ///< nullptr: no such key (reported)
};
Slot find_slot(toml::table& root, std::string_view path, toml::source_region const& place,
               Problems& problems);

/// Sets a value; a section that the file does not have is made.
toml::node& set_value(toml::table& root, Slot const& slot, toml::node const& value);

/// The entries of a table of overrides in the order of the file, their keys written out: a.b = 1 and "a.b" =
/// 1 alike.
struct Entry {
  std::string key;
  toml::source_region place; ///< of the key
  toml::node const* value = nullptr;
};
std::vector<Entry> entries_of(toml::table const& table);

/// Each "key=value" of --set, the value as TOML or as a bare text. Returns what is wrong, one line each.
std::vector<std::string> apply_settings(toml::table& root, std::vector<std::string> const& settings);

/// One value to set for a design point.
struct Override {
  std::string key;
  toml::source_region place; ///< where a bad value is reported
  toml::node const* value = nullptr;
};

/// Sets a point's values in the tree for as long as it lives; the old ones (and their places in the file)
/// come back after.
class Applied {
public:
  Applied(toml::table& root, std::vector<Override> const& overrides, Problems& problems);
  Applied(Applied const&) = delete;
  Applied& operator=(Applied const&) = delete;
  ~Applied();

private:
  struct Step {
    toml::table* table;
    std::string name;
    toml::array old; ///< what was there, if anything
  };
  std::vector<Step> undo_;
};

} // namespace likvard::detail
