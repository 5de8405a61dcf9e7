#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace likvard {

/// The whole of a text file.
/// - Throws: FileError (not there, a folder, larger than `most` bytes, cannot be read).
std::string read_file(std::filesystem::path const& path, std::uint64_t most = 64U << 20);

/// Write under a temporary name in the same folder, sync, then rename: never half a file. The folder is made
/// if missing.
/// - Throws: FileError.
void write_file(std::filesystem::path const& path, std::string_view content);

/// "x.h5" -> "x.h5.<process>.part": where a file is written before it gets its name.
std::filesystem::path temporary_name(std::filesystem::path const& path);

/// Remove temporary files of `path` that earlier processes left when they were killed.
/// - Expects: nobody else writes it (a lock is held).
void remove_stale(std::filesystem::path const& path);

/// Make a finished temporary file durable and give it its name.  - Throws: FileError.
void publish(std::filesystem::path const& temporary, std::filesystem::path const& path);

/// Refuse early what could not be written later: makes the folder and tries a file in it.  - Throws:
/// FileError.
void check_writable(std::filesystem::path const& path);

} // namespace likvard
