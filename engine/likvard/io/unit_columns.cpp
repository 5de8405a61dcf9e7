#include "likvard/io/detail/unit_columns.hpp"

#include "likvard/io/detail/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <string_view>

namespace likvard::detail {
namespace {

enum class Kind { text, count, share, points };

struct Column {
  std::string_view name; ///< ours, as oddities tell it
  Kind kind;
  bool (*matches)(std::string const& header); ///< of a normalised header
};

bool has(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

template <std::size_t N>
bool is_one_of(std::string const& text, std::string_view const (&words)[N]) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

template <char grade>
bool is_grade(std::string const& text) {
  constexpr char digit[] = {grade, 0};
  return text == std::string("elever årskurs ") + digit || text == std::string("elever åk ") + digit ||
         text == std::string("grade ") + digit;
}

/// In the order of Field.
constexpr auto columns = std::to_array<Column>({
    {"unit", Kind::text,
     [](std::string const& h) {
       return is_one_of(h, {"skola", "skolenhet", "skolenhetsnamn", "enhet", "unit", "förskola"});
     }},
    {"code", Kind::text, [](std::string const& h) { return has(h, "enhetskod") || h == "unit code"; }},
    {"municipality", Kind::text,
     [](std::string const& h) {
       return is_one_of(h, {"skolkommun", "kommun", "kommunnamn", "municipality"});
     }},
    {"municipality code", Kind::text,
     [](std::string const& h) { return is_one_of(h, {"kommun kod", "kommunkod", "municipality code"}); }},
    {"provider type", Kind::text,
     [](std::string const& h) {
       return has(h, "typ av huvudman") || is_one_of(h, {"huvudmannatyp", "provider type"});
     }},
    {"provider", Kind::text, [](std::string const& h) { return is_one_of(h, {"huvudman", "provider"}); }},
    {"pupils", Kind::count,
     [](std::string const& h) {
       return is_one_of(h, {"elever årskurs 1 9", "elever åk 1 9", "antal elever årskurs 1 9",
                            "antal elever åk 1 9", "elever", "barn", "antal barn", "pupils"});
     }},
    {"foreign background", Kind::share,
     [](std::string const& h) {
       return has(h, "utländsk bakgrund") || has(h, "utl bakgrund") || has(h, "foreign");
     }},
    {"post-secondary parents", Kind::share,
     [](std::string const& h) { return has(h, "eftergymn") || has(h, "post secondary"); }},
    {"leavers", Kind::count, [](std::string const& h) { return is_one_of(h, {"antal elever", "leavers"}); }},
    {"all subjects", Kind::share, [](std::string const& h) { return has(h, "alla ämnen"); }},
    {"qualified", Kind::share,
     [](std::string const& h) {
       return has(h, "behöriga till yrkesprog") || has(h, "behöriga till gymnasieskol");
     }},
    {"merit", Kind::points, [](std::string const& h) { return has(h, "meritvärde") && has(h, "17 ämnen"); }},
    {"grade 1", Kind::count, is_grade<'1'>},
    {"grade 2", Kind::count, is_grade<'2'>},
    {"grade 3", Kind::count, is_grade<'3'>},
    {"grade 4", Kind::count, is_grade<'4'>},
    {"grade 5", Kind::count, is_grade<'5'>},
    {"grade 6", Kind::count, is_grade<'6'>},
    {"grade 7", Kind::count, is_grade<'7'>},
    {"grade 8", Kind::count, is_grade<'8'>},
    {"grade 9", Kind::count, is_grade<'9'>},
});
static_assert(columns.size() == field_count);

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

Positions match_columns(std::vector<std::string> const& header) {
  Positions found;
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::string const name = normalised(header[i]);
    for (std::size_t k = 0; k < columns.size(); ++k)
      if (!found[k] && columns[k].matches(name)) {
        found[k] = i;
        break;
      }
  }
  return found;
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

Cell read_cell(std::string const& text, Field field, std::size_t line, Odd& odd) {
  Column const& column = columns[static_cast<std::size_t>(field)];
  std::string const name(column.name);
  Cell cell;
  if (text.empty()) return cell;
  if (text == "." || text == "-" || text == "–") {
    cell.state = Cell::State::not_applicable;
    return cell;
  }
  if (text == "..") {
    cell.state = Cell::State::suppressed;
    return cell;
  }
  bool const approximate = text.front() == '~';
  std::string digits = text.substr(approximate ? 1 : 0);
  if (!digits.empty() && digits.back() == '%') digits.pop_back();
  auto const value = to_number(digits);
  auto const left_out = [&](std::string const& kind) {
    odd.add(kind + " in " + name, line, name, fmt::format("'{}' is {}: left out", beginning(text, 40), kind));
    return cell;
  };
  if (!value) return left_out("not a number");
  if (*value < 0 || *value > largest(column.kind)) return left_out("out of range");
  if (column.kind == Kind::count && *value != std::floor(*value)) return left_out("not a whole number");
  if (approximate) odd.add("approximate " + name, line, name, fmt::format("'{}': read as {}", text, digits));
  if (digits.find(' ') != std::string::npos)
    odd.add("thousands in " + name, line, name, fmt::format("'{}': read as {:g}", text, *value));
  cell.state = Cell::State::known;
  cell.approximate = approximate;
  cell.value = column.kind == Kind::share ? *value / 100 : *value;
  return cell;
}

std::string beginning(std::string const& text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

} // namespace likvard::detail
