#include "likvard/io/detail/scenario_build.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::detail {
namespace {

template <class T>
T value_or_default(Key const& key, toml::node const* node) {
  if (node)
    if (auto const value = node->value<T>()) return *value;
  toml::table const fallback = default_of(key);
  return fallback["value"].value<T>().value_or(T{});
}

template <class T>
std::vector<T> list_of(Key const& key, toml::node const* node) {
  toml::table const fallback = default_of(key);
  auto const* list = node ? node->as_array() : fallback["value"].as_array();
  std::vector<T> out;
  if (list)
    for (auto const& item : *list)
      if (auto const value = item.value<T>()) out.push_back(*value);
  return out;
}

} // namespace

toml::node const* Reader::node(std::string_view path) const {
  std::size_t const dot = path.find('.');
  if (dot == std::string_view::npos) return root_.get(path);
  auto const* table = root_[path.substr(0, dot)].as_table();
  return table ? table->get(path.substr(dot + 1)) : nullptr;
}

void Reader::problem(std::string_view path, std::string const& what) const {
  if (auto const* found = node(path)) return problems_.add(*found, what);
  if (auto const* table = root_.get(path.substr(0, path.find('.')))) return problems_.add(*table, what);
  problems_.add(root_, what);
}

double Reader::number(std::string_view path) const {
  return value_or_default<double>(*find_key(path), node(path));
}
std::uint64_t Reader::integer(std::string_view path) const {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, value_or_default<std::int64_t>(*find_key(path), node(path))));
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
  toml::table const fallback = default_of(key);
  toml::node const* value = node(path);
  if (!value) value = fallback.get("value");
  if (value) read_prior(key, std::string(path), *value, prior, source, said_already);
  return prior;
}

double ElementReader::number(std::string_view name) const {
  return value_or_default<double>(*find_key(fmt::format("{}[].{}", pattern_, name)), table_.get(name));
}
std::string ElementReader::text(std::string_view name) const {
  return value_or_default<std::string>(*find_key(fmt::format("{}[].{}", pattern_, name)), table_.get(name));
}
std::vector<double> ElementReader::numbers(std::string_view name) const {
  return list_of<double>(*find_key(fmt::format("{}[].{}", pattern_, name)), table_.get(name));
}
std::vector<std::string> ElementReader::texts(std::string_view name) const {
  return list_of<std::string>(*find_key(fmt::format("{}[].{}", pattern_, name)), table_.get(name));
}
void ElementReader::problem(std::string_view name, std::string const& what) const {
  std::string const line = fmt::format("{}{}{} {}", shown_, name.empty() ? "" : ".", name, what);
  if (auto const* found = table_.get(name)) return problems_.add(*found, line);
  problems_.add(table_, line);
}

std::vector<ElementReader> elements(Reader const& reader, std::string_view array) {
  std::vector<ElementReader> out;
  if (auto const* list = reader.root()[array].as_array()) {
    std::size_t i = 0;
    for (auto const& element : *list) {
      auto const* table = element.as_table();
      if (!table) continue;
      auto const name = (*table)[array == "target" ? "group" : "name"].value<std::string>();
      out.emplace_back(*table, std::string(array),
                       name ? fmt::format("{}.{}", array, name->substr(0, 60))
                            : fmt::format("{}[{}]", array, i),
                       reader.problems());
      ++i;
    }
  }
  return out;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 60 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

} // namespace likvard::detail
