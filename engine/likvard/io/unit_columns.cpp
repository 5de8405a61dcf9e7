#include "likvard/io/detail/unit_columns.hpp"

#include "likvard/core/text.hpp"
#include "likvard/io/detail/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <string_view>

namespace likvard::detail {
namespace {

enum class Kind { text, count, share, points };

Kind kind_of(Field field) {
  auto const word = unit_column_table()[static_cast<std::size_t>(field)].kind;
  return word == "pupils"   ? Kind::count
         : word == "share"  ? Kind::share
         : word == "points" ? Kind::points
                            : Kind::text;
}

/// Calls `f` with each name of a list "a|b|c" until it returns true.
template <class F>
bool any_name(std::string_view list, F const& f) {
  while (!list.empty()) {
    auto const end = std::min(list.find('|'), list.size());
    if (f(list.substr(0, end))) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// "*" in a pattern stands for anything. Each piece between is taken where it first fits, so that no header,
/// however long, makes this more than one pass.
bool fits_pattern(std::string_view pattern, std::string_view header) {
  auto const star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == header;
  if (header.size() + std::size_t(std::count(pattern.begin(), pattern.end(), '*')) < pattern.size())
    return false;
  if (!header.starts_with(pattern.substr(0, star))) return false;
  header.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (auto end = pattern.find('*'); end != std::string_view::npos; end = pattern.find('*')) {
    auto const at = header.find(pattern.substr(0, end));
    if (at == std::string_view::npos) return false;
    header.remove_prefix(at + end);
    pattern.remove_prefix(end + 1);
  }
  return header.ends_with(pattern);
}

bool matches(UnitColumn const& column, std::string const& header) {
  auto const fits = [&](std::string_view pattern) { return fits_pattern(pattern, header); };
  return any_name(column.swedish, fits) || any_name(column.english, fits);
}

std::optional<double> to_number(std::string text) {
  std::erase(text, ' ');
  std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// No unit has a million pupils.
double largest(Kind kind) {
  return kind == Kind::share ? 100 : 1e6;
}

} // namespace

bool is_share(Field field) {
  return kind_of(field) == Kind::share;
}

Positions match_columns(std::vector<std::string> const& header) {
  Positions found;
  auto const table = unit_column_table();
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::string const name = normalised(header[i]);
    for (std::size_t k = 0; k < table.size(); ++k)
      if (!found[k] && matches(table[k], name)) {
        found[k] = i;
        break;
      }
  }
  return found;
}

std::vector<std::string> near_misses(std::vector<std::string> const& header, Positions const& found) {
  std::vector<std::string_view> names;
  auto const table = unit_column_table();
  for (std::size_t k = 0; k < table.size(); ++k)
    if (!found[k])
      for (auto const list : {table[k].swedish, table[k].english})
        any_name(list, [&](std::string_view name) {
          if (name.find('*') == std::string_view::npos && name.size() > 3) names.push_back(name);
          return false;
        });
  constexpr std::size_t most = 100; // of a table that nobody made by hand
  std::vector<std::string> out;
  for (std::size_t i = 0; i < header.size() && out.size() < most; ++i) {
    if (std::find(found.begin(), found.end(), std::optional(i)) != found.end()) continue;
    auto const close = nearest(normalised(header[i]), names);
    if (!close.empty())
      out.push_back(fmt::format("column '{}' is not read - did you mean '{}'? (likvard keys import)",
                                beginning(header[i], 40), close));
  }
  return out;
}

void Odd::add(std::string const& kind, std::size_t line, std::string column, std::string text) {
  if (++count_[kind] <= 3) table_.oddities.push_back({line, std::move(column), std::move(text)});
}

void Odd::finish() {
  std::stable_sort(table_.oddities.begin(), table_.oddities.end(),
                   [](Oddity const& a, Oddity const& b) { return a.line < b.line; });
  for (auto const& [kind, count] : count_)
    if (count > 3) table_.oddities.push_back({0, "", fmt::format("{}: {} more like this", kind, count - 3)});
}

Cell read_cell(std::string const& text, Field field, std::size_t line, bool as_parts, Odd& odd) {
  Kind const kind = kind_of(field);
  std::string const name(unit_column_table()[static_cast<std::size_t>(field)].name);
  Cell cell;
  if (text.empty()) return cell;
  if (text == "." || text == "-" || text == "–") {
    cell.state = Cell::State::not_applicable;
    return cell;
  }
  if (text == ".." || text == "*" || text == "x" || text == "X") {
    cell.state = Cell::State::suppressed;
    return cell;
  }
  if (text.front() == '<') {
    cell.state = Cell::State::suppressed;
    // "<10" says at most 9 pupils, whatever the column holds.
    if (auto const below = to_number(text.substr(1)); below && *below >= 1 && *below <= 100)
      cell.most = std::ceil(*below) - 1;
    return cell;
  }
  bool const approximate = text.front() == '~';
  std::string digits = text.substr(approximate ? 1 : 0);
  if (!digits.empty() && digits.back() == '%') digits.pop_back();
  auto const value = to_number(digits);
  auto const left_out = [&](std::string const& why) {
    odd.add(why + " in " + name, line, name, fmt::format("'{}' is {}: left out", beginning(text, 40), why));
    return cell;
  };
  if (!value) return left_out("not a number");
  if (*value < 0 || *value > (as_parts ? 1 : largest(kind))) return left_out("out of range");
  if (kind == Kind::count && *value != std::floor(*value)) return left_out("not a whole number");
  if (approximate) odd.add("approximate " + name, line, name, fmt::format("'{}': read as {}", text, digits));
  if (digits.find(' ') != std::string::npos)
    odd.add("thousands in " + name, line, name, fmt::format("'{}': read as {:g}", text, *value));
  cell.state = Cell::State::known;
  cell.approximate = approximate;
  cell.value = kind == Kind::share && !as_parts ? *value / 100 : *value;
  return cell;
}

std::string beginning(std::string const& text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

} // namespace likvard::detail
