#include "commands.hpp"
#include "shards.hpp"
#include "table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace likvard::cli {
namespace {

struct Line {
  char const* name;
  ShardState state;
};
constexpr Line lines[] = {{"done", ShardState::done},
                          {"running", ShardState::running},
                          {"stopped", ShardState::stopped},
                          {"missing", ShardState::missing}};

} // namespace

int status(StatusArgs const& args) {
  Shards const shards = look_at_shards(args.parts, args.shards, args.recent);
  nlohmann::json report;
  std::uint64_t quarters = 0, of = 0;
  for (auto const& shard : shards.shard) quarters += shard.quarters, of += shard.of;
  for (auto const& [name, state] : lines) {
    auto const count = std::count_if(shards.shard.begin(), shards.shard.end(),
                                     [s = state](ShardFile const& shard) { return shard.state == s; });
    std::string const list = array_list(shards, {state});
    report[name] = {{"count", count}, {"shards", list}};
    if (!args.json) out(fmt::format("{:<8} {:>6}{}", name, count, list.empty() ? "" : "   " + list));
  }
  report["not_of_it"] = shards.not_of_it;
  if (args.json)
    out(report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else if (of > 0)
    out(fmt::format("of the shards begun, {:.0f} % of the replicates are there",
                    100 * static_cast<double>(quarters) / static_cast<double>(of)));
  for (auto const& line : shards.not_of_it) err(line);
  return ok;
}

int missing(StatusArgs const& args) {
  Shards const shards = look_at_shards(args.parts, args.shards, args.recent);
  for (auto const& line : shards.not_of_it) err(line);
  if (auto const running = array_list(shards, {ShardState::running}); !running.empty())
    err(fmt::format("still running, and not in the list: {}", running));
  if (auto const list = array_list(shards, {ShardState::missing, ShardState::stopped}); !list.empty())
    out(list);
  return ok;
}

} // namespace likvard::cli
