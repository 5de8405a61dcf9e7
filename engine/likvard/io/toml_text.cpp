#include "likvard/io/detail/toml_text.hpp"

#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace likvard::detail {
namespace {

/// Past a text that begins at `i`: "...", '...' or one in triple quotes.
std::size_t after_quotes(std::string_view text, std::size_t i) {
  char const quote = text[i];
  std::string const triple(3, quote);
  bool const long_text = text.substr(i, 3) == triple;
  for (i += long_text ? 3 : 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\')
      ++i;
    else if (long_text && text.substr(i, 3) == triple)
      return i + 3;
    else if (!long_text && (text[i] == quote || text[i] == '\n'))
      return i + 1;
  }
  return text.size();
}

/// Where a key with more parts than any of ours begins to be one. toml++ builds and frees a.b.c.... by
/// recursion: a million parts would exhaust the stack.
std::optional<std::size_t> long_key(std::string_view text) {
  constexpr int most_parts = 8;
  int dots = 0;
  for (std::size_t i = 0; i < text.size();) {
    char const c = text[i];
    bool const in_key = std::string_view(" \t_-+").find(c) != std::string_view::npos ||
                        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        static_cast<unsigned char>(c) >= 0x80;
    if (c == '"' || c == '\'') {
      i = after_quotes(text, i);
      continue;
    }
    if (c == '.') {
      if (++dots >= most_parts) return i;
    } else if (!in_key) {
      dots = 0;
    }
    i = c == '#' ? std::min(text.find('\n', i), text.size()) : i + 1;
  }
  return std::nullopt;
}

/// What a user may do about an error that TOML's own words do not explain.
std::string hint(std::string_view text, std::size_t line, std::string_view description) {
  if (description.find("utf-8") != std::string_view::npos) return " - save the file as UTF-8";
  std::size_t from = 0;
  for (std::size_t n = 1; n < line && from < text.size(); ++n)
    from = std::min(text.find('\n', from), text.size()) + 1;
  std::string_view const row = text.substr(std::min(from, text.size()), 200);
  std::string_view const key = row.substr(0, row.find_first_of("=\n\"'#"));
  bool const foreign =
      std::any_of(key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return foreign ? " - a key with letters beyond a-z needs quotes: \"förskola\" = ..." : "";
}

} // namespace

toml::table parse_toml(std::string const& text, std::string const& file, bool named) {
  if (text.size() > most_scenario_bytes)
    throw ScenarioError(
        {fmt::format("{}: is larger than {} MB, the most that is read", file, most_scenario_bytes >> 20)});
  if (auto const at = long_key(text)) {
    auto const end = text.begin() + static_cast<std::ptrdiff_t>(*at);
    auto const line = 1 + std::count(text.begin(), end, '\n');
    auto const column = *at - (text.rfind('\n', *at) + 1) + 1; // npos + 1 is 0: the first line
    throw ScenarioError(
        {fmt::format("{}:{}:{}: a key with too many parts (section.key or section.name.key is wanted)", file,
                     line, column)});
  }
  try {
    return named ? toml::parse(text, std::string_view(file)) : toml::parse(text);
  } catch (toml::parse_error const& error) {
    auto const& at = error.source().begin;
    throw ScenarioError({fmt::format("{}:{}:{}: {}{}", file, at.line, at.column, error.description(),
                                     hint(text, at.line, error.description()))});
  }
}

} // namespace likvard::detail
