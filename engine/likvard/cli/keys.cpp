#include "commands.hpp"
#include "table.hpp"

#include "likvard/core/text.hpp"
#include "likvard/io/scenario_example.hpp"
#include "likvard/io/scenario_keys.hpp"
#include "likvard/io/units_file.hpp"
#include "likvard/model/measures.hpp"

#include <fnmatch.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

bool matches(std::string const& pattern, std::string_view path) {
  if (pattern.empty() || path.find(pattern) != std::string_view::npos) return true;
  return fnmatch(pattern.c_str(), std::string(path).c_str(), 0) == 0;
}

void print_measures(bool json) {
  auto list = nlohmann::json::array();
  TextTable table{{"measure", "unit", "better", "what"}, {false, false, false, false}, {}};
  for (auto const& m : measure_table()) {
    std::string const better = m.better == Better::higher  ? "higher"
                               : m.better == Better::lower ? "lower"
                                                           : "-";
    bool const over_years = is_over_years(static_cast<Measure>(&m - measure_table().data()));
    list.push_back({{"key", m.key},
                    {"title", m.title},
                    {"unit", m.unit},
                    {"better", better},
                    {"over_years", over_years},
                    {"description", m.description}});
    table.rows.push_back({std::string(m.key), std::string(m.unit), better,
                          fmt::format("{}. {}{}", m.title, m.description,
                                      over_years ? " Only in studies over several years." : "")});
  }
  out(json ? list.dump(2) : to_text(table));
}

/// The columns that `likvard import` reads, by every name they may have.
void print_columns(bool json) {
  auto list = nlohmann::json::array();
  TextTable table{
      {"column", "holds", "Swedish names", "English names", "what"}, {false, false, false, false, false}, {}};
  auto const spaced = [](std::string_view names) {
    std::string text;
    for (char c : names) text += c == '|' ? std::string(", ") : std::string(1, c);
    return text;
  };
  for (auto const& column : unit_column_table()) {
    list.push_back({{"column", column.name},
                    {"holds", column.kind},
                    {"swedish", column.swedish},
                    {"english", column.english},
                    {"what", column.meaning}});
    table.rows.push_back({std::string(column.name), std::string(column.kind), spaced(column.swedish),
                          spaced(column.english), std::string(column.meaning)});
  }
  if (json) return out(list.dump(2));
  out(to_text(table));
  out("Capitals, punctuation and order do not matter; * stands for anything. Separator (; , tab), decimal "
      "comma or "
      "point, UTF-8 or\nLatin-1 are found out. '..', '*', 'x' and '<10' are suppressed (0 to 9 pupils; '<5': "
      "0 to "
      "4), '~100' is 0 to 4 short of all,\n'.' and '-' are no data.");
}

} // namespace

int keys(KeysArgs const& args) {
  if (args.pattern == "measures") {
    print_measures(args.json);
    return ok;
  }
  if (args.pattern == "import") {
    print_columns(args.json);
    return ok;
  }
  if (args.markdown) {
    fmt::print("{}", keys_markdown());
    return ok;
  }
  auto list = nlohmann::json::array();
  TextTable table{{"key", "unit", "range", "default", "meaning"}, {false, false, false, false, false}, {}};
  for (Key const& key : scenario_keys()) {
    if (!matches(args.pattern, key.path)) continue;
    auto choices = nlohmann::json::array();
    for (auto const choice : choices_of(key)) choices.push_back(choice);
    std::string const fallback = key.required ? "(required)" : std::string(key.fallback);
    list.push_back({{"key", key.path},
                    {"kind", kind_text(key.kind)},
                    {"unit", key.unit},
                    {"range", range_text(key)},
                    {"default", key.fallback},
                    {"required", key.required},
                    {"meaning", key.meaning},
                    {"source", key.source},
                    {"choices", choices}});
    table.rows.push_back(
        {std::string(key.path), std::string(key.unit), range_text(key), fallback, std::string(key.meaning)});
  }
  if (table.rows.empty()) {
    std::vector<std::string_view> names{"measures", "import"};
    for (Key const& key : scenario_keys()) {
      names.push_back(key.path);
      names.push_back(key.path.substr(key.path.find_last_of('.') + 1)); // npos + 1 is 0: all of it
    }
    auto const close = nearest(args.pattern, names);
    err(fmt::format("likvard keys: no key matches '{}'{}", args.pattern,
                    close.empty() ? "" : fmt::format(" - did you mean '{}'?", close)));
    return usage;
  }
  out(args.json ? list.dump(2) : to_text(table));
  return ok;
}

} // namespace likvard::cli
