#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace likvard::cli {

/// Which process of how many this is, as whoever started it says.
struct Launched {
  std::uint32_t index = 0, count = 0; ///< index from 1
  std::string how;                    ///< "SLURM_ARRAY_TASK_ID 3 of 1 to 16"
};

using Variable = std::function<char const*(char const* name)>;

/// Of an array of jobs (SLURM_ARRAY_TASK_ID with _MIN, _MAX, _COUNT), of the processes of one job
/// (OMPI_COMM_WORLD_RANK and _SIZE, PMI_RANK and _SIZE, SLURM_PROCID and SLURM_NTASKS: the first that has
/// more than one process), or of both: process r of R in task i of A is i·R + r of A·R.
/// - `count`: of "auto/N", the number of shards that the caller knows; 0 of "auto". Without it an array must
/// run from 0 or 1 without gaps, since nothing else tells how many there are.
/// - Throws: ScenarioError with what is there and what is wanted.
Launched launched(std::uint32_t count, Variable const& variable);

/// "auto" and "auto/N" as "3/16", by the environment of this process; any other text as it is.
std::string resolve_shard(std::string const& text);

} // namespace likvard::cli
