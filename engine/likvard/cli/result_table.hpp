#pragma once
#include "likvard/analysis/result_names.hpp"
#include "likvard/study/result.hpp"
#include "table.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace likvard::cli {

/// Half the width of the 95 % Monte Carlo interval: t with the point's degrees of freedom × standard error.
double half_width(double standard_error, double degrees_of_freedom);

/// Points × policies, a column per measure: values or paired differences with their intervals. The first
/// `most` rows.
TextTable result_table(Result const& result, std::vector<std::size_t> const& measures,
                       std::vector<std::size_t> const& policies, bool difference,
                       std::size_t most = std::string::npos);
nlohmann::json result_json(Result const& result, std::vector<std::size_t> const& measures,
                           std::vector<std::size_t> const& policies);

} // namespace likvard::cli
