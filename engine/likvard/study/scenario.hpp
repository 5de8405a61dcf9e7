#pragma once
#include "likvard/core/shared_list.hpp"
#include "likvard/study/parameter_draws.hpp"
#include "likvard/study/points.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace likvard {

enum class Luck { common, independent };

/// A value that the scenario justifies: printed on the page.
struct Assumption {
  std::string key, value, unit, source;
};

struct Answer {
  std::string measure = "not_qualified_gap";
  std::string policy;  ///< model the page leads with; empty = the first after per head
  double share = 0.1;  ///< nearest share of that model is used
  double post_sek = 0; ///< what a full-time post costs a year: money told in posts; 0 = not said
};

/// What `likvard power` asks: model/power.hpp.
struct PowerQuestion {
  double effect = 0.03;                                        ///< θ: SD per +10 % money, held to be true
  std::uint32_t years = 10;                                    ///< of follow-up at most
  std::uint32_t years_before = 3;                              ///< of results before the money
  std::vector<std::uint32_t> pooled{1, 2, 5, 10, 20, 50, 100}; ///< municipalities
  double level = 0.05, wanted = 0.8;
};

/// A standard error wanted for the paired differences of a measure, in its unit.
struct Precision {
  std::string measure;
  double standard_error = 0;
};

/// What `likvard compare` asks: analysis/compare.hpp.
struct CompareQuestion {
  std::string measure;               ///< decides; "" = the answer's
  std::vector<std::string> policies; ///< models compared; empty = all
  std::vector<double> shares;        ///< compared; empty = of each model the nearest to the answer's
  std::string method = "kn";         ///< kn, ocba, gsp, rinott
  double delta = 0;                  ///< smallest difference that matters, the measure's unit; 0 = not said
  double confidence = 0.95;
  std::uint32_t first = 16;         ///< blocks of each policy before the first decision
  std::uint64_t budget = 1'000'000; ///< replicates of a policy, over all policies of a point
  std::vector<std::string> pareto;  ///< measures of the front; empty = the measure and mean_outcome
};

struct Scenario {
  std::string path; ///< as the user named it
  std::string text; ///< the file, after --set
  std::string title, question, claim;
  std::uint64_t seed = 1;
  std::uint32_t replicates = 1024;  ///< rounded up to whole blocks
  std::uint32_t max_replicates = 0; ///< with a precision: the budget
  std::vector<Precision> precision; ///< empty = replicates are not added
  Luck luck = Luck::common;
  ParameterDraws draws = ParameterDraws::sobol;
  std::vector<double> quantiles;     ///< over replicates, of values and paired differences
  std::vector<std::string> measures; ///< kept in the result; empty = all
  Answer answer;
  PowerQuestion power;
  bool with_power = false; ///< the file has a [power] table: `run` answers it too
  CompareQuestion compare;
  bool with_compare = false;     ///< the file has a [compare] table: `run` answers it too
  std::uint32_t years = 1;       ///< of every point
  std::vector<std::string> axes; ///< names of axes in the order of the file
  std::vector<std::pair<std::string, std::vector<std::string>>>
      levels; ///< of each axis, in the order of the file
  Points points;
  std::vector<Policy> policies; ///< [0] is always "per_head" (share 0), the reference
  std::vector<Assumption> assumptions;
  std::vector<std::string> data_files; ///< other inputs, as named in the scenario
  /// Everything that was put in: each key with its value, as set; each data file with a hash of its content.
  SharedList<std::pair<std::string, std::string>> inputs;
};

} // namespace likvard
