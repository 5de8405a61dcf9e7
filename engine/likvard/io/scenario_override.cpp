#include "likvard/io/detail/scenario_override.hpp"

#include "likvard/io/detail/toml_text.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace likvard::detail {
namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0;;) {
    std::size_t const to = text.find('.', from);
    parts.push_back(text.substr(from, to - from));
    if (to == std::string_view::npos) return parts;
    from = to + 1;
  }
}

/// The key that "section.key" or "array.element.key" names.
Key const* key_of(std::vector<std::string_view> const& parts) {
  if (parts.size() > 3 || parts[0].find('[') != std::string_view::npos) return nullptr;
  if (parts.size() == 1) return find_key(parts[0]);
  return parts.size() == 2 ? find_key(fmt::format("{}.{}", parts[0], parts[1]))
                           : find_key(fmt::format("{}[].{}", parts[0], parts[2]));
}

/// Every key as an override of the same shape would name it.
std::vector<std::string> similar_keys(std::vector<std::string_view> const& parts) {
  std::vector<std::string> names;
  for (Key const& key : scenario_keys()) {
    auto const bracket = key.path.find("[].");
    if (bracket == std::string_view::npos)
      names.emplace_back(key.path);
    else if (parts.size() == 3)
      names.push_back(
          fmt::format("{}.{}.{}", key.path.substr(0, bracket), parts[1], key.path.substr(bracket + 3)));
  }
  return names;
}

void add_entries(toml::table const& table, std::string const& prefix, int depth, std::vector<Entry>& out) {
  for (auto const& [name, node] : table) {
    std::string const path = prefix + std::string(name.str());
    auto const* inner = node.as_table();
    if (inner && depth < 3 && !key_of(split(path)))
      add_entries(*inner, path + ".", depth + 1, out);
    else
      out.push_back({path, name.source(), &node});
  }
}

/// The value of --set: TOML where it is some, and text where the key takes text or it is none.
toml::table parse_setting(std::string const& value, Key const* key) {
  bool const takes_text =
      key && (key->kind == KeyKind::text || key->kind == KeyKind::choice || key->kind == KeyKind::path);
  toml::table parsed;
  try {
    parsed = parse_toml("value = " + value, "");
  } catch (ScenarioError const&) {
    parsed.clear();
  }
  auto const* node = parsed.get("value");
  if (!node || parsed.size() != 1 || (takes_text && !node->is_string())) return toml::table{{"value", value}};
  toml::table copy(parsed); // a copy has no place: line 1 of the option would say nothing
  return copy;
}

std::string trimmed(std::string_view text) {
  auto const from = text.find_first_not_of(" \t");
  return from == std::string_view::npos
             ? ""
             : std::string(text.substr(from, text.find_last_not_of(" \t") + 1 - from));
}

} // namespace

Slot find_slot(toml::table& root, std::string_view path, toml::source_region const& place,
               Problems& problems) {
  auto const parts = split(path);
  Key const* key = key_of(parts);
  if (!key) {
    auto const names = similar_keys(parts);
    problems.add(place, fmt::format("{} (no such key){}", quotable(path),
                                    suggest(path, {names.begin(), names.end()})));
    return {};
  }
  std::string const section(parts.size() > 1 ? parts[0] : std::string_view{});
  if (parts.size() == 1) return {&root, section, std::string(parts[0]), key};
  if (parts.size() == 2) {
    auto* node = root.get(parts[0]);
    if (!node || node->is_table())
      return {node ? node->as_table() : nullptr, section, std::string(parts[1]), key};
    problems.add(place, fmt::format("{} ([{}] is not a table here)", quotable(path), section));
    return {};
  }
  std::vector<std::string> names;
  if (auto* list = root[parts[0]].as_array())
    for (auto& element : *list) {
      auto* table = element.as_table();
      auto const name = table ? (*table)[id_of(parts[0])].value<std::string>() : std::nullopt;
      if (name && *name == parts[1]) return {table, section, std::string(parts[2]), key};
      if (name && names.size() < 1000) names.push_back(*name);
    }
  std::string const why = names.empty()
                              ? fmt::format("there is no [[{}]] in the file to change: write it out", section)
                              : fmt::format("there is no {} '{}'", section, quotable(parts[1]));
  problems.add(
      place, fmt::format("{} ({}){}", quotable(path), why, suggest(parts[1], {names.begin(), names.end()})));
  return {};
}

toml::node& set_value(toml::table& root, Slot const& slot, toml::node const& value) {
  auto* table = slot.table ? slot.table : root.insert(slot.section, toml::table{}).first->second.as_table();
  table->insert_or_assign(slot.name, value);
  return *table->get(slot.name);
}

std::vector<Entry> entries_of(toml::table const& table) {
  std::vector<Entry> entries;
  add_entries(table, "", 1, entries);
  std::stable_sort(entries.begin(), entries.end(), [](Entry const& a, Entry const& b) {
    return std::tie(a.place.begin.line, a.place.begin.column) <
           std::tie(b.place.begin.line, b.place.begin.column);
  });
  return entries;
}

std::vector<std::string> apply_settings(toml::table& root, std::vector<std::string> const& settings) {
  std::vector<std::string> lines;
  for (auto const& setting : settings) {
    auto const equals = setting.find('=');
    std::string const option = "--set " + quotable(setting.substr(0, equals), 100);
    if (equals == std::string::npos || trimmed(setting.substr(0, equals)).empty()) {
      lines.push_back(option + " (key=value is wanted)");
      continue;
    }
    std::string const key = trimmed(setting.substr(0, equals));
    Problems problems("--set");
    Slot const slot = find_slot(root, key, {}, problems);
    if (slot.key) {
      toml::table const value = parse_setting(trimmed(setting.substr(equals + 1)), slot.key);
      check_value(*slot.key, key, *value.get("value"), problems);
      if (problems.empty()) set_value(root, slot, *value.get("value"));
    }
    for (auto const& line : problems.lines()) lines.push_back(line);
  }
  return lines;
}

Applied::Applied(toml::table& root, std::vector<Override> const& overrides, Problems& problems) {
  for (auto const& [key, place, value] : overrides) {
    Slot const slot = find_slot(root, key, place, problems);
    if (!slot.key) continue;
    toml::array old;
    if (slot.table)
      if (auto* before = slot.table->get(slot.name))
        before->visit([&](auto& node) { old.push_back(std::move(node)); });
    toml::node& placed = set_value(root, slot, *value);
    problems.locate(placed, place);
    auto* table = slot.table ? slot.table : root[slot.section].as_table();
    undo_.push_back({table, slot.name, std::move(old)});
    check_value(*slot.key, key, *value, problems); // the original knows its place, down to one item of a list
  }
}

Applied::~Applied() {
  for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) {
    if (step->old.empty())
      step->table->erase(step->name);
    else
      step->old[0].visit([&](auto& node) { step->table->insert_or_assign(step->name, std::move(node)); });
  }
}

} // namespace likvard::detail
