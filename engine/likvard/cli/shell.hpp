#pragma once
#include <string>
#include <string_view>

namespace likvard::cli {

/// One word of a POSIX shell, whatever it holds: as it is where that is safe, else in single quotes.
std::string shell_word(std::string_view text);

/// The same for a line that a person may paste: a word with control characters, which would act on the
/// terminal or end the line, as $'...' with escapes (bash, ksh, zsh).
std::string pasteable_word(std::string_view text);

} // namespace likvard::cli
