#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

/// What the fuzz targets share. A broken promise ends the process, which libFuzzer reports with the input.
namespace likvard::fuzz {

/// Bytes as a file in memory, for readers that take a path. (Not memfd_create: HDF5 wants a real path.)
class MemoryFile {
public:
  MemoryFile() : path_("/dev/shm/likvard-fuzz-XXXXXX"), file_(::mkstemp(path_.data())) {
    if (file_ < 0) std::abort();
  }
  ~MemoryFile() {
    ::close(file_);
    ::unlink(path_.c_str());
  }
  MemoryFile(MemoryFile const&) = delete;
  MemoryFile& operator=(MemoryFile const&) = delete;
  void write(std::uint8_t const* data, std::size_t size) const {
    if (::ftruncate(file_, 0) != 0) std::abort();
    if (::pwrite(file_, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  }
  std::string const& path() const { return path_; }

private:
  std::string path_;
  int file_;
};

/// Which of several things to do with an input: what takes long is done to some of them only, by a hash
/// (FNV-1a) of the bytes, so that the same bytes always meet the same.
inline std::size_t turn(std::uint8_t const* data, std::size_t size) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (std::size_t i = 0; i < size; ++i) hash = (hash ^ data[i]) * 0x100000001B3;
  return hash >> 32;
}

/// A message is one line of text that begins with the file's name and is not endless.
inline void promise_message(std::string const& line, std::string const& path) {
  bool sound = line.starts_with(path + ":") && line.size() < 4000;
  for (char c : line) sound = sound && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  if (sound) return;
  std::fprintf(stderr, "a message that is none: '%s'\n", line.c_str());
  std::abort();
}

} // namespace likvard::fuzz
