#include "likvard/io/file.hpp"

#include "likvard/study/errors.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace likvard {
namespace {

[[noreturn]] void fail(std::filesystem::path const& path, std::string const& what) {
  throw FileError(fmt::format("{}: {}", path.string(), what));
}

void sync(std::filesystem::path const& path, int flags) {
  int const file = ::open(path.c_str(), flags); // NOLINT(cppcoreguidelines-pro-type-vararg)
  if (file < 0) fail(path, fmt::format("cannot be opened to sync it ({})", std::strerror(errno)));
  int const status = ::fsync(file);
  int const why = errno;
  ::close(file);
  // Some file systems cannot sync a folder; that is no loss of data of ours.
  if (status != 0 && why != EINVAL && why != ENOTSUP)
    fail(path, fmt::format("cannot be synced ({})", std::strerror(why)));
}

std::filesystem::path folder_of(std::filesystem::path const& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

void make_folder(std::filesystem::path const& path) {
  std::error_code error;
  std::filesystem::create_directories(folder_of(path), error);
  if (error) fail(folder_of(path), fmt::format("cannot be made ({})", error.message()));
}

} // namespace

std::string read_file(std::filesystem::path const& path, std::uint64_t most) {
  std::error_code error;
  auto const status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) fail(path, "no such file");
  if (std::filesystem::is_directory(status)) fail(path, "is a folder, not a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(path, fmt::format("cannot be opened ({})", std::strerror(errno)));
  std::string content;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    content.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (content.size() > most)
      fail(path, fmt::format("is larger than {} MB, the most that is read", most >> 20));
  }
  if (in.bad()) fail(path, "cannot be read");
  return content;
}

std::filesystem::path temporary_name(std::filesystem::path const& path) {
  auto name = path;
  name += fmt::format(".{}.part", ::getpid());
  return name;
}

void remove_stale(std::filesystem::path const& path) {
  std::string const begins = path.filename().string() + ".", ends = ".part";
  std::error_code ignored;
  for (auto const& entry : std::filesystem::directory_iterator(folder_of(path), ignored)) {
    std::string const name = entry.path().filename().string();
    if (name.size() <= begins.size() + ends.size() || !name.starts_with(begins) || !name.ends_with(ends))
      continue;
    std::string_view const process(name.data() + begins.size(), name.size() - begins.size() - ends.size());
    if (process.find_first_not_of("0123456789") == std::string_view::npos)
      std::filesystem::remove(entry.path(), ignored);
  }
}

void publish(std::filesystem::path const& temporary, std::filesystem::path const& path) {
  sync(temporary, O_RDONLY);
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) fail(path, fmt::format("cannot be written ({})", error.message()));
  sync(folder_of(path), O_RDONLY | O_DIRECTORY);
}

void write_file(std::filesystem::path const& path, std::string_view content) {
  make_folder(path);
  auto const temporary = temporary_name(path);
  std::error_code ignored;
  try {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    if (!out) fail(path, fmt::format("cannot be written ({})", std::strerror(errno)));
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) fail(path, fmt::format("cannot be written ({})", std::strerror(errno)));
    publish(temporary, path);
  } catch (FileError const&) {
    std::filesystem::remove(temporary, ignored);
    throw;
  }
}

void check_writable(std::filesystem::path const& path) {
  if (std::filesystem::is_directory(path)) fail(path, "is a folder, not a file");
  make_folder(path);
  auto const temporary = temporary_name(path);
  std::ofstream out(temporary);
  int const why = errno;
  bool const works = static_cast<bool>(out);
  out.close();
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  if (!works) fail(path, fmt::format("cannot be written ({})", std::strerror(why)));
}

} // namespace likvard
