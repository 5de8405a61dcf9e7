#pragma once
#include <filesystem>

/// The seal of a result: its first 512 bytes, which HDF5 leaves to us, hold its length and a hash of all that
/// follows. So a file that was cut short or changed anywhere is known before a number of it is used. Inside
/// io only.
namespace likvard::detail {

/// - Expects: a finished file with room for the seal.  - Throws: FileError.
void put_seal(std::filesystem::path const& path);

/// - Throws: FileError without the file's name: "is cut short: 1000 of 5000 bytes", "is damaged ...".
void check_seal(std::filesystem::path const& path);

} // namespace likvard::detail
