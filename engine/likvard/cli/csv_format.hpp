#pragma once
#include <string>

namespace likvard::cli {

/// How a table is written for the program that reads it.
struct CsvFormat {
  char separator = ',', decimal = '.';
  bool mark = false; ///< starts with U+FEFF, by which Excel knows UTF-8
};

/// "en": commas and decimal points (RFC 4180). "sv": semicolons, decimal commas and the mark: what Excel with
/// Swedish settings and R's read.csv2 expect.
CsvFormat csv_format(std::string const& locale);

/// A text, quoted where it needs to be; one that is a number, such as a level "0.25" or "8,000", with this
/// decimal sign and without groups.
std::string csv_cell(std::string const& text, CsvFormat const& format);
/// The shortest text that reads back as the same double; nothing for NaN.
std::string csv_cell(double x, CsvFormat const& format);

} // namespace likvard::cli
