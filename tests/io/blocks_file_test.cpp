#include "likvard/io/blocks_file.hpp"

#include "likvard/core/random.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/study_file.hpp"
#include "likvard/study/errors.hpp"
#include "support/parameters.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <set>

using namespace likvard;
using namespace likvard::test;
namespace fs = std::filesystem;

namespace {

/// A folder of its own that goes with the test.
struct Scratch {
  fs::path folder = fs::temp_directory_path() / ("likvard-blocks-" + std::to_string(::getpid()));
  Scratch() {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  Scratch(Scratch const&) = delete;
  Scratch& operator=(Scratch const&) = delete;
  fs::path operator/(char const* name) const { return folder / name; }
};

Scenario scenario(std::uint32_t replicates = 256, std::size_t points = 3) {
  Scenario s;
  s.path = "s.toml";
  s.title = "test";
  s.replicates = replicates;
  s.quantiles = {0.05, 0.5};
  s.measures = {"gap", "money_gap"};
  s.answer.measure = "gap";
  s.policies = {policy(Linear{}, 0), policy(Linear{}, 0.1)};
  for (std::size_t g = 0; g < points; ++g) {
    Parameters town = small_town();
    town.municipality.pupils = 120 + 30 * static_cast<std::uint32_t>(g);
    s.points.push_back({"point " + std::to_string(g), {}, 0, town, "of " + std::to_string(g)});
  }
  s.inputs = {{"run.replicates", std::to_string(replicates)}, {"run.seed", "1"}};
  if (points != 3) s.inputs.edit().emplace_back("design.points", std::to_string(points));
  return s;
}

void put(fs::path const& path, std::string const& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

bool same(std::vector<double> const& a, std::vector<double> const& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

void expect_same(Result const& a, Result const& b) {
  EXPECT_TRUE(same(a.mean, b.mean));
  EXPECT_TRUE(same(a.variance, b.variance));
  EXPECT_TRUE(same(a.standard_error, b.standard_error));
  EXPECT_TRUE(same(a.difference, b.difference));
  EXPECT_TRUE(same(a.difference_standard_error, b.difference_standard_error));
  EXPECT_TRUE(same(a.quantiles, b.quantiles));
  EXPECT_TRUE(same(a.difference_quantiles, b.difference_quantiles));
  EXPECT_EQ(a.replicates, b.replicates);
  for (std::size_t g = 0; g < a.units.size(); ++g) EXPECT_TRUE(same(a.units[g].money, b.units[g].money));
}

/// What a file says of itself and what its runs hold; throws what opening and reading throw.
std::map<std::pair<std::size_t, std::uint64_t>, Partial> runs_of(fs::path const& path) {
  BlocksFile const file = BlocksFile::open(path);
  std::map<std::pair<std::size_t, std::uint64_t>, Partial> out;
  for (std::size_t g = 0; g < file.header().about.points.size(); ++g)
    for (auto const& place : file.partials(g))
      out.emplace(std::pair{g, place.first}, file.read_partial(place));
  return out;
}

} // namespace

// The run to a file, on any number of threads, in shards or not, is the run in memory.
TEST(StudyFile, GivesTheNumbersOfTheRunInMemory) {
  Scratch const scratch;
  auto const s = scenario();
  Result const memory = run(s);
  for (int threads : {1, 3}) {
    run_study(s, scratch / "x.h5", {.run = {.threads = threads}});
    expect_same(memory, read_result(scratch / "x.h5"));
  }
  std::vector<fs::path> parts;
  for (std::uint32_t k = 1; k <= 5; ++k) {
    parts.push_back(scratch.folder / ("p" + std::to_string(k)));
    run_study(s, parts.back(), {.run = {.threads = 1}, .shard = {k, 5}});
  }
  std::swap(parts[0], parts[3]);
  merge_parts(parts, scratch / "all.h5", {});
  expect_same(memory, read_result(scratch / "all.h5"));
  Result const answer =
      read_answer(scratch / "all.h5", [](Result const&) { return std::vector<std::size_t>{1}; });
  ASSERT_EQ(answer.measures.size(), 1U);
  std::size_t const gap = memory.measures[0].key == "gap" ? 0 : 1;
  EXPECT_EQ(answer.mean[answer.index(1, 1, 0)], memory.mean[memory.index(1, 1, gap)]);
}

// Against a plain list, in which every run is looked at for every other.
TEST(BlocksFile, KeepsTheRunsThatNoOtherCovers) {
  Scratch const scratch;
  std::mt19937 random(1);
  for (int history = 0; history < 20; ++history) {
    BlocksFile file = BlocksFile::create(scratch / "b", header_of(scenario(), {}));
    std::vector<std::pair<std::uint64_t, std::uint64_t>> runs; // [begin, end)
    std::uint64_t left_out = 0, bytes = 0;
    for (int i = 0; i < 200; ++i) {
      Partial part;
      part.level = static_cast<std::uint32_t>(random() % 5);
      part.first = random() % 100; // also where no run of ours begins
      std::uint64_t const before = file.bytes(), begin = part.first, end = begin + (1U << part.level);
      file.append(1, part);
      bytes = file.bytes() - before - 48; // less the record's head
      if (std::any_of(runs.begin(), runs.end(),
                      [&](auto const& run) { return run.first <= begin && run.second >= end; })) {
        ++left_out;
        continue;
      }
      left_out +=
          std::erase_if(runs, [&](auto const& run) { return begin <= run.first && end >= run.second; });
      runs.emplace_back(begin, end);
    }
    std::sort(runs.begin(), runs.end());
    std::vector<std::pair<std::uint64_t, std::uint64_t>> kept;
    for (auto const& place : file.partials(1))
      kept.emplace_back(place.first, place.first + (std::uint64_t{1} << place.level));
    EXPECT_EQ(kept, runs);
    EXPECT_EQ(file.superseded_bytes(), left_out * bytes);
  }
}

// A search of all runs for each would take minutes.
TEST(BlocksFile, ManyRunsInAnyOrderAreReadAtOnce) {
  Scratch const scratch;
  constexpr std::uint64_t count = 200'000;
  {
    BlocksFile file = BlocksFile::create(scratch / "b", header_of(scenario(), {}));
    Partial part;
    Values values;
    for (std::uint64_t i = count; i-- > 0;) {
      part.first = 2 * i;
      values.quarter = i;
      file.append(1, part);
      file.append(1, values);
    }
    file.flush(false);
  }
  BlocksFile const file = BlocksFile::open(scratch / "b");
  EXPECT_EQ(file.partials(1).size(), count);
  EXPECT_EQ(file.values(1).size(), count);
  EXPECT_EQ(file.superseded_bytes(), 0U);
}

// Cut anywhere: what was whole before the cut is there, bit for bit, and the file says that it is torn.
TEST(BlocksFile, TruncationLosesOnlyTheEnd) {
  Scratch const scratch;
  run_study(scenario(), scratch / "p", {.shard = {1, 2}});
  std::string const bytes = read_file(scratch / "p");
  auto const whole = runs_of(scratch / "p");
  ASSERT_TRUE(BlocksFile::open(scratch / "p").finished());
  std::size_t fewer = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    put(scratch / "cut", bytes.substr(0, bytes.size() * i / 200));
    try {
      auto const left = runs_of(scratch / "cut");
      EXPECT_FALSE(BlocksFile::open(scratch / "cut").finished());
      for (auto const& [where, part] : left) EXPECT_TRUE(same(part.value, whole.at(where).value)) << i;
      fewer += left.size() < whole.size();
    } catch (FileError const& error) {
      EXPECT_NE(std::string(error.what()).find("cut: "), std::string::npos);
    }
  }
  EXPECT_GT(fewer, 50U);
}

// A bit turned over anywhere: an error, or the damage is seen and everything else is as it was.
TEST(BlocksFile, FlippedBitsAreSeen) {
  Scratch const scratch;
  run_study(scenario(), scratch / "p", {.shard = {1, 2}});
  std::string const bytes = read_file(scratch / "p");
  auto const whole = runs_of(scratch / "p");
  Stream stream({5, 0, 0}, Purpose::sizes);
  std::size_t seen = 0;
  for (int i = 0; i < 200; ++i) {
    auto const at = static_cast<std::size_t>(uniform01(stream) * static_cast<double>(bytes.size()));
    std::string bad = bytes;
    bad[at] = static_cast<char>(bad[at] ^ (1 << static_cast<int>(uniform01(stream) * 8)));
    put(scratch / "bad", bad);
    try {
      auto const left = runs_of(scratch / "bad");
      auto const damaged = !BlocksFile::open(scratch / "bad").finished();
      for (auto const& [where, part] : left) EXPECT_TRUE(same(part.value, whole.at(where).value)) << at;
      if (!damaged) EXPECT_EQ(left.size(), whole.size()) << at; // between records, where nothing is kept
      seen += damaged;
    } catch (FileError const&) {
      ++seen;
    }
  }
  EXPECT_GE(seen, 190U);
}

// The seal covers every byte of a result: a cut or a flipped bit is an error.
TEST(ResultSeal, EveryByteIsCovered) {
  Scratch const scratch;
  run_study(scenario(), scratch / "x.h5", {});
  std::string const bytes = read_file(scratch / "x.h5");
  Stream stream({6, 0, 0}, Purpose::sizes);
  for (int i = 0; i < 200; ++i) {
    auto const at = static_cast<std::size_t>(uniform01(stream) * static_cast<double>(bytes.size()));
    std::string bad = bytes;
    bad[at] = static_cast<char>(bad[at] ^ (1 << static_cast<int>(uniform01(stream) * 8)));
    put(scratch / "bad.h5", bad);
    EXPECT_THROW(read_result(scratch / "bad.h5"), FileError) << at;
    put(scratch / "cut.h5", bytes.substr(0, at));
    EXPECT_THROW(read_result(scratch / "cut.h5"), FileError) << at;
  }
  put(scratch / "more.h5", bytes + "x");
  EXPECT_THROW(read_result(scratch / "more.h5"), FileError);
}

TEST(BlocksFile, ASecondWriterIsRefused) {
  Scratch const scratch;
  auto const header = header_of(scenario(), {});
  auto const first = BlocksFile::create(scratch / "b", header);
  EXPECT_THROW(BlocksFile::create(scratch / "b", header), FileError);
  EXPECT_THROW(BlocksFile::resume(scratch / "b"), FileError);
  EXPECT_NO_THROW(BlocksFile::open(scratch / "b")); // reading is free
}

std::vector<std::string> pieces_of(StudyHeader const& header) {
  std::vector<std::string> out;
  write_header(header, [&](std::string const& json) { out.push_back(json); });
  return out;
}

StudyHeader read_pieces(std::vector<std::string> const& pieces) {
  std::size_t next = 0;
  return read_header([&] {
    if (next == pieces.size()) throw FileError("ended");
    return pieces[next++];
  });
}

TEST(StudyHeader, GoesThroughJson) {
  auto const header = header_of(scenario(), {3, 16});
  auto const back = read_pieces(pieces_of(header));
  EXPECT_EQ(pieces_of(back), pieces_of(header));
  EXPECT_EQ(fingerprint(back), fingerprint(header));
  EXPECT_TRUE(differences(header, back).empty());
  EXPECT_THROW(read_pieces({"{}"}), FileError);
  EXPECT_THROW(read_pieces({"[1"}), FileError);
}

// Levels that no scenario has would point beyond the values that quantiles are taken of.
TEST(StudyHeader, QuantilesAreRisingSharesOrItIsDamaged) {
  auto header = header_of(scenario(), {});
  for (std::vector<double> const& levels : {std::vector{0.0, 0.5, 1.0}, std::vector<double>{}}) {
    header.about.quantile_levels = levels;
    EXPECT_EQ(read_pieces(pieces_of(header)).about.quantile_levels, levels);
  }
  for (std::vector<double> const& levels : {std::vector{0.5, 25.0}, {-0.1, 0.5}, {0.5, 0.05}}) {
    header.about.quantile_levels = levels;
    EXPECT_THROW(read_pieces(pieces_of(header)), FileError);
  }
}

TEST(StudyHeader, OfManyPointsComesInShortPieces) {
  auto header = header_of(scenario(128, 1000), {});
  header.round.assign(1000, Range{4, 8});
  auto pieces = pieces_of(header);
  ASSERT_EQ(pieces.size(), 1U + 4 + 1 + 4); // 256 points, inputs or ranges each
  for (auto const& piece : pieces) EXPECT_LT(piece.size(), 100'000U);
  auto const back = read_pieces(pieces);
  EXPECT_EQ(pieces_of(back), pieces);
  EXPECT_EQ(back.about.points[999].name, "point 999");
  EXPECT_EQ(back.round[999], (Range{4, 8}));
  std::swap(pieces[1], pieces[4]); // in another order they are other points
  EXPECT_NO_THROW(read_pieces(pieces));
  std::swap(pieces[1], pieces[5]); // inputs in place of points
  EXPECT_THROW(read_pieces(pieces), FileError);
  pieces.resize(3);
  EXPECT_THROW(read_pieces(pieces), FileError);
}

TEST(StudyHeader, APrecisionMayOnlyBecomeFiner) {
  auto const with = [](std::vector<Precision> precision) {
    auto s = scenario();
    s.precision = std::move(precision);
    for (auto const& one : s.precision)
      s.inputs.edit().emplace_back("run.precision." + one.measure, std::to_string(one.standard_error));
    return header_of(s, {});
  };
  auto const there = with({{"gap", 0.01}, {"mean_outcome", 0.02}});
  auto const refused = [&](std::vector<Precision> precision) {
    return !growth(there, with(std::move(precision))).differences.empty();
  };
  EXPECT_EQ(pieces_of(read_pieces(pieces_of(there))), pieces_of(there));
  EXPECT_FALSE(refused({{"gap", 0.01}, {"mean_outcome", 0.02}}));
  EXPECT_FALSE(refused({{"mean_outcome", 0.02}, {"gap", 0.005}}));
  EXPECT_TRUE(refused({{"gap", 0.005}, {"mean_outcome", 0.03}}));
  EXPECT_TRUE(refused({{"gap", 0.005}}));
  EXPECT_TRUE(refused({{"gap", 0.005}, {"mean_outcome", 0.02}, {"money_cv", 0.1}}));
  EXPECT_TRUE(refused({{"gap", 0.005}, {"money_cv", 0.01}}));
  EXPECT_TRUE(refused({}));
  EXPECT_FALSE(growth(with({}), there).differences.empty());
  EXPECT_EQ(
      first_of(growth(there, with({{"gap", 0.05}})).differences),
      "run.precision: {gap = 0.01, mean_outcome = 0.02} there, {gap = 0.05} here (of the same measures it "
      "may only become finer)");
}

TEST(StudyHeader, SaysWhatDiffers) {
  auto const a = header_of(scenario(), {});
  auto other = scenario();
  other.inputs.edit()[1].second = "2";
  EXPECT_EQ(first_of(differences(a, header_of(other, {}))), "run.seed: 1 there, 2 here");
  EXPECT_FALSE(growth(a, header_of(other, {})).differences.empty());
  EXPECT_TRUE(growth(a, header_of(scenario(512, 5), {})).differences.empty());
  EXPECT_FALSE(growth(header_of(scenario(512, 5), {}), a).differences.empty());
  auto model = a;
  model.model = "another";
  EXPECT_NE(first_of(differences(model, a)).find("the model: "), std::string::npos);
}

/// A random history of one study: runs that are stopped, killed (the end of the file torn off), hit by a
/// flipped bit, merged from shards and grown. The model of what must be there is simple: at the end, the
/// numbers of the undisturbed run; on the way, never fewer replicates than were there before, but for what
/// the damage hit.
TEST(StudyFile, RandomHistoriesEndInTheSameBits) {
  Stream stream({7, 0, 0}, Purpose::sizes);
  auto const chance = [&](double p) { return uniform01(stream) < p; };
  std::map<std::pair<std::uint32_t, std::size_t>, Result> undisturbed;
  auto const truth = [&](std::uint32_t replicates, std::size_t points) -> Result const& {
    auto& found = undisturbed[{replicates, points}];
    if (found.mean.empty()) found = run(scenario(replicates, points));
    return found;
  };
  for (int history = 0; history < 12; ++history) {
    Scratch const scratch;
    std::uint32_t replicates = 128;
    std::size_t points = 3;
    auto const blocks = blocks_name(scratch / "x.h5");
    for (int step = 0; step < 8; ++step) {
      if (chance(0.3)) replicates = std::min(replicates * 2, 512U);
      if (chance(0.2)) points = std::min<std::size_t>(points + 1, 5);
      auto const s = scenario(replicates, points);
      if (chance(0.2)) { // in shards, the blocks kept
        std::vector<fs::path> parts;
        for (std::uint32_t k = 1; k <= 3; ++k) {
          parts.push_back(scratch.folder / ("p" + std::to_string(k)));
          fs::remove(parts.back());
          run_study(s, parts.back(), {.run = {.threads = 1}, .shard = {k, 3}});
        }
        fs::remove(blocks);
        merge_parts(parts, scratch / "x.h5", {.keep = true});
        expect_same(truth(replicates, points), read_result(scratch / "x.h5"));
        continue;
      }
      std::atomic<bool> stop{false};
      std::uint64_t const until =
          chance(0.5) ? static_cast<std::uint64_t>(uniform01(stream) * replicates * 3) : ~0ULL;
      auto const outcome =
          run_study(s, scratch / "x.h5",
                    {.run = {.threads = 2,
                             .stop = &stop,
                             .on_progress = [&](Progress const& p) { stop = p.done > until; }},
                     .resume = true,
                     .keep = true,
                     .checkpoint_seconds = 0.01});
      if (outcome.complete) expect_same(truth(replicates, points), read_result(scratch / "x.h5"));
      ASSERT_TRUE(fs::exists(blocks));
      std::string bytes = read_file(blocks);
      auto const somewhere = [&] {
        return bytes.size() / 4 +
               static_cast<std::size_t>(uniform01(stream) * 0.75 * static_cast<double>(bytes.size()));
      };
      if (chance(0.3)) put(blocks, bytes.substr(0, somewhere())); // killed
      if (chance(0.2)) {
        bytes[somewhere()] ^= 0x04;
        put(blocks, bytes);
      }
    }
    auto const s = scenario(replicates, points);
    run_study(s, scratch / "x.h5", {.run = {.threads = 2}, .resume = true});
    expect_same(truth(replicates, points), read_result(scratch / "x.h5"));
    EXPECT_FALSE(fs::exists(blocks));
  }
}

// What is there is not done again, and after damage only what it hit is.
TEST(StudyFile, NothingIsLostAndNothingIsDoneTwice) {
  Scratch const scratch;
  auto const s = scenario(512);
  run_study(s, scratch / "x.h5", {.keep = true});
  auto const again = run_study(s, scratch / "x.h5", {.resume = true, .keep = true});
  EXPECT_EQ(again.loaded, 3 * 512U);
  // One record of one point is hit: the two others are still there.
  std::string bytes = read_file(blocks_name(scratch / "x.h5"));
  BlocksFile const file = BlocksFile::open(blocks_name(scratch / "x.h5"));
  bytes[file.partials(1).front().offset + 100] ^= 1;
  put(blocks_name(scratch / "x.h5"), bytes);
  auto const mended = run_study(s, scratch / "x.h5", {.resume = true});
  EXPECT_EQ(mended.loaded, 2 * 512U);
  ASSERT_EQ(mended.notes.size(), 1U);
  expect_same(run(s), read_result(scratch / "x.h5"));
}
