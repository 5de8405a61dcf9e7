#include "likvard/study/replay.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/policy_rows.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

namespace likvard {
Replay replay(Scenario const& scenario, std::size_t point, std::size_t policy, std::size_t measure,
              std::uint32_t blocks) {
  LIKVARD_EXPECT(point < scenario.points.size() && policy < scenario.policies.size() &&
                 measure < measure_count);
  Plan const plan = plan_of_point(scenario, point);
  std::vector<std::size_t> const kept{measure};
  auto const at = static_cast<std::uint32_t>(point);
  BlockTask const task{.plan = &plan,
                       .policies = &scenario.policies,
                       .kept = &kept,
                       .wanted = {},
                       .seed = scenario.seed,
                       .stream_point = scenario.luck == Luck::common ? 0 : at + 1,
                       .point = at,
                       .draws = scenario.draws,
                       .keep_values = true};
  std::vector<BlockResult> results(blocks);
  tbb::enumerable_thread_specific<BlockWorkspace> work;
  tbb::parallel_for(std::uint32_t{0}, blocks,
                    [&](std::uint32_t b) { results[b] = run_block(task, b, work.local()); });

  Replay out;
  for (std::uint32_t b = 0; b < blocks; ++b) {
    auto failure = results[b].failures.begin();
    std::size_t row = 0;
    for (std::uint32_t r = b * block_size; r < (b + 1) * block_size; ++r) {
      if (failure != results[b].failures.end() && failure->replicate == r) {
        out.failed.emplace_back(r, failure->what);
        ++failure;
        continue;
      }
      double const* values = results[b].kept_values.data() + row++ * scenario.policies.size();
      out.replicate.push_back(r);
      out.value.push_back(values[policy]);
      out.difference.push_back(values[policy] - values[0]);
    }
  }
  return out;
}

} // namespace likvard
