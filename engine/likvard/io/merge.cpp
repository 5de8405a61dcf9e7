#include "likvard/core/provenance.hpp"
#include "likvard/io/detail/build_result.hpp"
#include "likvard/io/detail/decision_json.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/study_file.hpp"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <optional>

namespace likvard {
namespace {

/// The parts of one study by shard.
struct Parts {
  std::vector<BlocksFile> files;
  std::vector<std::uint32_t> missing, unfinished; ///< shards
};

void expect_same_study(BlocksFile const& first, BlocksFile const& other) {
  auto const& a = first.header();
  auto const& b = other.header();
  if (a.shard.count != b.shard.count)
    throw FileError(fmt::format("{}: is a part of a study in {} shards, {} of one in {}",
                                other.path().string(), b.shard.count, first.path().string(), a.shard.count));
  if (auto const differ = differences(a, b); !differ.empty())
    throw FileError(fmt::format("{}: belongs to another study than {}: {}", other.path().string(),
                                first.path().string(), first_of(differ)));
}

Parts open_parts(std::vector<std::filesystem::path> const& paths) {
  Parts parts;
  std::map<std::uint32_t, std::filesystem::path> by_shard;
  for (auto const& path : paths) {
    if (!std::filesystem::exists(path)) throw FileError(fmt::format("{}: no such file", path.string()));
    if (!is_blocks_file(path))
      throw FileError(fmt::format("{}: is not a part (likvard run --shard makes them)", path.string()));
    parts.files.push_back(BlocksFile::open(path));
    auto& part = parts.files.back();
    expect_same_study(parts.files.front(), part);
    part.share_header(parts.files.front());
    auto const [other, is_new] = by_shard.emplace(part.header().shard.index, path);
    if (!is_new)
      throw FileError(fmt::format("{}: is shard {} of {}, and so is {}", path.string(),
                                  part.header().shard.index, part.header().shard.count,
                                  other->second.string()));
    if (!part.finished()) parts.unfinished.push_back(part.header().shard.index);
  }
  for (std::uint32_t k = 1; k <= parts.files.front().header().shard.count; ++k)
    if (!by_shard.contains(k)) parts.missing.push_back(k);
  std::sort(parts.unfinished.begin(), parts.unfinished.end());
  return parts;
}

/// What the merge of the earlier rounds left; nothing before the first and where there are none.
std::optional<BlocksFile> earlier_rounds(Parts const& parts, std::filesystem::path const& path) {
  auto const& part = parts.files.front();
  auto const& round = part.header().round;
  if (round.empty() != path.empty())
    throw FileError(
        path.empty() ? fmt::format("{}: is a part of a round (--round with the file that gathers them "
                                   "is wanted)",
                                   part.path().string())
                     : fmt::format("{}: is no part of a round (--round is for those)", part.path().string()));
  if (path.empty()) return {};
  for (auto const& file : parts.files)
    if (file.header().round != round)
      throw FileError(
          fmt::format("{}: is of another round than {}", file.path().string(), part.path().string()));
  if (!std::filesystem::exists(path)) {
    if (std::any_of(round.begin(), round.end(), [](Range const& r) { return r.begin > 0; }))
      throw FileError(fmt::format("{}: is not there, and {} is of a later round than the first",
                                  path.string(), part.path().string()));
    return {};
  }
  auto rounds = BlocksFile::open(path);
  if (auto const differ = differences(rounds.header(), part.header()); !differ.empty())
    throw FileError(fmt::format("{}: belongs to another study than {}: {}", path.string(),
                                part.path().string(), first_of(differ)));
  if (rounds.header().round != round)
    throw FileError(fmt::format("{}: is of another round than {} expects (merged already?)",
                                part.path().string(), path.string()));
  return rounds;
}

/// Everything of the files, as one, in place of the file that gathers rounds.
void gather(std::vector<BlocksFile const*> const& files, StudyHeader const& header,
            std::filesystem::path const& path) {
  BlocksFile all = BlocksFile::create(temporary_name(path), header);
  std::vector<std::size_t> place(header.about.points.size());
  std::iota(place.begin(), place.end(), std::size_t{0});
  for (auto const* file : files) detail::copy_blocks(*file, place, all);
  all.flush(true);
  all.rename(path);
}

std::string gap_text(Parts const& parts) {
  std::string text;
  auto const add = [&](std::vector<std::uint32_t> const& shards, char const* is, char const* are) {
    if (shards.empty()) return;
    text += fmt::format("{}shard{} {} of {} {}", text.empty() ? "" : "; ", shards.size() > 1 ? "s" : "",
                        list_text(shards), parts.files.front().header().shard.count,
                        shards.size() > 1 ? are : is);
  };
  add(parts.missing, "is missing", "are missing");
  add(parts.unfinished, "is unfinished or damaged", "are unfinished or damaged");
  return text;
}

} // namespace

std::string list_text(std::vector<std::uint32_t> const& numbers, std::string_view between) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : between, numbers[i]);
    if (last > i) text += fmt::format("-{}", numbers[last]);
    i = last + 1;
  }
  return text;
}

StudyOutcome merge_parts(std::vector<std::filesystem::path> const& paths, std::filesystem::path const& output,
                         MergeOptions const& options) {
  auto const start = std::chrono::steady_clock::now();
  int const threads = options.threads > 0 ? options.threads : tbb::this_task_arena::max_concurrency();
  tbb::global_control const allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  check_writable(output);
  if (options.keep && std::filesystem::exists(blocks_name(output)))
    throw FileError(fmt::format("{}: is there already (delete it to keep the blocks of this merge)",
                                blocks_name(output).string()));
  Parts const parts = open_parts(paths);
  std::optional<BlocksFile> const rounds = earlier_rounds(parts, options.round);
  std::string const gap = gap_text(parts);
  if (!gap.empty() && (!options.partial || !options.round.empty()))
    throw FileError(fmt::format("{} (run the shards that are wanted; --partial merges what is there)", gap));
  StudyHeader header = parts.files.front().header();
  header.shard = {};
  std::vector<Range> next;
  std::vector<BlocksFile const*> files;
  Result about = header.about;
  for (auto const& file : parts.files) {
    files.push_back(&file);
    if (auto const power = file.power())
      detail::of_file(file, [&] { about.power = power_from_json(*power, about.points.size()); });
  }
  std::vector<std::string> decisions = rounds ? rounds->decisions() : std::vector<std::string>();
  for (auto const& file : parts.files)
    for (auto& decision : file.decisions()) decisions.push_back(std::move(decision));
  if (rounds) {
    files.push_back(&*rounds);
    if (auto const power = rounds->power())
      detail::of_file(*rounds, [&] { about.power = power_from_json(*power, about.points.size()); });
  }
  about.complete = gap.empty();
  about.gap = gap;
  about.provenance = options.provenance;
  about.provenance.threads = threads;
  about.provenance.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  about.provenance.finished_utc = utc_now();
  StudyOutcome outcome{.complete = gap.empty()};
  if (gap.empty())
    detail::of_file(parts.files.front(),
                    [&] { about.decision = detail::join_decisions(decisions, header.about.points.size()); });
  if (header.with_compare && !about.decision)
    outcome.notes.push_back(
        "with shards missing there is no decision: likvard compare SCENARIO makes what [compare] "
        "asks for");
  outcome.stopping = detail::build_result(files, header, output, options.compress, {fingerprint(header), gap},
                                          about, options.round.empty() ? nullptr : &next);
  if (!options.round.empty()) {
    std::size_t const more =
        std::count_if(next.begin(), next.end(), [](Range const& r) { return !r.empty(); });
    if (more > 0)
      outcome.again =
          fmt::format("{} of {} points need more replicates for their precision: run the shards again", more,
                      next.size());
    header.round = std::move(next);
    gather(files, header, options.round);
    for (auto const& path : paths) std::filesystem::remove(path);
    outcome.blocks = options.round;
    return outcome;
  }
  if (!options.keep) return outcome;
  BlocksFile kept = BlocksFile::create(blocks_name(output), header);
  std::vector<std::size_t> place(header.about.points.size());
  for (std::size_t g = 0; g < place.size(); ++g) place[g] = g;
  for (auto const* file : files) detail::copy_blocks(*file, place, kept);
  kept.flush(true);
  outcome.blocks = blocks_name(output);
  return outcome;
}

} // namespace likvard
