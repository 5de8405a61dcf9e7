#include "dry_run.hpp"
#include "commands.hpp"
#include "progress.hpp"
#include "table.hpp"

#include "likvard/io/memory.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/cost.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <thread>

namespace likvard::cli {
namespace {

constexpr double pilot_seconds = 3, shard_seconds = 600;
constexpr double most_shards = 1000; ///< Slurm's MaxArraySize is 1001 unless its administrator has raised it

/// Shards of some ten minutes: long against starting one, short against losing one.
std::uint32_t suggested_shards(double seconds, Size const& size) {
  std::uint64_t const whole = size.replicates / block_size;
  auto const blocks = static_cast<double>(whole);
  return static_cast<std::uint32_t>(
      std::clamp(std::ceil(seconds / shard_seconds), 1.0, std::min(most_shards, std::max(1.0, blocks))));
}

double seconds_of(Size const& size, Pilot const& found, std::uint64_t replicates) {
  return static_cast<double>(size.points) * found.point_seconds +
         static_cast<double>(replicates) * found.replicate_seconds;
}

} // namespace

int dry_run(Scenario const& scenario, RunArgs const& args, std::string const& output) {
  int const threads =
      args.threads > 0 ? args.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  Size const size = size_of(scenario, threads);
  Pilot const found = pilot(scenario, pilot_seconds);
  double const least = seconds_of(size, found, size.replicates),
               most = seconds_of(size, found, size.most_replicates);
  auto const shards = suggested_shards(most, size);
  auto const limit = memory_limit();
  if (args.json) {
    out(nlohmann::json{{"points", size.points},
                       {"policies", size.policies},
                       {"measures", size.measures},
                       {"years", size.years},
                       {"replicates", size.replicates},
                       {"most_replicates", size.most_replicates},
                       {"processor_seconds", least},
                       {"most_processor_seconds", most},
                       {"relative_standard_error", found.standard_error},
                       {"pilot_points", found.points},
                       {"seconds_per_point", found.point_seconds},
                       {"seconds_per_replicate", found.replicate_seconds},
                       {"threads", threads},
                       {"result_bytes", size.result_bytes},
                       {"memory_bytes", size.peak_bytes},
                       {"memory_limit_bytes", limit ? nlohmann::json(limit->bytes) : nlohmann::json()},
                       {"shards", shards}}
            .dump(2));
    return ok;
  }
  auto const both = [](auto const& text, auto a, auto b) {
    return a == b ? text(a) : fmt::format("{} to {}", text(a), text(b));
  };
  auto const whole = [](std::uint64_t n) { return grouped(static_cast<double>(n)); };
  out(scenario.path);
  out(fmt::format("  study       {} points x {} policies x {} measures{}", size.points, size.policies,
                  size.measures, size.years > 1 ? fmt::format(" x {} years", size.years) : ""));
  out(fmt::format("  replicates  {} in all (each of every policy)",
                  both(whole, size.replicates, size.most_replicates)));
  out(fmt::format("  time        about {} on {} thread{}: {} of processor time{}",
                  both(duration_text, least / threads, most / threads), threads, threads == 1 ? "" : "s",
                  both(duration_text, least, most),
                  found.standard_error > 0 ? fmt::format(" ± {:.0f} %", 196 * found.standard_error) : ""));
  out(fmt::format(
      "              from a pilot of a block at {} point{}: {:.3g} ms a point, {:.3g} ms a replicate",
      found.points, found.points == 1 ? "" : "s", 1e3 * found.point_seconds, 1e3 * found.replicate_seconds));
  out(fmt::format("  result      {}, about {}", output, bytes_text(size.result_bytes)));
  out(fmt::format("  memory      up to {}{}", bytes_text(size.peak_bytes),
                  limit ? fmt::format(" ({} leaves {}{})", limit->whose, bytes_text(limit->bytes),
                                      limit->bytes < size.peak_bytes ? ": it will be refused" : "")
                        : ""));
  out(fmt::format("  shards      {}", shards == 1 ? "1: not worth dividing"
                                                  : fmt::format("{} of about {} on one thread each", shards,
                                                                duration_text(most / shards))));
  return ok;
}

} // namespace likvard::cli
