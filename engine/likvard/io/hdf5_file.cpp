#include "likvard/io/detail/hdf5.hpp"
#include "likvard/io/file.hpp"
#include "likvard/study/errors.hpp"

#include <fmt/format.h>
#include <utility>

namespace likvard::hdf5 {

Handle::Handle(std::int64_t id, int (*close)(std::int64_t), std::string const& what)
    : id_(id), close_(close) {
  if (id < 0) throw FileError(what);
}
Handle::Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
Handle& Handle::operator=(Handle&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(close_, other.close_);
  return *this;
}
Handle::~Handle() {
  close_now();
}
int Handle::close_now() {
  std::int64_t const id = std::exchange(id_, -1);
  return id >= 0 ? close_(id) : 0;
}

void write_whole(std::filesystem::path const& path, std::function<void(Handle const&)> const& write) {
  check_writable(path);
  auto const temporary = temporary_name(path);
  Quiet const quiet;
  try {
    Handle file = create_file(temporary.string());
    write(file);
    close_file(std::move(file));
  } catch (FileError const& error) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw FileError(fmt::format("{}: {}", path.string(), error.what()));
  }
  publish(temporary, path);
}

} // namespace likvard::hdf5
