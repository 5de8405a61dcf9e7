#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace likvard {

/// The candidate nearest to `word` by edit distance (adjacent swaps count one), ignoring case; empty when
/// none is within a third of the word's length (at least 2).
std::string_view nearest(std::string_view word, std::span<std::string_view const> candidates);

/// `text` fit for one line of a terminal: control characters, which a name in a file may hold, as U+FFFD, and
/// what is beyond `most` bytes cut at a letter and told by "...".
std::string one_line(std::string_view text, std::size_t most = 2000);

/// "a, b and c".
std::string join_and(std::span<std::string const> words);

} // namespace likvard
