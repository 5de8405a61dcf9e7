#include "command_line.hpp"

#include "likvard/core/provenance.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

/// Text as roff prints it: backslashes and hyphens as they are typed, no line taken for a request.
std::string roff(std::string const& text) {
  std::string out;
  for (char c : text) {
    if (out.empty() || out.back() == '\n')
      if (c == '.' || c == '\'') out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string value_of(OptionText const& option) {
  if (option.value.empty()) return "";
  if (option.choices.empty()) return "\\fI" + roff(option.value) + "\\fR";
  std::string all;
  for (auto const& choice : option.choices) all += (all.empty() ? "\\fB" : "\\fR|\\fB") + roff(choice);
  return all + "\\fR";
}

std::string manual_entry(OptionText const& option) {
  std::string head;
  if (option.names.empty())
    head = "\\fI" + roff(option.place) + "\\fR" + (option.repeated ? " ..." : "");
  else {
    for (auto const& name : option.names) head += (head.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
    if (!option.value.empty()) head += " " + value_of(option);
  }
  std::string text = ".TP\n" + head + "\n" + roff(option.description);
  if (!option.range.empty()) text += " " + roff(option.range);
  return text + "\n";
}

std::string synopsis(CommandText const& command) {
  std::string line = "\\fBlikvard " + roff(command.name) + "\\fR";
  bool any = false;
  for (auto const& option : command.options) any = any || !option.names.empty();
  if (any) line += " [\\fIoptions\\fR]";
  for (auto const& option : command.options)
    if (option.names.empty()) {
      std::string const word = "\\fI" + roff(option.place) + "\\fR" + (option.repeated ? " ..." : "");
      line += option.required ? " " + word : " [" + word + "]";
    }
  return line;
}

/// The examples as they are typed, without the help's indent.
std::string manual_examples(std::string const& lines) {
  if (lines.empty()) return "";
  std::string flat = lines;
  if (flat.starts_with("  ")) flat.erase(0, 2);
  for (std::size_t at = 0; (at = flat.find("\n  ", at)) != flat.npos; ++at) flat.erase(at + 1, 2);
  while (!flat.empty() && flat.back() == '\n') flat.pop_back();
  return ".PP\n.RS 4\n.nf\n" + roff(flat) + "\n.fi\n.RE\n";
}

} // namespace

std::string manual_page(CommandText const& program) {
  std::string text =
      fmt::format(".\\\" Made by likvard man from the definitions of the command line.\n"
                  ".TH LIKVARD 1 \"\" \"likvard {}\" \"User Commands\"\n"
                  ".SH NAME\nlikvard \\- Monte Carlo engine for school funding, segregation and "
                  "equity\n.SH SYNOPSIS\n",
                  program_version());
  for (std::size_t i = 0; i < program.commands.size(); ++i)
    text += (i > 0 ? ".br\n" : "") + synopsis(program.commands[i]) + "\n";
  text += ".br\n\\fBlikvard\\fR \\fB\\-\\-version\\fR\n.SH DESCRIPTION\n" + roff(program.description) +
          "\nScenarios are TOML files, results HDF5 files. \\fBlikvard keys\\fR explains every key of a "
          "scenario and every measure of a result.\n" +
          manual_examples(program.examples) + ".SH COMMANDS\n";
  for (auto const& command : program.commands) {
    text += ".SS \"likvard " + roff(command.name) + "\"\n" + roff(command.description) + ".\n";
    for (auto const& option : command.options)
      if (option.names.empty()) text += manual_entry(option);
    for (auto const& option : command.options)
      if (!option.names.empty()) text += manual_entry(option);
    text += manual_examples(command.examples);
  }
  text += ".SH \"EXIT STATUS\"\n";
  for (auto const& [code, what] : {std::pair{"0", "Done."},
                                   {"1", "A bug in likvard, or out of memory."},
                                   {"2", "The command line."},
                                   {"3", "A bad scenario or data file."},
                                   {"4", "A file that cannot be read or written."},
                                   {"5", "Done, but some replicates failed."},
                                   {"130", "Interrupted; what was finished is saved."}})
    text += fmt::format(".TP\n.B {}\n{}\n", code, what);
  return text;
}

} // namespace likvard::cli
