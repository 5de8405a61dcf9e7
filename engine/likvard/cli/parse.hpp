#pragma once
#include <functional>
#include <string>

namespace CLI {
class App;
}

/// What the files that read the command line share: main.cpp, run_options.cpp for studies,
/// analysis_options.cpp for questions to them, cluster_options.cpp for their shards on a cluster,
/// own_options.cpp for the user's own tables, national_options.cpp for all municipalities together,
/// setup_options.cpp for the program itself.
namespace likvard::cli {

/// Which command was asked for, as something to call once parsing is over.
using Action = std::function<int()>;

/// The end of a command's help: examples and the exit codes.
std::string footer(std::string const& examples);

void add_run(CLI::App& app, Action& action);
void add_merge(CLI::App& app, Action& action);
void add_import(CLI::App& app, Action& action);
void add_allocate(CLI::App& app, Action& action);
void add_segregation(CLI::App& app, Action& action);
void add_ensemble(CLI::App& app, Action& action);
void add_backcast(CLI::App& app, Action& action);
void add_verdict(CLI::App& app, Action& action);
void add_power(CLI::App& app, Action& action);
void add_sensitivity(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_submit(CLI::App& app, Action& action);
void add_status(CLI::App& app, Action& action);
void add_missing(CLI::App& app, Action& action);
void add_man(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);
void add_doctor(CLI::App& app, Action& action);

} // namespace likvard::cli
