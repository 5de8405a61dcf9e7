#include "likvard/study/grouped.hpp"

#include <cmath>
#include <fmt/format.h>

namespace likvard {

std::string grouped(double x) {
  std::string digits = fmt::format("{:.0f}", std::abs(x)), text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ' ';
    text += digits[i];
  }
  return (x < 0 && digits != "0" ? "-" : "") + text;
}

} // namespace likvard
