// Any bytes as a file of finished blocks (a shard's part, what an interrupted run saved), read as `merge`,
// `status` and --resume do. The content's checksums are hashes that no mutation meets, so a second pass takes
// the bytes for the content of records and puts the right checksums around them.
#include "bytes.hpp"

#include "likvard/io/blocks_file.hpp"
#include "likvard/io/detail/record.hpp"
#include "likvard/study/compute.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cstring>

using namespace likvard;

namespace {

void read_all(std::string const& path) {
  try {
    auto const file = BlocksFile::open(path);
    auto const& header = file.header();
    if (fingerprint(header).empty() || header.about.points.empty()) std::abort();
    (void)ranges_of(header.shard, header.extent());
    for (std::size_t g = 0; g < std::min<std::size_t>(header.about.points.size(), 64); ++g) {
      for (auto const& place : file.partials(g)) {
        try {
          if (file.read_partial(place).first != place.first) std::abort();
        } catch (FileError const& error) {
          fuzz::promise_message(error.what(), path);
        }
      }
      for (auto const& place : file.values(g)) {
        try {
          (void)file.read_values(place);
        } catch (FileError const& error) {
          fuzz::promise_message(error.what(), path);
        }
      }
    }
    (void)file.power();
    (void)file.decisions();
  } catch (FileError const& error) {
    fuzz::promise_message(error.what(), path);
  }
}

/// The same bytes as records that agree with their checksums.
std::string sealed(std::string bytes) {
  constexpr std::size_t head_size = sizeof(detail::RecordHead);
  std::memcpy(bytes.data(), detail::blocks_magic.data(), std::min(bytes.size(), detail::blocks_magic.size()));
  for (std::size_t at = detail::blocks_magic.size(); at + head_size <= bytes.size();) {
    detail::RecordHead head;
    std::memcpy(&head, bytes.data() + at, head_size);
    head.magic = detail::record_magic;
    std::size_t const content = std::min<std::uint64_t>(head.bytes, bytes.size() - at - head_size);
    detail::seal(head, std::string_view(bytes).substr(at + head_size, content));
    std::memcpy(bytes.data() + at, &head, head_size);
    at += head_size + detail::padded(content);
  }
  return bytes;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static fuzz::MemoryFile const file;
  file.write(data, size);
  read_all(file.path());
  std::string const right = sealed({data, data + size});
  file.write(reinterpret_cast<std::uint8_t const*>(right.data()), right.size());
  read_all(file.path());
  return 0;
}
