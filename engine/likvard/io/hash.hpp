#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// XXH3 (Collet), for damage and accidental change: fast, and not meant against an adversary.
namespace likvard {

/// 64 bits of a piece of memory.
std::uint64_t hash64(void const* data, std::size_t bytes);

/// 128 bits as 32 hexadecimal digits, of content that comes in pieces.
class Hasher {
public:
  Hasher();
  ~Hasher();
  Hasher(Hasher const&) = delete;
  Hasher& operator=(Hasher const&) = delete;
  void add(void const* data, std::size_t bytes);
  void add(std::string_view text) { add(text.data(), text.size()); }
  std::string text() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string hash_text(std::string_view content);

} // namespace likvard
