#define XXH_INLINE_ALL
#include "likvard/io/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace likvard {

std::uint64_t hash64(void const* data, std::size_t bytes) {
  return XXH3_64bits(data, bytes);
}

struct Hasher::State {
  XXH3_state_t xxh;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->xxh);
}
Hasher::~Hasher() = default;

void Hasher::add(void const* data, std::size_t bytes) {
  XXH3_128bits_update(&state_->xxh, data, bytes);
}

std::string Hasher::text() const {
  auto const hash = XXH3_128bits_digest(&state_->xxh);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string hash_text(std::string_view content) {
  Hasher hasher;
  hasher.add(content);
  return hasher.text();
}

} // namespace likvard
