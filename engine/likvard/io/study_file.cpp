#include "likvard/io/study_file.hpp"

#include "likvard/core/provenance.hpp"
#include "likvard/io/detail/build_result.hpp"
#include "likvard/io/detail/decision_json.hpp"
#include "likvard/io/file.hpp"
#include "likvard/study/compute.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/power.hpp"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <numeric>

namespace likvard {
namespace {

constexpr std::uint64_t torn_header = 64; ///< a file this short died while it was made

std::vector<std::size_t> in_place(StudyHeader const& header) {
  std::vector<std::size_t> place(header.about.points.size());
  std::iota(place.begin(), place.end(), std::size_t{0});
  return place;
}

std::string shard_text(Shard shard) {
  return shard.whole() ? "the whole study" : fmt::format("shard {}/{}", shard.index, shard.count);
}

/// What is in the way of going on from there.
Growth fit(StudyHeader const& there, StudyHeader const& here) {
  Growth out = growth(there, here);
  if (there.shard != here.shard)
    out.differences.insert(out.differences.begin(),
                           fmt::format("{} there, {} here", shard_text(there.shard), shard_text(here.shard)));
  else if (there.round.empty() != here.round.empty())
    out.differences.insert(out.differences.begin(),
                           fmt::format("{} there, {} here", there.round.empty() ? "no rounds" : "a round",
                                       here.round.empty() ? "no rounds" : "a round"));
  else if (out.differences.empty() && !out.same && !here.shard.whole())
    out.differences.insert(out.differences.begin(), "a shard cannot grow (merge with --keep, then grow)");
  return out;
}

/// Is it what an earlier round left, which is merged since?
/// - Throws: FileError when it is of a later round.
bool of_earlier_round(StudyHeader const& there, StudyHeader const& here, std::filesystem::path const& path) {
  if (there.round.empty() || here.round.empty() || there.round == here.round) return false;
  if (!std::equal(there.round.begin(), there.round.end(), here.round.begin(), here.round.end(),
                  [](Range const& a, Range const& b) { return a.begin <= b.begin; }))
    throw FileError(
        fmt::format("{}: is of a later round than the file of rounds says (is that the right one? "
                    "delete the part to do it again)",
                    path.string()));
  return true;
}

/// What this round adds: the first replicates, or what the merge of the earlier rounds found missing.
std::vector<Range> round_of(std::filesystem::path const& path, StudyHeader const& here) {
  if (!std::filesystem::exists(path)) {
    std::uint64_t const quarters = std::uint64_t{here.extent().blocks} * (block_size / quarter_size);
    return std::vector<Range>(here.about.points.size(), Range{0, quarters});
  }
  BlocksFile const rounds = BlocksFile::open(path);
  if (rounds.header().round.empty())
    throw FileError(fmt::format("{}: is no file of rounds (likvard merge --round makes it)", path.string()));
  if (auto const differ = differences(rounds.header(), here); !differ.empty())
    throw FileError(fmt::format("{}: belongs to another study: {}", path.string(), first_of(differ)));
  return rounds.header().round;
}

/// The same study with more in it, in place of its file.
BlocksFile regrown(BlocksFile const& old, StudyHeader const& here, std::vector<std::size_t> const& place) {
  auto const& path = old.path();
  BlocksFile bigger = BlocksFile::create(temporary_name(path), here);
  detail::copy_blocks(old, place, bigger);
  bigger.rename(path);
  return bigger;
}

/// Points whose choice between policies is this shard's to make.
std::vector<std::size_t> decided_points(StudyHeader const& here) {
  std::vector<std::size_t> out;
  for (std::size_t g = here.shard.index - 1; g < here.about.points.size(); g += here.shard.count)
    out.push_back(g);
  return out;
}

/// The file that finished blocks go to: new, or what an earlier run left.
BlocksFile blocks_for(std::filesystem::path const& output, StudyHeader const& here, bool resume,
                      StudyOutcome& outcome) {
  auto const path = blocks_name(output);
  if (!std::filesystem::exists(path)) return BlocksFile::create(path, here);
  if (!is_blocks_file(path) && std::filesystem::file_size(path) > torn_header)
    throw FileError(fmt::format("{}: is in the way (it is not a file of likvard's)", path.string()));
  std::optional<BlocksFile> found;
  try {
    found = BlocksFile::resume(path);
  } catch (FileError const& error) {
    if (std::string_view(error.what()).find("header is damaged") == std::string_view::npos &&
        std::filesystem::file_size(path) > torn_header)
      throw;
    if (!resume && std::filesystem::file_size(path) > torn_header)
      throw FileError(fmt::format("{} (--resume or deleting it starts anew)", error.what()));
    outcome.notes.push_back(fmt::format("{}: nothing of it could be used; starting anew", path.string()));
    return BlocksFile::create(path, here);
  }
  if (found->empty()) {
    found.reset();
    return BlocksFile::create(path, here);
  }
  if (!resume)
    throw FileError(
        fmt::format("{}: holds what an interrupted run finished (--resume continues it; delete it to "
                    "start anew)",
                    path.string()));
  if (of_earlier_round(found->header(), here, path)) {
    found.reset();
    return BlocksFile::create(path, here);
  }
  auto const fits = fit(found->header(), here);
  if (!fits.differences.empty())
    throw FileError(fmt::format("{}: belongs to another study: {} (delete it to start anew)", path.string(),
                                first_of(fits.differences)));
  if (auto const damage = found->damage(); damage.records > 0)
    outcome.notes.push_back(
        fmt::format("{}: {} of its records were damaged; what they held is computed again", path.string(),
                    damage.records));
  if (!fits.same) return regrown(*found, here, fits.place);
  return std::move(*found);
}

enum class PartState { none, complete, damaged };

/// What there is of a part of this study. What is usable of a damaged one becomes what to go on from.
PartState part_there(std::filesystem::path const& output, StudyHeader const& here, StudyOutcome& outcome) {
  if (!std::filesystem::exists(output)) return PartState::none;
  if (!is_blocks_file(output))
    throw FileError(
        fmt::format("{}: is there and is not a part (delete it or choose another name)", output.string()));
  BlocksFile const part = BlocksFile::open(output);
  if (of_earlier_round(part.header(), here, output)) return PartState::none;
  auto const fits = fit(part.header(), here);
  if (!fits.same || !fits.differences.empty())
    throw FileError(fmt::format(
        "{}: is a part of another study: {} (delete it or choose another name)", output.string(),
        first_of(fits.differences.empty() ? differences(part.header(), here) : fits.differences)));
  if (part.finished()) return PartState::complete;
  outcome.notes.push_back(fmt::format("{}: was damaged; what is missing is computed again", output.string()));
  if (!std::filesystem::exists(blocks_name(output))) {
    BlocksFile rescued = BlocksFile::create(temporary_name(blocks_name(output)), here);
    detail::copy_blocks(part, in_place(here), rescued);
    rescued.rename(blocks_name(output));
  }
  return PartState::damaged;
}

Loaded load_point(BlocksFile const& blocks, StudyHeader const& header, std::size_t point) {
  Loaded out;
  Pile const pile = detail::pile_of({&blocks}, header, point);
  for (auto const& [first, run] : pile.parts()) out.parts.push_back(run);
  for (auto const& place : blocks.values(point)) {
    if (place.first >= quantile_replicates / quarter_size) continue;
    out.values.resize(std::max<std::size_t>(out.values.size(), place.first + 1));
    out.values[place.first] = true;
  }
  return out;
}

/// A finished part gets its name; one with anything in it twice or damaged is written anew first.
void finish_part(BlocksFile& blocks, std::filesystem::path const& output) {
  if (blocks.superseded_bytes() == 0 && !blocks.damage().any()) {
    blocks.finish();
    blocks.rename(output);
    return;
  }
  auto const path = blocks.path();
  BlocksFile part = BlocksFile::create(temporary_name(output), blocks.header());
  detail::copy_blocks(blocks, in_place(blocks.header()), part);
  part.finish();
  part.rename(output);
  std::filesystem::remove(path);
}

void complete_provenance(Provenance& p, std::chrono::steady_clock::time_point start, int threads) {
  p.threads = threads;
  p.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  p.finished_utc = utc_now();
}

int threads_of(int wanted) {
  return wanted > 0 ? wanted : tbb::this_task_arena::max_concurrency();
}

} // namespace

StudyOutcome run_study(Scenario const& scenario, std::filesystem::path const& output,
                       StudyOptions const& options) {
  auto const start = std::chrono::steady_clock::now();
  StudyOutcome outcome;
  StudyHeader here = header_of(scenario, options.shard);
  if (!options.round.empty()) {
    here.round = round_of(options.round, here);
    if (std::all_of(here.round.begin(), here.round.end(), [](Range const& r) { return r.empty(); }))
      return {.complete = true, .already_there = true};
  }
  bool const whole = options.shard.whole();
  check_writable(output);
  PartState const part = whole ? PartState::none : part_there(output, here, outcome);
  if (part == PartState::complete) return {.complete = true, .already_there = true};
  if (whole && options.resume && std::filesystem::exists(output) &&
      !std::filesystem::exists(blocks_name(output))) {
    auto const there = read_summary(output);
    if (there.complete && there.origin.gap.empty() && there.origin.fingerprint == fingerprint(here))
      return {.complete = true, .already_there = true};
  }
  int const threads = threads_of(options.run.threads);
  tbb::global_control const allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  bool const fresh = !std::filesystem::exists(blocks_name(output));
  BlocksFile blocks = blocks_for(output, here, options.resume || part == PartState::damaged, outcome);
  outcome.blocks = blocks.path();
  remove_stale(output);
  remove_stale(outcome.blocks);
  RunOptions running = options.run;
  running.threads = threads;
  std::atomic<std::uint64_t> loaded{0};
  std::atomic<bool> saved_any{false};
  Store const store{
      .load =
          [&](std::size_t point) {
            Loaded found = load_point(blocks, here, point);
            for (auto const& run : found.parts) loaded += run.quarters() * quarter_size;
            return found;
          },
      .save_values = [&](std::size_t point, Values const& values) { blocks.append(point, values); },
      .save =
          [&](std::size_t point, Partial const& saved) {
            saved_any = true;
            blocks.append(point, saved);
          },
      .checkpoint = [&] { blocks.flush(true); },
      .close = {}};
  try {
    outcome.complete =
        compute(scenario, running, {options.shard, options.checkpoint_seconds, here.round}, store);
  } catch (
      ScenarioError const&) { // refused before anything was computed: nothing to go on from is left lying
    if (fresh && !saved_any) std::filesystem::remove(blocks.path());
    throw;
  }
  outcome.loaded = loaded;
  bool const first_round = here.round.empty() || here.round.front().begin == 0;
  if (outcome.complete && scenario.with_power && options.shard.index == 1 && first_round && !blocks.power())
    blocks.append_power(to_json(run_power(scenario, threads)));
  if (!whole && outcome.complete && options.decide && first_round && blocks.decisions().empty())
    if (auto const points = decided_points(here); !points.empty()) {
      blocks.flush(true);
      auto const decision = options.decide(points);
      outcome.complete = decision.has_value();
      if (decision) blocks.append_decision(detail::decision_json(*decision, points));
    }
  if (!whole) {
    if (outcome.complete) {
      finish_part(blocks, output);
      outcome.blocks.clear();
    } else {
      blocks.flush(true);
    }
    return outcome;
  }
  blocks.flush(!outcome.complete || options.keep || options.decide);
  Result about = here.about;
  if (outcome.complete && options.decide) {
    about.decision = options.decide(in_place(here));
    outcome.complete = about.decision.has_value();
  }
  about.complete = outcome.complete;
  about.provenance = options.provenance;
  if (auto const power = blocks.power(); power && outcome.complete)
    detail::of_file(blocks, [&] { about.power = power_from_json(*power, about.points.size()); });
  complete_provenance(about.provenance, start, threads);
  outcome.stopping =
      detail::build_result({&blocks}, here, output, options.compress, {fingerprint(here), {}}, about);
  if (outcome.complete && !options.keep) {
    std::filesystem::remove(blocks.path());
    outcome.blocks.clear();
  }
  return outcome;
}

} // namespace likvard
