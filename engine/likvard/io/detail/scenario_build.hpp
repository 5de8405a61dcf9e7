#pragma once
#include "likvard/io/detail/scenario_tree.hpp"
#include "likvard/model/parameters.hpp"

#include <filesystem>
#include <string>
#include <vector>

/// From a checked tree to plain structs. Types and ranges have been checked; what is checked here is what
/// holds between keys.
namespace likvard::detail {

/// Typed access with the table's defaults. A value of the wrong type (reported already) reads as the default.
class Reader {
public:
  Reader(toml::table const& root, Problems& problems) : root_(root), problems_(problems) {}
  double number(std::string_view path) const;
  std::uint64_t integer(std::string_view path) const;
  std::string text(std::string_view path) const;
  std::vector<double> numbers(std::string_view path) const;
  std::vector<std::string> texts(std::string_view path) const;
  Prior prior(std::string_view path) const;
  bool has(std::string_view path) const { return node(path) != nullptr; }
  toml::node const* node(std::string_view path) const;
  /// The key's node, else the table that should hold it, else the file: where a problem is shown.
  void problem(std::string_view path, std::string const& what) const;
  Problems& problems() const { return problems_; }
  toml::table const& root() const { return root_; }

private:
  toml::table const& root_;
  Problems& problems_;
};

/// The same within one element of an array of tables: keys are "policy[].shares".
class ElementReader {
public:
  ElementReader(toml::table const& table, std::string pattern, std::string shown, Problems& problems)
      : table_(table), pattern_(std::move(pattern)), shown_(std::move(shown)), problems_(problems) {}
  double number(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::vector<double> numbers(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  bool has(std::string_view name) const { return table_.contains(name); }
  void problem(std::string_view name, std::string const& what) const;
  toml::table const& table() const { return table_; }

private:
  toml::table const& table_;
  std::string pattern_, shown_;
  Problems& problems_;
};

std::vector<ElementReader> elements(Reader const& reader, std::string_view array);

Parameters build_parameters(Reader const& reader, std::filesystem::path const& folder);
std::vector<Policy> build_policies(Reader const& reader);

/// a-z, 0-9 and _, not empty.
bool is_name(std::string_view text);

} // namespace likvard::detail
