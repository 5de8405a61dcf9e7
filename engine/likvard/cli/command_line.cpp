#include "command_line.hpp"

#include <CLI/CLI.hpp>

namespace likvard::cli {
namespace {

/// The type that CLI11 keeps as one text, "TEXT:{none,deflate}" or "FLOAT:FLOAT in [0 - 1]", in its parts.
void read_type(std::string const& type, OptionText& option) {
  option.value = type.substr(0, type.find(':'));
  if (auto const open = type.find('{'), close = type.rfind('}'); open != type.npos && close != type.npos)
    for (std::size_t at = open + 1; at <= close;) {
      std::size_t const end = std::min(type.find(',', at), close);
      option.choices.push_back(type.substr(at, end - at));
      at = end + 1;
    }
  else if (auto const from = type.find('['); from != type.npos)
    option.range = type.substr(from);
}

OptionText option_text(CLI::Option const& option) {
  OptionText text;
  for (auto const& name : option.get_snames()) text.names.push_back("-" + name);
  for (auto const& name : option.get_lnames()) text.names.push_back("--" + name);
  if (text.names.empty()) text.place = option.get_name();
  if (option.get_items_expected_max() > 0) read_type(option.get_type_name(), text);
  text.description = option.get_description();
  text.required = option.get_required();
  text.repeated = option.get_items_expected_max() > 1;
  return text;
}

} // namespace

CommandText command_text(CLI::App const& app) {
  CommandText text{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
  std::string const head = "Examples:\n";
  if (text.examples.starts_with(head)) text.examples.erase(0, head.size());
  text.examples.resize(std::min(text.examples.size(), text.examples.find("\n\n") + 1)); // then the exit codes
  for (auto const* option : app.get_options()) text.options.push_back(option_text(*option));
  for (auto const* sub : app.get_subcommands([](CLI::App const*) { return true; }))
    text.commands.push_back(command_text(*sub));
  return text;
}

} // namespace likvard::cli
