#pragma once
#include <string>

namespace likvard {

/// Which model this program has: 16 hexadecimal digits, a hash of every source and library that numbers come
/// from. Programs with the same one give the same bits; work of different ones is never mixed.
std::string model_version();

} // namespace likvard
