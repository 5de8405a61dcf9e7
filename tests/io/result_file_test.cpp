#include "likvard/io/result_file.hpp"

#include "likvard/core/random.hpp"
#include "likvard/io/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

using namespace likvard;

namespace {

std::filesystem::path scratch(std::string const& name) {
  auto const folder =
      std::filesystem::temp_directory_path() / ("likvard-result-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  return folder / name;
}

std::vector<double> noise(std::size_t count, std::uint32_t what) {
  Stream stream({3, 0, what}, Purpose::sizes);
  std::vector<double> out(count);
  for (double& x : out) x = standard_normal(stream) * 1e3;
  return out;
}

Result made_up(std::size_t points = 3) {
  Result r;
  r.title = "Åre: pengar efter behov";
  r.question = "Hur mycket?";
  r.scenario_path = "s.toml";
  r.scenario_text = "format = 1\n# ö\n";
  r.answer = {"gap", "linear", 0.1};
  r.seed = 77;
  r.complete = false;
  r.axes = {"size", "need.lag"};
  r.levels = {{"size", {"liten", "stor"}}, {"need.lag", {"0", "1"}}};
  for (std::size_t g = 0; g < points; ++g) {
    Point p;
    p.name = "point " + std::to_string(g);
    p.at = {{"size", g ? "stor" : "liten"}, {"need.lag", "1"}};
    p.municipalities = 10.0 * static_cast<double>(g);
    p.parameters.pupils = 100 + static_cast<std::uint32_t>(g);
    p.parameters.units = 4;
    p.parameters.budget_per_pupil_sek = 112'200;
    r.points.push_back(p);
  }
  r.policy_name = {"per_head", "linear"};
  r.policy_title = {"Per head", "Linjär"};
  r.policy_share = {0, 0.1};
  r.measures = {{"gap", "Gap", "SD", "lower", "d"}, {"eps2", "ε²", "1", "none", "e"}};
  std::size_t const n = points * 4;
  r.replicates.assign(points, 128);
  r.degrees_of_freedom.assign(points, 1);
  r.mean = noise(n, 0);
  r.mean[0] = std::nan("");
  r.variance = noise(n, 1);
  r.standard_error = noise(n, 2);
  r.difference = noise(n, 3);
  r.difference_variance = noise(n, 4);
  r.difference_standard_error = noise(n, 5);
  r.quantile_levels = {0.05, 0.95};
  r.quantiles = noise(2 * n, 6);
  r.difference_quantiles = noise(2 * n, 7);
  r.units.resize(points);
  r.units[0] = {{"Åskolan", "B"}, {10, 20}, {1.1, 0.9}, {1, 1, 1.05, 0.95}};
  r.assumptions = {{"outcome.theta", "0.03", "SD", "en källa"}};
  r.failures = {{1, 17, "why"}};
  r.provenance = {"0.1.0", "g++", "Release", "x86-64-v3", "Boost", "likvard run s.toml", "t0", "t1", 1.5, 2};
  return r;
}

/// Between the first two policies, of three points.
DecisionResult made_up_decision() {
  DecisionResult d;
  d.measure = "gap";
  d.confidence = 0.9;
  d.replicates = 1024;
  d.policy = {0, 1};
  d.parameter = {"outcome.theta", "outcome.peer", "outcome.carry"};
  d.objective = {"gap", "eps2"};
  d.best = {1, 0, 1};
  std::uint32_t what = 20;
  for (auto* array : {&d.degrees_of_freedom, &d.sure, &d.evpi, &d.evpi_se, &d.chance, &d.chance_se})
    *array = noise(3, what++);
  for (auto* array : {&d.mean, &d.standard_error, &d.behind, &d.behind_se, &d.correlation, &d.saved,
                      &d.gain_low, &d.gain_high, &d.probability, &d.probability_se, &d.regret, &d.regret_se,
                      &d.high_regret, &d.high_regret_se, &d.largest_regret, &d.front})
    *array = noise(6, what++);
  d.evppi = noise(9, what++);
  d.evppi_se = noise(9, what++);
  d.objective_mean = noise(12, what++);
  d.objective_se = noise(12, what++);
  return d;
}

bool same_numbers(std::vector<double> const& a, std::vector<double> const& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

} // namespace

TEST(ResultFile, RoundTripKeepsEverything) {
  auto const path = scratch("round.h5");
  for (std::size_t points : {std::size_t{3}, std::size_t{10'000}}) { // one window, and several
    Result const a = made_up(points);
    write_result(path, a);
    Result const b = read_result(path);
    EXPECT_EQ(a.title, b.title);
    EXPECT_EQ(a.scenario_text, b.scenario_text);
    EXPECT_EQ(a.scenario_path, b.scenario_path);
    EXPECT_EQ(a.seed, b.seed);
    EXPECT_EQ(a.complete, b.complete);
    EXPECT_EQ(a.answer.policy, b.answer.policy);
    EXPECT_EQ(a.axes, b.axes);
    EXPECT_EQ(a.levels, b.levels);
    ASSERT_EQ(b.points.size(), points);
    for (std::size_t g = 0; g < points; ++g) {
      EXPECT_EQ(a.points[g].name, b.points[g].name);
      EXPECT_EQ(a.points[g].at, b.points[g].at);
      EXPECT_EQ(a.points[g].municipalities, b.points[g].municipalities);
      EXPECT_EQ(a.points[g].parameters.pupils, b.points[g].parameters.pupils);
    }
    EXPECT_EQ(a.policy_title, b.policy_title);
    EXPECT_EQ(a.measures[1].title, b.measures[1].title);
    EXPECT_TRUE(same_numbers(a.mean, b.mean));
    EXPECT_TRUE(same_numbers(a.variance, b.variance));
    EXPECT_TRUE(same_numbers(a.standard_error, b.standard_error));
    EXPECT_TRUE(same_numbers(a.difference, b.difference));
    EXPECT_TRUE(same_numbers(a.difference_variance, b.difference_variance));
    EXPECT_TRUE(same_numbers(a.difference_standard_error, b.difference_standard_error));
    EXPECT_TRUE(same_numbers(a.quantiles, b.quantiles));
    EXPECT_TRUE(same_numbers(a.difference_quantiles, b.difference_quantiles));
    EXPECT_TRUE(same_numbers(a.degrees_of_freedom, b.degrees_of_freedom));
    EXPECT_EQ(a.replicates, b.replicates);
    EXPECT_EQ(a.policy_share, b.policy_share);
    EXPECT_EQ(a.measures[0].better, b.measures[0].better);
    EXPECT_TRUE(same_numbers(a.quantile_levels, b.quantile_levels));
    EXPECT_EQ(a.units[0].name, b.units[0].name);
    EXPECT_TRUE(same_numbers(a.units[0].pupils, b.units[0].pupils));
    EXPECT_TRUE(same_numbers(a.units[0].need, b.units[0].need));
    EXPECT_TRUE(same_numbers(a.units[0].money, b.units[0].money));
    EXPECT_TRUE(b.units[1].pupils.empty());
    EXPECT_EQ(a.assumptions[0].source, b.assumptions[0].source);
    EXPECT_EQ(b.failures.at(0).replicate, 17U);
    EXPECT_EQ(a.provenance.isa, b.provenance.isa);
    EXPECT_EQ(a.provenance.seconds, b.provenance.seconds);
  }
}

// Of 40,000 points two pieces are read, of four policies those asked for and those that were compared.
TEST(ResultFile, AnswerIsOneMeasureUnderSomePolicies) {
  auto const path = scratch("answer.h5");
  for (std::size_t points : {std::size_t{3}, std::size_t{40'000}}) {
    Result a = made_up(points);
    a.answer.measure = "eps2";
    a.policy_name = a.policy_title = {"per_head", "linear", "steps", "squared"};
    a.policy_share = {0, 0.1, 0.2, 0.3};
    std::uint32_t what = 0;
    for (auto* array : {&a.mean, &a.variance, &a.standard_error, &a.difference, &a.difference_variance,
                        &a.difference_standard_error})
      *array = noise(points * 8, what++);
    a.quantiles = noise(2 * points * 8, what++);
    a.difference_quantiles = noise(2 * points * 8, what++);
    a.units.clear();
    a.units.resize(points);
    bool const compared = points == 3;
    if (compared) {
      a.decision = made_up_decision();
      a.decision->policy = {1, 3};
    }
    write_result(path, a);
    Result const b =
        read_answer(path, [](Result const& r) { return std::vector<std::size_t>{r.policy_name.size() - 1}; });
    std::vector<std::size_t> const kept =
        compared ? std::vector<std::size_t>{0, 1, 3} : std::vector<std::size_t>{0, 3};
    ASSERT_EQ(b.measures.size(), 1U);
    EXPECT_EQ(b.measures[0].key, "eps2");
    ASSERT_EQ(b.policy_name.size(), kept.size());
    if (compared) EXPECT_EQ(b.decision->policy, (std::vector<std::uint64_t>{1, 2}));
    for (std::size_t m = 0; m < kept.size(); ++m) {
      EXPECT_EQ(b.policy_name[m], a.policy_name[kept[m]]);
      EXPECT_EQ(b.policy_title[m], a.policy_title[kept[m]]);
      EXPECT_EQ(b.policy_share[m], a.policy_share[kept[m]]);
    }
    using Array = std::vector<double> Result::*;
    for (auto [array, slices] : {std::pair<Array, std::size_t>{&Result::mean, 1},
                                 {&Result::variance, 1},
                                 {&Result::standard_error, 1},
                                 {&Result::difference, 1},
                                 {&Result::difference_variance, 1},
                                 {&Result::difference_standard_error, 1},
                                 {&Result::quantiles, 2},
                                 {&Result::difference_quantiles, 2}}) {
      std::vector<double> expected;
      for (std::size_t row = 0; row < slices * points; ++row)
        for (std::size_t m : kept) expected.push_back((a.*array)[(row * 4 + m) * 2 + 1]);
      EXPECT_TRUE(same_numbers(b.*array, expected));
    }
  }
}

TEST(ResultFile, KeepsADecision) {
  auto a = made_up();
  auto& d = a.decision.emplace(made_up_decision());
  auto const path = scratch("decision.h5");
  write_result(path, a);
  auto const b = read_result(path).decision;
  ASSERT_TRUE(b);
  EXPECT_EQ(d.measure, b->measure);
  EXPECT_EQ(d.confidence, b->confidence);
  EXPECT_EQ(d.replicates, b->replicates);
  EXPECT_EQ(d.policy, b->policy);
  EXPECT_EQ(d.parameter, b->parameter);
  EXPECT_EQ(d.objective, b->objective);
  EXPECT_EQ(d.best, b->best);
  using Array = std::vector<double> DecisionResult::*;
  for (Array array : {&DecisionResult::degrees_of_freedom,
                      &DecisionResult::sure,
                      &DecisionResult::evpi,
                      &DecisionResult::evpi_se,
                      &DecisionResult::chance,
                      &DecisionResult::chance_se,
                      &DecisionResult::evppi,
                      &DecisionResult::evppi_se,
                      &DecisionResult::mean,
                      &DecisionResult::standard_error,
                      &DecisionResult::behind,
                      &DecisionResult::behind_se,
                      &DecisionResult::correlation,
                      &DecisionResult::saved,
                      &DecisionResult::gain_low,
                      &DecisionResult::gain_high,
                      &DecisionResult::probability,
                      &DecisionResult::probability_se,
                      &DecisionResult::regret,
                      &DecisionResult::regret_se,
                      &DecisionResult::high_regret,
                      &DecisionResult::high_regret_se,
                      &DecisionResult::largest_regret,
                      &DecisionResult::front,
                      &DecisionResult::objective_mean,
                      &DecisionResult::objective_se})
    EXPECT_TRUE(same_numbers(d.*array, (*b).*array));
  d.policy = {0, 7}; // there is no such policy
  write_result(path, a);
  EXPECT_THROW(read_result(path), FileError);
}

TEST(ResultFile, EqualResultsMakeEqualFiles) {
  write_result(scratch("a.h5"), made_up());
  write_result(scratch("b.h5"), made_up());
  EXPECT_EQ(read_file(scratch("a.h5")), read_file(scratch("b.h5")));
}

TEST(ResultFile, NothingIsLeftBehindAndOldFilesAreReplaced) {
  auto const path = scratch("only/one.h5");
  write_result(path, made_up());
  write_result(path, made_up());
  std::size_t files = 0;
  for ([[maybe_unused]] auto const& entry : std::filesystem::directory_iterator(path.parent_path())) ++files;
  EXPECT_EQ(files, 1U);
}

TEST(ResultFile, CannotBeWritten) {
  EXPECT_THROW(write_result("/proc/nowhere/x.h5", made_up()), FileError);
  auto const folder = scratch("is-a-folder.h5");
  std::filesystem::create_directories(folder);
  EXPECT_THROW(write_result(folder, made_up()), FileError);
}

TEST(ResultFile, CannotBeRead) {
  auto const says = [](std::filesystem::path const& path) {
    try {
      read_result(path);
    } catch (FileError const& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_NE(says("no/such.h5").find("no such file"), std::string::npos);
  std::ofstream(scratch("text.h5")) << "not a result";
  EXPECT_NE(says(scratch("text.h5")).find("not a readable HDF5 file"), std::string::npos);
  std::ofstream(scratch("empty.h5")).flush();
  EXPECT_NE(says(scratch("empty.h5")).find("not a readable HDF5 file"), std::string::npos);
}

// Cut short anywhere: an error, never a crash and never a wrong number.
TEST(ResultFile, TruncatedFilesAreRefused) {
  auto const path = scratch("whole.h5"), cut = scratch("cut.h5");
  write_result(path, made_up(5000));
  std::string const bytes = read_file(path);
  for (std::size_t i = 0; i < 100; ++i) {
    std::ofstream(cut, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size() * i / 100));
    EXPECT_THROW(read_result(cut), FileError) << i;
  }
}

// A byte turned over in the numbers of a large array is caught by its checksum.
TEST(ResultFile, DamagedNumbersAreCaught) {
  auto const path = scratch("whole2.h5"), bad = scratch("bad.h5");
  Result const original = made_up(5000);
  write_result(path, original);
  std::string bytes = read_file(path);
  double const wanted = original.mean[12'345];
  char pattern[sizeof(double)];
  std::memcpy(pattern, &wanted, sizeof pattern);
  auto const at = bytes.find(std::string(pattern, sizeof pattern));
  ASSERT_NE(at, std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
  std::ofstream(bad, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_THROW(read_result(bad), FileError);
}
