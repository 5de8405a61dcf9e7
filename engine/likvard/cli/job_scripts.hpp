#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// A study as an array of jobs under Slurm: the scripts, as text. Every name from outside stands quoted.
namespace likvard::cli {

struct Job {
  std::string program, directory;    ///< absolute: what to run, from where
  std::string scenario, output;      ///< as seen from the directory
  std::string folder;                ///< of parts, scripts and logs, as seen from the directory
  std::vector<std::string> settings; ///< --set
  std::uint32_t shards = 1;
  std::string rounds; ///< file that gathers rounds, as seen from the directory; empty: no rounds
  int threads = 1;
  std::string time, partition, account, memory; ///< Slurm's; empty: the cluster's default
};

/// One task of the array. A shard that was stopped (time limit, preemption, a lost node, kill) has saved what
/// is finished: the task queues again, up to 20 times, and goes on from there.
std::string shard_script(Job const& job);
/// What makes the result once every task has ended, however it ended.
std::string merge_script(Job const& job);
/// Submits both; its argument, if any, is the list of shards to run.
std::string submit_script(Job const& job);

} // namespace likvard::cli
