#pragma once
#include "likvard/io/units_file.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Columns and cells of tables of school units: Skolverket's exports and a controller's own. Inside io only.
namespace likvard::detail {

/// A column that we know, whatever its header says exactly. In the order of `unit_column_table()`: of two
/// that match a header, the first.
enum class Field : std::size_t {
  unit,
  code,
  municipality,
  municipality_code,
  provider_type,
  provider,
  school_year,
  pupils,
  foreign_pupils,
  foreign,
  low_education_pupils,
  low_education,
  post_secondary_pupils,
  post_secondary,
  leavers,
  all_subjects,
  not_qualified,
  qualified,
  merit,
  grade_1, ///< grades 1-9 follow each other
  grade_2,
  grade_3,
  grade_4,
  grade_5,
  grade_6,
  grade_7,
  grade_8,
  grade_9
};
inline constexpr std::size_t field_count = 28;

/// Where each known column stands in the header row, if it is there.
using Positions = std::array<std::optional<std::size_t>, field_count>;

/// Match a row's cells with the known headers; the first match counts.
Positions match_columns(std::vector<std::string> const& header);

/// "column 'Elver' is not read - did you mean 'elever'?" for each header that is none of ours but near one
/// that is not there.
std::vector<std::string> near_misses(std::vector<std::string> const& header, Positions const& found);

/// Oddities: each kind is told in full three times, then counted.
class Odd {
public:
  explicit Odd(UnitTable& table) : table_(table) {}
  void add(std::string const& kind, std::size_t line, std::string column, std::string text);
  /// Sorts by line and adds the counts. Call once, last.
  void finish();

private:
  UnitTable& table_;
  std::map<std::string, std::size_t> count_;
};

/// A cell as a number; shares become 0-1, of per cent unless `as_parts`. What is no such number is told and
/// left empty.
Cell read_cell(std::string const& text, Field field, std::size_t line, bool as_parts, Odd& odd);

/// Whether the column holds shares.
bool is_share(Field field);

/// The first `most` bytes of a text from a file, cut between characters.
std::string beginning(std::string const& text, std::size_t most);

} // namespace likvard::detail
