#include "likvard/analysis/compare.hpp"
#include "likvard/analysis/detail/compare_run.hpp"
#include "likvard/analysis/information.hpp"
#include "likvard/analysis/paired.hpp"
#include "likvard/analysis/pareto.hpp"
#include "likvard/model/measures.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard {
namespace {

constexpr std::size_t front_resamples = 1000;

double sign_of(std::size_t measure) {
  return measure_table()[measure].better == Better::higher ? 1 : -1; // without a direction: a spread
}

/// What a decision looks at, common to all points.
struct Frame {
  std::vector<std::size_t> places;     ///< [A] in scenario.policies
  std::vector<Policy> policies;        ///< [A]
  std::vector<std::size_t> measures;   ///< the one that decides, then the objectives [1 + Q]
  std::vector<std::size_t> parameters; ///< [P] places among the coefficients
};

Frame frame_of(Scenario const& scenario) {
  Frame out;
  out.places = compared_policies(scenario);
  for (std::size_t m : out.places) out.policies.push_back(scenario.policies[m]);
  out.measures.push_back(compared_measure(scenario));
  for (std::size_t k : compared_objectives(scenario)) out.measures.push_back(k);
  std::vector<bool> uncertain(coefficient_count);
  for (auto const& point : scenario.points)
    for (std::size_t j : uncertain_coefficients(point.parameters.all().outcome)) uncertain[j] = true;
  for (std::size_t j = 0; j < coefficient_count; ++j)
    if (uncertain[j]) out.parameters.push_back(j);
  return out;
}

DecisionResult empty_decision(Scenario const& scenario, Frame const& frame) {
  DecisionResult d;
  d.measure = measure_table()[frame.measures[0]].key;
  d.confidence = scenario.compare.confidence;
  d.replicates = scenario.replicates;
  d.policy.assign(frame.places.begin(), frame.places.end());
  for (std::size_t j : frame.parameters) d.parameter.emplace_back(coefficient_keys()[j]);
  for (std::size_t q = 1; q < frame.measures.size(); ++q)
    d.objective.emplace_back(measure_table()[frame.measures[q]].key);
  return d;
}

/// All blocks of a point; empty when interrupted.
std::vector<RowBlock> rows_of_point(Scenario const& scenario, Frame const& frame, std::size_t point,
                                    std::atomic<bool> const* stop) {
  Plan const plan = plan_of_point(scenario, point);
  auto const g = static_cast<std::uint32_t>(point);
  RowTask const task{
      &plan, &frame.policies, &frame.measures, scenario.seed, scenario.luck == Luck::common ? 0 : g + 1,
      g,     scenario.draws};
  std::vector<RowBlock> out((scenario.replicates + block_size - 1) / block_size);
  tbb::enumerable_thread_specific<BlockWorkspace> workspaces;
  tbb::parallel_for(std::uint32_t{0}, static_cast<std::uint32_t>(out.size()), [&](std::uint32_t b) {
    if (detail::stopped(stop)) return;
    out[b] = rows_of_block(task, b, workspaces.local());
    detail::check_rows(scenario, point, out[b], frame.measures);
  });
  if (detail::stopped(stop)) out.clear();
  return out;
}

/// Block means [blocks][A][columns from … ] with the direction that is better up.
std::vector<double> block_means(Frame const& frame, std::vector<RowBlock> const& blocks, std::size_t from,
                                std::size_t to) {
  std::size_t const policies = frame.places.size(), columns = frame.measures.size();
  std::vector<double> out;
  for (auto const& block : blocks)
    for (std::size_t m = 0; m < policies; ++m)
      for (std::size_t q = from; q < to; ++q) {
        double sum = 0;
        for (std::size_t r = 0; r < block.count; ++r) sum += block.value[(r * policies + m) * columns + q];
        out.push_back(sign_of(frame.measures[q]) * sum / static_cast<double>(block.count));
      }
  return out;
}

ChoiceUnderUncertainty choice_of(Frame const& frame, std::vector<RowBlock> const& blocks,
                                 std::vector<std::size_t> const& parameters) {
  std::size_t const policies = frame.places.size(), columns = frame.measures.size();
  double const sign = sign_of(frame.measures[0]);
  std::vector<double> value, parameter;
  std::vector<std::uint32_t> block_of_row;
  for (std::uint32_t b = 0; b < blocks.size(); ++b)
    for (std::size_t r = 0; r < blocks[b].count; ++r) {
      for (std::size_t m = 0; m < policies; ++m)
        value.push_back(sign * blocks[b].value[(r * policies + m) * columns]);
      for (std::size_t j : parameters) parameter.push_back(blocks[b].parameter[r * coefficient_count + j]);
      block_of_row.push_back(b);
    }
  return choice_under_uncertainty({policies, parameters.size(), value, parameter, block_of_row});
}

void add_means(Frame const& frame, std::vector<RowBlock> const& blocks, DecisionResult& out) {
  std::size_t const policies = frame.places.size();
  auto const sample = paired_sample(block_means(frame, blocks, 0, 1), policies);
  double const sign = sign_of(frame.measures[0]);
  Eigen::Index best = 0;
  sample.mean.maxCoeff(&best);
  auto const b = static_cast<std::size_t>(best);
  out.best.push_back(b);
  out.sure.push_back(sure_of_best(sample, b));
  auto const bounds = comparisons_with_best(sample, out.confidence);
  for (std::size_t m = 0; m < policies; ++m) {
    auto const i = static_cast<Eigen::Index>(m);
    auto const behind = paired_difference(sample, b, m);
    out.mean.push_back(sign * sample.mean(i));
    out.standard_error.push_back(std::sqrt(sample.covariance(i, i) / static_cast<double>(sample.rows)));
    out.behind.push_back(behind.mean);
    out.behind_se.push_back(behind.standard_error);
    out.correlation.push_back(m == b ? 1 : behind.correlation);
    out.saved.push_back(m == b ? 1 : behind.runs_saved);
    out.gain_low.push_back(bounds[m].low);
    out.gain_high.push_back(bounds[m].high);
  }
}

void add_front(Scenario const& scenario, Frame const& frame, std::vector<RowBlock> const& blocks,
               DecisionResult& out) {
  std::size_t const policies = frame.places.size(), objectives = frame.measures.size() - 1;
  auto const rows = block_means(frame, blocks, 1, frame.measures.size());
  auto const sample = paired_sample(rows, policies * objectives);
  for (std::size_t i = 0; i < policies * objectives; ++i) {
    auto const at = static_cast<Eigen::Index>(i);
    out.objective_mean.push_back(sign_of(frame.measures[1 + i % objectives]) * sample.mean(at));
    out.objective_se.push_back(std::sqrt(sample.covariance(at, at) / static_cast<double>(sample.rows)));
  }
  for (double p : front_probability(rows, policies, objectives, front_resamples, scenario.seed))
    out.front.push_back(p);
}

void add_choice(Scenario const& scenario, Frame const& frame, std::vector<RowBlock> const& blocks,
                std::size_t point, DecisionResult& out) {
  auto const uncertain = uncertain_coefficients(scenario.points[point].parameters.all().outcome);
  auto const choice = choice_of(frame, blocks, uncertain);
  auto const push = [](ValueWithError const& e, std::vector<double>& value, std::vector<double>& error) {
    value.push_back(e.value);
    error.push_back(e.standard_error);
  };
  out.degrees_of_freedom.push_back(choice.degrees_of_freedom);
  push(choice.perfect, out.evpi, out.evpi_se);
  push(choice.with_chance, out.chance, out.chance_se);
  for (std::size_t j : frame.parameters) {
    auto const found = std::find(uncertain.begin(), uncertain.end(), j);
    push(found == uncertain.end() ? ValueWithError{}
                                  : choice.partial[static_cast<std::size_t>(found - uncertain.begin())],
         out.evppi, out.evppi_se);
  }
  for (std::size_t m = 0; m < frame.places.size(); ++m) {
    push(choice.probability_best[m], out.probability, out.probability_se);
    push(choice.expected_regret[m], out.regret, out.regret_se);
    push(choice.high_regret[m], out.high_regret, out.high_regret_se);
    out.largest_regret.push_back(choice.largest_regret[m]);
  }
}

} // namespace

std::optional<DecisionResult> decide(Scenario const& scenario, CompareOptions const& options) {
  Frame const frame = frame_of(scenario);
  DecisionResult out = empty_decision(scenario, frame);
  std::vector<std::size_t> points = options.points;
  if (points.empty()) {
    points.resize(scenario.points.size());
    std::iota(points.begin(), points.end(), std::size_t{0});
  }
  bool whole = true;
  detail::on_threads(options.threads, [&] {
    for (std::size_t i = 0; i < points.size() && whole; ++i) {
      std::size_t const g = points[i];
      if (options.on_progress) options.on_progress(i, points.size(), 0, frame.places.size());
      auto const blocks = rows_of_point(scenario, frame, g, options.stop);
      whole = !blocks.empty();
      if (!whole) return;
      add_means(frame, blocks, out);
      add_choice(scenario, frame, blocks, g, out);
      add_front(scenario, frame, blocks, out);
    }
  });
  if (!whole) return std::nullopt;
  return out;
}

} // namespace likvard
