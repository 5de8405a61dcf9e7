#include "commands.hpp"
#include "table.hpp"

#include "likvard/analysis/report.hpp"
#include "likvard/analysis/sensitivity.hpp"
#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"
#include "likvard/io/sensitivity_file.hpp"

namespace likvard::cli {

int report(ReportArgs const& args) {
  bool const sensitivity = is_sensitivity_file(args.result);
  auto path = std::filesystem::path(args.output);
  if (path.empty()) path = std::filesystem::path(args.result).replace_extension(".html");
  if (sensitivity) {
    auto const data = read_sensitivity_file(args.result);
    write_file(path, sensitivity_page(data, analyse(data)));
  } else {
    write_file(path, make_report(read_result(args.result)));
  }
  out(path.string());
  return ok;
}

} // namespace likvard::cli
