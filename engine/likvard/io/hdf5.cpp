#include "likvard/io/detail/hdf5.hpp"

#include "likvard/study/errors.hpp"

#include <hdf5.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace likvard::hdf5 {
namespace {

constexpr std::size_t most_numbers = std::size_t{1}
                                     << 30; // far above what a study may hold: a guard against damaged sizes

void check(std::int64_t status, std::string const& what) {
  if (status < 0) throw FileError(what);
}

template <herr_t (*close)(hid_t)>
Handle own(hid_t id, std::string const& what) {
  return {id, [](std::int64_t h) -> int { return close(h); }, what};
}

Handle text_type() {
  Handle type = own<H5Tclose>(H5Tcopy(H5T_C_S1), "text type");
  check(H5Tset_size(type.get(), H5T_VARIABLE), "text type");
  check(H5Tset_cset(type.get(), H5T_CSET_UTF8), "text type");
  return type;
}

Handle space_of(std::vector<std::size_t> const& shape) {
  std::vector<hsize_t> const dims(shape.begin(), shape.end());
  return own<H5Sclose>(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), "data space");
}

/// No time stamps: equal results make equal files. Chunks of ~1 MB, checksummed, when large; texts lie
/// elsewhere in the file and HDF5 has no checksum for them.
Handle creation(std::vector<std::size_t> const& shape, std::size_t bytes_each, bool is_text) {
  Handle list = own<H5Pclose>(H5Pcreate(H5P_DATASET_CREATE), "property list");
  check(H5Pset_obj_track_times(list.get(), false), "property list");
  std::size_t const row = std::accumulate(shape.begin() + 1, shape.end(), bytes_each, std::multiplies<>());
  if (is_text || shape.empty() || shape[0] * row < (std::size_t{1} << 16)) return list;
  std::vector<hsize_t> chunk(shape.begin(), shape.end());
  chunk[0] = std::clamp<std::size_t>((std::size_t{1} << 20) / std::max<std::size_t>(row, 1), 1, shape[0]);
  check(H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data()), "chunks");
  check(H5Pset_fletcher32(list.get()), "checksum");
  return list;
}

void describe(Handle const& data, std::string const& unit, std::string const& description) {
  if (!unit.empty()) write_attribute(data, "unit", unit);
  write_attribute(data, "description", description);
}

/// Nothing waits to be written as a dataset is closed, where a disk that is full would not be heard of.
Handle unbuffered() {
  Handle list = own<H5Pclose>(H5Pcreate(H5P_DATASET_ACCESS), "property list");
  check(H5Pset_chunk_cache(list.get(), 1, 0, 1.0), "property list");
  return list;
}

/// Texts are converted some at a time: by itself HDF5 takes two megabytes for it.
Handle text_transfer() {
  Handle list = own<H5Pclose>(H5Pcreate(H5P_DATASET_XFER), "property list");
  check(H5Pset_buffer(list.get(), std::size_t{1} << 16, nullptr, nullptr), "property list");
  return list;
}

std::string cannot_write(std::string const& name) {
  return fmt::format("cannot write '{}' (disk full?)", name);
}

Handle create(Handle const& where, std::string const& name, hid_t type, std::vector<std::size_t> const& shape,
              std::size_t bytes_each) {
  Handle const space = space_of(shape), list = creation(shape, bytes_each, H5Tget_class(type) == H5T_STRING),
               access = unbuffered();
  return own<H5Dclose>(
      H5Dcreate2(where.get(), name.c_str(), type, space.get(), H5P_DEFAULT, list.get(), access.get()),
      cannot_write(name));
}

Handle write(Handle const& where, std::string const& name, hid_t stored, hid_t memory, void const* values,
             std::vector<std::size_t> const& shape, std::size_t bytes_each) {
  Handle data = create(where, name, stored, shape, bytes_each);
  if (std::find(shape.begin(), shape.end(), 0U) == shape.end())
    check(H5Dwrite(data.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), cannot_write(name));
  return data;
}

/// The box of `count` items from `start` on: in memory, and in the file. Another rank is refused.
std::pair<Handle, Handle> box_of(Handle const& data, std::vector<std::size_t> const& start,
                                 std::vector<std::size_t> const& count, std::string const& what) {
  std::vector<hsize_t> const from(start.begin(), start.end());
  Handle here = space_of(count), there = own<H5Sclose>(H5Dget_space(data.get()), what);
  std::vector<hsize_t> const size(count.begin(), count.end());
  if (H5Sget_simple_extent_ndims(there.get()) != static_cast<int>(from.size())) throw FileError(what);
  check(H5Sselect_hyperslab(there.get(), H5S_SELECT_SET, from.data(), nullptr, size.data(), nullptr), what);
  return {std::move(here), std::move(there)};
}

std::size_t points_in(Handle const& data, std::string const& name) {
  Handle const space = own<H5Sclose>(H5Dget_space(data.get()), fmt::format("'{}' is damaged", name));
  auto const count = H5Sget_simple_extent_npoints(space.get());
  if (count < 0 || static_cast<std::size_t>(count) > most_numbers)
    throw FileError(fmt::format("'{}' is damaged (its size)", name));
  return static_cast<std::size_t>(count);
}

template <class T>
std::vector<T> read(Handle const& where, std::string const& name, hid_t memory, std::size_t count) {
  Handle const data = open_data(where, name);
  if (points_in(data, name) != count) throw FileError(fmt::format("'{}' has the wrong size", name));
  std::vector<T> values(count);
  if (count > 0)
    check(H5Dread(data.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          fmt::format("'{}' is damaged", name));
  return values;
}

} // namespace

Handle open_data(Handle const& where, std::string const& name) {
  return own<H5Dclose>(H5Dopen2(where.get(), name.c_str(), H5P_DEFAULT),
                       fmt::format("'{}' is missing or damaged", name));
}
Handle open_group(Handle const& where, std::string const& name) {
  return own<H5Gclose>(H5Gopen2(where.get(), name.c_str(), H5P_DEFAULT),
                       fmt::format("'{}' is missing or damaged", name));
}

Quiet::Quiet() {
  H5open();
  // By itself it keeps megabytes of what it has freed.
  constexpr int each = 1 << 13, all = 1 << 16;
  H5set_free_list_limits(all, each, all, each, all, each);
  H5Eget_auto2(H5E_DEFAULT, reinterpret_cast<H5E_auto2_t*>(&print_), &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}
Quiet::~Quiet() {
  H5Eset_auto2(H5E_DEFAULT, reinterpret_cast<H5E_auto2_t>(print_), data_);
}

namespace {

/// Names of many points are metadata to HDF5, which would hold megabytes of them.
void keep_little(Handle const& access) {
  H5AC_cache_config_t cache{};
  cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  check(H5Pget_mdc_config(access.get(), &cache), "property list");
  cache.set_initial_size = true;
  cache.initial_size = cache.min_size = cache.max_size = std::size_t{1} << 18;
  check(H5Pset_mdc_config(access.get(), &cache), "property list");
}

} // namespace

Handle create_file(std::string const& path) {
  Handle const list = own<H5Pclose>(H5Pcreate(H5P_FILE_CREATE), "property list");
  check(H5Pset_userblock(list.get(), user_block), "property list");
  Handle const access = own<H5Pclose>(H5Pcreate(H5P_FILE_ACCESS), "property list");
  check(H5Pset_sieve_buf_size(access.get(), 0), "property list"); // as `unbuffered`, of arrays in one piece
  keep_little(access);
  return own<H5Fclose>(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, list.get(), access.get()),
                       "cannot be written (disk full?)");
}
Handle open_file(std::string const& path) {
  Handle const access = own<H5Pclose>(H5Pcreate(H5P_FILE_ACCESS), "property list");
  keep_little(access);
  return own<H5Fclose>(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()),
                       "is not a readable HDF5 file (another kind of file, or cut short)");
}
void close_file(Handle file) {
  check(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), "cannot be written (disk full?)");
  check(file.close_now(), "cannot be written (disk full?)"); // writes too: the beginning, anew
}

Handle create_group(Handle const& where, std::string const& name) {
  Handle const list = own<H5Pclose>(H5Pcreate(H5P_GROUP_CREATE), "property list");
  check(H5Pset_link_creation_order(list.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
        "property list");
  check(H5Pset_obj_track_times(list.get(), false), "property list");
  return own<H5Gclose>(H5Gcreate2(where.get(), name.c_str(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
                       fmt::format("cannot write '{}'", name));
}

void write_attribute(Handle const& where, std::string const& name, std::string const& value) {
  Handle const type = text_type(), space = own<H5Sclose>(H5Screate(H5S_SCALAR), "data space");
  Handle const attribute =
      own<H5Aclose>(H5Acreate2(where.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
                    "cannot write '" + name + "'");
  char const* text = value.c_str();
  check(H5Awrite(attribute.get(), type.get(), &text), "cannot write '" + name + "'");
}
void write_attribute(Handle const& where, std::string const& name, double value) {
  Handle const space = own<H5Sclose>(H5Screate(H5S_SCALAR), "data space");
  Handle const attribute = own<H5Aclose>(
      H5Acreate2(where.get(), name.c_str(), H5T_IEEE_F64LE, space.get(), H5P_DEFAULT, H5P_DEFAULT), name);
  check(H5Awrite(attribute.get(), H5T_NATIVE_DOUBLE, &value), "cannot write '" + name + "'");
}
void write_attribute(Handle const& where, std::string const& name, std::int64_t value) {
  Handle const space = own<H5Sclose>(H5Screate(H5S_SCALAR), "data space");
  Handle const attribute = own<H5Aclose>(
      H5Acreate2(where.get(), name.c_str(), H5T_STD_I64LE, space.get(), H5P_DEFAULT, H5P_DEFAULT), name);
  check(H5Awrite(attribute.get(), H5T_NATIVE_INT64, &value), "cannot write '" + name + "'");
}

Handle write_numbers(Handle const& where, std::string const& name, std::vector<double> const& values,
                     std::vector<std::size_t> const& shape, std::string const& unit,
                     std::string const& description) {
  Handle data = write(where, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(), shape, sizeof(double));
  describe(data, unit, description);
  return data;
}
Handle write_counts(Handle const& where, std::string const& name, std::vector<std::uint64_t> const& values,
                    std::string const& unit, std::string const& description) {
  Handle data = write(where, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, values.data(), {values.size()},
                      sizeof(std::uint64_t));
  describe(data, unit, description);
  return data;
}
Handle write_texts(Handle const& where, std::string const& name, std::size_t count,
                   std::function<std::string(std::size_t)> const& text, std::string const& description) {
  Handle const type = text_type();
  Handle data = create(where, name, type.get(), {count}, sizeof(char*));
  for (std::size_t begin = 0; begin < count; begin += texts_together) {
    std::vector<std::string> values;
    for (std::size_t i = begin; i < std::min(count, begin + texts_together); ++i) values.push_back(text(i));
    std::vector<char const*> pointers;
    for (auto const& value : values) pointers.push_back(value.c_str());
    auto const [here, there] = box_of(data, {begin}, {values.size()}, cannot_write(name));
    check(H5Dwrite(data.get(), type.get(), here.get(), there.get(), text_transfer().get(), pointers.data()),
          cannot_write(name));
  }
  describe(data, "", description);
  return data;
}
Handle write_texts(Handle const& where, std::string const& name, std::vector<std::string> const& values,
                   std::string const& description) {
  return write_texts(where, name, values.size(), [&](std::size_t i) { return values[i]; }, description);
}

Handle create_array(Handle const& where, std::string const& name, ArrayPlan const& plan,
                    std::string const& unit, std::string const& description) {
  std::string const what = fmt::format("cannot write '{}'", name);
  std::vector<hsize_t> dims(plan.shape.begin(), plan.shape.end()), most = dims;
  std::vector<hsize_t> const chunk(plan.chunk.begin(), plan.chunk.end());
  if (plan.grows) {
    dims[0] = 0;
    most[0] = H5S_UNLIMITED;
  }
  int const rank = static_cast<int>(dims.size());
  Handle const space = own<H5Sclose>(H5Screate_simple(rank, dims.data(), most.data()), what);
  Handle const list = own<H5Pclose>(H5Pcreate(H5P_DATASET_CREATE), what);
  check(H5Pset_obj_track_times(list.get(), false), what);
  check(H5Pset_chunk(list.get(), rank, chunk.data()), what);
  if (plan.deflate) {
    check(H5Pset_shuffle(list.get()), what);
    check(H5Pset_deflate(list.get(), 1), what);
  }
  check(H5Pset_fletcher32(list.get()), what);
  Handle const access = unbuffered(); // whole chunks are written at once
  Handle data = own<H5Dclose>(H5Dcreate2(where.get(), name.c_str(), H5T_IEEE_F64LE, space.get(), H5P_DEFAULT,
                                         list.get(), access.get()),
                              what);
  describe(data, unit, description);
  return data;
}

void write_box(Handle const& data, std::vector<std::size_t> const& start,
               std::vector<std::size_t> const& count, double const* values) {
  std::string const what = "cannot be written (disk full?)";
  Handle const space = own<H5Sclose>(H5Dget_space(data.get()), what);
  std::vector<hsize_t> dims(start.size());
  check(H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr), what);
  if (start[0] + count[0] > dims[0]) {
    dims[0] = start[0] + count[0];
    check(H5Dset_extent(data.get(), dims.data()), what);
  }
  auto const [here, there] = box_of(data, start, count, what);
  check(H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, here.get(), there.get(), H5P_DEFAULT, values), what);
}

void make_scale(Handle const& data, std::string const& name) {
  check(H5DSset_scale(data.get(), name.c_str()), "scale '" + name + "'");
}
void attach_scale(Handle const& data, Handle const& scale, unsigned axis, std::string const& label) {
  check(H5DSattach_scale(data.get(), scale.get(), axis), "scale '" + label + "'");
  check(H5DSset_label(data.get(), axis, label.c_str()), "label '" + label + "'");
}

bool exists(Handle const& where, std::string const& path) {
  // Every part must be there: H5Lexists does not look through a missing group.
  for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1))
    if (H5Lexists(where.get(), path.substr(0, at).c_str(), H5P_DEFAULT) <= 0) return false;
  return H5Lexists(where.get(), path.c_str(), H5P_DEFAULT) > 0;
}

bool has_attribute(Handle const& where, std::string const& name) {
  return H5Aexists(where.get(), name.c_str()) > 0;
}

std::string read_text_attribute(Handle const& where, std::string const& name) {
  std::string const what = fmt::format("'{}' is missing or damaged", name);
  Handle const attribute = own<H5Aclose>(H5Aopen(where.get(), name.c_str(), H5P_DEFAULT), what);
  Handle const stored = own<H5Tclose>(H5Aget_type(attribute.get()), what);
  if (H5Tget_class(stored.get()) != H5T_STRING || H5Tis_variable_str(stored.get()) <= 0)
    throw FileError(what);
  Handle const type = text_type();
  char* text = nullptr;
  check(H5Aread(attribute.get(), type.get(), &text), what);
  std::string const value = text ? text : "";
  H5free_memory(text);
  return value;
}
double read_number_attribute(Handle const& where, std::string const& name) {
  Handle const attribute = own<H5Aclose>(H5Aopen(where.get(), name.c_str(), H5P_DEFAULT),
                                         fmt::format("'{}' is missing or damaged", name));
  double value = 0;
  check(H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value), fmt::format("'{}' is damaged", name));
  return value;
}
std::int64_t read_integer_attribute(Handle const& where, std::string const& name) {
  Handle const attribute = own<H5Aclose>(H5Aopen(where.get(), name.c_str(), H5P_DEFAULT),
                                         fmt::format("'{}' is missing or damaged", name));
  std::int64_t value = 0;
  check(H5Aread(attribute.get(), H5T_NATIVE_INT64, &value), fmt::format("'{}' is damaged", name));
  return value;
}

std::size_t length_of(Handle const& where, std::string const& name) {
  return points_in(open_data(where, name), name);
}

std::vector<double> read_numbers(Handle const& where, std::string const& name, std::size_t count) {
  return read<double>(where, name, H5T_NATIVE_DOUBLE, count);
}
std::vector<double> read_box(Handle const& where, std::string const& name,
                             std::vector<std::size_t> const& shape, std::vector<std::size_t> const& start,
                             std::vector<std::size_t> const& count) {
  std::string const what = fmt::format("'{}' is damaged", name);
  Handle const data = open_data(where, name);
  Handle const space = own<H5Sclose>(H5Dget_space(data.get()), what);
  std::vector<hsize_t> dims(shape.size());
  if (H5Sget_simple_extent_ndims(space.get()) != static_cast<int>(shape.size()))
    throw FileError(fmt::format("'{}' has the wrong size", name));
  check(H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr), what);
  if (!std::equal(dims.begin(), dims.end(), shape.begin()))
    throw FileError(fmt::format("'{}' has the wrong size", name));
  auto const [here, there] = box_of(data, start, count, what);
  std::vector<double> values(
      std::accumulate(count.begin(), count.end(), std::size_t{1}, std::multiplies<>()));
  if (!values.empty())
    check(H5Dread(data.get(), H5T_NATIVE_DOUBLE, here.get(), there.get(), H5P_DEFAULT, values.data()), what);
  return values;
}
std::vector<std::uint64_t> read_counts(Handle const& where, std::string const& name, std::size_t count) {
  return read<std::uint64_t>(where, name, H5T_NATIVE_UINT64, count);
}

std::vector<std::string> read_texts(Handle const& where, std::string const& name) {
  return read_texts(where, name, 0, length_of(where, name));
}
std::vector<std::string> read_texts(Handle const& where, std::string const& name, std::size_t begin,
                                    std::size_t count) {
  std::string const what = fmt::format("'{}' is damaged", name);
  Handle const data = open_data(where, name);
  if (std::size_t const all = points_in(data, name); begin > all || count > all - begin)
    throw FileError(fmt::format("'{}' has the wrong size", name));
  Handle const stored = own<H5Tclose>(H5Dget_type(data.get()), what);
  if (H5Tget_class(stored.get()) != H5T_STRING || H5Tis_variable_str(stored.get()) <= 0)
    throw FileError(what);
  std::vector<std::string> values;
  if (count == 0) return values;
  Handle const type = text_type();
  auto const [here, there] = box_of(data, {begin}, {count}, what);
  std::vector<char*> pointers(count, nullptr);
  check(H5Dread(data.get(), type.get(), here.get(), there.get(), text_transfer().get(), pointers.data()),
        what);
  values.reserve(count);
  for (char const* text : pointers) values.emplace_back(text ? text : "");
  H5Dvlen_reclaim(type.get(), here.get(), H5P_DEFAULT, pointers.data());
  return values;
}

std::vector<std::string> names_in_order(Handle const& where, std::string const& group) {
  Handle const opened = open_group(where, group);
  H5G_info_t info{};
  check(H5Gget_info(opened.get(), &info), fmt::format("'{}' is damaged", group));
  std::vector<std::string> names;
  for (hsize_t i = 0; i < std::min<hsize_t>(info.nlinks, 10'000); ++i) {
    char name[512];
    auto const length = H5Lget_name_by_idx(opened.get(), ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name,
                                           sizeof name, H5P_DEFAULT);
    if (length < 0 || length >= static_cast<ssize_t>(sizeof name))
      throw FileError(fmt::format("'{}' is damaged", group));
    names.emplace_back(name);
  }
  return names;
}

} // namespace likvard::hdf5
