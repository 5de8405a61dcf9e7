#include "likvard/core/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace likvard {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, one each.
/// Distances of `limit` and above are not told apart.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  std::vector<std::size_t> here(b.size() + 1), last(here), before(here); // rows of costs
  for (std::size_t j = 0; j <= b.size(); ++j) here[j] = j;
  std::size_t least_last = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, here);
    here[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t cost = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost = std::min({cost, last[j] + 1, here[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost = std::min(cost, before[j - 2] + 1);
      here[j] = cost;
      least = std::min(least, cost);
    }
    if (std::min(least, least_last) >= limit) return limit; // what follows grows from these two rows
    least_last = least;
  }
  return here[b.size()];
}

/// How many letters a word has of each kind, told apart by five bits: capitals are as small ones.
struct Letters {
  std::array<std::size_t, 32> count{};
  explicit Letters(std::string_view word) {
    for (char c : word) ++count[kind(c)];
  }
  static std::size_t kind(char c) { return static_cast<unsigned char>(c) & 31U; }
};

/// The distance is at least this: every letter that one has and the other lacks takes an edit, and no edit
/// makes up for two of either.
std::size_t least_distance(Letters letters, std::string_view a, std::string_view b) {
  std::size_t common = 0;
  for (char c : b) {
    auto& left = letters.count[Letters::kind(c)];
    common += left > 0;
    left -= left > 0;
  }
  return std::max(a.size(), b.size()) - common;
}

} // namespace

std::string_view nearest(std::string_view word, std::span<std::string_view const> candidates) {
  constexpr std::size_t longest = 80; // beyond, nobody meant a name of ours
  if (word.empty() || word.size() > longest) return {};
  std::string_view best;
  std::string const wanted = lower(word);
  Letters const letters(word);
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (auto candidate : candidates) {
    if (std::max(candidate.size(), word.size()) >= least + std::min(candidate.size(), word.size()) ||
        least_distance(letters, word, candidate) >= least)
      continue;
    if (std::size_t const d = distance(wanted, lower(candidate), least);
        d < least && d < std::max(word.size(), candidate.size())) {
      least = d; // a word with no letter in common is no suggestion
      best = candidate;
    }
  }
  return best;
}

std::string one_line(std::string_view text, std::size_t most) {
  bool const whole = text.size() <= most;
  if (!whole) {
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    text = text.substr(0, most);
  }
  std::string out;
  out.reserve(text.size());
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += "\xEF\xBF\xBD";
    else
      out += c;
  return whole ? out : out + "...";
}

std::string join_and(std::span<std::string const> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

} // namespace likvard
