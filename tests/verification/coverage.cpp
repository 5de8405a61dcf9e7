// Are the standard errors what they say? Whole studies (`run`) repeated with different seeds on a small
// scenario, against a truth from one very long run:
//   nominal 95 % intervals hold the truth in 94-96 % of them, by number of blocks;
//   the error falls as n^-1/2.
//   verification_coverage [quick]     prints two Markdown tables; exit code 1 if either fails
#include "likvard/study/interval.hpp"
#include "likvard/study/run.hpp"
#include "support/parameters.hpp"

#include <boost/math/distributions/normal.hpp>

#include <cmath>
#include <cstdio>
#include <cstring>

using namespace likvard;

namespace {

constexpr std::uint32_t blocks_tried[] = {2, 4, 8, 16, 32};
constexpr std::uint32_t block = 64;

/// A small town with every kind of luck and six uncertain parameters.
Scenario small_study() {
  Scenario s;
  s.title = "coverage";
  s.policies = {test::policy(Linear{}, 0), test::policy(Linear{}, 0.15), test::policy(Label{0.34}, 0.15)};
  s.measures = {"eps2",         "share_moved", "money_gap",         "mean_outcome",
                "gap",          "gap_merit",   "not_qualified_gap", "not_qualified_gap_realised",
                "between_units"};
  Parameters town = test::small_town();
  town.municipality.pupils = 300;
  town.municipality.units = 3;
  town.needs[0].lag = 1;
  town.outcome.theta = Normal{0.03, 0.02};
  town.outcome.effect_ratio = LogNormal{0.182, 0.4};
  town.outcome.pass_through = Beta{3.05, 1.64};
  town.outcome.peer = Normal{0.12, 0.08, 0, 0.4};
  town.outcome.carry = Uniform{0.1, 0.5};
  town.outcome.dilution = Triangular{0, 0.005, 0.02};
  town.outcome.use_sd = 0.67;
  s.points.push_back({"town", {}, 0, town});
  return s;
}

/// One number of the result that the interval is for.
struct Reading {
  std::string name;
  bool difference;
  std::size_t cell;
  double of(Result const& r) const { return difference ? r.difference[cell] : r.mean[cell]; }
  double error(Result const& r) const {
    return difference ? r.difference_standard_error[cell] : r.standard_error[cell];
  }
};

std::vector<Reading> readings_of(Result const& result) {
  std::vector<Reading> list;
  for (std::size_t k = 0; k < result.measures.size(); ++k) {
    std::string const& key = result.measures[k].key;
    list.push_back({key, false, result.index(0, 1, k)});
    if (key == "eps2") continue; // the same under every policy
    // Per head moves no money: there these differences are the means themselves.
    if (key != "share_moved" && key != "money_gap")
      list.push_back({key + ", linear less per head", true, result.index(0, 1, k)});
    list.push_back({key + ", label less per head", true, result.index(0, 2, k)});
  }
  return list;
}

/// What the repeated studies of one size showed, per reading.
struct Tally {
  std::uint32_t blocks = 0;
  std::vector<int> covered;
  std::vector<double> square; ///< Σ (estimate - truth)²
};

Tally repeat(Scenario scenario, std::vector<Reading> const& readings, Result const& truth,
             std::uint32_t blocks, int studies) {
  Tally tally{blocks, std::vector<int>(readings.size()), std::vector<double>(readings.size())};
  scenario.replicates = blocks * block;
  for (int study = 0; study < studies; ++study) {
    scenario.seed = 1'000'000ULL * blocks + static_cast<std::uint64_t>(study);
    Result const result = run(scenario);
    double const t = t_quantile(0.975, result.degrees_of_freedom[0]);
    for (std::size_t i = 0; i < readings.size(); ++i) {
      double const off = readings[i].of(result) - readings[i].of(truth);
      // The truth has an error too: the variances add.
      double const error = std::hypot(readings[i].error(result), readings[i].error(truth));
      tally.covered[i] += std::abs(off) <= t * error;
      tally.square[i] += off * off;
    }
  }
  return tally;
}

struct Slope {
  double value = 0, half_width = 0; ///< 95 % interval
};

/// Slope of ln(root mean square error) on ln(blocks) by least squares. With R independent near-normal errors
/// the log of their root mean square has variance 1/(2R). The truth's own error is taken out.
Slope fit_slope(std::vector<Tally> const& tallies, std::size_t reading, int studies, double truth_error) {
  double sx = 0, sy = 0, sxx = 0, sxy = 0, n = 0;
  for (auto const& tally : tallies) {
    double const mean_square = tally.square[reading] / studies - truth_error * truth_error;
    double const x = std::log(static_cast<double>(tally.blocks)), y = 0.5 * std::log(mean_square);
    sx += x, sy += y, sxx += x * x, sxy += x * y, n += 1;
  }
  double const spread = sxx - sx * sx / n;
  return {(sxy - sx * sy / n) / spread, 1.96 * std::sqrt(1.0 / (2.0 * studies) / spread)};
}

/// |z| that one of `tests` standard normals exceeds with probability 1e-6.
double family_bound(std::size_t tests) {
  return quantile(complement(boost::math::normal_distribution<>{}, 1e-6 / static_cast<double>(tests) / 2));
}

} // namespace

int main(int argc, char** argv) {
  bool const quick = argc == 2 && std::strcmp(argv[1], "quick") == 0;
  if (argc > 2 || (argc == 2 && !quick)) {
    std::fputs("usage: verification_coverage [quick]\n", stderr);
    return 2;
  }
  int const studies = quick ? 200 : 2000;
  std::uint32_t const truth_blocks = quick ? 4'000 : 100'000;
  Scenario const scenario = small_study();
  Scenario reference = scenario;
  reference.seed = 999;
  reference.replicates = truth_blocks * block;
  Result const truth = run(reference);
  auto const readings = readings_of(truth);
  std::vector<Tally> tallies;
  for (std::uint32_t const blocks : blocks_tried)
    tallies.push_back(repeat(scenario, readings, truth, blocks, studies));

  // A reading's coverage may leave 94-96 % by the chance of `studies` repetitions, the mean over readings
  // less so.
  bool failed = false;
  double const bound = family_bound(readings.size() * std::size(blocks_tried));
  double const sd = 100 * std::sqrt(0.95 * 0.05 / studies);
  std::printf("| blocks | degrees of freedom | mean coverage, %% | lowest | highest | readings within 94-96 "
              "%% | verdict |\n"
              "| ---: | ---: | ---: | --- | --- | ---: | --- |\n");
  for (auto const& tally : tallies) {
    double sum = 0, low = 101, high = -1;
    std::size_t lowest = 0, highest = 0, inside = 0;
    for (std::size_t i = 0; i < readings.size(); ++i) {
      double const coverage = 100.0 * tally.covered[i] / studies;
      sum += coverage;
      inside += coverage >= 94 && coverage <= 96;
      if (coverage < low) low = coverage, lowest = i;
      if (coverage > high) high = coverage, highest = i;
    }
    double const mean = sum / static_cast<double>(readings.size());
    bool const passed =
        low >= 94 - bound * sd && high <= 96 + bound * sd && (quick || (mean >= 94 && mean <= 96));
    failed |= !passed;
    std::printf("| %u | %u | %.2f | %.2f (%s) | %.2f (%s) | %zu of %zu | %s |\n", tally.blocks,
                tally.blocks - 1, mean, low, readings[lowest].name.c_str(), high,
                readings[highest].name.c_str(), inside, readings.size(), passed ? "passed" : "FAILED");
  }
  std::printf(
      "\n%d studies of each size; one coverage has a standard error of %.2f points. Truth: %u blocks.\n\n",
      studies, sd, truth_blocks);

  double const bound_of_slopes = family_bound(readings.size()) / 1.96;
  std::printf(
      "| reading | slope of ln error on ln n | 95 %% interval | verdict |\n| --- | ---: | --- | --- |\n");
  for (std::size_t i = 0; i < readings.size(); ++i) {
    Slope const slope = fit_slope(tallies, i, studies, readings[i].error(truth));
    bool const passed = std::abs(slope.value + 0.5) <= bound_of_slopes * slope.half_width;
    failed |= !passed;
    std::printf("| %s | %.3f | %.3f to %.3f | %s |\n", readings[i].name.c_str(), slope.value,
                slope.value - slope.half_width, slope.value + slope.half_width, passed ? "passed" : "FAILED");
  }
  return failed ? 1 : 0;
}
