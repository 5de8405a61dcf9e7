#include "likvard/io/detail/csv.hpp"

#include <algorithm>
#include <array>

namespace likvard::detail {
namespace {

/// Bytes of the UTF-8 letter at `i`; 0 when there is none. Overlong forms, surrogates and code points beyond
/// Unicode are none: they would not survive in TOML or JSON.
std::size_t letter_length(std::string const& text, std::size_t i) {
  auto const byte = [&](std::size_t k) -> unsigned {
    return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U;
  };
  unsigned const c = byte(i), next = byte(i + 1);
  if (c < 0x80) return 1;
  if (c < 0xC2 || c > 0xF4) return 0;
  if ((c == 0xE0 && next < 0xA0) || (c == 0xED && next > 0x9F) || (c == 0xF0 && next < 0x90) ||
      (c == 0xF4 && next > 0x8F))
    return 0;
  std::size_t const length = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  for (std::size_t k = 1; k < length; ++k)
    if ((byte(i + k) & 0xC0U) != 0x80U) return 0;
  return length;
}

/// UTF-8 as it is; bytes that are none are taken for Latin-1, so that one bad byte does not spoil the others.
std::string to_utf8(std::string const& text, std::string& encoding) {
  std::string out;
  bool letters = false, others = false;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t const length = letter_length(text, i);
    letters |= length > 1;
    if (length > 0) {
      out.append(text, i, length);
      i += length;
      continue;
    }
    others = true;
    auto const byte = static_cast<unsigned char>(text[i++]);
    out += static_cast<char>(0xC0U | byte >> 6U);
    out += static_cast<char>(0x80U | (byte & 0x3FU));
  }
  encoding = !others ? "UTF-8" : letters ? "UTF-8 mixed with Latin-1" : "Latin-1";
  return out;
}

/// No-break spaces (U+00A0, U+202F) and thin space (U+2009) as plain spaces.
std::string plain_spaces(std::string const& text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view const here = std::string_view(text).substr(i);
    bool const two = here.starts_with("\xC2\xA0"),
               three = here.starts_with("\xE2\x80\xAF") || here.starts_with("\xE2\x80\x89");
    out += two || three ? ' ' : text[i];
    i += two ? 1 : three ? 2 : 0;
  }
  return out;
}

std::string trimmed(std::string const& cell) {
  std::string text = plain_spaces(cell);
  text.erase(0, text.find_first_not_of(" \t\r"));
  text.erase(text.find_last_not_of(" \t\r") + 1);
  return text;
}

/// The separator that occurs in most lines; among equals the most frequent one.
char find_separator(std::string const& text) {
  constexpr std::array<char, 3> candidates{';', '\t', ','};
  std::array<std::size_t, 3> lines{}, total{};
  std::array<std::size_t, 3> here{};
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '\n') {
      for (std::size_t k = 0; k < 3; ++k) {
        lines[k] += here[k] >= 2;
        total[k] += here[k];
      }
      here = {};
      continue;
    }
    for (std::size_t k = 0; k < 3; ++k) here[k] += text[i] == candidates[k];
  }
  std::size_t best = 0;
  for (std::size_t k = 1; k < 3; ++k)
    if (lines[k] > lines[best] || (lines[k] == lines[best] && total[k] > total[best])) best = k;
  return candidates[best];
}

} // namespace

CsvText parse_csv(std::string const& bytes) {
  CsvText out;
  bool const bom = bytes.starts_with("\xEF\xBB\xBF");
  std::string const text = to_utf8(bytes.substr(bom ? 3 : 0), out.encoding);
  if (bom) out.encoding += " with BOM";
  out.separator = find_separator(text);
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false, begun = false;
  std::size_t line = 1, row_line = 1;
  auto const end_cell = [&] {
    row.push_back(trimmed(cell));
    cell.clear();
    begun = false;
  };
  auto const end_row = [&] {
    end_cell();
    if (row.size() == 1 && row[0].empty()) row.clear();
    out.rows.push_back(std::move(row));
    out.line.push_back(row_line);
    row.clear();
    row_line = line + 1;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
        cell += '"', ++i;
      else if (c == '"')
        quoted = false;
      else {
        cell += c;
        if (c == '\n') ++line;
      }
    } else if (c == '"' && !begun) {
      // A quote that is never closed would swallow the file: it is a letter then.
      if (text.find('"', i + 1) == std::string::npos)
        cell += c;
      else
        quoted = true;
      begun = true;
    } else if (c == out.separator) {
      end_cell();
    } else if (c == '\n') {
      end_row();
      ++line;
      row_line = line;
    } else {
      cell += c;
      if (c != ' ' && c != '\t' && c != '\r') begun = true;
    }
  }
  if (!cell.empty() || !row.empty()) end_row();
  return out;
}

std::string normalised(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    if (c >= 0xC3 && c < 0xE0 && i + 1 < text.size()) { // å ä ö é in UTF-8: capitals to small
      auto next = static_cast<unsigned char>(text[i + 1]);
      if (c == 0xC3 && next >= 0x80 && next <= 0x9E) next = static_cast<unsigned char>(next + 0x20);
      out += text[i];
      out += static_cast<char>(next);
      ++i;
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += text[i];
    } else if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (!out.empty() && out.back() != ' ') { // dashes of three bytes too, once
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

} // namespace likvard::detail
