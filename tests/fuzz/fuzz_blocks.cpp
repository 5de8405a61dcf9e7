// A file of finished blocks (a shard's part, what an interrupted run saved), read as `merge`, `status` and
// --resume do, and merged. Bytes that begin as such a file are one. Its checksums are hashes that no mutation
// meets, so any other bytes are edits, twenty-four each: records as we write them, of any place, patched and
// cut, under the right checksums; the first edits a piece of the header.
#include "bytes.hpp"
#include "promise_result.hpp"

#include "likvard/core/random.hpp"
#include "likvard/io/blocks_file.hpp"
#include "likvard/io/detail/decision_json.hpp"
#include "likvard/io/detail/record.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/io/study_file.hpp"
#include "likvard/study/compute.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>

using namespace likvard;

namespace {

constexpr std::size_t points = 2, units = 3, pools = 2, power_years = 2;

constexpr char const* study = R"(
format = 1
title = "t"
[run]
replicates = 128
seed = 1
quantiles = [0.5]
measures = ["gap"]
[answer]
measure = "gap"
[design]
vary = { "municipality.pupils" = [60, 90] }
[municipality]
units = 3
[sorting]
strength = 0.4
[[policy]]
name = "p"
shares = [0.1]
[sources]
"policy" = "s"
)";

/// Twenty-four bytes of the input.
struct Edit {
  std::uint8_t kind, level, point, flags;
  std::uint32_t first, at, length;
  std::uint64_t value;
};
static_assert(sizeof(Edit) == 24);
enum : std::uint8_t { patched = 1, shortened = 2, any_kind = 4, any_first = 8, any_point = 16 };

/// Of a real study, with little of each kind of text: reading a long header would take most of the time.
StudyHeader base_header() {
  auto header = header_of(parse_scenario(study, "s.toml"), {1, 2});
  header.about.scenario_text = "t";
  for (auto& measure : header.about.measures) measure.title = measure.description = "d";
  header.about.assumptions = {{"k", "v", "u", "s"}};
  header.inputs = {{"k", "v"}};
  auto points = header.about.points.list();
  for (auto& point : points) point.name = point.fingerprint = "p" + point.at.begin()->second;
  header.about.points = points;
  return header;
}

Partial sound_partial(Shape const& shape, std::uint32_t level) {
  Partial part;
  part.level = level;
  part.count = std::uint64_t{16} << std::min(level, 20U);
  part.blocks = level < block_level ? 0 : std::uint64_t{1} << std::min(level - block_level, 20U);
  std::size_t const cells = 2 * shape.cells();
  part.value.assign(cells, 1.5);
  part.difference.assign(cells, 0.5);
  if (level >= block_level) {
    part.block_value.assign(cells, 1.25);
    part.block_difference.assign(cells, 0.75);
  }
  part.share_given.assign(shape.policies, 0.1);
  part.unit_pupils.assign(units, 20);
  part.unit_need.assign(units, 1);
  part.unit_money.assign(units * shape.policies, 1);
  if (level % 2 == 1) part.failures = {{0, 3, "what"}};
  return part;
}

std::string const& partial_content(Shape const& shape, std::uint32_t level) {
  static std::map<std::uint32_t, std::string> made;
  auto& content = made[level];
  if (content.empty()) content = detail::encode(sound_partial(shape, level));
  return content;
}

std::string sound_values(Shape const& shape, std::uint32_t count) {
  Values values;
  values.count = count;
  values.reference.assign(shape.kept * count, 1);
  values.difference.assign(shape.kept * (shape.policies - 1) * count, 1);
  return detail::encode(values);
}

std::string sound_power() {
  PowerResult p{.policy = "p",
                .share = 0.1,
                .effect = 0.05,
                .level = 0.05,
                .wanted = 0.8,
                .years = power_years,
                .years_before = 1,
                .pooled = {1, 2},
                .power = {},
                .standard_error = {}};
  p.power.assign(points * pools * power_years, 0.5);
  p.standard_error = p.power;
  return to_json(p);
}

std::string sound_decision() {
  constexpr std::size_t policies = 2;
  DecisionResult d;
  d.measure = "gap";
  d.policy = {0, 1};
  d.parameter = {"k"};
  d.objective = {"gap"};
  d.best.assign(points, 1);
  for (auto* x :
       {&d.degrees_of_freedom, &d.sure, &d.evpi, &d.evpi_se, &d.chance, &d.chance_se, &d.evppi, &d.evppi_se})
    x->assign(points, 0.5);
  for (auto* x : {&d.mean, &d.standard_error, &d.behind, &d.behind_se, &d.correlation, &d.saved, &d.gain_low,
                  &d.gain_high, &d.probability, &d.probability_se, &d.regret, &d.regret_se, &d.high_regret,
                  &d.high_regret_se, &d.largest_regret, &d.front, &d.objective_mean, &d.objective_se})
    x->assign(points * policies, 0.5);
  return detail::decision_json(d, {0, 1});
}

void patch(std::string& content, Edit const& edit) {
  if (edit.flags & shortened) content.resize(edit.length % (content.size() + 1));
  if (!(edit.flags & patched) || content.empty()) return;
  std::size_t const at = edit.at % content.size(), wanted = 1 + edit.length % sizeof edit.value;
  std::memcpy(content.data() + at, &edit.value, std::min(wanted, content.size() - at));
}

void add(std::string& file, detail::RecordHead head, std::string const& content) {
  detail::seal(head, content);
  file.append(reinterpret_cast<char const*>(&head), sizeof head);
  file.append(content);
  file.append(detail::padded(content.size()) - content.size(), '\0');
}

std::string file_of(std::uint8_t const* data, std::size_t size) {
  static StudyHeader const header = base_header();
  static std::vector<std::string> const pieces = [] {
    std::vector<std::string> out;
    write_header(header, [&](std::string const& json) { out.push_back(json); });
    return out;
  }();
  static std::string const power = sound_power(), decision = sound_decision();
  Shape const shape = header.shape();
  std::string file(detail::blocks_magic);
  std::uint64_t records = 0;
  for (bool is_first = true; is_first || size >= sizeof(Edit); is_first = false) {
    Edit edit{};
    if (size >= sizeof edit) {
      std::memcpy(&edit, data, sizeof edit);
      data += sizeof edit;
      size -= sizeof edit;
    }
    detail::RecordHead head;
    std::string content;
    if (is_first) {
      head.kind = static_cast<std::uint16_t>(RecordKind::header);
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        content = pieces[i];
        if (i == edit.point % pieces.size()) patch(content, edit);
        add(file, head, content);
      }
      continue;
    }
    {
      ++records;
      head.kind = edit.flags & any_kind ? edit.kind : std::uint16_t(2 + edit.kind % 5);
      head.level = edit.flags & any_kind ? edit.level : edit.level % 6;
      head.point = edit.flags & any_point ? edit.point * 0x1010101U : edit.point % 3;
      std::uint64_t const aligned = std::uint64_t{1} << std::min<unsigned>(head.level, 40);
      head.first = edit.flags & any_first ? std::uint64_t{edit.first} << 32 : (edit.first % 8) * aligned;
      switch (static_cast<RecordKind>(head.kind)) {
      case RecordKind::partial: content = partial_content(shape, head.level); break;
      case RecordKind::values: content = sound_values(shape, edit.length % 17); break;
      case RecordKind::power: content = power; break;
      case RecordKind::decision: content = decision; break;
      default: {
        std::uint64_t const counted = records - 1;
        content.assign(reinterpret_cast<char const*>(&counted), sizeof counted);
      }
      }
    }
    patch(content, edit);
    add(file, head, content);
  }
  file.append(reinterpret_cast<char const*>(data), size);
  return file;
}

void read_all(std::string const& path) {
  auto const file = BlocksFile::open(path);
  auto const& header = file.header();
  if (fingerprint(header).empty() || header.about.points.empty()) std::abort();
  if (shard_problem(header.shard, header.extent()).empty()) (void)ranges_of(header.shard, header.extent());
  for (std::size_t g = 0; g < std::min<std::size_t>(header.about.points.size(), 64); ++g) {
    for (auto const& place : file.partials(g))
      fuzz::refused(path, [&] {
        if (file.read_partial(place).first != place.first) std::abort();
      });
    for (auto const& place : file.values(g)) fuzz::refused(path, [&] { (void)file.read_values(place); });
  }
  (void)file.power();
  (void)file.decisions();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static fuzz::MemoryFile const file;
  static std::string const output = file.path() + ".h5";
  bool const is_file = std::string_view(reinterpret_cast<char const*>(data), size).starts_with("likvard");
  std::string const bytes =
      is_file ? std::string(reinterpret_cast<char const*>(data), size) : file_of(data, size);
  file.write(reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size());
  if (fuzz::refused(file.path(), [&] { read_all(file.path()); })) return 0;
  std::size_t const turn = fuzz::turn(data, size);
  if (turn % 8 == 0) try {
      MergeOptions options;
      options.partial = true;
      options.threads = 1;
      (void)merge_parts({file.path()}, output, options);
      fuzz::promise_result(read_result(output));
      std::filesystem::remove(output);
    } catch (FileError const& error) {
      fuzz::promise_message(error.what(),
                            std::string(error.what()).starts_with(output) ? output : file.path());
    }
  if (turn % 8 == 1)
    fuzz::refused(file.path(), [&] { (void)BlocksFile::resume(file.path()); }); // cuts what is torn
  return 0;
}
