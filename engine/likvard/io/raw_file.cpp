#include "likvard/io/detail/raw_file.hpp"

#include "likvard/study/errors.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace likvard::detail {
namespace {

[[noreturn]] void fail(std::filesystem::path const& path, char const* what, int why) {
  throw FileError(fmt::format("{}: {} ({})", path.string(), what, std::strerror(why)));
}

bool same_file(int descriptor, std::filesystem::path const& path) {
  struct stat opened{}, named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

} // namespace

RawFile::RawFile(int descriptor, std::filesystem::path path)
    : descriptor_(descriptor), path_(std::move(path)) {}
RawFile::RawFile(RawFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}
RawFile& RawFile::operator=(RawFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}
RawFile::~RawFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

RawFile RawFile::open(std::filesystem::path const& path) {
  int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC); // NOLINT(cppcoreguidelines-pro-type-vararg)
  if (file < 0) fail(path, "cannot be opened", errno);
  return {file, path};
}

RawFile RawFile::open_locked(std::filesystem::path const& path) {
  constexpr mode_t everyone = 0666; // less what the user's mask takes away
  for (;;) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, everyone);
    if (file < 0) fail(path, "cannot be written", errno);
    RawFile opened(file, path);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        throw FileError(fmt::format("{}: another likvard is writing it", path.string()));
      if (errno != ENOLCK && errno != EOPNOTSUPP) fail(path, "cannot be locked", errno);
    }
    // Whoever had it may have finished and removed it in between: then the name is somebody else's.
    if (same_file(file, path)) return opened;
  }
}

std::uint64_t RawFile::size() const {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) fail(path_, "cannot be read", errno);
  return static_cast<std::uint64_t>(status.st_size);
}

std::size_t RawFile::read(std::uint64_t offset, void* to, std::size_t bytes) const {
  std::size_t done = 0;
  while (done < bytes) {
    auto const got =
        ::pread(descriptor_, static_cast<char*>(to) + done, bytes - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path_, "cannot be read", errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void RawFile::append(std::string_view bytes) {
  std::uint64_t const start = size();
  std::size_t done = 0;
  while (done < bytes.size()) {
    auto const put =
        ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(start + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      int const why = errno;
      if (::ftruncate(descriptor_, static_cast<off_t>(start)) != 0) {
        // What is torn is recognised when it is read.
      }
      fail(path_, "cannot be written", why);
    }
    done += static_cast<std::size_t>(put);
  }
}

void RawFile::cut(std::uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail(path_, "cannot be written", errno);
}

void RawFile::sync() {
  if (::fdatasync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP)
    fail(path_, "cannot be synced", errno);
}

} // namespace likvard::detail
