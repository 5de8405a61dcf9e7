#pragma once
#include "likvard/study/design.hpp"
#include "likvard/study/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace likvard {

/// A factor as results carry it.
struct FactorInfo {
  std::string name, title, key, law;
  Role role = Role::parameter;
  std::vector<std::string> levels; ///< names of categories; empty where values are numbers
};

/// What was asked of each run.
struct OutputInfo {
  std::string key, title, unit;
};

/// A design with its outputs: all that an analysis needs, from our runs or from the user's own.
struct SensitivityData {
  std::string title, question, source, scenario_text; ///< source: the file that it came from
  std::uint64_t seed = 0;
  Scheme scheme = Scheme::given;
  bool dependent = false; ///< inputs are correlated
  bool base_only = false; ///< of each row only the first run is replicated
  bool complete = true;
  std::uint32_t replicates = 1;                 ///< m, each with its own luck
  std::uint32_t blocks = 1;                     ///< runs of a row
  std::uint64_t rows = 0;                       ///< n
  std::vector<FactorInfo> factors;              ///< [d]
  std::vector<std::vector<std::uint32_t>> sets; ///< factors that move together
  std::vector<std::string> set_name, set_title; ///< of those measured
  bool split = false;                           ///< the last set is all levers and context together
  std::vector<double> x;                        ///< [rows × blocks][d]
  std::vector<std::uint32_t> stratum;           ///< [rows] scramble or hypercube; empty: rows are independent
  std::vector<std::uint32_t> order;             ///< [rows][sets] shapley, morris
  std::vector<double> step;                     ///< [rows][sets] morris
  std::vector<OutputInfo> outputs;              ///< [K]
  std::vector<std::vector<double>> y;           ///< [K][rows × blocks × replicates]; NaN: failed or not run
  std::uint64_t failed = 0;                     ///< runs
  std::string first_failure;
  Provenance provenance;
};

} // namespace likvard
