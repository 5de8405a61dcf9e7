#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

/// The few HDF5 calls we need, with handles that close themselves. Inside io only; every failure is a
/// FileError without the file's name.
namespace likvard::hdf5 {

/// An HDF5 identifier and how to close it.
class Handle {
public:
  Handle() = default;
  Handle(std::int64_t id, int (*close)(std::int64_t), std::string const& what);
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle&& other) noexcept;
  Handle(Handle const&) = delete;
  Handle& operator=(Handle const&) = delete;
  ~Handle();
  std::int64_t get() const { return id_; }
  /// Close now.  - Returns below zero when it failed.
  int close_now();

private:
  std::int64_t id_ = -1;
  int (*close_)(std::int64_t) = nullptr;
};

/// For as long as it lives HDF5 prints nothing of its own.
class Quiet {
public:
  Quiet();
  ~Quiet();
  Quiet(Quiet const&) = delete;
  Quiet& operator=(Quiet const&) = delete;

private:
  void* data_ = nullptr;
  int (*print_)(std::int64_t, void*) = nullptr;
};

/// The first 512 bytes are left to us (HDF5's user block): a seal is put there when the rest is written.
inline constexpr std::uint64_t user_block = 512;
Handle create_file(std::string const& path);
Handle open_file(std::string const& path);
/// Push everything to the operating system and close.
void close_file(Handle file);
/// Write under a temporary name and move: the file is there whole or not at all.
/// - Throws: FileError that begins with the path.
void write_whole(std::filesystem::path const& path, std::function<void(Handle const&)> const& write);
Handle create_group(Handle const& where, std::string const& name);

void write_attribute(Handle const& where, std::string const& name, std::string const& value);
void write_attribute(Handle const& where, std::string const& name, double value);
void write_attribute(Handle const& where, std::string const& name, std::int64_t value);

/// A dataset with `description` and `unit`; returned open for scales and attributes. Large arrays are cut
/// into chunks of about 1 MB along the first dimension with a Fletcher-32 checksum each; small ones are
/// contiguous. Not compressed.
Handle write_numbers(Handle const& where, std::string const& name, std::vector<double> const& values,
                     std::vector<std::size_t> const& shape, std::string const& unit,
                     std::string const& description);
Handle write_counts(Handle const& where, std::string const& name, std::vector<std::uint64_t> const& values,
                    std::string const& unit, std::string const& description);
Handle write_texts(Handle const& where, std::string const& name, std::vector<std::string> const& values,
                   std::string const& description);
/// Some thousand of them are held at a time.
Handle write_texts(Handle const& where, std::string const& name, std::size_t count,
                   std::function<std::string(std::size_t)> const& text, std::string const& description);
/// A dataset to be written by rows: chunks of `chunk` numbers, each with a Fletcher-32 checksum, shuffled and
/// deflated (level 1) where that is wanted. With `grows` it begins with no rows and gets more as they are
/// written.
struct ArrayPlan {
  std::vector<std::size_t> shape, chunk;
  bool deflate = false, grows = false;
};
Handle create_array(Handle const& where, std::string const& name, ArrayPlan const& plan,
                    std::string const& unit, std::string const& description);
/// Write the box of `count` numbers from `start` on; the dataset grows along its first dimension as needed.
void write_box(Handle const& data, std::vector<std::size_t> const& start,
               std::vector<std::size_t> const& count, double const* values);

/// Make `scale` the named scale of dimension `axis` of `data`.
void attach_scale(Handle const& data, Handle const& scale, unsigned axis, std::string const& label);
void make_scale(Handle const& data, std::string const& name);

Handle open_data(Handle const& where, std::string const& name);
Handle open_group(Handle const& where, std::string const& name);
bool exists(Handle const& where, std::string const& path);
bool has_attribute(Handle const& where, std::string const& name);
std::string read_text_attribute(Handle const& where, std::string const& name);
double read_number_attribute(Handle const& where, std::string const& name);
std::int64_t read_integer_attribute(Handle const& where, std::string const& name);
/// Expects exactly this many numbers.
std::vector<double> read_numbers(Handle const& where, std::string const& name, std::size_t count);
/// The box of `count` numbers from `start` on, of an array of exactly this shape.
std::vector<double> read_box(Handle const& where, std::string const& name,
                             std::vector<std::size_t> const& shape, std::vector<std::size_t> const& start,
                             std::vector<std::size_t> const& count);
std::vector<std::uint64_t> read_counts(Handle const& where, std::string const& name, std::size_t count);
std::vector<std::string> read_texts(Handle const& where, std::string const& name);
/// Those from `begin` on; all of them are expected to be there.
std::vector<std::string> read_texts(Handle const& where, std::string const& name, std::size_t begin,
                                    std::size_t count);
/// Texts of many points are read and written so many at a time.
constexpr std::size_t texts_together = 2048;
std::vector<std::string> names_in_order(Handle const& where, std::string const& group);
std::size_t length_of(Handle const& where, std::string const& name);

} // namespace likvard::hdf5
