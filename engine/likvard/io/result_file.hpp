#pragma once
#include "likvard/study/errors.hpp"
#include "likvard/study/result.hpp"

#include <filesystem>

namespace likvard {

/// Write to a temporary name beside `path`, sync, then rename: a reader sees the old file or the whole new
/// one. Layout: engine/FORMAT.md. - Throws: FileError.
void write_result(std::filesystem::path const& path, Result const& result);

/// - Throws: FileError (not there, not ours, truncated, a newer format).
Result read_result(std::filesystem::path const& path);

} // namespace likvard
