#include "commands.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/scenario_example.hpp"

#include <fmt/format.h>

namespace likvard::cli {

int example(ExampleArgs const& args) {
  std::string const text = example_scenario();
  if (args.output.empty() || args.output == "-")
    fmt::print("{}", text);
  else {
    write_file(args.output, text);
    out(fmt::format("{}: a complete scenario; try: likvard run {}", args.output, args.output));
  }
  return ok;
}

} // namespace likvard::cli
