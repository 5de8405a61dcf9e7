#pragma once
#include "likvard/io/detail/scenario_build.hpp"
#include "likvard/study/design_factor.hpp"
#include "likvard/study/scenario.hpp"

#include <Eigen/Core>

#include <memory>

namespace likvard::detail {

/// A factor and what it sets.
struct FactorSource {
  Factor factor;
  Key const* key = nullptr;            ///< nullptr: the contexts
  std::shared_ptr<toml::array> values; ///< of a list, each as the key takes it; else empty
  int coefficient = -1;                ///< of the outcome
};

/// The factors of the file, then those that it leaves out: see read_sensitivity.
std::vector<FactorSource> read_factors(toml::table& root, Reader const& reader, Scenario const& scenario);

/// Rank correlations by the factors' places; empty when there are none.
Eigen::MatrixXd read_correlations(Reader const& reader, std::vector<FactorSource> const& factors);

} // namespace likvard::detail
