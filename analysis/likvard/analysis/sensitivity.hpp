#pragma once
#include "likvard/analysis/given_data.hpp"
#include "likvard/analysis/morris.hpp"
#include "likvard/analysis/variance_indices.hpp"
#include "likvard/study/sensitivity_data.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

/// Which input decides an output: every estimator that a design allows, for all its outputs in one call.
namespace likvard {

struct SensitivityOptions {
  double level = 0.95;
  bool simultaneous = false; ///< intervals of one output hold together
  bool bootstrap = false;    ///< in place of the delta method, where rows are independent
  std::uint32_t resamples = 200;
};

/// Mean of the output where a factor is low (high): in the lowest (highest) fifth of its values, or at the
/// level with the smallest (largest) mean.
struct Swing {
  Estimate low, high;
  std::string low_text, high_text; ///< which values that is
};

struct OutputSensitivity {
  std::size_t rows = 0, dropped = 0;
  double mean = 0;
  Estimate variance, noise;              ///< V(m), E[v]
  bool defined = false;                  ///< inputs move the output clearly
  std::vector<Estimate> first, total;    ///< [sets] swap designs; first also given data (ranks), by factor
  std::vector<Estimate> pair;            ///< azzini
  std::vector<Estimate> shapley;         ///< [sets]
  std::vector<ElementaryEffects> morris; ///< [sets]
  std::vector<DensityIndex> density;     ///< [factors]
  std::vector<Swing> swing;              ///< [factors]
  bool split_known = false;
  VarianceSplit split;
  bool noise_known = false; ///< m >= 4: what moves chance itself
  SwapIndices of_noise;
};

struct SensitivityAnalysis {
  std::vector<OutputSensitivity> outputs;
  std::string interval; ///< how the intervals were made, in words
  double level = 0.95;  ///< of them
};

/// - Every estimator uses whole rows only; what failed is counted in `dropped`.
/// - Throws: std::domain_error when fewer than 4 whole rows are there.
SensitivityAnalysis analyse(SensitivityData const& data, SensitivityOptions const& options = {});

/// Largest half-width of the first-order, total or Shapley indices of all outputs.
double largest_half_width(SensitivityAnalysis const& analysis);

/// The analysis in words: what decides the output, and how much is chance.
std::string sensitivity_answer(SensitivityData const& data, SensitivityAnalysis const& analysis);

nlohmann::json sensitivity_json(SensitivityData const& data, SensitivityAnalysis const& analysis);

/// One self-contained HTML page.
std::string sensitivity_page(SensitivityData const& data, SensitivityAnalysis const& analysis);

} // namespace likvard
