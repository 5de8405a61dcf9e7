#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

/// The command line as plain data, read from the definitions that parse it: what the manual page and the
/// completions are made of.
namespace likvard::cli {

struct OptionText {
  std::vector<std::string> names;   ///< "-o", "--output"; empty: an argument by place
  std::string place;                ///< of an argument by place: "scenario"
  std::string value;                ///< "TEXT", "INT"; empty: a flag
  std::vector<std::string> choices; ///< where only these are allowed
  std::string range;                ///< "[0 - 1]"; empty: none
  std::string description;
  bool required = false, repeated = false;
};
struct CommandText {
  std::string name, description, examples; ///< examples: the lines of the help
  std::vector<OptionText> options;
  std::vector<CommandText> commands;
};

CommandText command_text(CLI::App const& app);

/// The manual page, for man(1): roff with the man macros.
std::string manual_page(CommandText const& program);

/// A completion script.
/// - Expects: shell is bash, zsh or fish.
std::string completion_script(CommandText const& program, std::string const& shell);

} // namespace likvard::cli
