#pragma once
#include <string>

namespace likvard {

/// "12 345 678": a sum of money or people, in groups of three.
std::string grouped(double x);

} // namespace likvard
