#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace likvard {

/// A plain CSV: a header and rows of equally many cells.
struct PlainTable {
  std::string path;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> line; ///< in the file, from 1
};

/// Separator ';', ',' or tab; UTF-8 or Latin-1. Empty lines are passed over.
/// - Throws: ScenarioError (no header, a name twice or missing, a row of another length), FileError.
PlainTable read_plain_table(std::filesystem::path const& path);

/// A number with decimal point or comma. NaN for an empty cell, NA, NaN and ".": known to be missing.
/// - Returns false for any other text.
bool read_number(std::string text, double& value);

} // namespace likvard
