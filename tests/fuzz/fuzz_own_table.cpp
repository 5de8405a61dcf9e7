// Any bytes as a table of one's own, read as `allocate` and `segregation` do. Before the first line break:
// the columns asked for, set apart by '|'.
#include "bytes.hpp"

#include "likvard/io/own_groups.hpp"
#include "likvard/io/own_table.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace likvard;

namespace {

void promise_counts(GroupCounts const& counts) {
  std::size_t const cells = counts.unit.size() * counts.group.size();
  if (static_cast<std::size_t>(counts.counts.size()) != cells) std::abort();
  for (double x : counts.counts.reshaped())
    if (!std::isfinite(x) || x < 0) std::abort();
}

template <class F>
void refused_or_sound(std::string const& path, F const& read) {
  try {
    read();
  } catch (ScenarioError const& error) {
    for (auto const& line : error.problems()) fuzz::promise_message(line, path);
  } catch (FileError const&) {
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static fuzz::MemoryFile const file;
  auto const* const end = std::find(data, data + size, '\n');
  std::vector<std::string> names(1);
  for (auto const* at = data; at != end; ++at)
    if (*at == '|')
      names.emplace_back();
    else
      names.back() += static_cast<char>(*at);
  names.resize(4);
  auto const* const body = end == data + size ? end : end + 1;
  file.write(body, static_cast<std::size_t>(data + size - body));
  refused_or_sound(file.path(), [&] {
    OwnTable const table = read_own_table(file.path(), names[0]);
    refused_or_sound(file.path(),
                     [&] { promise_counts(wide_groups(table, {{names[1], names[2]}, {}, names[3], {}})); });
    refused_or_sound(file.path(),
                     [&] { promise_counts(wide_groups(table, {{}, {names[1], names[2]}, names[3], {}})); });
    refused_or_sound(file.path(),
                     [&] { promise_counts(long_groups(table, names[1], names[2], names[3], "")); });
  });
  return 0;
}
