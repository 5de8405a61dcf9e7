#pragma once
#include "likvard/io/blocks_file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/study/run.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Studies from file to file: a run whose finished blocks are saved as it goes and that can be continued, in
/// shards or whole, and the merge of shards.
namespace likvard {

struct StudyOptions {
  RunOptions run;
  Shard shard;
  bool resume = false; ///< go on from what an earlier run saved
  bool keep = false;   ///< keep the blocks beside the result, so that the study can grow
  /// Of a study in rounds, for a shard: what merge_parts left of the earlier rounds; not there = the first.
  std::filesystem::path round;
  Compress compress = Compress::none;
  double checkpoint_seconds = 1; ///< least time between checkpoints
  Provenance provenance;         ///< what the caller knows; times and threads are filled in
  /// What [compare] asks for at these points, called when the replicates are done: of a shard the points that
  /// fall to it; nothing when stopped.
  std::function<std::optional<DecisionResult>(std::vector<std::size_t> const& points)> decide;
};

struct StudyOutcome {
  bool complete = true;
  bool already_there = false;     ///< the same study's complete file: left as it was
  std::filesystem::path blocks;   ///< what a later run continues from; empty: there is none
  std::vector<std::string> notes; ///< for the user, each a line
  std::uint64_t loaded = 0;       ///< replicates that were there from before
  std::string stopping;           ///< what ended a study with a precision: stopping_text
  std::string again;              ///< of a round: why another is wanted; empty: none is
};

/// Run a scenario, or one shard of it, and write its result, or its part.
/// - A part or (with `resume`) a result of the same study that is complete already is left alone.
/// - Ensures: the same numbers as an undisturbed run on one thread, whatever was interrupted or damaged
/// before.
/// - Throws: ScenarioError; FileError: cannot be written, another process writes it, what is there belongs to
/// another study (the difference is named), or blocks of an interrupted run are there and `resume` is not
/// set. What was saved stays for a later `resume`.
StudyOutcome run_study(Scenario const& scenario, std::filesystem::path const& output,
                       StudyOptions const& options);

struct MergeOptions {
  bool partial = false; ///< merge what is there
  bool keep = false;
  std::filesystem::path round; ///< of a study in rounds: where the blocks of all rounds are gathered
  Compress compress = Compress::none;
  int threads = 0;
  Provenance provenance;
};

/// The result of a study from its shards' parts, in any order. Parts of a round are moved into the file that
/// gathers the rounds, together with what each point needs next. The decision that
/// [compare] asks for is put together of the shards' points; with some missing there is none, and a note says
/// so.
/// - Ensures: the numbers of the run on one machine, bit for bit (of what is there, with `partial`).
/// - Throws: FileError naming what is wrong: parts of other studies (with the difference), shards missing,
/// twice, unfinished or damaged.
StudyOutcome merge_parts(std::vector<std::filesystem::path> const& parts, std::filesystem::path const& output,
                         MergeOptions const& options);

/// "4, 7-9": runs of numbers, with `between` between them.
std::string list_text(std::vector<std::uint32_t> const& numbers, std::string_view between = ", ");

} // namespace likvard
