#pragma once
#include "likvard/study/partial.hpp"
#include "likvard/study/values.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// Records of a file of blocks as bytes. Inside io only.
namespace likvard::detail {

inline constexpr std::string_view blocks_magic = "likvard-blocks 2"; ///< the file's first 16 bytes
inline constexpr std::uint32_t record_magic = 0x4B42'4B4C;           ///< "LKBK"

/// Before every record's content. Little-endian, as everything.
struct RecordHead {
  std::uint32_t magic = record_magic;
  std::uint16_t kind = 0, level = 0;
  std::uint32_t point = 0, zero = 0;
  std::uint64_t first = 0, bytes = 0;
  std::uint64_t content_check = 0; ///< hash64 of the content
  std::uint64_t head_check = 0;    ///< hash64 of the head before it
};
static_assert(sizeof(RecordHead) == 48);

void seal(RecordHead& head, std::string_view content);
bool is_sound(RecordHead const& head);
/// Records begin at multiples of 8.
constexpr std::uint64_t padded(std::uint64_t bytes) {
  return (bytes + 7) / 8 * 8;
}

std::string encode(Partial const& part);
std::string encode(Values const& values);
/// - Throws: FileError where the content is not what `encode` makes.
Partial decode_partial(std::string_view content, std::uint64_t first, std::uint32_t level);
Values decode_values(std::string_view content, std::uint64_t quarter);

/// Where in an encoded record the arrays of values begin.
inline constexpr std::uint64_t values_head = 3 * sizeof(std::uint64_t);

} // namespace likvard::detail
