#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// What the files of a divided study say of its shards.
namespace likvard::cli {

enum class ShardState { missing, stopped, running, done };

struct ShardFile {
  ShardState state = ShardState::missing;
  std::filesystem::path path;         ///< empty: there is none
  std::uint64_t quarters = 0, of = 0; ///< 16 replicates each: finished, and of how many
};

struct Shards {
  std::vector<ShardFile> shard;       ///< [N], shard k at k - 1
  std::vector<std::string> not_of_it; ///< files left out, and why, each a line
};

/// Looks at parts (and what unfinished ones have saved) in files and folders.
/// - A part is running when its file is locked on this machine, or changed within `recent` seconds.
/// - `count`: shards of the study; 0: as the first readable part says.
/// - Throws: FileError (a file or folder that is not there), ScenarioError (no part, and no count).
Shards look_at_shards(std::vector<std::string> const& paths, std::uint32_t count, double recent);

/// The numbers of the shards in a state, as Slurm's --array takes them: "4,7-9".
std::string array_list(Shards const& shards, std::vector<ShardState> const& states);

} // namespace likvard::cli
