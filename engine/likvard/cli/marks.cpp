#include "marks.hpp"

#include "likvard/io/file.hpp"
#include "likvard/study/errors.hpp"

#include <fmt/format.h>

namespace likvard::cli {

std::string between_marks(std::string const& path, std::string_view name, std::string const& text) {
  std::string const begin_mark = fmt::format("<!-- {}: begin", name),
                    end_mark = fmt::format("<!-- {}: end -->", name), whole = read_file(path);
  auto const begin = whole.find(begin_mark);
  auto const line_end = begin == std::string::npos ? begin : whole.find('\n', begin);
  auto const end = whole.find(end_mark);
  if (line_end == std::string::npos || end == std::string::npos || end < line_end)
    throw FileError(
        fmt::format("{}: has no lines '{} ... -->' and '{}' to write between", path, begin_mark, end_mark));
  return whole.substr(0, line_end + 1) + "\n" + text + "\n" + whole.substr(end);
}

} // namespace likvard::cli
