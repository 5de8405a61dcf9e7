#include "memory_hdf5.hpp"

#include "likvard/io/detail/hdf5.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

namespace likvard::fuzz {

Tree& memory_tree() {
  static Tree tree;
  return tree;
}

namespace {

std::vector<std::string>& open_paths() {
  static std::vector<std::string> paths;
  return paths;
}

std::string join(std::string const& where, std::string const& name) {
  return where.empty() ? name : where + "/" + name;
}

std::size_t product(std::vector<std::size_t> const& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::uint64_t clipped(double x) {
  if (!(x > 0)) return 0;
  return x >= 0x1p64 ? std::numeric_limits<std::uint64_t>::max() : static_cast<std::uint64_t>(x);
}

} // namespace
} // namespace likvard::fuzz

namespace likvard::hdf5 {
namespace {

using fuzz::Attribute;
using fuzz::memory_tree;
using fuzz::Node;

/// Where in the array the i-th number of a box of it is.
std::size_t place_in_box(std::vector<std::size_t> const& shape, std::vector<std::size_t> const& start,
                         std::vector<std::size_t> const& count, std::size_t i) {
  std::size_t at = 0, step = 1;
  for (std::size_t axis = count.size(); axis-- > 0;) {
    at += (start[axis] + i % count[axis]) * step;
    i /= count[axis];
    step *= shape[axis];
  }
  return at;
}

std::string const& path_of(Handle const& handle) {
  return fuzz::open_paths().at(static_cast<std::size_t>(handle.get()));
}

Handle opened(std::string path) {
  auto& paths = fuzz::open_paths();
  paths.push_back(std::move(path));
  return {static_cast<std::int64_t>(paths.size() - 1),
          [](std::int64_t id) -> int {
            if (id == 0) fuzz::open_paths().clear(); // the file, which outlives all that is in it
            return 0;
          },
          ""};
}

[[noreturn]] void missing(std::string const& name) {
  throw FileError("'" + name + "' is missing or damaged");
}

Node const& node(Handle const& where, std::string const& name, bool is_group) {
  auto const found = memory_tree().nodes.find(fuzz::join(path_of(where), name));
  if (found == memory_tree().nodes.end() || found->second.is_group != is_group) missing(name);
  return found->second;
}

Attribute const& attribute(Handle const& where, std::string const& name) {
  auto const& attributes = memory_tree().nodes.at(path_of(where)).attributes;
  auto const found = attributes.find(name);
  if (found == attributes.end()) missing(name);
  return found->second;
}

/// Numbers of either kind as T.
template <class T>
std::vector<T> numbers_of(Node const& from, std::string const& name) {
  if (auto const* same = std::get_if<std::vector<T>>(&from.values)) return *same;
  std::vector<T> out;
  if (auto const* counts = std::get_if<std::vector<std::uint64_t>>(&from.values))
    for (auto x : *counts) out.push_back(static_cast<T>(x));
  else if (auto const* doubles = std::get_if<std::vector<double>>(&from.values))
    for (auto x : *doubles) out.push_back(static_cast<T>(fuzz::clipped(x)));
  else
    throw FileError("'" + name + "' is damaged");
  return out;
}

template <class T>
std::vector<T> read(Handle const& where, std::string const& name, std::size_t count) {
  Node const& from = node(where, name, false);
  if (fuzz::product(from.shape) != count) throw FileError("'" + name + "' has the wrong size");
  return numbers_of<T>(from, name);
}

Handle create(Handle const& where, std::string const& name, Node made) {
  std::string path = fuzz::join(path_of(where), name);
  memory_tree().nodes[path] = std::move(made);
  memory_tree().order.push_back(path);
  return opened(std::move(path));
}

void set_attribute(Handle const& where, std::string const& name, Attribute value) {
  memory_tree().nodes.at(path_of(where)).attributes[name] = std::move(value);
}

} // namespace

Quiet::Quiet() = default;
Quiet::~Quiet() = default;

Handle create_file(std::string const& path) {
  std::ofstream(path) << std::string(2 * user_block, '\0'); // something to seal and to rename
  memory_tree() = {};
  memory_tree().nodes[""].is_group = true;
  fuzz::open_paths().clear();
  return opened("");
}
Handle open_file(std::string const&) {
  fuzz::open_paths().clear();
  return opened("");
}
void close_file(Handle) {}
Handle create_group(Handle const& where, std::string const& name) {
  return create(where, name, {.attributes = {}, .is_group = true, .shape = {}, .values = {}});
}

void write_attribute(Handle const& where, std::string const& name, std::string const& value) {
  set_attribute(where, name, value);
}
void write_attribute(Handle const& where, std::string const& name, double value) {
  set_attribute(where, name, value);
}
void write_attribute(Handle const& where, std::string const& name, std::int64_t value) {
  set_attribute(where, name, value);
}

Handle write_numbers(Handle const& where, std::string const& name, std::vector<double> const& values,
                     std::vector<std::size_t> const& shape, std::string const&, std::string const&) {
  if (values.size() < fuzz::product(shape)) std::abort(); // HDF5 would read past the end
  return create(where, name, {.attributes = {}, .shape = shape, .values = values});
}
Handle write_counts(Handle const& where, std::string const& name, std::vector<std::uint64_t> const& values,
                    std::string const&, std::string const&) {
  return create(where, name, {.attributes = {}, .shape = {values.size()}, .values = values});
}
Handle write_texts(Handle const& where, std::string const& name, std::vector<std::string> const& values,
                   std::string const&) {
  return create(where, name, {.attributes = {}, .shape = {values.size()}, .values = values});
}
Handle write_texts(Handle const& where, std::string const& name, std::size_t count,
                   std::function<std::string(std::size_t)> const& text, std::string const& description) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(text(i));
  return write_texts(where, name, values, description);
}
Handle create_array(Handle const& where, std::string const& name, ArrayPlan const& plan, std::string const&,
                    std::string const&) {
  auto shape = plan.shape;
  if (plan.grows) shape[0] = 0;
  return create(where, name,
                {.attributes = {}, .shape = shape, .values = std::vector<double>(fuzz::product(shape))});
}
void write_box(Handle const& data, std::vector<std::size_t> const& start,
               std::vector<std::size_t> const& count, double const* values) {
  Node& to = memory_tree().nodes.at(path_of(data));
  to.shape[0] = std::max(to.shape[0], start[0] + count[0]);
  auto& all = std::get<std::vector<double>>(to.values);
  all.resize(fuzz::product(to.shape));
  std::size_t const cells = fuzz::product(count);
  for (std::size_t i = 0; i < cells; ++i) all.at(place_in_box(to.shape, start, count, i)) = values[i];
}
void make_scale(Handle const&, std::string const&) {}
void attach_scale(Handle const&, Handle const&, unsigned, std::string const&) {}

Handle open_data(Handle const& where, std::string const& name) {
  (void)node(where, name, false);
  return opened(fuzz::join(path_of(where), name));
}
Handle open_group(Handle const& where, std::string const& name) {
  (void)node(where, name, true);
  return opened(fuzz::join(path_of(where), name));
}
bool exists(Handle const& where, std::string const& path) {
  return memory_tree().nodes.contains(fuzz::join(path_of(where), path));
}
bool has_attribute(Handle const& where, std::string const& name) {
  return memory_tree().nodes.at(path_of(where)).attributes.contains(name);
}
std::string read_text_attribute(Handle const& where, std::string const& name) {
  auto const* text = std::get_if<std::string>(&attribute(where, name));
  if (!text) missing(name);
  return *text;
}
double read_number_attribute(Handle const& where, std::string const& name) {
  auto const& value = attribute(where, name);
  if (auto const* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (auto const* number = std::get_if<double>(&value)) return *number;
  throw FileError("'" + name + "' is damaged");
}
std::int64_t read_integer_attribute(Handle const& where, std::string const& name) {
  auto const& value = attribute(where, name);
  if (auto const* whole = std::get_if<std::int64_t>(&value)) return *whole;
  if (auto const* number = std::get_if<double>(&value))
    return *number < 0 ? -static_cast<std::int64_t>(std::min(fuzz::clipped(-*number), std::uint64_t{1} << 62))
                       : static_cast<std::int64_t>(std::min(fuzz::clipped(*number), std::uint64_t{1} << 62));
  throw FileError("'" + name + "' is damaged");
}
std::vector<double> read_numbers(Handle const& where, std::string const& name, std::size_t count) {
  return read<double>(where, name, count);
}
std::vector<double> read_box(Handle const& where, std::string const& name,
                             std::vector<std::size_t> const& shape, std::vector<std::size_t> const& start,
                             std::vector<std::size_t> const& count) {
  Node const& from = node(where, name, false);
  if (from.shape != shape) throw FileError("'" + name + "' has the wrong size");
  auto const all = numbers_of<double>(from, name);
  std::vector<double> out(fuzz::product(count));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = all.at(place_in_box(shape, start, count, i));
  return out;
}
std::vector<std::uint64_t> read_counts(Handle const& where, std::string const& name, std::size_t count) {
  return read<std::uint64_t>(where, name, count);
}
std::vector<std::string> read_texts(Handle const& where, std::string const& name) {
  auto const* texts = std::get_if<std::vector<std::string>>(&node(where, name, false).values);
  if (!texts) throw FileError("'" + name + "' is damaged");
  return *texts;
}
std::vector<std::string> read_texts(Handle const& where, std::string const& name, std::size_t begin,
                                    std::size_t count) {
  auto const all = read_texts(where, name);
  if (begin > all.size() || count > all.size() - begin) throw FileError("'" + name + "' has the wrong size");
  auto const from = all.begin() + static_cast<std::ptrdiff_t>(begin);
  return {from, from + static_cast<std::ptrdiff_t>(count)};
}
std::vector<std::string> names_in_order(Handle const& where, std::string const& group) {
  (void)node(where, group, true);
  std::string const begin = fuzz::join(path_of(where), group) + "/";
  std::vector<std::string> out;
  for (auto const& path : memory_tree().order)
    if (path.starts_with(begin) && path.find('/', begin.size()) == std::string::npos &&
        memory_tree().nodes.contains(path))
      out.push_back(path.substr(begin.size()));
  return out;
}
std::size_t length_of(Handle const& where, std::string const& name) {
  return fuzz::product(node(where, name, false).shape);
}

} // namespace likvard::hdf5
