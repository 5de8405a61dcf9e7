#pragma once
#include "likvard/study/result.hpp"

#include <string>

namespace likvard {

/// What the page's script reads: the result as JSON, safe inside a script element (every '<' is written
/// \u003c). Numbers carry 9 significant digits; what was not run is null.
std::string page_data(Result const& result);

} // namespace likvard
