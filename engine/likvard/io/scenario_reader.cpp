#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/hash.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

/// The node's value if it is of the type that is wanted. toml++ turns 1e308 into an integer by a cast that
/// has no meaning.
template <class T>
std::optional<T> typed(toml::node const& node) {
  if (std::is_integral_v<T> && node.is_floating_point()) return {};
  return node.value<T>();
}

template <class T>
T value_or_default(Key const& key, toml::node const* node) {
  if (node)
    if (auto const value = typed<T>(*node)) return *value;
  toml::node const* fallback = default_node(key);
  return fallback ? fallback->value<T>().value_or(T{}) : T{};
}

std::uint64_t whole_or_default(Key const& key, toml::node const* node) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, value_or_default<std::int64_t>(key, node)));
}

template <class T>
std::vector<T> list_of(Key const& key, toml::node const* node) {
  if (!node) node = default_node(key);
  auto const* list = node ? node->as_array() : nullptr;
  std::vector<T> out;
  if (list)
    for (auto const& item : *list) {
      if (out.size() == most_items) break;
      if (auto const value = typed<T>(item)) out.push_back(*value);
    }
  return out;
}

} // namespace

toml::node const* Reader::node(std::string_view path) const {
  std::size_t const dot = path.find('.');
  if (dot == std::string_view::npos) return root_.get(path);
  auto const* table = root_[path.substr(0, dot)].as_table();
  return table ? table->get(path.substr(dot + 1)) : nullptr;
}

bool Reader::right(std::string_view path) const {
  Key const* key = find_key(path);
  return !key || is_right(*key, node(path));
}

void Reader::problem(std::string_view path, std::string const& what) const {
  if (!right(path)) return; // reported already
  if (auto const* found = node(path)) return problems_.add(*found, what);
  if (auto const* table = root_.get(path.substr(0, path.find('.')))) return problems_.add(*table, what);
  problems_.add(root_, what);
}

double Reader::number(std::string_view path) const {
  return value_or_default<double>(*find_key(path), node(path));
}
std::uint64_t Reader::integer(std::string_view path) const {
  return whole_or_default(*find_key(path), node(path));
}
std::string Reader::text(std::string_view path) const {
  return value_or_default<std::string>(*find_key(path), node(path));
}
std::vector<double> Reader::numbers(std::string_view path) const {
  return list_of<double>(*find_key(path), node(path));
}
std::vector<std::string> Reader::texts(std::string_view path) const {
  return list_of<std::string>(*find_key(path), node(path));
}

Prior Reader::prior(std::string_view path) const {
  Key const& key = *find_key(path);
  Problems said_already("");
  Prior prior = Fixed{0};
  std::string source;
  toml::node const* value = node(path);
  if (!value) value = default_node(key);
  if (value) read_prior(key, std::string(path), *value, prior, source, said_already);
  return prior;
}

Key const& ElementReader::key(std::string_view name) const {
  return *find_key(fmt::format("{}[].{}", array_, name));
}
double ElementReader::number(std::string_view name) const {
  return value_or_default<double>(key(name), table_.get(name));
}
std::uint64_t ElementReader::integer(std::string_view name) const {
  return whole_or_default(key(name), table_.get(name));
}
std::string ElementReader::text(std::string_view name) const {
  return value_or_default<std::string>(key(name), table_.get(name));
}
std::vector<double> ElementReader::numbers(std::string_view name) const {
  return list_of<double>(key(name), table_.get(name));
}
std::vector<std::string> ElementReader::texts(std::string_view name) const {
  return list_of<std::string>(key(name), table_.get(name));
}
bool ElementReader::right(std::string_view name) const {
  return is_right(key(name), table_.get(name));
}

void ElementReader::problem(std::string_view name, std::string const& what) const {
  if (!right(name)) return; // reported already
  std::string const line = fmt::format("{}.{} {}", shown_, name, what);
  if (auto const* found = table_.get(name)) return problems_.add(*found, line);
  problems_.add(table_, line);
}

std::vector<ElementReader> elements(Reader const& reader, std::string_view array) {
  std::vector<ElementReader> out;
  if (auto const* list = reader.root()[array].as_array()) {
    for (auto const& element : *list) {
      auto const* table = element.as_table();
      if (!table) continue;
      if (out.size() == most_elements(array)) break;
      auto const name = (*table)[id_of(array)].value<std::string>();
      std::string shown = name && !name->empty() ? fmt::format("{}.{}", array, quotable(*name))
                                                 : fmt::format("{}[{}]", array, out.size());
      out.emplace_back(*table, std::string(array), std::move(shown), reader.problems());
    }
  }
  return out;
}

UnitTable const& UnitFiles::get(std::string const& name) {
  auto found = read_.find(name);
  if (found == read_.end())
    found = read_.emplace(name, read_units(folder_ / std::filesystem::path(name))).first;
  return found->second;
}

std::string UnitFiles::hash(std::string const& name) {
  auto found = hash_.find(name);
  if (found == hash_.end())
    found = hash_.emplace(name, hash_text(read_file(folder_ / std::filesystem::path(name)))).first;
  return found->second;
}

std::vector<std::string> UnitFiles::names() const {
  std::vector<std::string> names;
  for (auto const& [name, table] : read_) names.push_back(name);
  return names;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 60 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

} // namespace likvard::detail
