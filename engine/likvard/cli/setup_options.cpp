#include "command_line.hpp"
#include "commands.hpp"
#include "parse.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

/// Commands about the program itself: its documents, and what it finds on this machine.
namespace likvard::cli {

void add_doctor(CLI::App& app, Action& action) {
  auto args = std::make_shared<DoctorArgs>();
  auto* sub =
      app.add_subcommand("doctor", "Say what is installed here, what it is used for, and how fast it is");
  sub->add_flag("--json", args->json, "As JSON");
  sub->footer(footer("  likvard doctor\n"));
  sub->callback([args, &action] { action = [args] { return doctor(*args); }; });
}

void add_man(CLI::App& app, Action& action) {
  auto* sub = app.add_subcommand("man", "Print the manual page, for man");
  sub->footer(footer("  likvard man | man -l -\n  likvard man > ~/.local/share/man/man1/likvard.1\n"));
  sub->callback([&app, &action] {
    action = [&app] {
      fmt::print("{}", manual_page(command_text(app)));
      return int{ok};
    };
  });
}

void add_completion(CLI::App& app, Action& action) {
  auto shell = std::make_shared<std::string>();
  auto* sub = app.add_subcommand("completion", "Print the completion of commands and options for a shell");
  sub->add_option("shell", *shell, "Shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  sub->footer(footer("  source <(likvard completion bash)\n"
                     "  likvard completion zsh > ~/.zfunc/_likvard\n"
                     "  likvard completion fish > ~/.config/fish/completions/likvard.fish\n"));
  sub->callback([shell, &app, &action] {
    action = [shell, &app] {
      fmt::print("{}", completion_script(command_text(app), *shell));
      return int{ok};
    };
  });
}

} // namespace likvard::cli
