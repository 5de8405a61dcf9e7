#pragma once
#include "likvard/study/result.hpp"

#include <string>

namespace likvard {

/// One self-contained HTML page of a result: no network access, no file beside it.
std::string make_report(Result const& result);

/// The answer in two sentences, with uncertainty, made from the result's numbers; also what `run` prints.
std::string answer_text(Result const& result);

} // namespace likvard
