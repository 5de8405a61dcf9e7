#include "likvard/io/detail/seal.hpp"

#include "likvard/core/text.hpp"
#include "likvard/io/detail/hdf5.hpp"
#include "likvard/io/detail/raw_file.hpp"
#include "likvard/io/hash.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <vector>

namespace likvard::detail {
namespace {

constexpr std::string_view begins = "likvard-result 2 ";
constexpr std::string_view begins_of_any = "likvard-result ";
constexpr std::string_view hdf5_begins = "\x89HDF";

std::string seal_text(std::uint64_t bytes, std::string const& hash) {
  return fmt::format("{}bytes {} hash {}\n", begins, bytes, hash);
}

std::string hash_after_seal(RawFile const& file) {
  Hasher hasher;
  std::vector<char> buffer(std::clamp<std::uint64_t>(file.size(), 1, std::uint64_t{1} << 18));
  std::uint64_t at = hdf5::user_block;
  while (std::size_t const got = file.read(at, buffer.data(), buffer.size())) {
    hasher.add(buffer.data(), got);
    at += got;
  }
  return hasher.text();
}

} // namespace

void put_seal(std::filesystem::path const& path) {
  std::string text;
  {
    auto const file = RawFile::open(path);
    text = seal_text(file.size(), hash_after_seal(file));
  }
  text.resize(hdf5::user_block, '\0');
  std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) throw FileError(fmt::format("cannot be written ({})", std::strerror(errno)));
}

void check_seal(std::filesystem::path const& path) {
  auto const file = RawFile::open(path);
  std::string text(hdf5::user_block, '\0');
  text.resize(file.read(0, text.data(), text.size()));
  if (text.starts_with(hdf5_begins))
    throw FileError("is not a likvard result of format 2 (another program's, or an older likvard's)");
  if (!text.starts_with(begins_of_any))
    throw FileError("is not a readable HDF5 file (another kind of file, or cut short)");
  if (!text.starts_with(begins))
    throw FileError(
        fmt::format("has result format {} (this program reads 2)",
                    one_line(text.substr(begins_of_any.size(),
                                         text.find(' ', begins_of_any.size()) - begins_of_any.size()),
                             20)));
  auto const word = [&](std::string_view name) {
    std::size_t const at = text.find(name);
    return at == std::string::npos
               ? std::string()
               : text.substr(at + name.size(),
                             text.find_first_of(" \n", at + name.size()) - at - name.size());
  };
  std::uint64_t bytes = 0;
  std::string const length = word("bytes ");
  auto const parsed = std::from_chars(length.data(), length.data() + length.size(), bytes);
  if (text.size() == hdf5::user_block && (parsed.ec != std::errc{} || length.empty()))
    throw FileError("is damaged (its seal)");
  if (file.size() != bytes)
    throw FileError(fmt::format("is {}: {} of {} bytes", file.size() < bytes ? "cut short" : "damaged",
                                file.size(), bytes));
  auto whole = seal_text(bytes, hash_after_seal(file));
  whole.resize(hdf5::user_block, '\0');
  if (whole != text) throw FileError("is damaged (its content does not agree with its seal)");
}

} // namespace likvard::detail
