#include "likvard/io/detail/record.hpp"

#include "likvard/io/hash.hpp"
#include "likvard/study/errors.hpp"

#include <array>
#include <bit>
#include <cstddef>

namespace likvard::detail {
namespace {

static_assert(std::endian::native == std::endian::little, "records are little-endian");

class ContentWriter {
public:
  void number(std::uint64_t x) { raw(&x, sizeof x); }
  template <class T>
  void numbers(std::vector<T> const& x) {
    raw(x.data(), x.size() * sizeof(T));
  }
  void text(std::string const& x) {
    number(x.size());
    out_.append(x);
  }
  std::string take() { return std::move(out_); }

private:
  void raw(void const* from, std::size_t bytes) { out_.append(static_cast<char const*>(from), bytes); }
  std::string out_;
};

class ContentReader {
public:
  explicit ContentReader(std::string_view content) : left_(content) {}
  std::uint64_t number() {
    std::uint64_t x = 0;
    raw(&x, sizeof x);
    return x;
  }
  template <class T>
  void numbers(std::uint64_t count, std::vector<T>& out) {
    if (count > left_.size() / sizeof(T)) wrong();
    out.resize(count);
    raw(out.data(), count * sizeof(T));
  }
  std::string text() {
    std::uint64_t const size = number();
    if (size > left_.size()) wrong();
    std::string out(left_.substr(0, size));
    left_.remove_prefix(size);
    return out;
  }
  bool done() const { return left_.empty(); }
  [[noreturn]] static void wrong() { throw FileError("a record of it is damaged"); }

private:
  void raw(void* to, std::size_t bytes) {
    if (bytes > left_.size()) wrong();
    if (bytes > 0) std::memcpy(to, left_.data(), bytes);
    left_.remove_prefix(bytes);
  }
  std::string_view left_;
};

auto arrays(auto& part) {
  return std::array{&part.value,       &part.difference,  &part.block_value, &part.block_difference,
                    &part.share_given, &part.unit_pupils, &part.unit_need,   &part.unit_money};
}

} // namespace

void seal(RecordHead& head, std::string_view content) {
  head.bytes = content.size();
  head.content_check = hash64(content.data(), content.size());
  head.head_check = hash64(&head, offsetof(RecordHead, head_check));
}

bool is_sound(RecordHead const& head) {
  return head.magic == record_magic && head.head_check == hash64(&head, offsetof(RecordHead, head_check));
}

std::string encode(Partial const& part) {
  ContentWriter out;
  out.number(part.count);
  out.number(part.blocks);
  for (auto const* array : arrays(part)) out.number(array->size());
  out.number(part.failures.size());
  for (auto const* array : arrays(part)) out.numbers(*array);
  for (auto const& failure : part.failures) {
    out.number(failure.replicate);
    out.text(failure.what);
  }
  return out.take();
}

Partial decode_partial(std::string_view content, std::uint64_t first, std::uint32_t level) {
  ContentReader in(content);
  Partial part;
  part.first = first;
  part.level = level;
  part.count = in.number();
  part.blocks = in.number();
  std::array<std::uint64_t, 8> sizes{};
  for (auto& size : sizes) size = in.number();
  std::uint64_t const failures = in.number();
  std::size_t i = 0;
  for (auto* array : arrays(part)) in.numbers(sizes[i++], *array);
  for (std::uint64_t f = 0; f < failures; ++f) {
    auto const replicate = static_cast<std::uint32_t>(in.number());
    part.failures.push_back({0, replicate, in.text()});
  }
  if (!in.done() || part.difference.size() != part.value.size() ||
      part.block_difference.size() != part.block_value.size())
    ContentReader::wrong();
  return part;
}

std::string encode(Values const& values) {
  ContentWriter out;
  out.number(values.count);
  out.number(values.reference.size());
  out.number(values.difference.size());
  out.numbers(values.reference);
  out.numbers(values.difference);
  return out.take();
}

Values decode_values(std::string_view content, std::uint64_t quarter) {
  ContentReader in(content);
  Values values;
  values.quarter = quarter;
  values.count = static_cast<std::uint32_t>(in.number());
  std::uint64_t const reference = in.number(), difference = in.number();
  in.numbers(reference, values.reference);
  in.numbers(difference, values.difference);
  if (!in.done()) ContentReader::wrong();
  return values;
}

} // namespace likvard::detail
