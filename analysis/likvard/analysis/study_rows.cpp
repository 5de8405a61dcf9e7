#include "likvard/analysis/study_rows.hpp"

#include "likvard/analysis/detail/compare_run.hpp"
#include "likvard/core/contract.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/errors.hpp"
#include "likvard/study/policy_rows.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <mutex>

namespace likvard {

std::size_t StudyRows::place(std::string_view measure) const {
  auto const table = measure_table();
  auto const found =
      std::find_if(measures.begin(), measures.end(), [&](std::size_t m) { return table[m].key == measure; });
  LIKVARD_EXPECT(found != measures.end());
  return static_cast<std::size_t>(found - measures.begin());
}

StudyRows study_rows(Scenario const& scenario, std::vector<std::string> const& measures,
                     RowsOptions const& options) {
  constexpr double most_numbers = 2e8;
  StudyRows rows;
  rows.points = scenario.points.size();
  rows.policies = scenario.policies.size();
  rows.replicates = scenario.replicates;
  auto const table = measure_table();
  for (auto const& name : measures) {
    auto const found = std::find_if(table.begin(), table.end(), [&](auto const& m) { return m.key == name; });
    LIKVARD_EXPECT(found != table.end());
    rows.measures.push_back(static_cast<std::size_t>(found - table.begin()));
  }
  double const numbers = static_cast<double>(rows.points) * static_cast<double>(rows.replicates) *
                         static_cast<double>(rows.policies) * static_cast<double>(measures.size());
  if (numbers > most_numbers)
    throw ScenarioError({fmt::format(
        "{}: {} points x {} replicates x {} policies x {} measures are {:.0f} numbers (at "
        "most {:.0f} are kept side by side)",
        scenario.path, rows.points, rows.replicates, rows.policies, measures.size(), numbers, most_numbers)});
  auto const uncertain = uncertain_coefficients(scenario.points.front().parameters.all().outcome);
  for (std::size_t c : uncertain) rows.parameter_name.emplace_back(coefficient_keys()[c]);
  std::size_t const here = (rows.points + options.shards - options.shard) / options.shards;
  rows.value.resize(here * rows.replicates * rows.policies * measures.size());
  rows.parameter.resize(rows.replicates * uncertain.size());

  std::size_t const width = rows.policies * measures.size();
  std::size_t done = 0;
  std::mutex told;
  CoefficientLaws const laws = coefficient_laws(scenario.points.front().parameters.all().outcome);
  tbb::enumerable_thread_specific<BlockWorkspace> work;
  detail::on_threads(options.threads, [&] {
    tbb::parallel_for(std::size_t{0}, here, [&](std::size_t i) {
      if (detail::stopped(options.stop)) return;
      std::size_t const g = options.shard - 1 + i * options.shards;
      Plan const plan = plan_of_point(scenario, g, &laws);
      auto const at = static_cast<std::uint32_t>(g);
      RowTask const task{&plan,
                         &scenario.policies,
                         &rows.measures,
                         scenario.seed,
                         scenario.luck == Luck::common ? 0 : at + 1,
                         at};
      for (std::size_t b = 0; b < rows.replicates / block_size; ++b) {
        RowBlock const block = rows_of_block(task, static_cast<std::uint32_t>(b), work.local());
        detail::check_rows(scenario, g, block, rows.measures);
        if (block.count != block_size)
          throw ScenarioError({fmt::format("{}: point '{}': a replicate failed: {}", scenario.path,
                                           scenario.points[g].name, block.failures.front().what)});
        std::copy(block.value.begin(), block.value.end(),
                  rows.value.begin() +
                      static_cast<std::ptrdiff_t>((i * rows.replicates + b * block_size) * width));
        for (std::size_t r = 0; g == 0 && r < block_size; ++r)
          for (std::size_t c = 0; c < uncertain.size(); ++c)
            rows.parameter[(b * block_size + r) * uncertain.size() + c] =
                block.parameter[r * coefficient_count + uncertain[c]];
      }
      std::lock_guard const lock(told);
      if (options.on_progress) options.on_progress(++done, here);
    });
  });
  if (detail::stopped(options.stop)) return {};
  return rows;
}

BlockMean block_mean(std::vector<double> const& values) {
  LIKVARD_EXPECT(values.size() % block_size == 0 && values.size() >= 2 * block_size);
  std::size_t const blocks = values.size() / block_size;
  BlockMean out;
  double square = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    double mean = 0;
    for (std::size_t r = 0; r < block_size; ++r) mean += values[b * block_size + r] / block_size;
    double const d = mean - out.mean; // Welford 1962
    out.mean += d / static_cast<double>(b + 1);
    square += d * (mean - out.mean);
  }
  out.degrees_of_freedom = static_cast<double>(blocks - 1);
  out.standard_error = std::sqrt(square / out.degrees_of_freedom / static_cast<double>(blocks));
  return out;
}

} // namespace likvard
