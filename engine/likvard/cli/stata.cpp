#include "stata.hpp"

#include "likvard/core/provenance.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

/// In compound quotes, which hold plain ones; what Stata would expand as a macro is escaped, lines are
/// joined.
std::string stata_text(std::string const& text) {
  std::string inside;
  for (char c : one_line(text)) {
    if (c == '`' || c == '$') inside += '\\';
    inside += c;
  }
  return "`\"" + inside + "\"'";
}

/// The first `most` letters (not bytes) of a text.
std::string shortened(std::string const& text, std::size_t most) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U && letters++ == most) return text.substr(0, i);
  return text;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A valid name that none of `taken` has: "quantile_0.05" -> "quantile_0_05".
std::string stata_name(std::string const& name, std::vector<std::string> const& taken) {
  std::string valid = name.substr(0, 29);
  for (char& c : valid)
    if (!is_letter(c) && !is_digit(c)) c = '_';
  if (valid.empty() || is_digit(valid.front())) valid = "_" + valid;
  std::string result = valid;
  for (int n = 2; std::find(taken.begin(), taken.end(), result) != taken.end(); ++n)
    result = fmt::format("{}_{}", valid, n);
  return result;
}

} // namespace

std::string stata_script(Result const& result, std::vector<Column> const& columns,
                         std::vector<std::size_t> const& measures, std::string const& path,
                         CsvFormat const& format) {
  std::string text = fmt::format(
      "* {}\n* Written by likvard {}. In Stata, from the folder it was written in: do <this file>\n"
      "version 14\n",
      one_line(result.title), program_version());
  // Everything is read as text and made numbers by name: that reads decimal commas in every version, and no
  // level such as "01" is guessed at. The first line is left out: not all its names are Stata's.
  text += fmt::format("import delimited using {}, delimiters(\"{}\") varnames(nonames) rowrange(2) "
                      "bindquote(strict) stringcols(_all) encoding(\"utf-8\") clear\n",
                      stata_text(path), format.separator);
  std::vector<std::string> names;
  std::string numbers, labels;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    names.push_back(stata_name(columns[c].name, names));
    text += fmt::format("rename v{} {}\n", c + 1, names.back());
    if (columns[c].number) numbers += " " + names.back();
    labels +=
        fmt::format("label variable {} {}\n", names.back(), stata_text(shortened(columns[c].label, 80)));
  }
  text += fmt::format("destring{}, replace{}\n", numbers, format.decimal == ',' ? " dpcomma" : "") + labels;
  text += "generate int measure_id = .\n";
  for (std::size_t i = 0; i < measures.size(); ++i) {
    auto const& measure = result.measures[measures[i]];
    std::string const title =
        measure.unit.empty() ? measure.title : fmt::format("{} ({})", measure.title, measure.unit);
    text += fmt::format("replace measure_id = {} if measure == {}\n", i + 1, stata_text(measure.key)) +
            fmt::format("label define measure_id {} {}, modify\n", i + 1, stata_text(title));
  }
  text += "label values measure_id measure_id\nlabel variable measure_id \"Measure, with its title\"\n";
  text += "label data " + stata_text(shortened(result.title, 80)) + "\ncompress\n";
  return text;
}

} // namespace likvard::cli
