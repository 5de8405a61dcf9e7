#include "likvard/io/memory.hpp"

#include "likvard/study/cost.hpp"
#include "likvard/study/errors.hpp"

#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <sys/resource.h>
#include <thread>

namespace likvard {
namespace {

/// The number behind `name` in a file of "name: 123 kB" lines, bytes.
std::optional<double> entry_of(char const* path, std::string const& name) {
  std::ifstream in(path);
  for (std::string word; in >> word;)
    if (double kilobytes = 0; word == name && in >> kilobytes) return kilobytes * 1024;
  return std::nullopt;
}

std::optional<double> number_in(std::string const& path) {
  std::ifstream in(path);
  double number = 0;
  return in >> number ? std::optional(number) : std::nullopt; // "max": none
}

/// What the control group (of a batch system or a container) still allows.
std::optional<double> group_room() {
  std::ifstream in("/proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("0::")) continue;
    std::string const folder = "/sys/fs/cgroup" + line.substr(3);
    auto const most = number_in(folder + "/memory.max"), used = number_in(folder + "/memory.current");
    if (most) return *most - used.value_or(0);
  }
  return std::nullopt;
}

} // namespace

std::optional<MemoryLimit> memory_limit() {
  std::optional<MemoryLimit> least;
  auto const take = [&](std::optional<double> bytes, char const* whose, bool addresses = false) {
    if (bytes && (!least || *bytes < least->bytes))
      least = MemoryLimit{std::max(0.0, *bytes), whose, addresses};
  };
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    take(static_cast<double>(limit.rlim_cur) - entry_of("/proc/self/status", "VmSize:").value_or(0),
         "the limit of this process (ulimit -v)", true);
  take(group_room(), "the limit of its control group");
  take(entry_of("/proc/meminfo", "MemAvailable:"), "the free memory");
  return least;
}

void check_memory(Scenario const& scenario, int threads) {
  auto const limit = memory_limit();
  if (!limit) return;
  int const used =
      threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  // Of addresses a thread takes more than of memory: its stack of 8 MB, and 64 MB that the C library sets
  // aside.
  double const needed = size_of(scenario, used).peak_bytes + (limit->addresses ? 72e6 * used : 0);
  if (needed <= limit->bytes) return;
  throw ScenarioError(
      {fmt::format("{}: needs up to {} of memory on {} threads, and {} leaves {} (fewer points, policies, "
                   "run.measures, run.quantiles or --threads need less)",
                   scenario.path, bytes_text(needed), used, limit->whose, bytes_text(limit->bytes))});
}

std::string bytes_text(double bytes) {
  if (bytes < 1e6) return fmt::format("{:.0f} kB", bytes / 1e3);
  if (bytes < 1e8) return fmt::format("{:.1f} MB", bytes / 1e6);
  return bytes < 1e9 ? fmt::format("{:.0f} MB", bytes / 1e6) : fmt::format("{:.1f} GB", bytes / 1e9);
}

} // namespace likvard
