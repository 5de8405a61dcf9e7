#pragma once
#include "likvard/model/table.hpp"

#include <span>

namespace likvard {

/// Give π[s,p] ≥ 0 the margins Σ_p π[s,p] = 1 and Σ_s weight[s] π[s,p] = share[p].
///
/// Iterative proportional fitting (Deming & Stephan 1940) keeps the odds ratios: rows and columns are scaled
/// in turn, at most `sweeps` times. Where zeros or extreme cells leave a remainder, it is spread in
/// proportion to what units and profiles lack (Altschuler, Weed & Rigollet 2017, algorithm 2), so the margins
/// hold to the last digits whatever the table.
/// - Expects: weight > 0 and share >= 0, each with sum 1; every row of π has a positive sum.
void restore_margins(std::span<double const> weight, std::span<double const> share, Table& pi,
                     int sweeps = 500);

} // namespace likvard
