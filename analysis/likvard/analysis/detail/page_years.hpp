#pragma once
#include "likvard/study/result.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace likvard {

/// A JSON list: 9 significant digits, null for what was not run.
std::string json_numbers(double const* begin, std::size_t count);
std::string json_numbers(std::vector<double> const& values);

/// Every year of the measures that the page draws: those of quality work and of the answer.
/// [G][T][M][measures].
/// - Expects: a study of several years.
std::string years_json(Result const& result);

std::string power_json(PowerResult const& power);

} // namespace likvard
