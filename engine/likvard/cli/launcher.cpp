#include "launcher.hpp"

#include "likvard/study/errors.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace likvard::cli {
namespace {

[[noreturn]] void refuse(std::string const& what) {
  throw ScenarioError({"likvard run: --shard auto: " + what});
}

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::uint32_t most = 100'000'000;
  if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> number_of(Variable const& variable, char const* name) {
  char const* const text = variable(name);
  if (!text || !*text) return std::nullopt;
  auto const value = whole_number(text);
  if (!value) refuse(fmt::format("{} = '{}' (a whole number is wanted)", name, text));
  return value;
}

/// Part i (from 0) of n.
struct Part {
  std::uint32_t at = 0, of = 1;
  std::string how;
};

Part process_of(Variable const& variable) {
  struct Names {
    char const *rank, *size;
  };
  constexpr std::array<Names, 3> launchers{{{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                            {"PMI_RANK", "PMI_SIZE"},
                                            {"SLURM_PROCID", "SLURM_NTASKS"}}};
  Part found;
  for (auto const& [rank, size] : launchers) {
    auto const at = number_of(variable, rank), of = number_of(variable, size);
    if (!at || !of) continue;
    if (*at >= *of)
      refuse(fmt::format("{} = {} and {} = {} (the first is to be the smaller)", rank, *at, size, *of));
    Part const part{*at, *of, fmt::format("{} {} of {}", rank, *at, *of)};
    if (part.of > 1) return part;
    if (found.how.empty()) found = part;
  }
  return found;
}

Part task_of(Variable const& variable, bool told) {
  auto const at = number_of(variable, "SLURM_ARRAY_TASK_ID");
  if (!at) return {};
  auto const first = number_of(variable, "SLURM_ARRAY_TASK_MIN"),
             last = number_of(variable, "SLURM_ARRAY_TASK_MAX"),
             all = number_of(variable, "SLURM_ARRAY_TASK_COUNT");
  std::string const how = fmt::format("SLURM_ARRAY_TASK_ID {}", *at);
  if (told) { // the array may hold some shards only: its numbers are the shards'
    if (*at < 1) refuse("SLURM_ARRAY_TASK_ID = 0 (with auto/N an array from 1 to N is wanted)");
    return {*at - 1, 0, how};
  }
  if (!first || !last || !all)
    refuse("SLURM_ARRAY_TASK_ID without _MIN, _MAX and _COUNT: say how many, auto/N");
  if (*first > 1 || *last - *first + 1 != *all || *at < *first || *at > *last)
    refuse(fmt::format(
        "an array of {} tasks from {} to {} does not tell how many shards there are: say it, auto/N", *all,
        *first, *last));
  return {*at - *first, *all, fmt::format("{} of {} to {}", how, *first, *last)};
}

} // namespace

Launched launched(std::uint32_t count, Variable const& variable) {
  Part const process = process_of(variable), task = task_of(variable, count > 0);
  if (process.how.empty() && task.how.empty())
    refuse("no launcher is seen (SLURM_ARRAY_TASK_ID, SLURM_PROCID, OMPI_COMM_WORLD_RANK or PMI_RANK): say "
           "it, K/N");
  Launched out;
  std::uint64_t const at = std::uint64_t{task.at} * process.of + process.at;
  out.how = task.how + (task.how.empty() || process.of == 1 ? "" : ", ") +
            (task.how.empty() || process.of > 1 ? process.how : "");
  std::uint64_t const of = count > 0 ? count : std::uint64_t{task.of} * process.of;
  if (count > 0 && task.how.empty() && process.of != count)
    refuse(fmt::format("{}, and auto/{} (as many processes as shards are wanted)", process.how, count));
  if (at >= of) refuse(fmt::format("{} is beyond auto/{}", out.how, count));
  out.index = static_cast<std::uint32_t>(at + 1);
  out.count = static_cast<std::uint32_t>(of);
  return out;
}

std::string resolve_shard(std::string const& text) {
  std::uint32_t count = 0;
  if (text.starts_with("auto/")) {
    auto const told = whole_number(std::string_view(text).substr(5));
    if (!told || *told == 0) refuse(fmt::format("'{}' (auto/N with a whole number from 1 is wanted)", text));
    count = *told;
  } else if (text != "auto") {
    return text;
  }
  auto const found =
      launched(count, [](char const* name) { return std::getenv(name); }); // NOLINT(concurrency-mt-unsafe)
  return fmt::format("{}/{}", found.index, found.count);
}

} // namespace likvard::cli
