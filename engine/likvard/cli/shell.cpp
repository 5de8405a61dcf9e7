#include "shell.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./=:,+@%").find(c) != std::string_view::npos;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

} // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string pasteable_word(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), is_control)) return shell_word(text);
  std::string out = "$'";
  for (char c : text)
    if (is_control(c))
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    else if (c == '\'' || c == '\\')
      out += std::string("\\") + c;
    else
      out += c;
  return out + "'";
}

} // namespace likvard::cli
