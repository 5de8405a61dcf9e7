#include "likvard/analysis/sensitivity.hpp"

#include "likvard/analysis/shapley.hpp"
#include "likvard/core/contract.hpp"
#include "likvard/core/moments.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>

namespace likvard {
namespace {

/// Point means and their variances by chance of an independent part of the runs: the first block of each row
/// of a swap design or path, all runs of a plain one.
struct Sample {
  std::vector<double> x, y, noise;
};

Sample sample_of(SensitivityData const& data, std::size_t output) {
  std::size_t const d = data.factors.size(), m = data.replicates;
  Sample out;
  for (std::uint64_t run = 0; run < data.rows * data.blocks; run += data.blocks) {
    auto const values = std::span(data.y[output]).subspan(run * m, m);
    double const mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(m);
    double square = 0;
    for (double value : values) square += (value - mean) * (value - mean);
    out.y.push_back(mean);
    out.noise.push_back(m > 1 ? square / static_cast<double>(m * (m - 1)) : 0.0);
    out.x.insert(out.x.end(), data.x.begin() + static_cast<std::ptrdiff_t>(run * d),
                 data.x.begin() + static_cast<std::ptrdiff_t>((run + 1) * d));
  }
  return out;
}

Estimate estimate_of(Moments const& moments, double z) {
  double const error = moments.standard_error();
  return {moments.mean, error, moments.mean - z * error, moments.mean + z * error};
}

Swing swing_of_levels(FactorInfo const& factor, Sample const& sample, std::size_t d, std::size_t input,
                      double z) {
  std::map<double, Moments> by_level;
  for (std::size_t j = 0; j < sample.y.size(); ++j)
    if (std::isfinite(sample.y[j])) by_level[sample.x[j * d + input]].add(sample.y[j]);
  auto const less = [](auto const& a, auto const& b) { return a.second.mean < b.second.mean; };
  auto const low = std::min_element(by_level.begin(), by_level.end(), less),
             high = std::max_element(by_level.begin(), by_level.end(), less);
  auto const name = [&](double level) {
    return factor.levels.empty() ? fmt::format("{:g}", level)
                                 : factor.levels.at(static_cast<std::size_t>(level));
  };
  return {estimate_of(low->second, z), estimate_of(high->second, z), name(low->first), name(high->first)};
}

Swing swing_of(FactorInfo const& factor, Sample const& sample, std::size_t d, std::size_t input, double z) {
  std::vector<std::size_t> rows;
  for (std::size_t j = 0; j < sample.y.size(); ++j)
    if (std::isfinite(sample.y[j])) rows.push_back(j);
  std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    return sample.x[a * d + input] < sample.x[b * d + input] ||
           (sample.x[a * d + input] == sample.x[b * d + input] && a < b);
  });
  std::size_t distinct = 1;
  for (std::size_t k = 1; k < rows.size(); ++k)
    distinct += sample.x[rows[k] * d + input] != sample.x[rows[k - 1] * d + input];
  constexpr std::size_t few = 10;
  if (!factor.levels.empty() || distinct <= few) return swing_of_levels(factor, sample, d, input, z);
  std::size_t const fifth = std::max<std::size_t>(1, rows.size() / 5);
  Moments low, high;
  for (std::size_t k = 0; k < fifth; ++k) {
    low.add(sample.y[rows[k]]);
    high.add(sample.y[rows[rows.size() - 1 - k]]);
  }
  auto const at = [&](std::size_t k) { return sample.x[rows[k] * d + input]; };
  return {estimate_of(low, z), estimate_of(high, z), fmt::format("below {:.3g}", at(fifth)),
          fmt::format("above {:.3g}", at(rows.size() - 1 - fifth))};
}

IntervalRule rule_of(SensitivityData const& data, SensitivityOptions const& options) {
  IntervalRule rule{.level = options.level, .resamples = options.resamples, .seed = data.seed};
  rule.method = !data.stratum.empty() ? IntervalMethod::scrambles
                : options.bootstrap   ? IntervalMethod::bootstrap
                                      : IntervalMethod::delta;
  if (options.simultaneous)
    rule.family = static_cast<std::uint32_t>(std::max<std::size_t>(1, data.set_name.size()));
  return rule;
}

void drop_split(std::vector<Estimate>& list, std::size_t measured) {
  if (list.size() > measured) list.resize(measured);
}

void analyse_swaps(SensitivityData const& data, std::size_t output, IntervalRule const& rule,
                   OutputSensitivity& out) {
  std::size_t const measured = data.set_name.size(), sets = data.sets.size();
  auto const scheme = data.dependent                  ? SwapScheme::conditional
                      : data.scheme == Scheme::azzini ? SwapScheme::azzini
                                                      : SwapScheme::saltelli;
  auto const runs = swap_outputs(scheme, sets, data.replicates, data.base_only, data.y[output], data.stratum);
  if (runs.mean.rows() < 4) throw std::domain_error("fewer than 4 whole rows");
  auto const indices = swap_indices(runs, rule, true);
  out.rows = indices.rows;
  out.dropped = indices.dropped;
  out.mean = indices.mean;
  out.variance = indices.variance;
  out.noise = indices.noise;
  out.defined = indices.defined;
  out.first = indices.first;
  out.total = indices.total;
  drop_split(out.first, measured);
  drop_split(out.total, measured);
  std::size_t k = 0;
  for (std::size_t i = 0; i < sets; ++i)
    for (std::size_t j = i + 1; j < sets; ++j, ++k)
      if (j < measured && k < indices.pair.size()) out.pair.push_back(indices.pair[k]);
  // Given dependence levers and parameters cannot be told apart by one number.
  out.split_known = data.replicates > 1 && !data.dependent;
  if (out.split_known) {
    auto const all_levers = std::none_of(data.factors.begin(), data.factors.end(),
                                         [](FactorInfo const& f) { return f.role == Role::parameter; });
    out.split =
        variance_split(runs, static_cast<Eigen::Index>(data.split ? measured : sets), all_levers, rule);
  }
  constexpr std::uint32_t fewest = 4;
  out.noise_known = data.replicates >= fewest && !data.base_only;
  if (!out.noise_known) return;
  auto const logs =
      swap_outputs(scheme, sets, 2, false, log_noise(data.y[output], data.replicates), data.stratum);
  out.noise_known = logs.mean.rows() >= 4;
  if (!out.noise_known) return;
  out.of_noise = swap_indices(logs, rule);
  drop_split(out.of_noise.first, measured);
  drop_split(out.of_noise.total, measured);
}

void analyse_paths(SensitivityData const& data, std::size_t output, IntervalRule const& rule,
                   OutputSensitivity& out) {
  std::size_t const sets = data.sets.size();
  if (data.scheme == Scheme::morris) {
    std::size_t const row = (sets + 1) * data.replicates;
    for (std::uint64_t j = 0; j < data.rows; ++j) {
      auto const values = std::span(data.y[output]).subspan(j * row, row);
      out.rows += std::all_of(values.begin(), values.end(), [](double y) { return std::isfinite(y); });
    }
    if (out.rows < 4) throw std::domain_error("fewer than 4 whole rows");
    out.dropped = data.rows - out.rows;
    out.morris = elementary_effects(sets, data.replicates, data.y[output], data.order, data.step, rule);
    out.defined = true;
    return;
  }
  auto const effects = shapley_effects(sets, data.replicates, data.y[output], data.order, data.stratum, rule);
  out.rows = effects.rows;
  out.dropped = effects.dropped;
  out.shapley = effects.effect;
  out.variance = effects.variance;
  out.defined = effects.defined;
}

/// What any sample gives. Paths and swap designs have such a one within them.
void analyse_sample(SensitivityData const& data, std::size_t output, IntervalRule rule,
                    OutputSensitivity& out) {
  std::size_t const d = data.factors.size();
  Sample const sample = sample_of(data, output);
  rule.method = IntervalMethod::delta;
  auto const ranks = rank_indices(
      d, sample.x, sample.y,
      data.replicates > 1 ? std::span<double const>(sample.noise) : std::span<double const>{}, rule);
  if (out.rows == 0) {
    out.rows = ranks.rows;
    out.dropped = ranks.dropped;
    out.first = ranks.first;
    out.defined = ranks.defined;
    out.variance.value = ranks.variance;
  }
  out.mean = ranks.mean;
  if (data.scheme == Scheme::morris) return; // its points lie on few levels: densities say little
  out.density = density_indices(d, sample.x, sample.y);
  double const z = interval_quantile({.level = rule.level}, std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < d; ++i) out.swing.push_back(swing_of(data.factors[i], sample, d, i, z));
  if (data.replicates > 1 && out.noise.value == 0) {
    Moments noise;
    for (double v : sample.noise)
      if (std::isfinite(v)) noise.add(v * data.replicates);
    out.noise = estimate_of(noise, z);
  }
}

std::string interval_text(SensitivityData const& data, IntervalRule const& rule) {
  std::string const how = data.scheme == Scheme::morris ? "Student's t over trajectories"
                          : rule.method == IntervalMethod::scrambles && data.blocks > 1
                              ? fmt::format("Student's t over {} independent {}",
                                            1 + *std::max_element(data.stratum.begin(), data.stratum.end()),
                                            "parts of the design (scrambles or hypercubes)")
                          : rule.method == IntervalMethod::bootstrap && data.blocks > 1
                              ? "bootstrap over rows"
                              : "delta method, rows taken as independent";
  return fmt::format("{:g} % intervals by {}{}", 100 * rule.level, how,
                     rule.family > 1 ? "; those of one output hold together (Šidák)" : "");
}

} // namespace

SensitivityAnalysis analyse(SensitivityData const& data, SensitivityOptions const& options) {
  LIKVARD_EXPECT(!data.factors.empty() && data.y.size() == data.outputs.size());
  auto const rule = rule_of(data, options);
  SensitivityAnalysis out{{}, interval_text(data, rule), rule.level};
  for (std::size_t k = 0; k < data.outputs.size(); ++k) {
    OutputSensitivity one;
    auto const finite =
        std::count_if(data.y[k].begin(), data.y[k].end(), [](double y) { return std::isfinite(y); });
    if (finite < 4)
      throw std::domain_error(
          fmt::format("{}: fewer than 4 runs gave a number{}", data.outputs[k].key,
                      data.first_failure.empty() ? "" : fmt::format(" ({})", data.first_failure)));
    try {
      if (data.scheme == Scheme::azzini || data.scheme == Scheme::saltelli)
        analyse_swaps(data, k, rule, one);
      else if (data.scheme == Scheme::shapley || data.scheme == Scheme::morris)
        analyse_paths(data, k, rule, one);
      analyse_sample(data, k, rule, one);
    } catch (std::domain_error const& error) {
      throw std::domain_error(fmt::format("{}: {} of {} ({} runs failed{})", data.outputs[k].key,
                                          error.what(), data.rows, data.failed,
                                          data.first_failure.empty() ? "" : ": " + data.first_failure));
    }
    out.outputs.push_back(std::move(one));
  }
  return out;
}

double largest_half_width(SensitivityAnalysis const& analysis) {
  double widest = 0;
  for (auto const& output : analysis.outputs)
    for (auto const* list : {&output.first, &output.total, &output.shapley})
      for (auto const& e : *list) widest = std::max(widest, (e.high - e.low) / 2);
  return widest;
}

} // namespace likvard
