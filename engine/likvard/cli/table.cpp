#include "table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

std::size_t width(std::string const& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

std::string to_text(TextTable const& table) {
  std::vector<std::size_t> widths;
  for (auto const& name : table.header) widths.push_back(width(name));
  for (auto const& row : table.rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  std::string text;
  auto const line = [&](std::vector<std::string> const& cells) {
    std::string one;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      std::string const space(widths[c] - width(cells[c]), ' ');
      one += (c == 0 ? "" : "  ") + (table.right[c] ? space + cells[c] : cells[c] + space);
    }
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + "\n";
  };
  line(table.header);
  std::vector<std::string> rule;
  for (std::size_t w : widths) rule.emplace_back(w, '-');
  line(rule);
  for (auto const& row : table.rows) line(row);
  return text;
}

std::string rounded(double value, double error) {
  if (!std::isfinite(value)) return "-";
  int decimals = 3;
  if (std::isfinite(error) && error > 0)
    decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 6);
  return fmt::format("{:.{}f}", value, decimals);
}

std::string csv_cell(std::string const& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string csv_cell(double x) {
  return std::isfinite(x) ? fmt::format("{}", x) : "";
}

void out(std::string const& text) {
  fmt::print(stdout, "{}\n", text);
}
void err(std::string const& text) {
  fmt::print(stderr, "{}\n", text);
}

} // namespace likvard::cli
