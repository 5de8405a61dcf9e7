#pragma once
#include "likvard/study/scenario.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// Replicates of some points of a scenario side by side, as a shard of `likvard verdict` leaves them.
namespace likvard {

struct RowsFile {
  std::string identity; ///< rows_identity() of the scenario
  std::uint32_t shard = 1, shards = 1;
  std::uint64_t points = 0, replicates = 0, policies = 0; ///< of the scenario
  std::vector<std::uint64_t> point;                       ///< [P] places of the points that are here
  std::vector<std::string> measure, parameter_name;
  std::vector<double> value;     ///< [P][replicates][policies][measures]
  std::vector<double> parameter; ///< [replicates][parameters]; empty where the first point is elsewhere
};

/// A hash of the model's version, every key and every data file: parts belong together where it is the same.
std::string rows_identity(Scenario const& scenario);

/// HDF5, under a temporary name and then moved.  - Throws: FileError.
void write_rows_file(std::filesystem::path const& path, RowsFile const& rows);

/// - Throws: FileError (not there, not such a file, damaged).
RowsFile read_rows_file(std::filesystem::path const& path);

} // namespace likvard
