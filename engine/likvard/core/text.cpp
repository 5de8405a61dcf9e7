#include "likvard/core/text.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace likvard {
namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, one each.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t const change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

} // namespace

std::string_view nearest(std::string_view word, std::span<std::string_view const> candidates) {
  constexpr std::size_t longest = 80; // beyond, nobody meant a name of ours
  if (word.empty() || word.size() > longest) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (auto candidate : candidates) {
    if (candidate.size() > 2 * longest) continue;
    if (std::size_t const d = distance(word, candidate);
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
