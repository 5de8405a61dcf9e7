#pragma once
#include "likvard/study/collect.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/result.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace likvard {

/// How the big arrays are kept. Results of a simulation are noise in their low bits: deflating them saves a
/// fifth of the space at many times the time.
enum class Compress { none, deflate };

/// Where the numbers of a result come from, for a reader: kept in the file.
struct ResultOrigin {
  std::string fingerprint; ///< of the study: io/study_header.hpp; empty: not said
  std::string gap;         ///< shards or blocks that are missing, in words; empty: none
};

/// Writes a result point by point, some megabytes at a time, under a temporary name beside `path`; `finish`
/// seals it, syncs it and gives it its name: a reader sees the old file or the whole new one. Without
/// `finish` nothing is left. Layout: engine/FORMAT.md.
/// - Throws: FileError.
class ResultWriter {
public:
  /// `about`: everything but numbers (study/collect.hpp).
  ResultWriter(std::filesystem::path path, Result const& about, Compress compress);
  ~ResultWriter();
  ResultWriter(ResultWriter const&) = delete;
  ResultWriter& operator=(ResultWriter const&) = delete;

  /// The next point, in the order of `about`.
  void add(PointNumbers const& numbers);
  /// What is known at the end: policy_share, complete, failures, power, provenance of `about`.
  /// - Expects: every point was added.
  void finish(Result const& about, ResultOrigin const& origin);

private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The same for a result that is in memory; `fingerprint` of its study, where that is known.
void write_result(std::filesystem::path const& path, Result const& result, Compress compress = Compress::none,
                  std::string const& fingerprint = {});

/// - Throws: FileError (not there, not ours, cut short, changed anywhere, another format).
Result read_result(std::filesystem::path const& path);

/// Places of policies in a result that has its names, not yet its numbers.
using PolicyChoice = std::function<std::vector<std::size_t>(Result const&)>;

/// The same with the answer's measure alone, under the chosen policies, per head and those that were
/// compared: what is printed after a run, however large the result.
Result read_answer(std::filesystem::path const& path, PolicyChoice const& choose);

/// What a result says of its origin, without its numbers; a cheap look.
struct ResultSummary {
  ResultOrigin origin;
  bool complete = false;
};
/// - Throws: FileError as `read_result`.
ResultSummary read_summary(std::filesystem::path const& path);

} // namespace likvard
