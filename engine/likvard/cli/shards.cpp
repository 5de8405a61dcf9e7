#include "shards.hpp"

#include "likvard/core/text.hpp"
#include "likvard/io/blocks_file.hpp"
#include "likvard/io/study_file.hpp"
#include "likvard/study/compute.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace likvard::cli {
namespace {

namespace fs = std::filesystem;

/// Locked by a process of this machine? Asking the file itself would take the lock for a moment, and a task
/// that starts just then would be refused.
bool is_locked(fs::path const& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return false;
  std::string const wanted =
      fmt::format("{:02x}:{:02x}:{}", major(status.st_dev), minor(status.st_dev), status.st_ino);
  std::ifstream in("/proc/locks");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, process, file;
    if (words >> number >> kind >> mode >> access >> process >> file && kind == "FLOCK" && file == wanted)
      return true;
  }
  return false;
}

bool changed_within(fs::path const& path, double seconds) {
  std::error_code error;
  auto const time = fs::last_write_time(path, error);
  return !error && std::chrono::duration<double>(fs::file_time_type::clock::now() - time).count() < seconds;
}

std::vector<fs::path> candidates(std::vector<std::string> const& paths) {
  std::vector<fs::path> found;
  for (auto const& name : paths) {
    fs::path const path(name);
    if (!fs::is_directory(path)) {
      // An unfinished part has no name of its own yet.
      bool const there = fs::exists(path), begun = fs::exists(blocks_name(path));
      if (!there && !begun) throw FileError(fmt::format("{}: no such file", one_line(name)));
      if (there) found.push_back(path);
      if (begun) found.push_back(blocks_name(path));
      continue;
    }
    for (auto const& entry : fs::directory_iterator(path))
      if (entry.is_regular_file() && is_blocks_file(entry.path())) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Of the quarters that are this shard's, how many are there?
void count_quarters(BlocksFile const& file, ShardFile& shard) {
  auto const ranges = ranges_of(file.header().shard, file.header().extent());
  for (std::size_t g = 0; g < ranges.size(); ++g) {
    if (!ranges[g].empty()) shard.of += ranges[g].end - ranges[g].begin;
    for (auto const& place : file.partials(g)) shard.quarters += std::uint64_t{1} << place.level;
  }
}

} // namespace

Shards look_at_shards(std::vector<std::string> const& paths, std::uint32_t count, double recent) {
  Shards out;
  std::string study;
  for (auto const& path : candidates(paths)) {
    ShardFile seen{.state = ShardState::stopped, .path = path};
    auto const leave_out = [&](std::string const& why) {
      out.not_of_it.push_back(one_line(fmt::format("{}: {}", path.string(), why)));
    };
    Shard shard;
    try {
      auto const file = BlocksFile::open(path);
      shard = file.header().shard;
      if (shard.whole()) continue; // what gathers rounds, or a study's own
      std::string const its = fingerprint(file.header());
      if (count == 0) count = shard.count;
      if (study.empty() && shard.count == count) study = its;
      if (shard.count != count || its != study) {
        leave_out(fmt::format("shard {} of {} of another study", shard.index, shard.count));
        continue;
      }
      count_quarters(file, seen);
      if (file.finished()) seen.state = ShardState::done;
    } catch (FileError const& error) {
      out.not_of_it.push_back(one_line(error.what()));
      continue;
    }
    if (seen.state != ShardState::done && (is_locked(path) || changed_within(path, recent)))
      seen.state = ShardState::running;
    out.shard.resize(count);
    ShardFile& known = out.shard[shard.index - 1];
    if (known.path.empty() || known.state < seen.state) known = std::move(seen);
  }
  if (count == 0) throw ScenarioError({"no shards of a study here: --shards says how many there are to be"});
  out.shard.resize(count);
  return out;
}

std::string array_list(Shards const& shards, std::vector<ShardState> const& states) {
  std::vector<std::uint32_t> numbers;
  for (std::size_t k = 0; k < shards.shard.size(); ++k)
    if (std::find(states.begin(), states.end(), shards.shard[k].state) != states.end())
      numbers.push_back(static_cast<std::uint32_t>(k + 1));
  return list_text(numbers, ",");
}

} // namespace likvard::cli
