#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <toml++/toml.h>

namespace likvard::detail {

/// Collects everything that is wrong, once each, in the order of the file.
class Problems {
public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  /// "file:line:col: what". A node made by an override has no place of its own: then the override's place is
  /// used.
  void add(toml::source_region const& place, std::string const& what);
  void add(toml::node const& node, std::string const& what);
  bool empty() const { return found_.empty(); }
  std::size_t count() const { return found_.size() + dropped_; }
  /// So many that further ones are only counted: no need to word them well.
  bool full() const { return found_.size() >= most_kept; }
  std::vector<std::string> lines() const;

  /// From here on the tree is read for this design point. A problem that all points share is told without
  /// their names.
  void begin_point(std::string name, toml::source_region const& place);
  /// From here on it is read as the file has it.
  void end_point();
  /// Where a node that an override made is to be looked for.
  void locate(toml::node const& node, toml::source_region const& place) { places_[&node] = place; }

private:
  static constexpr std::size_t most_kept =
      1000; ///< nobody reads more, and a hostile file could hold millions
  struct Seen {
    bool in_file = false;   ///< also without any point's values
    std::size_t points = 0; ///< at how many points
    std::string first, last;
  };
  std::string file_, point_;
  toml::source_region point_place_{};
  std::size_t points_ = 0, dropped_ = 0;
  std::map<std::tuple<std::string, unsigned, unsigned, std::string>, Seen>
      found_; ///< by file ("" = the scenario), line, column and text
  std::map<toml::node const*, toml::source_region> places_;
};

/// A value as a user would write it, cut to a readable length.
std::string show(toml::node const& node);

/// User's words for a message: on one line, cut between letters.
std::string quotable(std::string_view text, std::size_t most = 60);

/// " - did you mean 'x'?", or nothing.
std::string suggest(std::string_view word, std::vector<std::string_view> const& candidates);

} // namespace likvard::detail
