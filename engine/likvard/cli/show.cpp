#include "commands.hpp"
#include "compare_table.hpp"
#include "result_table.hpp"

#include "likvard/io/result_file.hpp"

#include <numeric>

#include <fmt/format.h>

namespace likvard::cli {

int show(ShowArgs const& args) {
  Result const result = read_result(args.result);
  auto measures =
      find_measures(result, args.measures.empty() ? std::vector{result.answer.measure} : args.measures);
  auto policies = find_policies(result, args.policies);
  if (policies.empty()) {
    policies.resize(result.policy_name.size());
    std::iota(policies.begin(), policies.end(), std::size_t{0});
  }
  if (args.json)
    out(result_json(result, measures, policies).dump(2));
  else {
    if (!result.complete)
      err(fmt::format("{}: the run was interrupted; what was finished is shown", args.result));
    fmt::print("{}", to_text(result_table(result, measures, policies, args.difference)));
    if (result.decision && args.measures.empty() && args.policies.empty())
      fmt::print("\n{}", decision_text(result, *result.decision));
  }
  return ok;
}

} // namespace likvard::cli
