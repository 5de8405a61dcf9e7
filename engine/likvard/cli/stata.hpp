#pragma once
#include "csv_format.hpp"

#include "likvard/study/result.hpp"

#include <string>
#include <vector>

namespace likvard::cli {

/// A column of the exported table.
struct Column {
  std::string name;  ///< as in the CSV's first line
  std::string label; ///< what it is, in words
  bool number = true;
};

/// A Stata script (version 14 and later) that reads the CSV `path`, names and labels its variables, and adds
/// `measure_id`, a number per measure whose value labels are the measures' titles and units.
/// Limits of Stata kept: names of 32 letters, digits and _, variable labels of 80 letters.
std::string stata_script(Result const& result, std::vector<Column> const& columns,
                         std::vector<std::size_t> const& measures, std::string const& path,
                         CsvFormat const& format);

} // namespace likvard::cli
