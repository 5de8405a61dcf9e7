#include "likvard/io/detail/scenario_tree.hpp"

#include "likvard/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <sstream>

namespace likvard::detail {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0;;) {
    std::size_t const to = text.find(at, from);
    parts.push_back(text.substr(from, to - from));
    if (to == std::string_view::npos) return parts;
    from = to + 1;
  }
}

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
                     [&](Key const& key) { return key.path.starts_with(path + "."); });
}

std::string range_text(Key const& key) {
  bool const low = std::isfinite(key.low), high = std::isfinite(key.high);
  std::string const unit = key.unit.empty() || key.unit == "1" ? "" : fmt::format(" {}", key.unit);
  if (low && high && key.low == key.high) return fmt::format("{:g}", key.low);
  if (low && high) return fmt::format("{:g} to {:g}{}", key.low, key.high, unit);
  return low    ? fmt::format("at least {:g}{}", key.low, unit)
         : high ? fmt::format("at most {:g}{}", key.high, unit)
                : "any" + unit;
}

std::string wanted(Key const& key) {
  switch (key.kind) {
  case KeyKind::choice: {
    std::string list;
    for (auto choice : split(key.choices, '|'))
      list += fmt::format("{}'{}'", list.empty() ? "" : ", ", choice);
    return "one of " + list;
  }
  case KeyKind::integer:
  case KeyKind::number:
  case KeyKind::integers:
  case KeyKind::numbers:
  case KeyKind::uncertain: return fmt::format("{}, {}", kind_text(key.kind), range_text(key));
  default: return std::string(kind_text(key.kind));
  }
}

void check_number(Key const& key, std::string const& shown, toml::node const& node, bool whole,
                  Problems& problems) {
  auto const value = node.value<double>();
  bool const right_type = whole ? node.is_integer() : node.is_number();
  if (!right_type || !value || !std::isfinite(*value) || *value < key.low || *value > key.high)
    problems.add(node, fmt::format("{} = {} ({} is wanted)", shown, show(node), wanted(key)));
}

void check_list(Key const& key, std::string const& shown, toml::node const& node, Problems& problems) {
  auto const* list = node.as_array();
  if (!list) return problems.add(node, fmt::format("{} = {} ({} is wanted)", shown, show(node), wanted(key)));
  std::size_t i = 0;
  for (auto const& item : *list) {
    std::string const place = fmt::format("{}[{}]", shown, i++);
    if (key.kind != KeyKind::texts)
      check_number(key, place, item, key.kind == KeyKind::integers, problems);
    else if (!item.is_string() || item.value<std::string>()->empty())
      problems.add(item, fmt::format("{} = {} (a text that is not empty is wanted)", place, show(item)));
  }
}

void check_table(toml::table const& table, std::string const& pattern, std::string const& shown,
                 Problems& problems);

/// [[name]]: each element a table of its own; shown by its name where it has one.
void check_elements(toml::array const& list, std::string const& pattern, std::string const& shown,
                    Problems& problems) {
  std::size_t i = 0;
  for (auto const& element : list) {
    auto const* table = element.as_table();
    if (!table) {
      problems.add(element, fmt::format("{} = {} (a table is wanted: [[{}]])", shown, show(element), shown));
      continue;
    }
    auto const id = (*table)[pattern == "target" ? "group" : "name"].value<std::string>();
    check_table(*table, pattern + "[]",
                id && !id->empty() && id->size() < 60 ? shown + "." + *id : fmt::format("{}[{}]", shown, i),
                problems);
    ++i;
  }
}

void check_table(toml::table const& table, std::string const& pattern, std::string const& shown,
                 Problems& problems) {
  std::vector<std::string_view> meant; // keys that misspelt ones stand for: not told as missing as well
  for (auto const& [name, node] : table) {
    std::string const at(name.str());
    std::string const path = pattern.empty() ? at : pattern + "." + at;
    std::string const place = shown.empty() ? at : shown + "." + at;
    if (Key const* key = find_key(path))
      check_value(*key, place, node, problems);
    else if (is_section(path)) {
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
      auto const names = names_below(pattern);
      meant.push_back(nearest(at, names));
      problems.add(name.source(),
                   fmt::format("{} (no such key){}", place.substr(0, 100), suggest(at, names)));
    }
  }
  for (Key const& key : scenario_keys()) {
    std::string const prefix = pattern.empty() ? "" : pattern + ".";
    if (!key.required || !key.path.starts_with(prefix)) continue;
    std::string_view const rest = key.path.substr(prefix.size());
    if (std::find(meant.begin(), meant.end(), rest) != meant.end()) continue;
    if (rest.find_first_of(".[") == std::string_view::npos && !table.contains(rest))
      problems.add(table,
                   fmt::format("{}{} is missing ({})", shown.empty() ? "" : shown + ".", rest, wanted(key)));
  }
}

} // namespace

void Problems::add(toml::source_region const& place, std::string const& what) {
  auto const& at = place.begin.line != 0 ? place : context_place_;
  found_.emplace(at.begin.line, at.begin.column, context_.empty() ? what : context_ + ": " + what);
}

std::vector<std::string> Problems::lines() const {
  constexpr std::size_t most = 100;
  std::vector<std::string> out;
  for (auto const& [line, column, what] : found_) {
    if (out.size() == most) {
      out.push_back(fmt::format("{}: and {} more problems", file_, found_.size() - most));
      break;
    }
    out.push_back(line == 0 ? fmt::format("{}: {}", file_, what)
                            : fmt::format("{}:{}:{}: {}", file_, line, column, what));
  }
  return out;
}

namespace {

/// As a user would write it: 1.4 and not 1.3999999999999999, also inside lists.
std::string value_text(toml::node const& node) {
  if (auto const* number = node.as_floating_point()) return fmt::format("{}", number->get());
  std::string text;
  if (auto const* list = node.as_array()) {
    for (auto const& item : *list) {
      text += (text.empty() ? "" : ", ") + value_text(item);
      if (text.size() > 200) break; // shown cut anyway
    }
    return "[" + text + "]";
  }
  std::ostringstream out;
  node.visit([&](auto const& value) { out << value; });
  return out.str();
}

} // namespace

std::string show(toml::node const& node) {
  std::string text = value_text(node);
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.size() > 60) {
    std::size_t cut = 57;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut; // not inside a letter
    text = text.substr(0, cut) + "...";
  }
  return text;
}

std::string suggest(std::string_view word, std::vector<std::string_view> const& candidates) {
  auto const best = nearest(word, candidates);
  return best.empty() ? "" : fmt::format(" - did you mean '{}'?", best);
}

toml::table default_of(Key const& key) {
  return key.fallback.empty() ? toml::table{}
                              : toml::table{toml::parse("value = " + std::string(key.fallback))};
}

void check_value(Key const& key, std::string const& shown, toml::node const& node, Problems& problems) {
  constexpr std::size_t longest = 10'000;
  switch (key.kind) {
  case KeyKind::text:
  case KeyKind::path:
  case KeyKind::choice: {
    auto const value = node.value<std::string>();
    if (!node.is_string() || !value)
      return problems.add(node, fmt::format("{} = {} ({} is wanted)", shown, show(node), wanted(key)));
    if (value->size() > longest)
      return problems.add(node, fmt::format("{} (a text of at most {} bytes is wanted)", shown, longest));
    if (key.required && value->empty())
      return problems.add(node, fmt::format("{} = \"\" (must not be empty)", shown));
    if (key.kind != KeyKind::choice) return;
    auto const choices = split(key.choices, '|');
    if (std::find(choices.begin(), choices.end(), *value) == choices.end())
      problems.add(node, fmt::format("{} = {} ({} is wanted){}", shown, show(node), wanted(key),
                                     suggest(*value, choices)));
    return;
  }
  case KeyKind::integer: return check_number(key, shown, node, true, problems);
  case KeyKind::number: return check_number(key, shown, node, false, problems);
  case KeyKind::integers:
  case KeyKind::numbers:
  case KeyKind::texts: return check_list(key, shown, node, problems);
  case KeyKind::uncertain: {
    Prior prior;
    std::string source;
    read_prior(key, shown, node, prior, source, problems);
    return;
  }
  case KeyKind::map:
    if (!node.is_table()) problems.add(node, fmt::format("{} = {} (a table is wanted)", shown, show(node)));
    return;
  }
}

void check_tree(toml::table const& root, Problems& problems) {
  check_table(root, "", "", problems);
}

Slot find_slot(toml::table& root, std::string_view path, toml::source_region const& place,
               Problems& problems) {
  auto const parts = split(path, '.');
  std::vector<std::string_view> all;
  for (Key const& key : scenario_keys())
    if (key.path.find('[') == std::string_view::npos) all.push_back(key.path);
  auto const refuse = [&](std::string const& why) {
    problems.add(place, fmt::format("{} ({}){}", path.substr(0, 100), why, suggest(path, all)));
    return Slot{};
  };
  if (parts.size() == 1 && find_key(path)) return {&root, std::string(path), find_key(path)};
  if (parts.size() == 2) {
    Key const* key = find_key(path);
    if (!key) return refuse("no such key");
    auto* node = root.get(parts[0]);
    if (!node) node = &root.insert(parts[0], toml::table{}).first->second;
    auto* table = node->as_table();
    return table ? Slot{table, std::string(parts[1]), key} : refuse("not a table here");
  }
  if (parts.size() != 3) return refuse("no such key");
  // variable.education.shares: the element of [[variable]] with that name.
  Key const* key = find_key(fmt::format("{}[].{}", parts[0], parts[2]));
  if (!key) return refuse("no such key");
  auto* list = root[parts[0]].as_array();
  std::string_view const id = parts[0] == "target" ? "group" : "name";
  std::vector<std::string> names;
  if (list)
    for (auto& element : *list) {
      auto* table = element.as_table();
      auto const name = table ? (*table)[id].value<std::string>() : std::nullopt;
      if (name && *name == parts[1]) return {table, std::string(parts[2]), key};
      if (name) names.push_back(*name);
    }
  problems.add(place, fmt::format("{} (there is no {} '{}'){}", path, parts[0], parts[1],
                                  suggest(parts[1], {names.begin(), names.end()})));
  return {};
}

} // namespace likvard::detail
