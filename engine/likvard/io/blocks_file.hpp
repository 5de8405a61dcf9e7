#pragma once
#include "likvard/io/study_header.hpp"
#include "likvard/study/partial.hpp"
#include "likvard/study/values.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The finished blocks of a study or a shard, as they come: what a run continues from, what shards are merged
/// from. A file is a row of records, each with a checksum of its head and of its content, written one after
/// the other and never changed: what a crash tears is the end, and damage elsewhere costs the record it hits.
/// Layout: engine/FORMAT.md.
namespace likvard {

enum class RecordKind : std::uint16_t {
  header = 1,
  partial = 2,
  values = 3,
  power = 4,
  end = 5,
  decision = 6
};

/// Where a record is.
struct RecordPlace {
  RecordKind kind = RecordKind::header;
  std::uint16_t level = 0; ///< of a partial
  std::uint32_t point = 0;
  std::uint64_t first = 0;  ///< quarter
  std::uint64_t offset = 0; ///< of the content
  std::uint64_t bytes = 0;
};

/// What was found wrong in a file that was opened.
struct Damage {
  std::uint64_t records = 0;    ///< whose checksum does not agree
  std::uint64_t torn_bytes = 0; ///< at the end, without a whole record
  bool any() const { return records > 0 || torn_bytes > 0; }
};

class BlocksFile {
public:
  /// A new file, locked: another process that opens it for writing is refused. Replaces what is there.
  /// - Throws: FileError.
  static BlocksFile create(std::filesystem::path const& path, StudyHeader const& header);
  /// For reading. - Throws: FileError (not there, not ours, another version of the format, its header is
  /// damaged).
  static BlocksFile open(std::filesystem::path const& path);
  /// To go on writing, locked; a torn end is cut off. - Throws: FileError, also where another process has it.
  static BlocksFile resume(std::filesystem::path const& path);

  BlocksFile(BlocksFile&&) noexcept;
  BlocksFile& operator=(BlocksFile&&) noexcept;
  ~BlocksFile();

  StudyHeader const& header() const;
  /// Hold what many points make long together with another file of the same study.
  /// - Throws: FileError when this one has not as many points.
  void share_header(BlocksFile const& other);
  std::filesystem::path const& path() const;
  Damage damage() const;
  bool finished() const; ///< holds everything that it was meant to
  bool empty() const;    ///< holds nothing but its header
  std::optional<std::string> power() const;
  std::vector<std::string> decisions() const; ///< of some points each

  // Writing: from any thread.
  void append(std::size_t point, Partial const& part);
  void append(std::size_t point, Values const& values);
  void append_power(std::string const& json);
  void append_decision(std::string const& json);
  /// Says that everything is there.
  void finish();
  /// What was appended outlives the process, and with `durable` a loss of power.
  void flush(bool durable);
  /// Give the finished or growing file its name, in the same folder.
  void rename(std::filesystem::path const& name);
  std::uint64_t bytes() const;
  /// Of runs that a later one holds too.
  std::uint64_t superseded_bytes() const;

  // Reading: what was appended too.
  /// A point's runs that no other holds, and the values, in order.
  std::vector<RecordPlace> partials(std::size_t point) const;
  std::vector<RecordPlace> values(std::size_t point) const;
  /// - Throws: FileError when the record has been damaged since.
  Partial read_partial(RecordPlace const& place) const;
  Values read_values(RecordPlace const& place) const;
  /// Differences of one policy, or (policy 0) nothing: see values.hpp; a part of a record, unchecked here.
  void read_part(RecordPlace const& place, std::uint64_t offset, void* to, std::size_t bytes) const;

private:
  struct State;
  explicit BlocksFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// "x.h5" -> "x.h5.blocks": where a run keeps what is finished until its result is written.
std::filesystem::path blocks_name(std::filesystem::path const& output);

/// Is it a file of blocks, going by how it begins?
bool is_blocks_file(std::filesystem::path const& path);

} // namespace likvard
