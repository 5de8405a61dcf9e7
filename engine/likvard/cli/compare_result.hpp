#pragma once
#include "commands.hpp"

namespace likvard::cli {

/// `likvard compare RESULT`: its decision where it holds one by this measure, else what its moments allow.
int compare_result(CompareArgs const& args);

} // namespace likvard::cli
