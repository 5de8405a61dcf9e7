#include "likvard/io/units_file.hpp"

#include "likvard/core/text.hpp"
#include "likvard/io/detail/csv.hpp"
#include "likvard/io/file.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace likvard {
namespace {

using detail::normalised;

/// A column that we know, by what its header says in any year.
struct Column {
  std::string_view name; ///< ours
  bool (*matches)(std::string const& header);
  bool percent, required;
};

bool has(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr auto known = std::to_array<Column>({
    {"unit",
     [](std::string const& h) {
       return h == "skola" || h == "skolenhet" || h == "skolenhetsnamn" || h == "enhet" || h == "unit" ||
              h == "förskola";
     },
     false, true},
    {"code",
     [](std::string const& h) { return has(h, "enhetskod") || h == "skol enhetskod" || h == "unit code"; },
     false, false},
    {"municipality",
     [](std::string const& h) {
       return h == "skolkommun" || h == "kommun" || h == "kommunnamn" || h == "municipality";
     },
     false, false},
    {"municipality code",
     [](std::string const& h) { return h == "kommun kod" || h == "kommunkod" || h == "municipality code"; },
     false, false},
    {"provider type",
     [](std::string const& h) {
       return has(h, "typ av huvudman") || h == "huvudmannatyp" || h == "provider type";
     },
     false, false},
    {"provider", [](std::string const& h) { return h == "huvudman" || h == "provider"; }, false, false},
    {"pupils",
     [](std::string const& h) {
       return h == "elever årskurs 1 9" || h == "elever åk 1 9" || h == "antal elever årskurs 1 9" ||
              h == "elever" || h == "barn" || h == "pupils" || h == "antal barn";
     },
     false, false},
    {"foreign background",
     [](std::string const& h) { return has(h, "utländsk bakgrund") || has(h, "foreign"); }, true, false},
    {"post-secondary parents",
     [](std::string const& h) { return has(h, "eftergymnasial") || has(h, "post secondary"); }, true, false},
    {"leavers", [](std::string const& h) { return h == "antal elever" || h == "leavers"; }, false, false},
    {"all subjects", [](std::string const& h) { return has(h, "i alla ämnen"); }, true, false},
    {"qualified", [](std::string const& h) { return has(h, "behöriga till yrkesprog"); }, true, false},
    {"merit", [](std::string const& h) { return has(h, "meritvärde") && has(h, "17 ämnen"); }, false, false},
});

enum class Field : std::size_t {
  unit,
  code,
  municipality,
  municipality_code,
  provider_type,
  provider,
  pupils,
  foreign,
  post,
  leavers,
  all_subjects,
  qualified,
  merit
};

using Positions = std::array<std::optional<std::size_t>, known.size()>;

Positions match_columns(std::vector<std::string> const& header) {
  Positions found;
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::string const name = normalised(header[i]);
    for (std::size_t k = 0; k < known.size(); ++k)
      if (!found[k] && known[k].matches(name)) {
        found[k] = i;
        break;
      }
  }
  return found;
}

/// Oddities of a kind are told in full a few times, then counted.
class Odd {
public:
  explicit Odd(UnitTable& table) : table_(table) {}
  void add(std::string const& kind, std::size_t line, std::string column, std::string text) {
    constexpr int told = 3;
    if (++count_[kind] <= told)
      table_.oddities.push_back({line, std::move(column), std::move(text)});
    else
      rest_[kind] = table_.oddities.size();
  }
  void finish() {
    for (auto const& [kind, place] : rest_)
      table_.oddities.push_back({0, "", fmt::format("{}: {} more cells like this", kind, count_[kind] - 3)});
  }

private:
  UnitTable& table_;
  std::map<std::string, int> count_;
  std::map<std::string, std::size_t> rest_;
};

std::optional<double> to_number(std::string text) {
  std::erase(text, ' ');
  std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Cell read_cell(std::string const& text, Column const& column, std::size_t line, Odd& odd) {
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
  std::string digits = text;
  if (digits.front() == '~') {
    cell.approximate = true;
    digits.erase(0, 1);
    odd.add("approximate " + name, line, name, fmt::format("'{}': read as {}", text, digits));
  }
  if (!digits.empty() && digits.back() == '%') digits.pop_back();
  auto const value = to_number(digits);
  if (!value) {
    odd.add("not a number in " + name, line, name,
            fmt::format("'{}' is not a number: left out", text.substr(0, 40)));
    return cell;
  }
  if (digits.find(' ') != std::string::npos)
    odd.add("thousands in " + name, line, name, fmt::format("'{}': read as {:g}", text, *value));
  if (*value < 0 || (column.percent && *value > 100)) {
    odd.add("out of range in " + name, line, name, fmt::format("'{}' is out of range: left out", text));
    return cell;
  }
  cell.state = Cell::State::known;
  cell.value = column.percent ? *value / 100 : *value;
  return cell;
}

/// Unit codes are digits: eight of them today, more in older years. Footnotes have words there.
bool is_code(std::string const& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "2023/24" from the title lines.
std::string find_school_year(std::string const& text) {
  for (std::size_t i = 0; i + 7 <= text.size(); ++i) {
    auto const digits = [&](std::size_t from, std::size_t n) {
      return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(from),
                         text.begin() + static_cast<std::ptrdiff_t>(from + n),
                         [](char c) { return c >= '0' && c <= '9'; });
    };
    if (digits(i, 4) && text[i + 4] == '/' && digits(i + 5, 2)) return text.substr(i, 7);
  }
  return "";
}

void check_rows(UnitTable& table, Odd& odd) {
  std::map<std::string, std::size_t> first;
  for (auto const& row : table.rows) {
    if (row.code.empty()) continue;
    auto const [at, fresh] = first.emplace(row.code, row.line);
    if (!fresh)
      odd.add("unit twice", row.line, "code",
              fmt::format("unit {} ({}) stands on line {} too", row.code, row.name, at->second));
  }
}

} // namespace

UnitTable read_units(std::filesystem::path const& path) {
  UnitTable table;
  table.path = path.string();
  auto const csv = detail::parse_csv(read_file(path));
  table.encoding = csv.encoding;
  table.separator = csv.separator == '\t' ? "tab" : std::string(1, csv.separator);

  // The header is the first row that names units and something we can use.
  std::size_t header = csv.rows.size();
  Positions at{};
  auto const where = [&](Field field) { return at[static_cast<std::size_t>(field)]; };
  std::string seen;
  for (std::size_t r = 0; r < csv.rows.size(); ++r) {
    at = match_columns(csv.rows[r]);
    if (where(Field::unit) && (where(Field::pupils) || where(Field::leavers))) {
      header = r;
      break;
    }
    if (csv.rows[r].size() > 2 && seen.empty())
      seen = fmt::format("; line {} has '{}', '{}', ...", csv.line[r], csv.rows[r][0].substr(0, 40),
                         csv.rows[r][1].substr(0, 40));
    for (auto const& cell : csv.rows[r])
      if (table.school_year.empty()) table.school_year = find_school_year(cell);
  }
  if (header == csv.rows.size())
    throw ScenarioError({fmt::format("{}: no table of school units found (a row with the columns 'Skola' and "
                                     "'Elever, årskurs 1-9', or 'Skola' and "
                                     "'Antal elever' of the final grades, is wanted{})",
                                     path.string(), seen)});
  table.kind = where(Field::pupils) ? UnitFileKind::pupils : UnitFileKind::grades;

  Odd odd(table);
  std::size_t const columns = csv.rows[header].size();
  for (std::size_t r = header + 1; r < csv.rows.size(); ++r) {
    auto const& cells = csv.rows[r];
    auto const text = [&](Field field) {
      return where(field) && *where(field) < cells.size() ? cells[*where(field)] : std::string();
    };
    auto const number = [&](Field field) {
      return where(field) ? read_cell(text(field), known[static_cast<std::size_t>(field)], csv.line[r], odd)
                          : Cell{};
    };
    // Footnotes and empty lines have no unit, or no code of digits where there are codes.
    if (text(Field::unit).empty() || (where(Field::code) && !is_code(text(Field::code))) ||
        cells.size() < 3) {
      bool const blank =
          std::all_of(cells.begin(), cells.end(), [](std::string const& c) { return c.empty(); });
      if (!blank)
        odd.add("footnote", csv.line[r], "", fmt::format("not a unit, passed over: '{}'", [&] {
                  for (auto const& c : cells)
                    if (!c.empty()) return c.substr(0, 50);
                  return std::string();
                }()));
      continue;
    }
    if (cells.size() != columns && cells.size() + 1 != columns && cells.size() != columns + 1)
      odd.add("column count", csv.line[r], "",
              fmt::format("has {} cells where the header has {}", cells.size(), columns));
    UnitRow row;
    row.line = csv.line[r];
    row.name = text(Field::unit);
    row.code = text(Field::code);
    row.municipality = text(Field::municipality);
    row.municipality_code = text(Field::municipality_code);
    row.provider = text(Field::provider);
    std::string const type = normalised(text(Field::provider_type));
    row.independent = has(type, "enskild") || has(type, "fristående") || has(type, "independent");
    row.pupils = number(Field::pupils);
    row.foreign = number(Field::foreign);
    row.post_secondary = number(Field::post);
    row.leavers = number(Field::leavers);
    row.all_subjects = number(Field::all_subjects);
    row.qualified = number(Field::qualified);
    row.merit = number(Field::merit);
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty())
    throw ScenarioError(
        {fmt::format("{}: the table on line {} has no units", path.string(), csv.line[header])});
  check_rows(table, odd);
  odd.finish();
  return table;
}

std::vector<std::string> municipalities(UnitTable const& table) {
  std::vector<std::string> names;
  for (auto const& row : table.rows)
    if (std::find(names.begin(), names.end(), row.municipality) == names.end())
      names.push_back(row.municipality);
  return names;
}

std::vector<UnitRow const*> units_of(UnitTable const& table, std::string const& municipality) {
  auto const names = municipalities(table);
  if (municipality.empty()) {
    if (names.size() > 1)
      throw ScenarioError({fmt::format("{}: holds {} municipalities (name one, e.g. '{}')", table.path,
                                       names.size(), names.front())});
  }
  std::string const wanted = normalised(municipality);
  std::vector<UnitRow const*> units;
  for (auto const& row : table.rows)
    if (municipality.empty() || normalised(row.municipality) == wanted ||
        row.municipality_code == municipality)
      units.push_back(&row);
  if (units.empty()) {
    std::vector<std::string_view> const candidates(names.begin(), names.end());
    auto const close = nearest(municipality, candidates);
    throw ScenarioError({fmt::format("{}: no municipality '{}'{}", table.path, municipality.substr(0, 60),
                                     close.empty() ? fmt::format(" (the file has {}, from '{}' to '{}')",
                                                                 names.size(), names.front(), names.back())
                                                   : fmt::format(" - did you mean '{}'?", close))});
  }
  return units;
}

double share_of(Cell const& cell, double pupils, double otherwise) {
  if (cell.state == Cell::State::known) return cell.value;
  if (cell.state == Cell::State::suppressed && pupils > 0) return std::min(5.0, pupils / 2) / pupils;
  return otherwise;
}

GivenUnits given_units(UnitTable const& table, std::string const& municipality,
                       std::span<std::string const> columns) {
  if (table.kind != UnitFileKind::pupils)
    throw ScenarioError({fmt::format(
        "{}: holds final grades, not pupils (the export 'Antal elever per årskurs' is wanted)", table.path)});
  GivenUnits out;
  std::vector<UnitRow const*> used;
  for (auto const* row : units_of(table, municipality)) {
    if (row->pupils.state != Cell::State::known || row->pupils.value < 1) continue;
    used.push_back(row);
    out.name.push_back(row->name);
    out.pupils.push_back(static_cast<std::uint32_t>(std::llround(std::min(row->pupils.value, 1e6))));
    out.independent.push_back(row->independent ? 1 : 0);
  }
  if (used.empty())
    throw ScenarioError(
        {fmt::format("{}: no unit of '{}' has a known number of pupils", table.path, municipality)});
  for (auto const& column : columns) {
    auto& first = out.first_share.emplace_back();
    if (column.empty()) continue;
    bool const foreign = column == "foreign";
    auto const cell = [&](UnitRow const& row) -> Cell const& {
      return foreign ? row.foreign : row.post_secondary;
    };
    double sum = 0, pupils = 0;
    for (auto const* row : used) {
      auto const state = cell(*row).state;
      if (state != Cell::State::known && state != Cell::State::suppressed) continue;
      sum += row->pupils.value * share_of(cell(*row), row->pupils.value, 0);
      pupils += row->pupils.value;
    }
    if (!(pupils > 0))
      throw ScenarioError({fmt::format("{}: no unit of '{}' has a share in the column for '{}'", table.path,
                                       municipality, column)});
    for (auto const* row : used) {
      double const share = share_of(cell(*row), row->pupils.value, sum / pupils);
      first.push_back(foreign ? 1 - share : share);
    }
  }
  return out;
}

} // namespace likvard
