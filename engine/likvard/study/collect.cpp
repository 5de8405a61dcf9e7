#include "likvard/study/collect.hpp"

#include "likvard/core/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace likvard {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::string_view text_of(Better better) {
  return better == Better::higher ? "higher" : better == Better::lower ? "lower" : "none";
}

void collect_units(Plan const& plan, std::span<BlockResult const> blocks, double count, std::size_t policies,
                   UnitMeans& out) {
  std::size_t const units = plan.sizes.size();
  out.name = plan.parameters.municipality.given.name;
  out.pupils.assign(units, 0.0);
  out.need.assign(units, 0.0);
  out.money.assign(units * policies, 0.0);
  for (auto const& block : blocks) {
    if (!block.done) continue;
    for (std::size_t s = 0; s < units; ++s) {
      out.pupils[s] += block.unit_pupils[s] / count;
      out.need[s] += block.unit_need[s] / count;
    }
    for (std::size_t i = 0; i < out.money.size(); ++i) out.money[i] += block.unit_money[i] / count;
  }
}

/// Rates have no share of their own: what they came to, as a mean over the points that were run, places them.
void collect_shares(Scenario const& scenario, std::span<BlockResult const> blocks, std::size_t point,
                    Result& result) {
  std::size_t const policies = scenario.policies.size();
  for (std::size_t m = 0; m < policies; ++m) {
    double sum = 0, all = 0, run = 0;
    for (auto const& block : blocks)
      if (block.done) sum += block.share_given[m];
    result.share_given[point * policies + m] = sum / static_cast<double>(result.replicates[point]);
    if (!scenario.policies[m].own_share) continue;
    for (std::size_t g = 0; g < result.points.size(); ++g)
      if (result.replicates[g] > 0) all += result.share_given[g * policies + m], run += 1;
    result.policy_share[m] = all / run;
  }
}

void collect_quantiles(std::size_t point, std::span<BlockResult const> blocks, std::size_t cells,
                       std::size_t kept, Result& result) {
  std::vector<double> values, differences;
  std::size_t const all = result.mean.size();
  for (std::size_t i = 0; i < cells; ++i) {
    values.clear();
    differences.clear();
    for (auto const& block : blocks)
      for (std::size_t r = 0; r < block.kept_values.size(); r += cells) {
        values.push_back(block.kept_values[r + i]);
        differences.push_back(block.kept_values[r + i] - block.kept_values[r + i % kept]);
      }
    if (values.empty()) continue;
    for (std::size_t q = 0; q < result.quantile_levels.size(); ++q) {
      result.quantiles[q * all + point * cells + i] = sample_quantile(values, result.quantile_levels[q]);
      result.difference_quantiles[q * all + point * cells + i] =
          sample_quantile(differences, result.quantile_levels[q]);
    }
  }
}

} // namespace

double sample_quantile(std::vector<double>& values, double p) {
  double const place = p * static_cast<double>(values.size() - 1);
  auto const below = static_cast<std::size_t>(std::floor(place));
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), middle, values.end());
  double const low = *middle;
  if (below + 1 >= values.size()) return low;
  return low + (place - static_cast<double>(below)) * (*std::min_element(middle + 1, values.end()) - low);
}

Result empty_result(Scenario const& scenario, std::vector<std::size_t> const& kept) {
  Result result;
  result.title = scenario.title;
  result.question = scenario.question;
  result.claim = scenario.claim;
  result.scenario_path = scenario.path;
  result.scenario_text = scenario.text;
  result.answer = scenario.answer;
  result.seed = scenario.seed;
  result.points = scenario.points;
  result.axes = scenario.axes;
  result.levels = scenario.levels;
  result.assumptions = scenario.assumptions;
  for (auto const& policy : scenario.policies) {
    result.policy_name.push_back(policy.name);
    result.policy_title.push_back(policy.title);
    result.policy_share.push_back(policy.share);
  }
  for (std::size_t k : kept) {
    auto const& spec = measure_table()[k];
    result.measures.push_back({std::string(spec.key), std::string(spec.title), std::string(spec.unit),
                               std::string(text_of(spec.better)), std::string(spec.description)});
  }
  std::size_t const points = scenario.points.size();
  std::size_t const size = points * scenario.policies.size() * kept.size();
  for (auto* array : {&result.mean, &result.variance, &result.standard_error, &result.difference,
                      &result.difference_variance, &result.difference_standard_error})
    array->assign(size, nothing);
  result.year.years = scenario.years;
  if (scenario.years > 1)
    for (auto* array : {&result.year.mean, &result.year.standard_error, &result.year.difference,
                        &result.year.difference_standard_error})
      array->assign(scenario.years * size, nothing);
  result.quantile_levels = scenario.quantiles;
  result.quantiles.assign(scenario.quantiles.size() * size, nothing);
  result.difference_quantiles.assign(scenario.quantiles.size() * size, nothing);
  result.replicates.assign(points, 0);
  result.share_given.assign(points * scenario.policies.size(), 0.0);
  result.degrees_of_freedom.assign(points, 0.0);
  result.units.resize(points);
  return result;
}

void collect_point(Scenario const& scenario, Plan const& plan, std::size_t point,
                   std::span<BlockResult const> blocks, Result& result) {
  std::size_t const policies = scenario.policies.size(), kept = result.measures.size(),
                    cells = policies * kept;
  std::uint64_t count = 0;
  double used = 0;
  for (auto const& block : blocks) {
    if (block.done && block.count > 0) used += 1;
    count += block.count;
    result.failures.insert(result.failures.end(), block.failures.begin(), block.failures.end());
  }
  result.replicates[point] = count;
  if (count == 0) return;
  result.degrees_of_freedom[point] = used - 1;
  std::size_t const years = plan.parameters.years.count;
  for (std::size_t cell = 0; cell < years * cells; ++cell) {
    Moments values, differences, block_means, block_differences;
    for (auto const& block : blocks) {
      if (!block.done || block.count == 0) continue;
      values.merge(block.value[cell]);
      differences.merge(block.difference[cell]);
      block_means.add(block.value[cell].mean);
      block_differences.add(block.difference[cell].mean);
    }
    if (years > 1) {
      std::size_t const at = point * years * cells + cell;
      result.year.mean[at] = values.mean;
      result.year.standard_error[at] = used > 1 ? block_means.standard_error() : nothing;
      result.year.difference[at] = differences.mean;
      result.year.difference_standard_error[at] = used > 1 ? block_differences.standard_error() : nothing;
    }
    if (cell < (years - 1) * cells) continue;
    std::size_t const at = point * cells + cell - (years - 1) * cells;
    result.mean[at] = values.mean;
    result.variance[at] = values.variance();
    result.standard_error[at] = used > 1 ? block_means.standard_error() : nothing;
    result.difference[at] = differences.mean;
    result.difference_variance[at] = differences.variance();
    result.difference_standard_error[at] = used > 1 ? block_differences.standard_error() : nothing;
  }
  collect_shares(scenario, blocks, point, result);
  collect_units(plan, blocks, static_cast<double>(count), policies, result.units[point]);
  if (!scenario.quantiles.empty()) collect_quantiles(point, blocks, cells, kept, result);
}

} // namespace likvard
