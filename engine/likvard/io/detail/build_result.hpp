#pragma once
#include "likvard/io/blocks_file.hpp"
#include "likvard/io/result_file.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <vector>

/// From files of blocks to a result. Inside io only.
namespace likvard::detail {

/// A point's runs in one pile.  - Throws: FileError where two overlap or have other sizes than the study.
Pile pile_of(std::vector<BlocksFile const*> const& files, StudyHeader const& header, std::size_t point);

/// Write the result of what the files hold, point by point.
/// - `about`: everything but numbers; gets the shares of rates and the failures.
/// - `next`: gets the blocks that each point still needs for its precision within the budget [G].
/// - Returns what ended a study with a precision (stopping_text).
std::string build_result(std::vector<BlocksFile const*> const& files, StudyHeader const& header,
                         std::filesystem::path const& output, Compress compress, ResultOrigin const& origin,
                         Result& about, std::vector<Range>* next = nullptr);

/// A message about what a record of the file holds gets the file's name.
template <class F>
void of_file(BlocksFile const& file, F const& f) {
  try {
    f();
  } catch (FileError const& error) {
    throw FileError(fmt::format("{}: {}", file.path().string(), error.what()));
  }
}

/// Everything sound of a file to another, points at their places in the other's study.
void copy_blocks(BlocksFile const& from, std::vector<std::size_t> const& place, BlocksFile& to);

} // namespace likvard::detail
