#pragma once
#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/study/scenario.hpp"

namespace likvard::detail {

/// Design points: contexts × varied keys, each built by the ordinary code from the tree with its values set.
/// `root` is changed while a point is built and is as before afterwards.
/// - Expects: the scenario's policies are read (their number limits that of the points).
void build_points(toml::table& root, UnitFiles& files, Scenario& scenario, Problems& problems);

/// What the results rest on: [sources], every uncertain parameter of the outcome, the default variables where
/// none are declared.
void collect_assumptions(toml::table& root, Scenario& scenario, Problems& problems);

} // namespace likvard::detail
