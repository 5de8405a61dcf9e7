#pragma once
#include "likvard/study/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace likvard {

struct Failure {
  std::uint32_t point = 0, replicate = 0;
  std::string what;
};

struct Provenance {
  std::string version, compiler, build_type, isa, libraries, command, started_utc, finished_utc;
  double seconds = 0;
  int threads = 0;
};

/// Text of a measure as the result carries it (the code's table may have moved on since).
struct MeasureInfo {
  std::string key, title, unit, better, description; ///< better: "higher", "lower" or "none"
};

/// Mean money and need of the units of one point, in the order of standing (neediest first), or as given.
struct UnitMeans {
  std::vector<std::string> name; ///< [S], empty for simulated units
  std::vector<double> pupils;    ///< [S]
  std::vector<double> need;      ///< [S] true index (mean 1)
  std::vector<double> money;     ///< [M][S] money per pupil over the municipality's mean
};

/// Can a municipality see whether its weighting works? study/power.hpp.
struct PowerResult {
  std::string policy; ///< title
  double share = 0, effect = 0, level = 0, wanted = 0;
  std::uint32_t years = 0, years_before = 0;
  std::vector<std::uint32_t> pooled;         ///< [N] municipalities
  std::vector<double> power, standard_error; ///< [G][N][years]
  std::size_t index(std::size_t point, std::size_t pool, std::size_t year) const {
    return (point * pooled.size() + pool) * years + year;
  }
};

/// The choice between policies at every point by one measure, and what not knowing the uncertain parameters
/// risks: analysis/decide.hpp. Values in the measure's unit; regret and information are never below zero but
/// for their noise. Arrays are row-major: G points, A policies compared, P uncertain parameters, Q
/// objectives.
struct DecisionResult {
  std::string measure;                    ///< key
  double confidence = 0.95;               ///< of the intervals of the comparison with the best
  std::uint64_t replicates = 0;           ///< of each point
  std::vector<std::uint64_t> policy;      ///< [A] places among the result's policies
  std::vector<std::string> parameter;     ///< [P] keys
  std::vector<std::string> objective;     ///< [Q] measures of the Pareto front; those without a direction are
                                          ///< spreads: less is better
  std::vector<std::uint64_t> best;        ///< [G] place among the A
  std::vector<double> degrees_of_freedom; ///< [G] of the standard errors
  std::vector<double> sure;               ///< [G] that the best has the best mean, at least
  std::vector<double> evpi, evpi_se;      ///< [G] value of knowing every uncertain parameter
  std::vector<double> chance, chance_se;  ///< [G] of knowing chance too
  std::vector<double> evppi, evppi_se;    ///< [G][P] of knowing one; 0 where it is certain
  // [G][A]
  std::vector<double> mean, standard_error;
  std::vector<double> behind, behind_se;  ///< paired: how much worse than the best
  std::vector<double> correlation, saved; ///< with the best; runs that pairing saved, as a factor
  std::vector<double> gain_low,
      gain_high; ///< of it over the best of the others, simultaneous; above 0 = better
  std::vector<double> probability, probability_se;  ///< over the parameters: that it is the best
  std::vector<double> regret, regret_se;            ///< expected
  std::vector<double> high_regret, high_regret_se;  ///< 95 % quantile
  std::vector<double> largest_regret;               ///< among the drawn parameters
  std::vector<double> front;                        ///< probability of being on the Pareto front
  std::vector<double> objective_mean, objective_se; ///< [G][A][Q]
};

/// Every year of a study over several: arrays are [G][T][M][K]. Measures over years are those so far.
struct YearByYear {
  std::uint32_t years = 1; ///< T; with 1 the arrays are empty: there is nothing but the result itself
  std::vector<double> mean, standard_error, difference, difference_standard_error;
};

/// A study's outcome. Of several years the measures are those of the last. Arrays are row-major
/// [point][policy][measure]; sizes G points, M policies, K measures.
struct Result {
  std::string title, question, claim, scenario_path, scenario_text;
  Answer answer;
  std::uint64_t seed = 0;
  bool complete = true; ///< false after an interruption: counts then differ between points
  std::string gap;      ///< what is missing, in words ("shards 4, 7-9 of 16"); empty: nothing
  Points points;        ///< of a result that was read without all parameters
  std::vector<std::string> axes;
  std::vector<std::pair<std::string, std::vector<std::string>>> levels;
  std::vector<std::string> policy_name, policy_title; ///< [M]
  std::vector<double> policy_share;                   ///< [M] as set; of rates the mean of what they came to
  std::vector<double> share_given;                    ///< [G][M] as it came out; not kept in files
  std::vector<MeasureInfo> measures;                  ///< [K]
  std::vector<Assumption> assumptions;

  std::vector<std::uint64_t> replicates;              ///< [G] replicates that succeeded
  std::vector<double> mean, variance, standard_error; ///< [G][M][K]; variance over replicates
  std::vector<double> difference, difference_variance,
      difference_standard_error;                       ///< paired, policy - policy 0
  std::vector<double> quantile_levels;                 ///< [Q]
  std::vector<double> quantiles, difference_quantiles; ///< [Q][G][M][K]; empty when not asked for
  std::vector<double> degrees_of_freedom;              ///< [G] of the standard errors: independent blocks - 1
  std::vector<UnitMeans> units;                        ///< [G]
  YearByYear year;
  std::optional<PowerResult> power;
  std::optional<DecisionResult> decision;
  std::vector<Failure> failures;
  Provenance provenance;

  std::size_t index(std::size_t point, std::size_t policy, std::size_t measure) const {
    return (point * policy_name.size() + policy) * measures.size() + measure;
  }
};

} // namespace likvard
