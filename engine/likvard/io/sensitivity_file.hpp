#pragma once
#include "likvard/study/sensitivity_data.hpp"

#include <filesystem>

namespace likvard {

/// All runs of a design, as HDF5 (engine/FORMAT.md): written beside its place and moved there.
/// - Throws: FileError.
void write_sensitivity(std::filesystem::path const& path, SensitivityData const& data);

/// - Throws: FileError (not there, not ours, truncated, a newer format).
SensitivityData read_sensitivity_file(std::filesystem::path const& path);

/// Is it such a file? (An ordinary result is none.)  - Throws: FileError when it cannot be read at all.
bool is_sensitivity_file(std::filesystem::path const& path);

} // namespace likvard
