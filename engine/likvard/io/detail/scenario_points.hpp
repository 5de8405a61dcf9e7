#pragma once
#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/study/scenario.hpp"

#include <filesystem>

namespace likvard::detail {

/// Design points: contexts × varied keys, each built by the ordinary code from the tree with its values set.
/// `root` is changed while a point is built and is as before afterwards.
void build_points(toml::table& root, std::filesystem::path const& folder, Scenario& scenario,
                  Problems& problems);

} // namespace likvard::detail
