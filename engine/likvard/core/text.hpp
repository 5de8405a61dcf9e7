#pragma once
#include <span>
#include <string>
#include <string_view>

namespace likvard {

/// The candidate nearest to `word` by edit distance (adjacent swaps count one), ignoring case; empty when
/// none is within a third of the word's length (at least 2).
std::string_view nearest(std::string_view word, std::span<std::string_view const> candidates);

/// "a, b and c".
std::string join_and(std::span<std::string const> words);

} // namespace likvard
