#include "likvard/io/detail/scenario_tree.hpp"

#include "likvard/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace likvard::detail {
namespace {

constexpr std::size_t longest_text = 10'000;

/// Names that may stand directly below a prefix ("" = top level), with [] taken off.
std::vector<std::string_view> names_below(std::string const& prefix) {
  std::vector<std::string_view> names;
  for (Key const& key : scenario_keys()) {
    std::string_view rest = key.path;
    if (!prefix.empty()) {
      if (!rest.starts_with(prefix) || rest.size() <= prefix.size() || rest[prefix.size()] != '.') continue;
      rest.remove_prefix(prefix.size() + 1);
    }
    rest = rest.substr(0, rest.find_first_of(".["));
    if (std::find(names.begin(), names.end(), rest) == names.end()) names.push_back(rest);
  }
  return names;
}

bool is_section(std::string const& path) {
  return std::any_of(scenario_keys().begin(), scenario_keys().end(),
                     [begins = path + "."](Key const& key) { return key.path.starts_with(begins); });
}

bool is_choice(Key const& key, std::string_view value) {
  return ("|" + std::string(key.choices) + "|").find("|" + std::string(value) + "|") != std::string::npos &&
         value.find('|') == std::string_view::npos;
}

/// "a number, 0 to 10 years".
std::string wanted_number(Key const& key, bool whole) {
  std::string const unit = key.unit.empty() || key.unit == "1" ? "" : fmt::format(" {}", key.unit);
  return fmt::format("{}, {}{}", kind_text(whole ? KeyKind::integer : KeyKind::number), range_text(key),
                     unit);
}

void check_number(Key const& key, std::string const& shown, toml::node const& node, bool whole,
                  Problems& problems) {
  bool const right_type = whole ? node.is_integer() : node.is_number();
  double value = 0;
  if (auto const* integer = node.as_integer())
    value = static_cast<double>(integer->get());
  else if (auto const* real = node.as_floating_point())
    value = real->get();
  if (!right_type || !std::isfinite(value) || value < key.low || value > key.high)
    problems.add(node, fmt::format("{} = {} ({} is wanted)", shown, show(node), wanted_number(key, whole)));
}

/// A number, or a table of numbers by name: which names there are is checked where they are read.
void check_per_measure(Key const& key, std::string const& shown, toml::node const& node, Problems& problems) {
  auto const* table = node.as_table();
  if (!table && !node.is_number())
    return problems.add(node, fmt::format("{} = {} ({} is wanted)", shown, show(node), wanted(key)));
  if (!table) return check_number(key, shown, node, false, problems);
  for (auto const& [name, value] : *table)
    check_number(key, fmt::format("{}.{}", shown, quotable(name.str())), value, false, problems);
}

void check_text(Key const& key, std::string const& shown, toml::node const& node, Problems& problems) {
  auto const* text = node.as_string();
  if (!text) return problems.add(node, fmt::format("{} = {} ({} is wanted)", shown, show(node), wanted(key)));
  std::string const& value = text->get();
  if (value.size() > longest_text)
    return problems.add(
        node, fmt::format("{} = {} (a text of at most {} bytes is wanted)", shown, show(node), longest_text));
  if (key.required && value.empty())
    return problems.add(node, fmt::format("{} = '' (must not be empty)", shown));
  if (key.kind == KeyKind::choice && !is_choice(key, value))
    problems.add(node, fmt::format("{} = {} ({} is wanted){}", shown, show(node), wanted(key),
                                   suggest(value, choices_of(key))));
}

void check_list(Key const& key, std::string const& shown, toml::node const& node, Problems& problems) {
  auto const* list = node.as_array();
  if (!list) return problems.add(node, fmt::format("{} = {} ({} is wanted)", shown, show(node), wanted(key)));
  if (list->size() > most_items)
    return problems.add(
        node, fmt::format("{} has {} items (at most {} are handled)", shown, list->size(), most_items));
  std::size_t i = 0;
  for (auto const& item : *list) {
    std::string const place = fmt::format("{}[{}]", shown, i++);
    if (key.kind != KeyKind::texts) {
      check_number(key, place, item, key.kind == KeyKind::integers, problems);
      continue;
    }
    auto const* text = item.as_string();
    if (!text || text->get().empty())
      problems.add(item, fmt::format("{} = {} (a text that is not empty is wanted)", place, show(item)));
    else if (text->get().size() > longest_text)
      problems.add(item, fmt::format("{} = {} (a text of at most {} bytes is wanted)", place, show(item),
                                     longest_text));
  }
}

void check_table(toml::table const& table, std::string const& pattern, std::string const& shown,
                 Problems& problems);

/// [[name]]: each element a table of its own; shown by its name where it has one.
void check_elements(toml::array const& list, std::string const& pattern, std::string const& shown,
                    Problems& problems) {
  if (list.size() > most_elements(pattern))
    problems.add(list, fmt::format("{} (there are {}; at most {} are handled)", shown, list.size(),
                                   most_elements(pattern)));
  std::size_t i = 0;
  for (auto const& element : list) {
    if (i == most_elements(pattern)) return;
    auto const* table = element.as_table();
    if (!table) {
      problems.add(element, fmt::format("{} = {} (a table is wanted: [[{}]])", shown, show(element), shown));
      continue;
    }
    auto const id = (*table)[id_of(pattern)].value<std::string>();
    check_table(*table, pattern + "[]",
                id && !id->empty() ? fmt::format("{}.{}", shown, quotable(*id))
                                   : fmt::format("{}[{}]", shown, i),
                problems);
    ++i;
  }
}

/// One entry of a table. Returns the key that a misspelt name stands for, or "".
std::string_view check_entry(toml::key const& name, toml::node const& node, std::string const& pattern,
                             std::string const& shown, Problems& problems) {
  std::string const at(name.str());
  std::string const path = pattern.empty() ? at : pattern + "." + at;
  std::string const place = (shown.empty() ? "" : shown + ".") + quotable(at);
  if (Key const* key = find_key(path)) {
    check_value(*key, place, node, problems);
  } else if (is_section(path)) {
    if (auto const* inner = node.as_table())
      check_table(*inner, path, place, problems);
    else
      problems.add(node, fmt::format("{} = {} (a table is wanted: [{}])", place, show(node), place));
  } else if (is_section(path + "[]")) {
    if (auto const* list = node.as_array())
      check_elements(*list, path, place, problems);
    else
      problems.add(node, fmt::format("{} = {} (tables are wanted: [[{}]])", place, show(node), place));
  } else {
    auto const names = problems.full() ? std::vector<std::string_view>{} : names_below(pattern);
    problems.add(name.source(), fmt::format("{} (no such key){}", place, suggest(at, names)));
    return nearest(at, names);
  }
  return "";
}

void check_table(toml::table const& table, std::string const& pattern, std::string const& shown,
                 Problems& problems) {
  std::vector<std::string_view> meant; // not told as missing as well
  for (auto const& [name, node] : table)
    if (auto const key = check_entry(name, node, pattern, shown, problems); !key.empty())
      meant.push_back(key);
  std::string const prefix = pattern.empty() ? "" : pattern + ".";
  for (Key const& key : scenario_keys()) {
    if (!key.required || !key.path.starts_with(prefix)) continue;
    std::string_view const rest = key.path.substr(prefix.size());
    if (std::find(meant.begin(), meant.end(), rest) != meant.end()) continue;
    if (rest.find_first_of(".[") == std::string_view::npos && !table.contains(rest))
      problems.add(table, fmt::format("{}{} is missing ({} is wanted)", shown.empty() ? "" : shown + ".",
                                      rest, wanted(key)));
  }
}

} // namespace

std::string wanted(Key const& key) {
  switch (key.kind) {
  case KeyKind::choice: {
    std::string list;
    for (auto choice : choices_of(key)) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", choice);
    return "one of " + list;
  }
  case KeyKind::integer: return wanted_number(key, true);
  case KeyKind::number: return wanted_number(key, false);
  default: return std::string(kind_text(key.kind));
  }
}

std::string_view id_of(std::string_view array) {
  return array == "target" ? "group" : "name";
}

std::size_t most_elements(std::string_view array) {
  return array == "context" ? 100'000 : array == "policy" || array == "block" || array == "index" ? 500 : 100;
}

toml::node const* default_node(Key const& key) {
  static auto const parsed = [] { // constant text, parsed once
    std::map<std::string_view, toml::table> defaults;
    for (Key const& each : scenario_keys())
      if (!each.fallback.empty())
        defaults.emplace(each.path, toml::table{toml::parse("value = " + std::string(each.fallback))});
    return defaults;
  }();
  auto const found = parsed.find(key.path);
  return found == parsed.end() ? nullptr : found->second.get("value");
}

void check_value(Key const& key, std::string const& shown, toml::node const& node, Problems& problems) {
  switch (key.kind) {
  case KeyKind::text:
  case KeyKind::path:
  case KeyKind::choice: return check_text(key, shown, node, problems);
  case KeyKind::integer: return check_number(key, shown, node, true, problems);
  case KeyKind::number: return check_number(key, shown, node, false, problems);
  case KeyKind::per_measure: return check_per_measure(key, shown, node, problems);
  case KeyKind::integers:
  case KeyKind::numbers:
  case KeyKind::texts: return check_list(key, shown, node, problems);
  case KeyKind::uncertain: {
    Prior prior;
    std::string source;
    read_prior(key, shown, node, prior, source, problems);
    return;
  }
  case KeyKind::values:
    if (!node.is_array() || node.as_array()->empty() || node.as_array()->size() > most_items)
      problems.add(
          node, fmt::format("{} = {} (a list of 1 to {} values is wanted)", shown, show(node), most_items));
    return;
  case KeyKind::map:
    if (!node.is_table())
      problems.add(node, fmt::format("{} = {} ({} is wanted)", shown, show(node), wanted(key)));
    return;
  }
}

bool is_right(Key const& key, toml::node const* node) {
  if (!node) return !key.required;
  Problems quiet("");
  check_value(key, "", *node, quiet);
  return quiet.empty();
}

void check_tree(toml::table const& root, Problems& problems) {
  check_table(root, "", "", problems);
}

} // namespace likvard::detail
