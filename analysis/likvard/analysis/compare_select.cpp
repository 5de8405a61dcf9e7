#include "likvard/analysis/compare.hpp"

#include "likvard/analysis/detail/compare_run.hpp"
#include "likvard/model/measures.hpp"
#include "likvard/study/errors.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace likvard {
namespace detail {

void check_rows(Scenario const& scenario, std::size_t point, RowBlock const& rows,
                std::vector<std::size_t> const& measures) {
  std::string const where = fmt::format("{}: point '{}'", scenario.path, scenario.points[point].name);
  if (rows.count == 0)
    throw ScenarioError({fmt::format("{}: no replicate of a block succeeded; the first: {}", where,
                                     rows.failures.empty() ? "" : rows.failures.front().what)});
  for (std::size_t i = 0; i < rows.value.size(); ++i)
    if (!std::isfinite(rows.value[i]))
      throw ScenarioError({fmt::format("{}: '{}' is not a number in some replicate: it cannot be compared",
                                       where, measure_table()[measures[i % measures.size()]].key)});
}

} // namespace detail

namespace {

/// Block means of one context's policies, as a selection asks for them.
class BlockSampler {
public:
  BlockSampler(Scenario const& scenario, std::size_t point, std::vector<std::size_t> const& policies,
               std::size_t measure, bool common, std::atomic<bool> const* stop)
      : scenario_(scenario), point_(point), policies_(policies), measures_{measure}, common_(common),
        stop_(stop), plan_(plan_of_point(scenario, point)),
        sign_(measure_table()[measure].better == Better::lower ? -1 : 1) {}

  void operator()(std::span<SampleRequest const> requests, std::span<double> out) {
    auto const tasks = tasks_of(requests);
    std::atomic<std::uint64_t> failed{0};
    tbb::parallel_for(std::size_t{0}, tasks.size(), [&](std::size_t t) {
      if (detail::stopped(stop_)) return;
      failed += run_task(tasks[t], out);
    });
    failures_ += failed;
  }

  std::uint64_t failures() const { return failures_; }

private:
  /// A block to run, its policies, and where their means go.
  struct Task {
    std::uint32_t block = 0, stream_point = 0;
    std::vector<std::pair<std::size_t, std::size_t>> wanted; ///< alternative, place in out
  };

  std::vector<Task> tasks_of(std::span<SampleRequest const> requests) const {
    std::map<std::pair<std::uint32_t, std::uint32_t>, Task> tasks; // by stream and block
    std::size_t at = 0;
    for (auto const& request : requests)
      for (std::size_t r = 0; r < request.count; ++r) {
        auto const block = static_cast<std::uint32_t>(request.first + r);
        std::uint32_t const stream = stream_of(request.alternative);
        Task& task = tasks[{stream, block}];
        task.block = block;
        task.stream_point = stream;
        task.wanted.emplace_back(request.alternative, at++);
      }
    std::vector<Task> out;
    for (auto& [key, task] : tasks) out.push_back(std::move(task));
    return out;
  }

  /// Luck of its own: one stream per policy, and per point where the scenario has it so.
  std::uint32_t stream_of(std::size_t alternative) const {
    auto const point = scenario_.luck == Luck::common ? 0 : static_cast<std::uint32_t>(point_) + 1;
    if (common_) return point;
    auto const policies = static_cast<std::uint32_t>(scenario_.policies.size());
    return point * policies + static_cast<std::uint32_t>(policies_[alternative]) + 1;
  }

  std::uint64_t run_task(Task const& task, std::span<double> out) {
    std::vector<Policy> policies{scenario_.policies[0]};
    for (auto const& [alternative, at] : task.wanted)
      if (policies_[alternative] != 0) policies.push_back(scenario_.policies[policies_[alternative]]);
    RowTask const rows_task{&plan_,         &policies,         &measures_,
                            scenario_.seed, task.stream_point, static_cast<std::uint32_t>(point_),
                            scenario_.draws};
    RowBlock const rows = rows_of_block(rows_task, task.block, workspaces_.local());
    detail::check_rows(scenario_, point_, rows, measures_);
    std::size_t column = 1;
    for (auto const& [alternative, at] : task.wanted) {
      std::size_t const m = policies_[alternative] == 0 ? 0 : column++;
      double sum = 0;
      for (std::size_t r = 0; r < rows.count; ++r) sum += rows.value[r * policies.size() + m];
      out[at] = sign_ * sum / static_cast<double>(rows.count);
    }
    return rows.failures.size();
  }

  Scenario const& scenario_;
  std::size_t point_;
  std::vector<std::size_t> const& policies_;
  std::vector<std::size_t> measures_;
  bool common_;
  std::atomic<bool> const* stop_;
  Plan plan_;
  double sign_;
  std::uint64_t failures_ = 0;
  tbb::enumerable_thread_specific<BlockWorkspace> workspaces_;
};

} // namespace

std::vector<PointSelection> select_policies(Scenario const& scenario, CompareOptions const& options) {
  auto const& question = scenario.compare;
  auto const policies = compared_policies(scenario);
  std::size_t const measure = compared_measure(scenario);
  if (question.method != "ocba" && question.delta <= 0)
    throw ScenarioError({fmt::format(
        "{}: compare.delta (the smallest difference in {} that matters, {}: {} cannot "
        "do without; --delta, or --method ocba)",
        scenario.path, measure_table()[measure].key, measure_table()[measure].unit, question.method)});
  std::vector<PointSelection> out;
  detail::on_threads(options.threads, [&] {
    for (std::size_t g = 0; g < scenario.points.size() && !detail::stopped(options.stop); ++g) {
      BlockSampler blocks(scenario, g, policies, measure, question.method == "kn", options.stop);
      Sampler const sampler = [&](std::span<SampleRequest const> requests, std::span<double> values) {
        blocks(requests, values);
      };
      SelectionOptions const selection{
          .confidence = question.confidence,
          .delta = question.delta,
          .first = question.first,
          // OCBA gives out a batch over the policies, the others a batch to each.
          .batch = question.method == "ocba" ? 2 * policies.size() : question.first,
          .budget = question.budget / block_size,
          .stop = options.stop,
          .on_progress = [&](std::uint64_t used, std::size_t left) {
            if (options.on_progress) options.on_progress(g, scenario.points.size(), used * block_size, left);
          }};
      auto const select = question.method == "ocba"     ? select_ocba
                          : question.method == "gsp"    ? select_gsp
                          : question.method == "rinott" ? select_rinott
                                                        : select_kn;
      PointSelection one{g, select(policies.size(), sampler, selection), blocks.failures()};
      out.push_back(std::move(one));
    }
  });
  return out;
}

} // namespace likvard
