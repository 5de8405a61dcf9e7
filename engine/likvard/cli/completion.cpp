#include "command_line.hpp"
#include "shell.hpp"

#include <fmt/format.h>

namespace likvard::cli {
namespace {

std::string joined(std::vector<std::string> const& words, char const* between) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

/// Files are offered where any text may stand, nothing where a number does.
bool is_text(OptionText const& option) {
  return option.value == "TEXT" && option.choices.empty();
}

std::string bash_script(CommandText const& program) {
  std::string words;
  for (auto const& command : program.commands) words += (words.empty() ? "" : " ") + command.name;
  std::string text =
      "# Completion of likvard in bash: made by `likvard completion bash`.\n"
      "_likvard() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options= here=\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '" +
      words +
      " --help --version' -- \"$word\"))\n    return\n  fi\n"
      "  case \"${COMP_WORDS[1]} $before\" in\n";
  for (auto const& command : program.commands)
    for (auto const& option : command.options) {
      if (option.names.empty() || option.value.empty()) continue;
      std::vector<std::string> patterns;
      for (auto const& name : option.names) patterns.push_back("'" + command.name + " " + name + "'");
      std::string const what = is_text(option) ? "compgen -f -- \"$word\""
                               : option.choices.empty()
                                   ? ":"
                                   : "compgen -W '" + joined(option.choices, " ") + "' -- \"$word\"";
      text += "  " + joined(patterns, " | ") + ") here='" + (is_text(option) ? "files" : "list") +
              "'; options=$(" + what + ") ;;\n";
    }
  text += "  esac\n  if [ -z \"$here\" ]; then\n    case \"${COMP_WORDS[1]}\" in\n";
  for (auto const& command : program.commands) {
    std::string names, values;
    bool files = false;
    for (auto const& option : command.options) {
      for (auto const& name : option.names) names += (names.empty() ? "" : " ") + name;
      if (option.names.empty()) {
        files = files || is_text(option);
        for (auto const& choice : option.choices) values += (values.empty() ? "" : " ") + choice;
      }
    }
    text += "    " + command.name + ")\n      case \"$word\" in\n      -*) options=$(compgen -W '" + names +
            "' -- \"$word\") ;;\n      *) " +
            (files ? "here=files; options=$(compgen -f -- \"$word\")"
                   : "options=$(compgen -W '" + values + "' -- \"$word\")") +
            " ;;\n      esac ;;\n";
  }
  return text + "    esac\n  fi\n"
                "  [ \"$here\" = files ] && compopt -o filenames 2>/dev/null\n"
                "  [ -n \"$options\" ] && mapfile -t COMPREPLY <<<\"$options\"\n"
                "  return 0\n}\ncomplete -F _likvard likvard\n";
}

/// For an _arguments specification: brackets and colons have a meaning there.
std::string zsh_text(std::string const& text) {
  std::string out;
  for (char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(OptionText const& option) {
  if (!option.choices.empty()) return ":(" + joined(option.choices, " ") + ")";
  return is_text(option) ? ":_files" : ": ";
}

std::string zsh_script(CommandText const& program) {
  std::string text = "#compdef likvard\n# Completion of likvard in zsh: made by `likvard completion zsh`.\n"
                     "_likvard() {\n  local -a commands=(\n";
  for (auto const& command : program.commands)
    text += "    " + shell_word(zsh_text(command.name) + ":" + command.description) + "\n";
  text +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n"
      "    return\n  fi\n  local command=${words[2]}\n  shift words\n  (( CURRENT-- ))\n  case $command in\n";
  for (auto const& command : program.commands) {
    text += "  " + command.name + ")\n    _arguments -S";
    int place = 1;
    for (auto const& option : command.options) {
      if (option.names.empty()) {
        std::string const where = option.repeated ? "*" : std::to_string(place++);
        text += " \\\n      " + shell_word(where + ":" + zsh_text(option.place) + zsh_action(option));
        continue;
      }
      for (auto const& name : option.names)
        text +=
            " \\\n      " + shell_word("*" + name + "[" + zsh_text(option.description) + "]" +
                                       (option.value.empty() ? "" : ":" + option.value + zsh_action(option)));
    }
    text += " ;;\n";
  }
  return text + "  esac\n}\n_likvard \"$@\"\n";
}

/// In single quotes of fish, where a backslash escapes.
std::string fish_word(std::string const& text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_script(CommandText const& program) {
  std::string text = "# Completion of likvard in fish: made by `likvard completion fish`.\n"
                     "complete -c likvard -n __fish_use_subcommand -f\n"
                     "complete -c likvard -n __fish_use_subcommand -l help -d 'Print the help'\n"
                     "complete -c likvard -n __fish_use_subcommand -l version -d 'Print the version'\n";
  for (auto const& command : program.commands)
    text += fmt::format("complete -c likvard -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        fish_word(command.description));
  for (auto const& command : program.commands) {
    std::string const start = "complete -c likvard -n '__fish_seen_subcommand_from " + command.name + "'";
    bool files = false;
    for (auto const& option : command.options) files = files || (option.names.empty() && is_text(option));
    if (!files) text += start + " -f\n";
    for (auto const& option : command.options) {
      std::string line = start;
      for (auto const& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!option.choices.empty())
        line += (option.names.empty() ? " -f -a " : " -x -a ") + fish_word(joined(option.choices, " "));
      else if (option.names.empty())
        continue; // files, as fish offers anyway
      else if (!option.value.empty())
        line += is_text(option) ? " -r -F" : " -x";
      text += line + " -d " + fish_word(option.description) + "\n";
    }
  }
  return text;
}

} // namespace

std::string completion_script(CommandText const& program, std::string const& shell) {
  if (shell == "bash") return bash_script(program);
  return shell == "zsh" ? zsh_script(program) : fish_script(program);
}

} // namespace likvard::cli
