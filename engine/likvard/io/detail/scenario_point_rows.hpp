#pragma once
#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/io/detail/scenario_override.hpp"
#include "likvard/study/scenario.hpp"

#include <memory>
#include <utility>

namespace likvard::detail {

class TableRows;

/// One row of a table as a design point: its name, its place on axes, and the values that make it.
struct PointRow {
  std::string name;
  std::vector<std::pair<std::string, std::string>> at;
  toml::source_region place{};
  std::shared_ptr<TableRows const> table;
  std::size_t row = 0;

  bool sets(std::string_view key) const;
  /// The row's values go into `values`, which the overrides refer to.
  std::vector<Override> overrides(toml::table& values) const;
};

/// The rows of every [[points]]: of its table, or of the ensemble made here. Rows with an unknown value are
/// left out, and the scenario's assumptions say how many. `common` tells keys that no point may set.
std::vector<PointRow> point_rows(Reader const& reader, Scenario& scenario, bool (*common)(std::string_view));

} // namespace likvard::detail
