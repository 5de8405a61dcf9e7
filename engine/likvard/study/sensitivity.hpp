#pragma once
#include "likvard/study/run.hpp"
#include "likvard/study/sensitivity_data.hpp"

#include <functional>

namespace likvard {

/// What makes a run of certain values: a point's parameters, and per head beside the policy looked at.
struct RunSetup {
  Parameters parameters;
  std::vector<Policy> policies;
};

/// What `likvard sensitivity` asks of a scenario.
struct SensitivityQuestion {
  std::string title, question, source, scenario_text;
  std::uint64_t seed = 1;
  Design design;
  std::uint32_t replicates = 2;
  bool base_only = false;
  double precision = 0;       ///< half-width wanted of every first-order and total index; 0: none
  std::uint64_t max_rows = 0; ///< with a precision: the budget
  double level = 0.95;
  bool simultaneous = false;
  struct Output {
    OutputInfo info;
    std::size_t measure = 0;
    bool difference = true; ///< to per head, on the same pupils and luck
  };
  std::vector<Output> outputs;
  std::uint32_t years = 1;
  /// Per factor: which of the outcome's coefficients it is; -1 for others.
  std::vector<int> coefficient;
  /// Per factor: it changes what `make` gives. The others may change while that stays.
  std::vector<bool> structural;
  /// From the values of the factors to what is run. May be called by one thread at a time.
  /// - Throws: ScenarioError, std::domain_error, Unreachable: such values cannot be, the run fails.
  std::function<RunSetup(std::span<double const> x)> make;
};

/// Room for a design and what is known before any run.
SensitivityData empty_sensitivity(SensitivityQuestion const& question, DesignPlan const& plan);

/// Run the rows `data.rows` … `rows - 1` of the design and put them behind those there are.
///
/// Replicate k of run r has the key {seed, r + 1, k}: its own luck, whatever else is run. Every uncertain
/// parameter is a factor or fixed, so chance is luck alone.
/// - Ensures: the same bits for any number of threads; more rows change none before them.
/// - A run that fails leaves NaN in all its outputs and is counted.
/// - Expects: runs of the whole design < 2^32.
void run_rows(SensitivityQuestion const& question, DesignPlan const& plan, std::uint64_t rows,
              RunOptions const& options, SensitivityData& data);

} // namespace likvard
