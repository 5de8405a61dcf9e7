#pragma once
#include "likvard/core/prior.hpp"
#include "likvard/io/scenario_keys.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <toml++/toml.h>

/// The scenario as a TOML tree: checking it against the table of keys, and setting values in it. Inside io
/// only.
namespace likvard::detail {

/// Collects everything that is wrong, once each, in the order of the file.
class Problems {
public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  /// "file:line:col: what". A node made by an override has no place of its own: then the override's place is
  /// used.
  void add(toml::source_region const& place, std::string const& what);
  void add(toml::node const& node, std::string const& what) { add(node.source(), what); }
  bool empty() const { return found_.empty(); }
  std::size_t count() const { return found_.size(); }
  std::vector<std::string> lines() const;

  /// Where and on whose behalf the tree is being read now ("" = the file itself).
  void set_context(std::string context, toml::source_region const& place) {
    context_ = std::move(context);
    context_place_ = place;
  }

private:
  std::string file_, context_;
  toml::source_region context_place_{};
  std::set<std::tuple<unsigned, unsigned, std::string>> found_;
};

/// Every key of `root` against the table: unknown names (with the nearest), types, ranges, choices, missing
/// ones.
void check_tree(toml::table const& root, Problems& problems);

/// One value against its key. `shown` is the key as the user wrote it.
void check_value(Key const& key, std::string const& shown, toml::node const& node, Problems& problems);

/// Where an override such as "variable.education.shares" lives: the table it is set in, its last name and its
/// key.
struct Slot {
  toml::table* table = nullptr; ///< nullptr: no such key (reported)
  std::string name;
  Key const* key = nullptr;
};
Slot find_slot(toml::table& root, std::string_view path, toml::source_region const& place,
               Problems& problems);

/// Distribution or number; false (and reported) when it is neither.
bool read_prior(Key const& key, std::string const& shown, toml::node const& node, Prior& out,
                std::string& source, Problems& problems);

/// A value as a user would write it, cut to a readable length.
std::string show(toml::node const& node);

/// " - did you mean 'x'?", or nothing.
std::string suggest(std::string_view word, std::vector<std::string_view> const& candidates);

/// The tree of a default: key.fallback parsed once more; nullptr when there is none.
toml::table default_of(Key const& key);

} // namespace likvard::detail
