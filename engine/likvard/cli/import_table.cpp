#include "commands.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/municipality_table.hpp"
#include "likvard/study/errors.hpp"

#include <fmt/format.h>

namespace likvard::cli {

int import_table(ImportArgs const& args) {
  UnitTable newest;
  for (auto const& name : args.files) {
    UnitTable table = read_units(name);
    if (table.kind == UnitFileKind::pupils && (newest.rows.empty() || table.school_year > newest.school_year))
      newest = std::move(table);
  }
  if (newest.rows.empty())
    throw ScenarioError(
        {fmt::format("{}: no export of pupils per grade among the files (a table of municipalities "
                     "is made from one)",
                     args.files.front())});
  auto const groups = args.groups.empty() ? std::map<std::string, std::string>{} : read_groups(args.groups);
  auto const table = municipality_rows(newest, groups);
  std::string text = municipality_header() + '\n';
  double suppressed = 0;
  for (auto const& row : table.rows) {
    text += municipality_line(row, table.source) + '\n';
    suppressed += row.suppressed;
  }
  write_file(args.table, text);
  if (!args.json) {
    out(fmt::format("{}: {} municipalities of {} ({})", args.table, table.rows.size(), newest.path,
                    table.source));
    out(fmt::format(
        "  {:.0f} suppressed shares of units were set to the middle of what suppression allows (min(5, "
        "n/2) pupils); units below 10 pupils and units without a share are left out of indices",
        suppressed));
  }
  tell_table(table.rows, args.json);
  return ok;
}

} // namespace likvard::cli
