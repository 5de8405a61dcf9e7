#pragma once
#include "likvard/io/blocks_file.hpp"
#include "likvard/io/result_file.hpp"

#include <filesystem>
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

/// Everything sound of a file to another, points at their places in the other's study.
void copy_blocks(BlocksFile const& from, std::vector<std::size_t> const& place, BlocksFile& to);

} // namespace likvard::detail
