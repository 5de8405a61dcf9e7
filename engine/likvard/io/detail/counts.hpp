#pragma once
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

/// Whole numbers out of what files hold. Inside io only.
namespace likvard::detail {

/// A number as a count: what is negative or not a number is 0, what is too large the largest. For values that
/// a message has been made of already, or that a damaged file may hold.
inline std::uint32_t count_of(double x) {
  return x > 0 ? static_cast<std::uint32_t>(
                     std::min(x, static_cast<double>(std::numeric_limits<std::uint32_t>::max())))
               : 0;
}

/// A whole number from 0 on in JSON; the library would turn any number into one.  - Throws: FileError.
template <class T, class Json>
T whole_of(Json const& from) {
  if (!from.is_number_unsigned() || from.template get<std::uint64_t>() > std::numeric_limits<T>::max())
    throw FileError("holds something else where a whole number stands");
  return static_cast<T>(from.template get<std::uint64_t>());
}
template <class T, class Json>
std::vector<T> wholes_of(Json const& from) {
  std::vector<T> out;
  for (auto const& one : from) out.push_back(whole_of<T>(one));
  return out;
}

} // namespace likvard::detail
