#include "csv_format.hpp"
#include "table.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace likvard::cli {
namespace {

/// "8,000" -> "8000": with a decimal comma it would be read as eight. Any other text as it is.
std::string without_groups(std::string const& text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const comma = i > 0 && (text.size() - i) % 4 == 0;
    if (comma ? text[i] != ',' : text[i] < '0' || text[i] > '9') return text;
    if (!comma) digits += text[i];
  }
  return digits;
}

} // namespace

CsvFormat csv_format(std::string const& locale) {
  return locale == "sv" ? CsvFormat{';', ',', true} : CsvFormat{};
}

std::string csv_cell(std::string const& text, CsvFormat const& format) {
  if (format.decimal != '.') {
    std::string const plain = without_groups(text);
    double number = 0;
    auto const [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
    if (error == std::errc() && end == plain.data() + plain.size()) return csv_cell(number, format);
  }
  std::string cell = csv_cell(text);
  bool const quoted = !cell.empty() && cell.front() == '"';
  return quoted || cell.find(format.separator) == std::string::npos ? cell : '"' + cell + '"';
}

std::string csv_cell(double x, CsvFormat const& format) {
  std::string cell = csv_cell(x);
  std::replace(cell.begin(), cell.end(), '.', format.decimal);
  return cell;
}

} // namespace likvard::cli
