#pragma once
#include <string>
#include <string_view>

namespace likvard::cli {

/// The file's text with what stands between its lines `<!-- NAME: begin ... -->` and `<!-- NAME: end -->`
/// replaced: what a program writes into a text that people write.
/// - Throws: FileError (cannot be read, or has no such lines in this order).
std::string between_marks(std::string const& path, std::string_view name, std::string const& text);

} // namespace likvard::cli
