#include "commands.hpp"
#include "table.hpp"

#include "likvard/analysis/report.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"

namespace likvard::cli {

int report(ReportArgs const& args) {
  Result const result = read_result(args.result);
  auto path = std::filesystem::path(args.output);
  if (path.empty()) path = std::filesystem::path(args.result).replace_extension(".html");
  write_file(path, make_report(result));
  out(path.string());
  return ok;
}

} // namespace likvard::cli
