#include "commands.hpp"
#include "table.hpp"
#include "tell_result.hpp"

#include "likvard/io/study_file.hpp"

#include <fmt/format.h>

namespace likvard::cli {

int merge(MergeArgs const& args) {
  MergeOptions options{.partial = args.partial,
                       .keep = args.keep,
                       .compress = compress_of(args.compress),
                       .threads = args.threads,
                       .provenance =
                           provenance_now(fmt::format("likvard merge ({} parts)", args.parts.size()))};
  options.round = args.round;
  StudyOutcome const outcome = merge_parts({args.parts.begin(), args.parts.end()}, args.output, options);
  for (auto const& note : outcome.notes) err(note);
  int const code =
      tell_result(args.output, {.quiet = args.quiet,
                                .json = args.json,
                                .stopping = outcome.again.empty() ? outcome.stopping : outcome.again});
  return outcome.again.empty() ? code : another_round;
}

} // namespace likvard::cli
