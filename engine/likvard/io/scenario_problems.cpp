#include "likvard/io/detail/scenario_problems.hpp"

#include "likvard/core/text.hpp"

#include <fmt/format.h>
#include <sstream>

namespace likvard::detail {
namespace {

constexpr std::size_t shown_length = 60;

/// Appends until the text is longer than will be shown: a value may be megabytes.
void append(std::string& text, toml::node const& node) {
  if (text.size() > shown_length) return;
  if (auto const* list = node.as_array()) {
    text += "[";
    for (std::size_t i = 0; i < list->size() && text.size() <= shown_length; ++i) {
      if (i > 0) text += ", ";
      append(text, *list->get(i));
    }
    text += "]";
  } else if (auto const* table = node.as_table()) {
    text += "{";
    for (auto const& [name, value] : *table) {
      if (text.size() > shown_length) break;
      text += fmt::format("{}{} = ", text.back() == '{' ? " " : ", ", quotable(name.str()));
      append(text, value);
    }
    text += table->empty() ? "}" : " }";
  } else if (auto const* string = node.as_string()) {
    text += fmt::format("'{}'", quotable(string->get()));
  } else if (auto const* real = node.as_floating_point()) {
    text += fmt::format("{}", real->get());
  } else {
    std::ostringstream out;
    node.visit([&](auto const& value) { out << value; });
    text += out.str();
  }
}

} // namespace

void Problems::add(toml::source_region const& place, std::string const& what) {
  auto const& at = place.begin.line != 0 ? place : point_place_;
  std::tuple const key(at.path ? *at.path : std::string(), at.begin.line, at.begin.column,
                       quotable(what, 400));
  if (full() && !found_.contains(key)) {
    ++dropped_;
    return;
  }
  Seen& seen = found_[key];
  if (point_.empty()) seen.in_file = true;
  if (point_.empty() || seen.last == point_) return;
  if (seen.points++ == 0) seen.first = point_;
  seen.last = point_;
}

void Problems::add(toml::node const& node, std::string const& what) {
  auto const found = node.source().begin.line == 0 ? places_.find(&node) : places_.end();
  add(found == places_.end() ? node.source() : found->second, what);
}

void Problems::begin_point(std::string name, toml::source_region const& place) {
  point_ = std::move(name);
  point_place_ = place;
  ++points_;
}

void Problems::end_point() {
  point_.clear();
  point_place_ = {};
  places_.clear();
}

std::vector<std::string> Problems::lines() const {
  constexpr std::size_t most = 100;
  std::vector<std::string> out;
  for (auto const& [key, seen] : found_) {
    auto const& [other, line, column, what] = key;
    std::string const& file = other.empty() ? file_ : other;
    if (out.size() == most) {
      out.push_back(fmt::format("{}: and {} more problems", file_, count() - most));
      break;
    }
    std::string where;
    bool const everywhere = seen.points == points_ && points_ > 1;
    if (!seen.in_file && !everywhere)
      where = fmt::format("point '{}'{}: ", quotable(seen.first, 80),
                          seen.points > 1 ? fmt::format(" and {} more", seen.points - 1) : "");
    out.push_back(line == 0 ? fmt::format("{}: {}{}", file, where, what)
                            : fmt::format("{}:{}:{}: {}{}", file, line, column, where, what));
  }
  return out;
}

std::string show(toml::node const& node) {
  std::string text;
  append(text, node);
  return quotable(text, shown_length);
}

std::string quotable(std::string_view text, std::size_t most) {
  bool const whole = text.size() <= most;
  std::size_t cut = whole ? text.size() : most - 3;
  while (!whole && cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U)
    --cut; // not inside a letter
  std::string out(text.substr(0, cut));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return whole ? out : out + "...";
}

std::string suggest(std::string_view word, std::vector<std::string_view> const& candidates) {
  auto const best = nearest(word, candidates);
  return best.empty() ? "" : fmt::format(" - did you mean '{}'?", best);
}

} // namespace likvard::detail
