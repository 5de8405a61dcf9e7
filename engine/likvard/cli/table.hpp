#pragma once
#include "likvard/study/grouped.hpp"

#include <string>
#include <vector>

namespace likvard::cli {

/// Aligned columns for a terminal: texts to the left, numbers (as marked) to the right; widths count letters,
/// not bytes.
struct TextTable {
  std::vector<std::string> header;
  std::vector<bool> right; ///< per column
  std::vector<std::vector<std::string>> rows;
};
std::string to_text(TextTable const& table);

/// A number with as many digits as its standard error supports (two of the error), at most 6 decimals.
std::string rounded(double value, double error);

/// A CSV cell (RFC 4180): quoted where needed, quotes doubled.
std::string csv_cell(std::string const& text);
/// The shortest text that reads back as the same double; nothing for NaN.
std::string csv_cell(double x);

/// "v 0.1.0" style helper: print to standard output / standard error, ending the line.
void out(std::string const& text);
void err(std::string const& text);

} // namespace likvard::cli
