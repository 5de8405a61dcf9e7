#include "likvard/study/points.hpp"

#include "likvard/core/contract.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace likvard {
namespace {

/// Pieces of bytes, each kept once and known by its number.
class Pieces {
public:
  std::uint64_t number_of(std::string_view piece) {
    if (2 * end_.size() >= slot_.size()) spread(std::max<std::size_t>(64, 2 * slot_.size()));
    std::size_t const at = slot_for(piece);
    if (slot_[at] == 0) {
      bytes_ += piece;
      LIKVARD_EXPECT(bytes_.size() <= std::numeric_limits<std::uint32_t>::max());
      end_.push_back(static_cast<std::uint32_t>(bytes_.size()));
      slot_[at] = static_cast<std::uint32_t>(end_.size());
    }
    return slot_[at] - 1;
  }

  std::string_view operator[](std::uint64_t number) const {
    std::size_t const begin = number == 0 ? 0 : end_[number - 1];
    return std::string_view(bytes_).substr(begin, end_[number] - begin);
  }

private:
  /// Where the piece is, or the free place that it would have.
  std::size_t slot_for(std::string_view piece) const {
    std::size_t const last = slot_.size() - 1;
    std::size_t at = std::hash<std::string_view>()(piece) & last;
    while (slot_[at] != 0 && (*this)[slot_[at] - 1] != piece) at = (at + 1) & last;
    return at;
  }
  void spread(std::size_t size) {
    slot_.assign(size, 0);
    for (std::size_t i = 0; i < end_.size(); ++i)
      slot_[slot_for((*this)[i])] = static_cast<std::uint32_t>(i + 1);
  }

  std::string bytes_;
  std::vector<std::uint32_t> end_;  ///< of each piece in `bytes_`
  std::vector<std::uint32_t> slot_; ///< by hash: 1 + a piece's number, or 0; at most half of them taken
};

/// Small numbers in few bytes: seven bits in each, the lowest first; the last has no eighth bit.
void put_number(std::string& to, std::uint64_t x) {
  for (; x >= 128; x >>= 7) to += static_cast<char>(x | 128);
  to += static_cast<char>(x);
}

std::uint64_t take_number(char const*& from) {
  std::uint64_t x = 0;
  for (int shift = 0;; shift += 7) {
    auto const byte = static_cast<unsigned char>(*from++);
    x |= std::uint64_t{byte & 127U} << shift;
    if (byte < 128) return x;
  }
}

template <class T>
std::string_view bytes_of(T const& x) {
  return {reinterpret_cast<char const*>(&x), sizeof x};
}

template <class T>
T from_bytes(std::string_view bytes) {
  T x{};
  bytes.copy(reinterpret_cast<char*>(&x), sizeof x);
  return x;
}

using Bits = std::array<std::uint64_t, 2>;

std::string text_of(Bits const& bits) {
  return fmt::format("{:016x}{:016x}", bits[0], bits[1]);
}

/// Those whose text it is, if it is one.
std::optional<Bits> bits_of(std::string const& text) {
  if (text.size() != 32) return {};
  Bits bits{};
  char const *const begin = text.data(), *const middle = begin + 16;
  std::from_chars(begin, middle, bits[0], 16);
  std::from_chars(middle, middle + 16, bits[1], 16);
  return text_of(bits) == text ? std::optional(bits) : std::nullopt;
}

/// Points of one study share most of their names: "town, outcome.gap = 0.2, need.index = parents".
constexpr std::string_view between = ", ";

} // namespace

struct Points::Store {
  Pieces pieces;
  std::vector<std::shared_ptr<PointParameters::Common const>> commons; ///< what parameters are told by
  std::string rows;                                                    ///< one point after the other
  std::vector<std::uint32_t> begin;                                    ///< of each in `rows`

  void put(std::uint64_t x) { put_number(rows, x); }
  void put(std::string_view piece) { put(pieces.number_of(piece)); }
  void put(double x) { put(bytes_of(x)); }
  void put_name(std::string_view name);
  void put_parameters(PointParameters const& p);
  /// No two points have the same: it stands in the row, of 128 bits in hexadecimal the bits alone.
  void put_fingerprint(std::string const& text);
  /// Its place among `commons` and 1, or 0 for none.
  std::size_t number_of(std::shared_ptr<PointParameters::Common const> const& common);
};

namespace {

/// One row, from its beginning.
class RowReader {
public:
  RowReader(Pieces const& pieces, char const* at) : pieces_(pieces), at_(at) {}
  template <class T = std::uint64_t>
  T number() {
    return static_cast<T>(take_number(at_));
  }
  std::string_view piece() { return pieces_[number()]; }
  template <class T>
  T value() {
    return from_bytes<T>(piece());
  }
  std::string text() { return std::string(piece()); }
  std::string fingerprint() {
    auto const size = number();
    std::string_view const bytes(at_, size == 0 ? sizeof(Bits) : size - 1);
    return size == 0 ? text_of(from_bytes<Bits>(bytes)) : std::string(bytes);
  }

private:
  Pieces const& pieces_;
  char const* at_;
};

} // namespace

void Points::Store::put_name(std::string_view name) {
  std::vector<std::string_view> parts;
  for (std::size_t end = name.find(between); end != std::string_view::npos; end = name.find(between)) {
    parts.push_back(name.substr(0, end));
    name.remove_prefix(end + between.size());
  }
  put(parts.size());
  for (auto const part : parts) put(part);
  put(name);
}

void Points::Store::put_fingerprint(std::string const& text) {
  auto const bits = bits_of(text);
  put(bits ? 0 : 1 + text.size());
  rows += bits ? bytes_of(*bits) : std::string_view(text);
}

std::size_t Points::Store::number_of(std::shared_ptr<PointParameters::Common const> const& common) {
  if (!common) return 0;
  auto const found = std::find(commons.begin(), commons.end(), common); // of one study there is one
  auto const number = static_cast<std::size_t>(found - commons.begin()) + 1;
  if (found == commons.end()) commons.push_back(common);
  return number;
}

void Points::Store::put_parameters(PointParameters const& p) {
  put(static_cast<std::uint64_t>(p.stage));
  put(std::uint64_t{p.pupils});
  put(std::uint64_t{p.units});
  put(p.budget_per_pupil_sek);
  put(p.unit_names.size());
  for (auto const& name : p.unit_names) put(std::string_view(name));
  put(number_of(p.common_));
  put(std::uint64_t{p.base_});
  put(p.changes_.size());
  for (auto const& change : p.changes_) {
    put(std::uint64_t{change.place});
    put(bytes_of(change.word));
  }
}

Points::Points(std::vector<Point> const& list) {
  for (auto const& point : list) push_back(point);
}

void Points::push_back(Point const& point) {
  if (!store_ || store_.use_count() > 1)
    store_ = store_ ? std::make_shared<Store>(*store_) : std::make_shared<Store>();
  Store& s = *store_;
  LIKVARD_EXPECT(s.rows.size() <= std::numeric_limits<std::uint32_t>::max());
  s.begin.push_back(static_cast<std::uint32_t>(s.rows.size()));
  s.put_name(point.name);
  s.put(point.at.size());
  for (auto const& [axis, level] : point.at) {
    s.put(std::string_view(axis));
    s.put(std::string_view(level));
  }
  s.put(point.municipalities);
  s.put_parameters(point.parameters);
  s.put_fingerprint(point.fingerprint);
}

std::size_t Points::size() const {
  return store_ ? store_->begin.size() : 0;
}

Point Points::operator[](std::size_t i) const {
  LIKVARD_EXPECT(i < size());
  Store const& s = *store_;
  RowReader row(s.pieces, s.rows.data() + s.begin[i]);
  Point point;
  for (auto parts = row.number(); parts > 0; --parts) (point.name += row.piece()) += between;
  point.name += row.piece();
  for (auto levels = row.number(); levels > 0; --levels) {
    auto axis = row.text();
    point.at.emplace_hint(point.at.end(), std::move(axis), row.text());
  }
  point.municipalities = row.value<double>();
  PointParameters& p = point.parameters;
  p.stage = row.number<Stage>();
  p.pupils = row.number<std::uint32_t>();
  p.units = row.number<std::uint32_t>();
  p.budget_per_pupil_sek = row.value<double>();
  p.unit_names.resize(row.number());
  for (auto& name : p.unit_names) name = row.text();
  if (auto const common = row.number(); common > 0) p.common_ = s.commons[common - 1];
  p.base_ = row.number<std::uint32_t>();
  p.changes_.resize(row.number());
  for (auto& change : p.changes_) {
    change.place = row.number<std::uint32_t>();
    change.word = row.value<std::uint64_t>();
  }
  point.fingerprint = row.fingerprint();
  return point;
}

std::vector<Point> Points::list() const {
  return {begin(), end()};
}

} // namespace likvard
