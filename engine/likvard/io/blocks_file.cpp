#include "likvard/io/blocks_file.hpp"

#include "likvard/core/text.hpp"
#include "likvard/io/detail/raw_file.hpp"
#include "likvard/io/detail/record.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/hash.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <set>
#include <tuple>

namespace likvard {
namespace {

using detail::RawFile;
using detail::RecordHead;

constexpr std::size_t buffered = std::size_t{256} << 10; ///< written together
constexpr std::uint64_t most_record = std::uint64_t{1} << 32;
constexpr std::uint32_t most_level = 60;

bool covers(RecordPlace const& a, RecordPlace const& b) {
  return a.point == b.point && a.first <= b.first &&
         a.first + (std::uint64_t{1} << a.level) >= b.first + (std::uint64_t{1} << b.level);
}

/// Point after point, in each by what is first.
struct InOrder {
  bool operator()(RecordPlace const& a, RecordPlace const& b) const {
    return std::tie(a.point, a.first) < std::tie(b.point, b.first);
  }
};
/// A set, for a file made to harm may hold a million in any order.
using Places = std::set<RecordPlace, InOrder>;

std::vector<RecordPlace> of_point(Places const& places, std::size_t point) {
  std::vector<RecordPlace> out;
  RecordPlace const first{.point = static_cast<std::uint32_t>(point), .first = 0};
  for (auto i = places.lower_bound(first); i != places.end() && i->point == point; ++i) out.push_back(*i);
  return out;
}

} // namespace

struct BlocksFile::State {
  RawFile file;
  StudyHeader header;
  Damage damage;
  bool finished = false;
  std::uint64_t sound_end = 0;

  std::mutex mutex; ///< of what follows
  std::string pending;
  std::uint64_t written = 0; ///< bytes in the file
  std::uint64_t records = 0, superseded = 0;
  std::size_t points = 0;
  Places values;
  Places runs; ///< none of a point covers another: they end in the order in which they begin
  std::optional<RecordPlace> power;
  std::vector<RecordPlace> decisions;

  void note(RecordPlace const& place) {
    ++records;
    if (place.kind == RecordKind::power) power = place;
    if (place.kind == RecordKind::decision) decisions.push_back(place);
    if (place.point >= points) return;
    if (place.kind == RecordKind::values && !values.insert(place).second) superseded += place.bytes;
    if (place.kind != RecordKind::partial) return;
    auto const after = runs.upper_bound(place);
    if (after != runs.begin() && covers(*std::prev(after), place)) {
      superseded += place.bytes;
      return;
    }
    auto covered = runs.lower_bound(place);
    while (covered != runs.end() && covers(place, *covered)) {
      superseded += covered->bytes;
      covered = runs.erase(covered);
    }
    runs.insert(place);
  }

  void push(RecordKind kind, std::uint16_t level, std::size_t point, std::uint64_t first,
            std::string const& content) {
    RecordHead head;
    head.kind = static_cast<std::uint16_t>(kind);
    head.level = level;
    head.point = static_cast<std::uint32_t>(point);
    head.first = first;
    detail::seal(head, content);
    std::lock_guard const lock(mutex);
    std::uint64_t const offset = written + pending.size() + sizeof head;
    pending.append(reinterpret_cast<char const*>(&head), sizeof head);
    pending.append(content);
    pending.append(detail::padded(content.size()) - content.size(), '\0');
    note({kind, level, head.point, first, offset, content.size()});
    if (pending.size() >= buffered) flush();
  }

  /// With the mutex held.
  void flush() {
    file.append(pending);
    written += pending.size();
    pending.clear();
  }

  /// The content of a record; nothing where its checksum does not agree.
  std::optional<std::string> content(RecordHead const& head, std::uint64_t offset) const {
    std::string bytes(head.bytes, '\0');
    if (file.read(offset, bytes.data(), bytes.size()) < bytes.size() ||
        hash64(bytes.data(), bytes.size()) != head.content_check)
      return {};
    return bytes;
  }

  /// Find every sound record from `at` on. Where a head is damaged the next sound one is searched for.
  void scan(std::uint64_t at) {
    std::uint64_t const size = file.size();
    sound_end = at;
    bool in_damage = false;
    std::uint64_t expected = 0;
    while (at + sizeof(RecordHead) <= size) {
      RecordHead head;
      file.read(at, &head, sizeof head);
      if (!detail::is_sound(head) || head.level > most_level) {
        if (!in_damage) ++damage.records;
        in_damage = true;
        at += 8;
        continue;
      }
      std::uint64_t const offset = at + sizeof head;
      if (head.bytes > size - offset) break; // torn
      in_damage = false;
      if (auto const bytes = content(head, offset)) {
        if (head.kind == static_cast<std::uint16_t>(RecordKind::end) && bytes->size() == sizeof expected) {
          std::memcpy(&expected, bytes->data(), sizeof expected);
          finished = expected == records;
        } else {
          finished = false;
          note({static_cast<RecordKind>(head.kind), head.level, head.point, head.first, offset, head.bytes});
        }
      } else {
        ++damage.records;
      }
      at = std::min(size, offset + detail::padded(head.bytes));
      sound_end = at;
    }
    if (in_damage) --damage.records; // counted as torn
    damage.torn_bytes = size - sound_end;
    finished = finished && !damage.any();
    written = size;
  }

  void read_header() {
    std::string magic(detail::blocks_magic.size(), '\0');
    RecordHead head;
    std::uint64_t at = magic.size();
    if (file.read(0, magic.data(), magic.size()) < magic.size() ||
        magic.substr(0, magic.size() - 1) != detail::blocks_magic.substr(0, magic.size() - 1))
      throw FileError("is not a file of blocks");
    if (magic != detail::blocks_magic)
      throw FileError(fmt::format("has format {} of blocks (this program reads {})",
                                  one_line(magic.substr(magic.size() - 1)), detail::blocks_magic.back()));
    header = likvard::read_header([&] {
      if (file.read(at, &head, sizeof head) < sizeof head || !detail::is_sound(head) ||
          head.kind != static_cast<std::uint16_t>(RecordKind::header) || head.bytes > most_record)
        throw FileError("its header is damaged");
      auto json = content(head, at + sizeof head);
      if (!json) throw FileError("its header is damaged");
      at += sizeof head + detail::padded(head.bytes);
      return std::move(*json);
    });
    points = header.about.points.size();
    scan(at);
  }
};

namespace {

template <class F>
auto named(std::filesystem::path const& path, F const& f) {
  try {
    return f();
  } catch (FileError const& error) {
    std::string const what = error.what();
    if (what.starts_with(path.string())) throw;
    throw FileError(fmt::format("{}: {}", path.string(), what));
  }
}

} // namespace

BlocksFile::BlocksFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlocksFile::BlocksFile(BlocksFile&&) noexcept = default;
BlocksFile& BlocksFile::operator=(BlocksFile&&) noexcept = default;
BlocksFile::~BlocksFile() = default;

BlocksFile BlocksFile::create(std::filesystem::path const& path, StudyHeader const& header) {
  auto state = std::make_unique<State>();
  state->file = RawFile::open_locked(path);
  state->file.cut(0);
  state->header = header;
  state->points = header.about.points.size();
  state->pending = detail::blocks_magic;
  write_header(header, [&](std::string const& json) { state->push(RecordKind::header, 0, 0, 0, json); });
  state->records = 0; // the header is not counted
  {
    std::lock_guard const lock(state->mutex);
    state->flush();
  }
  return BlocksFile(std::move(state));
}

BlocksFile BlocksFile::open(std::filesystem::path const& path) {
  auto state = std::make_unique<State>();
  state->file = RawFile::open(path);
  named(path, [&] { state->read_header(); });
  return BlocksFile(std::move(state));
}

BlocksFile BlocksFile::resume(std::filesystem::path const& path) {
  auto state = std::make_unique<State>();
  state->file = RawFile::open_locked(path);
  named(path, [&] { state->read_header(); });
  if (state->written > state->sound_end) state->file.cut(state->sound_end);
  // Records begin at multiples of 8, also after one whose padding was lost.
  state->written = state->sound_end;
  state->pending.append(detail::padded(state->written) - state->written, '\0');
  state->finished = false;
  return BlocksFile(std::move(state));
}

StudyHeader const& BlocksFile::header() const {
  return state_->header;
}
void BlocksFile::share_header(BlocksFile const& other) {
  auto const& theirs = other.header();
  if (state_->header.about.points.size() != theirs.about.points.size())
    throw FileError(fmt::format("{}: its header is damaged", path().string()));
  state_->header.about = theirs.about;
  state_->header.inputs = theirs.inputs;
}
std::filesystem::path const& BlocksFile::path() const {
  return state_->file.path();
}
Damage BlocksFile::damage() const {
  return state_->damage;
}
bool BlocksFile::finished() const {
  return state_->finished;
}
bool BlocksFile::empty() const {
  std::lock_guard const lock(state_->mutex);
  return state_->records == 0;
}

std::optional<std::string> BlocksFile::power() const {
  if (!state_->power) return {};
  std::string json(state_->power->bytes, '\0');
  read_part(*state_->power, 0, json.data(), json.size());
  return json;
}

void BlocksFile::append(std::size_t point, Partial const& part) {
  state_->push(RecordKind::partial, static_cast<std::uint16_t>(part.level), point, part.first,
               detail::encode(part));
}
void BlocksFile::append(std::size_t point, Values const& values) {
  state_->push(RecordKind::values, 0, point, values.quarter, detail::encode(values));
}
std::vector<std::string> BlocksFile::decisions() const {
  std::vector<std::string> out;
  for (auto const& place : state_->decisions) {
    out.emplace_back(place.bytes, '\0');
    read_part(place, 0, out.back().data(), out.back().size());
  }
  return out;
}

void BlocksFile::append_decision(std::string const& json) {
  state_->push(RecordKind::decision, 0, 0, 0, json);
}

void BlocksFile::append_power(std::string const& json) {
  state_->push(RecordKind::power, 0, 0, 0, json);
}

void BlocksFile::finish() {
  std::uint64_t const records = state_->records;
  std::string content(sizeof records, '\0');
  std::memcpy(content.data(), &records, sizeof records);
  state_->push(RecordKind::end, 0, 0, 0, content);
  state_->finished = true;
  flush(false);
}

void BlocksFile::flush(bool durable) {
  {
    std::lock_guard const lock(state_->mutex);
    state_->flush();
  }
  if (durable) state_->file.sync();
}

void BlocksFile::rename(std::filesystem::path const& name) {
  flush(true);
  publish(path(), name);
  state_->file.renamed(name);
}

std::uint64_t BlocksFile::bytes() const {
  std::lock_guard const lock(state_->mutex);
  return state_->written + state_->pending.size();
}
std::uint64_t BlocksFile::superseded_bytes() const {
  std::lock_guard const lock(state_->mutex);
  return state_->superseded;
}

std::vector<RecordPlace> BlocksFile::partials(std::size_t point) const {
  std::lock_guard const lock(state_->mutex);
  return of_point(state_->runs, point);
}
std::vector<RecordPlace> BlocksFile::values(std::size_t point) const {
  std::lock_guard const lock(state_->mutex);
  return of_point(state_->values, point);
}

void BlocksFile::read_part(RecordPlace const& place, std::uint64_t offset, void* to,
                           std::size_t bytes) const {
  {
    std::lock_guard const lock(state_->mutex);
    if (place.offset + place.bytes > state_->written) state_->flush();
  }
  if (offset + bytes > place.bytes || state_->file.read(place.offset + offset, to, bytes) < bytes)
    throw FileError(fmt::format("{}: was cut short while it was read", path().string()));
}

Partial BlocksFile::read_partial(RecordPlace const& place) const {
  std::string content(place.bytes, '\0');
  read_part(place, 0, content.data(), content.size());
  return named(path(), [&] {
    Partial part = detail::decode_partial(content, place.first, place.level);
    for (auto& failure : part.failures) failure.point = place.point;
    return part;
  });
}

Values BlocksFile::read_values(RecordPlace const& place) const {
  std::string content(place.bytes, '\0');
  read_part(place, 0, content.data(), content.size());
  return named(path(), [&] { return detail::decode_values(content, place.first); });
}

std::filesystem::path blocks_name(std::filesystem::path const& output) {
  auto name = output;
  name += ".blocks";
  return name;
}

bool is_blocks_file(std::filesystem::path const& path) {
  try {
    auto const file = RawFile::open(path);
    std::string magic(detail::blocks_magic.size() - 1, '\0');
    return file.read(0, magic.data(), magic.size()) == magic.size() &&
           detail::blocks_magic.starts_with(magic);
  } catch (FileError const&) {
    return false;
  }
}

} // namespace likvard
