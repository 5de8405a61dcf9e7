// A result whose file is whole but whose contents are not what we wrote: what `show` and `report` do with it
// up to their text. Arrays come from memory in place of HDF5 (memory_hdf5.hpp). The bytes are edits, sixteen
// each, of a result with everything in it; the same through HDF5 itself is what `result_file` tests.
#include "bytes.hpp"
#include "memory_hdf5.hpp"
#include "promise_result.hpp"

#include "likvard/analysis/compare.hpp"
#include "likvard/analysis/page_data.hpp"
#include "likvard/analysis/report.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/power.hpp"
#include "likvard/study/run.hpp"

#include <bit>
#include <cstring>
#include <filesystem>
#include <set>

using namespace likvard;
using fuzz::Tree;

namespace {

constexpr char const* everything = R"(
format = 1
title = "t"
[run]
replicates = 128
seed = 1
quantiles = [0.5]
measures = ["gap", "eps2", "not_qualified_gap"]
[design]
vary = { "municipality.pupils" = [60, 90] }
[municipality]
units = 3
[sorting]
strength = 0.4
[years]
count = 2
[power]
effect = 0.05
years = 2
pooled = [1, 2]
[compare]
measure = "gap"
[[policy]]
name = "p"
shares = [0.1, 0.2]
[sources]
"policy" = "s"
)";

/// Sixteen bytes of the input.
struct Edit {
  std::uint8_t what, length;
  std::uint16_t where;
  std::uint32_t at;
  std::uint64_t value;
};
static_assert(sizeof(Edit) == 16);

struct Place {
  std::string path, attribute; ///< attribute empty: the object itself
};

struct Base {
  std::string path; ///< a sealed file
  Tree tree;
  std::vector<Place> places;
};

Base make_base() {
  Base base;
  base.path = std::filesystem::temp_directory_path() / ("likvard-fuzz-" + std::to_string(::getpid()) + ".h5");
  Scenario const scenario = parse_scenario(everything, "s.toml");
  Result result = run(scenario, {.threads = 1, .stop = nullptr, .on_progress = {}});
  result.power = run_power(scenario, 1);
  CompareOptions options;
  options.threads = 1;
  result.decision = decide(scenario, options);
  result.failures = {{1, 5, "what"}, {1, 6, "what"}};
  write_result(base.path, result, Compress::none, "0123456789abcdef");
  base.tree = fuzz::memory_tree();
  if (!base.tree.nodes.contains("power/value") || !base.tree.nodes.contains("decision/front") ||
      !base.tree.nodes.contains("years/mean") || !base.tree.nodes.contains("quantile/value"))
    std::abort();
  for (auto const& [path, node] : base.tree.nodes) {
    if (!path.empty()) base.places.push_back({path, ""});
    for (auto const& [name, value] : node.attributes) base.places.push_back({path, name});
  }
  return base;
}

Base const& the_base() {
  static Base const base = make_base();
  return base;
}

std::string text_of(Edit const& edit) {
  char bytes[sizeof edit.value];
  std::memcpy(bytes, &edit.value, sizeof bytes);
  std::string out(bytes, edit.length % (sizeof bytes + 1));
  if (auto const end = out.find('\0'); end != std::string::npos) out.resize(end); // as HDF5 ends a text
  return edit.length >= 0xF8 ? std::string(1000, out.empty() ? '<' : out[0]) : out;
}

void resize(fuzz::Node& node, std::vector<std::size_t> shape) {
  std::size_t size = 1;
  for (std::size_t n : shape) size *= n;
  node.shape = std::move(shape);
  std::visit([&](auto& values) { values.resize(size); }, node.values);
}

void edit_values(fuzz::Node& node, Edit const& edit) {
  std::visit(
      [&](auto& values) {
        if (values.empty()) return;
        auto& one = values[edit.at % values.size()];
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, double>)
          one = std::bit_cast<double>(edit.value);
        else if constexpr (std::is_same_v<std::decay_t<decltype(one)>, std::uint64_t>)
          one = edit.value;
        else
          one = text_of(edit);
      },
      node.values);
}

/// - Returns the path of what was edited, or of what is new.
std::string apply(Tree& tree, Base const& base, Edit const& edit) {
  auto const& place = base.places[edit.where % base.places.size()];
  auto const found = tree.nodes.find(place.path);
  if (found == tree.nodes.end()) return place.path;
  fuzz::Node& node = found->second;
  if (!place.attribute.empty()) {
    auto& value = node.attributes[place.attribute];
    switch (edit.what % 5) {
    case 0: node.attributes.erase(place.attribute); break;
    case 1: value = text_of(edit); break;
    case 2: value = std::bit_cast<double>(edit.value); break;
    case 3: value = std::bit_cast<std::int64_t>(edit.value); break;
    default: value = static_cast<std::int64_t>(edit.value % 4); break;
    }
    return place.path;
  }
  auto const& other = base.places[edit.at % base.places.size()];
  switch (edit.what % 8) {
  case 0: tree.nodes.erase(found); break;
  case 1: resize(node, {edit.value % 64}); break;
  case 2:
    if (!node.shape.empty()) {
      auto shape = node.shape; // one dimension, up or down a little
      shape[edit.at % shape.size()] = edit.value % 8;
      resize(node, shape);
    }
    break;
  case 3: // another object's content
    if (other.attribute.empty())
      if (auto const from = base.tree.nodes.find(other.path); from != base.tree.nodes.end())
        node = from->second;
    break;
  case 4: { // a member more, as an axis
    std::string const path = place.path + "/" + text_of(edit);
    if (tree.nodes.emplace(path, base.tree.nodes.at("point/name")).second) tree.order.push_back(path);
    return path;
  }
  default: edit_values(node, edit); break;
  }
  return place.path;
}

/// Every edited object as it was.
void put_back(Tree& tree, Base const& base, std::set<std::string> const& edited) {
  for (auto const& path : edited)
    if (auto const whole = base.tree.nodes.find(path); whole != base.tree.nodes.end())
      tree.nodes[path] = whole->second;
    else
      tree.nodes.erase(path);
  tree.order.resize(base.tree.order.size());
}

} // namespace

/// Runs a study, so not within the time that an input may take.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  (void)the_base();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  Base const& base = the_base();
  Tree& tree = fuzz::memory_tree(); // whole between two inputs
  std::size_t const turn = fuzz::turn(data, size);
  std::set<std::string> edited;
  for (; size >= sizeof(Edit); data += sizeof(Edit), size -= sizeof(Edit)) {
    Edit edit;
    std::memcpy(&edit, data, sizeof edit);
    edited.insert(apply(tree, base, edit));
  }
  fuzz::refused(base.path, [&] {
    Result const result = read_result(base.path);
    fuzz::promise_result(result);
    if (turn % 4 == 0 && answer_text(result).empty()) std::abort();
    if (turn % 32 == 1 && page_data(result).empty()) std::abort(); // takes longer than all the rest
  });
  if (turn % 4 == 2)
    fuzz::refused(base.path, [&] {
      (void)answer_text(
          read_answer(base.path, [](Result const& r) { return std::vector{r.policy_name.size() - 1}; }));
    });
  if (turn % 4 == 3) fuzz::refused(base.path, [&] { (void)read_summary(base.path); });
  put_back(tree, base, edited);
  return 0;
}
