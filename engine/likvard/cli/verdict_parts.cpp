#include "verdict_parts.hpp"

#include "likvard/io/rows_file.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace likvard::cli {

std::filesystem::path part_path(std::filesystem::path const& folder, std::string const& name, Shard shard) {
  return folder / fmt::format("{}-{}-of-{}.h5", name, shard.index, shard.count);
}

void write_part(Scenario const& scenario, std::vector<std::string> const& measures,
                RowsOptions const& options, std::filesystem::path const& path) {
  StudyRows rows = study_rows(scenario, measures, options);
  if (rows.points == 0) return; // stopped
  RowsFile part{.identity = rows_identity(scenario),
                .shard = options.shard,
                .shards = options.shards,
                .points = rows.points,
                .replicates = rows.replicates,
                .policies = rows.policies,
                .point = {},
                .measure = measures,
                .parameter_name = {},
                .value = std::move(rows.value),
                .parameter = {}};
  for (std::size_t g = options.shard - 1; g < rows.points; g += options.shards) part.point.push_back(g);
  if (options.shard == 1) {
    part.parameter_name = rows.parameter_name;
    part.parameter = rows.parameter;
  }
  write_rows_file(path, part);
}

StudyRows read_parts(Scenario const& scenario, std::vector<std::string> const& measures,
                     std::filesystem::path const& folder, std::string const& name) {
  StudyRows rows;
  rows.points = scenario.points.size();
  rows.policies = scenario.policies.size();
  rows.replicates = scenario.replicates;
  auto const table = measure_table();
  for (auto const& measure : measures)
    rows.measures.push_back(static_cast<std::size_t>(
        std::find_if(table.begin(), table.end(), [&](auto const& m) { return m.key == measure; }) -
        table.begin()));
  std::size_t const width = rows.replicates * rows.policies * measures.size();
  rows.value.resize(rows.points * width);
  std::uint32_t count = 0;
  std::error_code ignored;
  for (auto const& entry : std::filesystem::directory_iterator(folder, ignored)) {
    std::string const file = entry.path().filename().string();
    if (!file.starts_with(name + "-1-of-") || entry.path().extension() != ".h5") continue;
    std::uint32_t number = 0;
    auto const* from = file.data() + name.size() + 6;
    std::from_chars(from, file.data() + file.size(), number);
    if (count != 0)
      throw FileError(fmt::format("{}: parts of {} and of {} shards of {} (one study is wanted)",
                                  folder.string(), std::min(count, number), std::max(count, number), name));
    count = number;
  }
  if (count == 0)
    throw FileError(fmt::format("{}: has no part 1 of {} (likvard verdict --shard 1/n --results {})",
                                folder.string(), name, folder.string()));
  for (std::uint32_t k = 1; k <= count; ++k) {
    auto const path = part_path(folder, name, {k, count});
    RowsFile part = read_rows_file(path);
    if (part.identity != rows_identity(scenario) || part.measure != measures || part.points != rows.points ||
        part.replicates != rows.replicates || part.policies != rows.policies)
      throw FileError(fmt::format("{}: is of another scenario, data file, setting or model than {}",
                                  path.string(), scenario.path));
    for (std::size_t i = 0; i < part.point.size(); ++i) {
      if (part.point[i] != k - 1 + i * count || part.point[i] >= rows.points)
        throw FileError(
            fmt::format("{}: does not hold the points of part {} of {}", path.string(), k, count));
      auto const from = part.value.begin() + static_cast<std::ptrdiff_t>(i * width);
      std::copy(from, from + static_cast<std::ptrdiff_t>(width),
                rows.value.begin() + static_cast<std::ptrdiff_t>(part.point[i] * width));
    }
    if (k == 1) {
      rows.parameter_name = std::move(part.parameter_name);
      rows.parameter = std::move(part.parameter);
    }
  }
  return rows;
}

} // namespace likvard::cli
