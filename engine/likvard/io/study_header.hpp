#pragma once
#include "likvard/study/compute.hpp"
#include "likvard/study/result.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

/// What a file of blocks says of the study it belongs to: enough to tell whether two belong together, and to
/// make a result without the scenario and its data at hand.
namespace likvard {

struct StudyHeader {
  Result about;                 ///< everything of a result but its numbers
  std::vector<bool> from_rates; ///< [M] shares that rates make
  std::string program, model;   ///< versions
  Luck luck = Luck::common;
  std::uint32_t replicates = 0, max_replicates = 0;
  std::vector<Precision> precision;
  bool with_power = false, with_compare = false;
  Shard shard;
  std::vector<Range>
      round; ///< [G] of a study in rounds: what this one adds to what is merged; empty: no rounds
  SharedList<std::pair<std::string, std::string>> inputs;

  Shape shape() const;
  Extent extent() const;
};

StudyHeader header_of(Scenario const& scenario, Shard shard);

/// As JSON in pieces, each of some points or inputs at most: none is long, however many points there are.
void write_header(StudyHeader const& header, std::function<void(std::string const& json)> const& take);
/// `next` gives the pieces in the same order.
/// - Throws: FileError when they are not what `write_header` writes.
StudyHeader read_header(std::function<std::string()> const& next);

/// Of everything that determines the numbers: equal for equal studies, whatever the shard. 32 hexadecimal
/// digits.
std::string fingerprint(StudyHeader const& header);

/// What differs between two studies, each "run.seed: 1 there, 2 here"; empty when they are the same (of
/// possibly different shards).
std::vector<std::string> differences(StudyHeader const& there, StudyHeader const& here);

/// How an earlier study fits into a later one that is the same or has grown.
struct Growth {
  std::vector<std::string> differences; ///< what is in the way; empty when it fits
  std::vector<std::size_t> place;       ///< [points of the earlier] index in the later
  bool same = false;                    ///< nothing has grown
};
/// More replicates, a larger budget or a finer precision, or more points: everything that is there stays bit
/// for bit. Anything else is in the way.
Growth growth(StudyHeader const& there, StudyHeader const& here);

/// "run.seed: 1 there, 2 here; and 3 more".
std::string first_of(std::vector<std::string> const& differences);

std::string to_json(PowerResult const& power);
/// - Throws: FileError when it is not what `to_json` writes of a study of `points`.
PowerResult power_from_json(std::string const& json, std::size_t points);

} // namespace likvard
