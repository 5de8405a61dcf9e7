#pragma once
#include <string>
#include <vector>

/// Reading tables of text as offices make them. Inside io only.
namespace likvard::detail {

struct CsvText {
  std::vector<std::vector<std::string>>
      rows;                      ///< cells of each line, trimmed, in UTF-8; empty lines are empty rows
  std::vector<std::size_t> line; ///< where each row begins in the file, from 1
  std::string encoding;          ///< "UTF-8", "Latin-1", "UTF-8 mixed with Latin-1"; + " with BOM"
  char separator = ';';
};

/// Split into cells. The separator (';', tab or ',') is the one that cuts most lines into most cells. Quoted
/// cells may hold separators, doubled quotes and line breaks.
CsvText parse_csv(std::string const& bytes);

/// Lower case, without diacritics' case differences, runs of anything but letters and digits as one space:
/// for matching headers that vary from year to year.
std::string normalised(std::string_view text);

} // namespace likvard::detail
