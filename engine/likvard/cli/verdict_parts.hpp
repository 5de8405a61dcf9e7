#pragma once
#include "likvard/analysis/study_rows.hpp"
#include "likvard/study/shard.hpp"

#include <filesystem>
#include <string>
#include <vector>

/// The replicates that verdicts are made of, in parts that were run apart.
namespace likvard::cli {

/// Where a shard leaves a scenario's rows.
std::filesystem::path part_path(std::filesystem::path const& folder, std::string const& name, Shard shard);

/// Run the points of options.shard of options.shards and write them; nothing when stopped.
/// - Throws: FileError, ScenarioError (as study_rows).
void write_part(Scenario const& scenario, std::vector<std::string> const& measures,
                RowsOptions const& options, std::filesystem::path const& path);

/// All rows of a scenario from the parts of its shards: the numbers of a run on one machine.
/// - Throws: FileError (a part is missing, damaged, or of another scenario, setting, data file or model).
StudyRows read_parts(Scenario const& scenario, std::vector<std::string> const& measures,
                     std::filesystem::path const& folder, std::string const& name);

} // namespace likvard::cli
