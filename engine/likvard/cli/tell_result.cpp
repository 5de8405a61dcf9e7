#include "tell_result.hpp"

#include "commands.hpp"
#include "compare_table.hpp"
#include "power_table.hpp"
#include "progress.hpp"
#include "result_table.hpp"
#include "shell.hpp"
#include "table.hpp"

#include "likvard/analysis/draws_worth.hpp"
#include "likvard/analysis/report.hpp"
#include "likvard/io/result_file.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard::cli {
namespace {

/// Of each model, the share nearest to the answer's.
std::vector<std::size_t> told_policies(Result const& result) {
  std::vector<std::size_t> policies;
  for (std::size_t m = 1; m < result.policy_name.size(); ++m) {
    bool nearest = true;
    for (std::size_t n = 1; n < result.policy_name.size(); ++n)
      if (result.policy_name[n] == result.policy_name[m] &&
          std::abs(result.policy_share[n] - result.answer.share) <
              std::abs(result.policy_share[m] - result.answer.share) - 1e-12)
        nearest = false;
    if (nearest) policies.push_back(m);
  }
  return policies;
}

std::vector<std::size_t> all_policies(Result const& result) {
  std::vector<std::size_t> policies(result.policy_name.size());
  std::iota(policies.begin(), policies.end(), std::size_t{0});
  return policies;
}

/// The answer's measure at the answer's share: a table that fits a screen.
void print_answer(Result const& result, std::string const& path) {
  out("");
  out(result.title);
  out(answer_text(result));
  out("");
  auto const measures = find_measures(result, {result.answer.measure});
  auto const policies = told_policies(result);
  constexpr std::size_t longest = 120;
  std::size_t const all = result.points.size() * policies.size();
  fmt::print("{}", to_text(result_table(result, measures, policies, true, longest)));
  if (all > longest) out(fmt::format("... {} more rows: likvard show {} -d", all - longest, path));
  if (std::string const worth = draws_worth_text(draws_worth(result, policies, measures.front()));
      !worth.empty())
    out(worth);
  if (result.power) fmt::print("\n{}", power_text(result.points, *result.power));
  if (result.decision) fmt::print("\n{}", decision_text(result, *result.decision));
}

} // namespace

int tell_result(std::string const& path, Telling const& args) {
  // Of all measures only the answer's is looked at: the rest of a large result stays in its file.
  Result const result = read_answer(path, [&](Result const& r) {
    return args.json ? all_policies(r) : args.quiet ? std::vector<std::size_t>() : told_policies(r);
  });
  if (!args.quiet && !args.json) print_answer(result, path);
  if (args.json) {
    out(result_json(result, find_measures(result, {result.answer.measure}), all_policies(result)).dump(2));
  } else {
    out(fmt::format("{}: {} replicates in {} on {} threads", path,
                    std::accumulate(result.replicates.begin(), result.replicates.end(), std::uint64_t{0}),
                    duration_text(result.provenance.seconds), result.provenance.threads));
    if (!args.stopping.empty()) out(args.stopping);
  }
  if (!result.complete) {
    if (!result.gap.empty()) {
      err(fmt::format("{}: of what is there: {}", path, result.gap));
      return ok;
    }
    err(fmt::format("interrupted: what was finished is in {}; --resume goes on from {}", path, args.blocks));
    return interrupted;
  }
  if (!result.failures.empty()) {
    auto const& first = result.failures.front();
    std::uint64_t const total =
        std::accumulate(result.replicates.begin(), result.replicates.end(), std::uint64_t{0}) +
        result.failures.size();
    err(fmt::format("{} of {} replicates failed; first: point {}, replicate {} ({}); repeat with: likvard "
                    "run {} --point {} --replicate {}",
                    result.failures.size(), total, first.point, first.replicate, first.what,
                    pasteable_word(args.scenario), first.point, first.replicate));
    return failed_replicates;
  }
  return ok;
}

Compress compress_of(std::string const& word) {
  return word == "deflate" ? Compress::deflate : Compress::none;
}

} // namespace likvard::cli
