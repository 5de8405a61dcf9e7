#include "likvard/study/collect.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace likvard {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::string_view text_of(Better better) {
  return better == Better::higher ? "higher" : better == Better::lower ? "lower" : "none";
}

/// Unbiased variance of `count` values from [2][size] moments; 0 for fewer than two.
double variance_of(std::vector<double> const& moments, std::size_t cell, double count) {
  return count < 2 ? 0.0 : moments[moments.size() / 2 + cell] / (count - 1);
}

/// From the spread of block means (t, blocks - 1 degrees of freedom); nothing from a single block.
double error_of(std::vector<double> const& blocks, std::size_t cell, double count) {
  return count < 2 ? nothing : std::sqrt(variance_of(blocks, cell, count) / count);
}

/// Rows [point] of an array of a result.
void place(std::vector<double> const& row, std::size_t point, std::vector<double>& all) {
  std::copy(row.begin(), row.end(), all.begin() + static_cast<std::ptrdiff_t>(point * row.size()));
}

} // namespace

std::vector<std::size_t> kept_measures(Scenario const& scenario) {
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < measure_count; ++k)
    if ((scenario.measures.empty() && (scenario.years > 1 || !is_over_years(static_cast<Measure>(k)))) ||
        std::find(scenario.measures.begin(), scenario.measures.end(), measure_table()[k].key) !=
            scenario.measures.end())
      kept.push_back(k);
  return kept;
}

Shape shape_of(Scenario const& scenario) {
  return {scenario.years, scenario.policies.size(), kept_measures(scenario).size()};
}

std::vector<bool> shares_from_rates(Scenario const& scenario) {
  std::vector<bool> out;
  for (auto const& policy : scenario.policies) out.push_back(policy.own_share);
  return out;
}

Result described(Scenario const& scenario) {
  Result result;
  result.title = scenario.title;
  result.question = scenario.question;
  result.claim = scenario.claim;
  result.scenario_path = scenario.path;
  result.scenario_text = scenario.text;
  result.answer = scenario.answer;
  result.seed = scenario.seed;
  result.axes = scenario.axes;
  result.levels = scenario.levels;
  result.assumptions = scenario.assumptions;
  result.points = scenario.points;
  for (auto const& policy : scenario.policies) {
    result.policy_name.push_back(policy.name);
    result.policy_title.push_back(policy.title);
    result.policy_share.push_back(policy.share);
  }
  for (std::size_t k : kept_measures(scenario)) {
    auto const& spec = measure_table()[k];
    result.measures.push_back({std::string(spec.key), std::string(spec.title), std::string(spec.unit),
                               std::string(text_of(spec.better)), std::string(spec.description)});
  }
  result.year.years = scenario.years;
  result.quantile_levels = scenario.quantiles;
  return result;
}

Result empty_result(Scenario const& scenario) {
  Result result = described(scenario);
  std::size_t const points = result.points.size();
  std::size_t const size = points * result.policy_name.size() * result.measures.size();
  for (auto* array : {&result.mean, &result.variance, &result.standard_error, &result.difference,
                      &result.difference_variance, &result.difference_standard_error})
    array->assign(size, nothing);
  if (scenario.years > 1)
    for (auto* array : {&result.year.mean, &result.year.standard_error, &result.year.difference,
                        &result.year.difference_standard_error})
      array->assign(scenario.years * size, nothing);
  result.quantiles.assign(scenario.quantiles.size() * size, nothing);
  result.difference_quantiles.assign(scenario.quantiles.size() * size, nothing);
  result.replicates.assign(points, 0);
  result.share_given.assign(points * scenario.policies.size(), 0.0);
  result.degrees_of_freedom.assign(points, 0.0);
  result.units.resize(points);
  return result;
}

PointNumbers numbers_of(Partial const& total, Shape const& shape) {
  PointNumbers out;
  std::size_t const cells = shape.last_cells(), all = shape.cells();
  for (auto* array : {&out.mean, &out.variance, &out.standard_error, &out.difference,
                      &out.difference_variance, &out.difference_standard_error})
    array->assign(cells, nothing);
  out.year.years = static_cast<std::uint32_t>(shape.years);
  if (shape.years > 1)
    for (auto* array : {&out.year.mean, &out.year.standard_error, &out.year.difference,
                        &out.year.difference_standard_error})
      array->assign(all, nothing);
  out.share_given.assign(shape.policies, 0.0);
  out.replicates = total.count;
  if (total.count == 0) return out;
  auto const count = static_cast<double>(total.count), blocks = static_cast<double>(total.blocks);
  out.degrees_of_freedom = blocks - 1;
  for (std::size_t cell = 0; cell < all; ++cell) {
    double const error = error_of(total.block_value, cell, blocks),
                 difference_error = error_of(total.block_difference, cell, blocks);
    if (shape.years > 1) {
      out.year.mean[cell] = total.value[cell];
      out.year.standard_error[cell] = error;
      out.year.difference[cell] = total.difference[cell];
      out.year.difference_standard_error[cell] = difference_error;
    }
    if (cell < all - cells) continue;
    std::size_t const at = cell - (all - cells);
    out.mean[at] = total.value[cell];
    out.variance[at] = variance_of(total.value, cell, count);
    out.standard_error[at] = error;
    out.difference[at] = total.difference[cell];
    out.difference_variance[at] = variance_of(total.difference, cell, count);
    out.difference_standard_error[at] = difference_error;
  }
  for (std::size_t m = 0; m < shape.policies; ++m) out.share_given[m] = total.share_given[m] / count;
  for (auto [sums, means] :
       {std::pair{&total.unit_pupils, &out.units.pupils}, std::pair{&total.unit_need, &out.units.need},
        std::pair{&total.unit_money, &out.units.money}})
    for (double sum : *sums) means->push_back(sum / count);
  return out;
}

void place_point(PointNumbers const& n, std::size_t point, Result& r) {
  place(n.mean, point, r.mean);
  place(n.variance, point, r.variance);
  place(n.standard_error, point, r.standard_error);
  place(n.difference, point, r.difference);
  place(n.difference_variance, point, r.difference_variance);
  place(n.difference_standard_error, point, r.difference_standard_error);
  place(n.year.mean, point, r.year.mean);
  place(n.year.standard_error, point, r.year.standard_error);
  place(n.year.difference, point, r.year.difference);
  place(n.year.difference_standard_error, point, r.year.difference_standard_error);
  place(n.share_given, point, r.share_given);
  std::size_t const cells = n.mean.size(), size = r.mean.size();
  for (std::size_t q = 0; q < r.quantile_levels.size() && !n.quantiles.value.empty(); ++q)
    for (auto [from, to] : {std::pair{&n.quantiles.value, &r.quantiles},
                            std::pair{&n.quantiles.difference, &r.difference_quantiles}})
      std::copy_n(from->begin() + static_cast<std::ptrdiff_t>(q * cells), cells,
                  to->begin() + static_cast<std::ptrdiff_t>(q * size + point * cells));
  r.replicates[point] = n.replicates;
  r.degrees_of_freedom[point] = n.degrees_of_freedom;
  r.units[point] = n.units;
  if (!n.units.pupils.empty()) r.units[point].name = r.points[point].parameters.unit_names;
}

RateShares::RateShares(std::vector<bool> from_rates, std::vector<double>& share)
    : from_rates_(std::move(from_rates)), share_(share), sum_(share.size(), 0.0) {}

void RateShares::add(PointNumbers const& numbers) {
  if (numbers.replicates == 0) return;
  points_ += 1;
  for (std::size_t m = 0; m < share_.size(); ++m) {
    sum_[m] += numbers.share_given[m];
    if (from_rates_[m]) share_[m] = sum_[m] / points_;
  }
}

} // namespace likvard
