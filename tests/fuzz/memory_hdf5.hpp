#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

/// The few calls of io/detail/hdf5.hpp with arrays in memory in place of HDF5: the `result` target is linked
/// with it, so that our own reading meets contents that a whole, sealed file could have a hundred times as
/// fast. It behaves as HDF5 does where a reader can tell: numbers of one kind are converted to the other and
/// clipped, what is missing or of another kind is a FileError.
namespace likvard::fuzz {

using Attribute = std::variant<std::string, double, std::int64_t>;
using Values = std::variant<std::vector<double>, std::vector<std::uint64_t>, std::vector<std::string>>;

struct Node {
  std::map<std::string, Attribute> attributes;
  bool is_group = false;
  std::vector<std::size_t> shape; ///< of data: product = how many values
  Values values;
};

/// A file's objects by path; the root is "".
struct Tree {
  std::map<std::string, Node> nodes;
  std::vector<std::string> order; ///< of creation
};

/// What the file that is opened next holds, and what the one that is written gets.
Tree& memory_tree();

} // namespace likvard::fuzz
