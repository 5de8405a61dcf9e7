#pragma once
#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/study/scenario.hpp"

#include <memory>
#include <utility>

namespace likvard::detail {

/// One row of a table as a design point: its name, its place on axes, and the values that make it.
struct PointRow {
  std::string name;
  std::vector<std::pair<std::string, std::string>> at;
  std::vector<Override> overrides;
  std::shared_ptr<toml::table> values; ///< what the overrides refer to
  toml::source_region place{};
};

/// The rows of every [[points]]: of its table, or of the ensemble made here. Rows with an unknown value are
/// left out, and the scenario's assumptions say how many. `common` tells keys that no point may set.
std::vector<PointRow> point_rows(Reader const& reader, Scenario& scenario, bool (*common)(std::string_view));

} // namespace likvard::detail
