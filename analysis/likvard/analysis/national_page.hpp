#pragma once
#include <nlohmann/json_fwd.hpp>

#include <string>

namespace likvard {

/// The page of national verdicts and of the backcast: one HTML file that loads nothing. `data` has
/// `verdicts`, `real` and `backcast` as `likvard verdict --json` and `likvard backcast --json` write them;
/// what is missing is left out of the page.
std::string national_page(nlohmann::json const& data);

} // namespace likvard
