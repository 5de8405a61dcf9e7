#pragma once
#include "likvard/study/result.hpp"

#include <string>

namespace likvard {

/// This library on this machine, now; `command` is what makes the result again.
Provenance provenance_now(std::string command);

} // namespace likvard
