#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>

/// A file by its descriptor: locked, written at its end, read anywhere. Inside io only; every failure is a
/// FileError with the file's name.
namespace likvard::detail {

class RawFile {
public:
  RawFile() = default;
  /// For reading.
  static RawFile open(std::filesystem::path const& path);
  /// For writing too, and locked against other processes that do the same; made when it is not there.
  static RawFile open_locked(std::filesystem::path const& path);
  RawFile(RawFile&& other) noexcept;
  RawFile& operator=(RawFile&& other) noexcept;
  RawFile(RawFile const&) = delete;
  RawFile& operator=(RawFile const&) = delete;
  ~RawFile();

  std::uint64_t size() const;
  /// Fewer bytes than asked for at the end of the file.
  std::size_t read(std::uint64_t offset, void* to, std::size_t bytes) const;
  /// All of it, or the file is as long as it was.
  void append(std::string_view bytes);
  void cut(std::uint64_t size);
  /// Outlives a loss of power.
  void sync();
  std::filesystem::path const& path() const { return path_; }
  void renamed(std::filesystem::path path) { path_ = std::move(path); } ///< by somebody else

private:
  RawFile(int descriptor, std::filesystem::path path);
  int descriptor_ = -1;
  std::filesystem::path path_;
};

} // namespace likvard::detail
