#pragma once
#include "commands.hpp"

#include "likvard/study/scenario.hpp"

namespace likvard::cli {

/// What `run` would cost: from the scenario's sizes and a pilot of a few seconds. Writes nothing.
int dry_run(Scenario const& scenario, RunArgs const& args, std::string const& output);

} // namespace likvard::cli
