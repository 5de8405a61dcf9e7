#include "likvard/io/number_table.hpp"

#include "likvard/io/detail/csv.hpp"
#include "likvard/io/detail/scenario_problems.hpp"
#include "likvard/io/file.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace likvard {

PlainTable read_plain_table(std::filesystem::path const& path) {
  constexpr std::uint64_t most_bytes = std::uint64_t{4} << 30U;
  auto csv = detail::parse_csv(read_file(path, most_bytes));
  PlainTable out{.path = path.string(), .columns = {}, .rows = {}, .line = {}};
  for (std::size_t j = 0; j < csv.rows.size(); ++j) {
    if (csv.rows[j].empty()) continue;
    if (out.columns.empty()) {
      out.columns = std::move(csv.rows[j]);
      for (std::size_t i = 0; i < out.columns.size(); ++i)
        if (out.columns[i].empty() || std::count(out.columns.begin(), out.columns.end(), out.columns[i]) > 1)
          throw ScenarioError({fmt::format("{}:{}: column {} (a name of its own is wanted, not '{}')",
                                           out.path, csv.line[j], i + 1, detail::quotable(out.columns[i]))});
      continue;
    }
    if (csv.rows[j].size() != out.columns.size())
      throw ScenarioError({fmt::format("{}:{}: {} cells ({} columns)", out.path, csv.line[j],
                                       csv.rows[j].size(), out.columns.size())});
    out.rows.push_back(std::move(csv.rows[j]));
    out.line.push_back(csv.line[j]);
  }
  if (out.rows.empty()) throw ScenarioError({fmt::format("{}: a header and rows are wanted", out.path)});
  return out;
}

bool read_number(std::string text, double& value) {
  value = std::numeric_limits<double>::quiet_NaN();
  if (text.empty() || text == "NA" || text == "NaN" || text == "nan" || text == ".") return true;
  std::replace(text.begin(), text.end(), ',', '.');
  char const* begin = text.data() + (text[0] == '+' ? 1 : 0);
  auto const [end, error] = std::from_chars(begin, text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

} // namespace likvard
