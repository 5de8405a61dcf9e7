#include "likvard/study/block.hpp"

#include <exception>
#include <numeric>
#include <utility>

namespace likvard {
namespace {

/// Fold one replicate's rows into the block.
void add_replicate(BlockTask const& task, Workspace const& work, std::span<double const> all_rows,
                   BlockResult& out) {
  std::size_t const policies = task.policies->size(), kept = task.kept->size();
  std::size_t const years = task.plan->parameters.years.count;
  ++out.count;
  for (std::size_t t = 0; t < years; ++t) {
    auto const year = all_rows.subspan(t * policies * measure_count);
    for (std::size_t m = 0; m < policies; ++m)
      for (std::size_t k = 0; k < kept; ++k) {
        std::size_t const column = (*task.kept)[k], at = (t * policies + m) * kept + k;
        double const x = year[m * measure_count + column];
        out.value[at].add(x);
        out.difference[at].add(x - year[column]);
      }
  }
  auto const rows = all_rows.last(policies * measure_count); // the rest is of the last year
  if (task.keep_values)
    for (std::size_t m = 0; m < policies; ++m)
      for (std::size_t column : *task.kept) out.kept_values.push_back(rows[m * measure_count + column]);

  std::size_t const units = work.sizes.size();
  for (std::size_t s = 0; s < units; ++s) {
    out.unit_pupils[s] += work.sizes[s];
    out.unit_need[s] += work.present[0].relative[s];
  }
  for (std::size_t i = 0; i < policies * units; ++i) out.unit_money[i] += work.unit_money[i];
  for (std::size_t m = 0; m < policies; ++m)
    out.share_given[m] += rows[m * measure_count + static_cast<std::size_t>(Measure::share_given)] / 100;
}

} // namespace

std::array<std::array<double, coefficient_count>, block_size> stratified_parameters(StreamKey key_of_block) {
  std::array<std::array<double, coefficient_count>, block_size> u{};
  for (std::size_t j = 0; j < coefficient_count; ++j) {
    Stream stream(key_of_block, Purpose::parameters, static_cast<std::uint32_t>(j));
    std::array<std::uint32_t, block_size> stratum{};
    std::iota(stratum.begin(), stratum.end(), 0U);
    for (std::uint32_t i = block_size; i > 1; --i)
      std::swap(stratum[i - 1], stratum[static_cast<std::uint32_t>(uniform01(stream) * i)]);
    for (std::uint32_t i = 0; i < block_size; ++i) u[i][j] = (stratum[i] + uniform01(stream)) / block_size;
  }
  return u;
}

namespace {

/// Replicates [from, to) of a block.
BlockResult run_part(BlockTask const& task, std::uint32_t block, std::uint32_t from, std::uint32_t to,
                     BlockWorkspace& work) {
  std::size_t const cells = task.policies->size() * task.kept->size();
  std::size_t const units = task.plan->sizes.size(), years = task.plan->parameters.years.count;
  BlockResult out;
  out.value.resize(years * cells);
  out.difference.resize(years * cells);
  out.unit_pupils.assign(units, 0.0);
  out.unit_need.assign(units, 0.0);
  out.unit_money.assign(units * task.policies->size(), 0.0);
  out.share_given.assign(task.policies->size(), 0.0);
  if (task.keep_values) out.kept_values.reserve(cells * (to - from));
  work.rows.resize(years * task.policies->size() * measure_count);
  StreamKey const of_block{task.seed, task.stream_point, block};
  if (!work.drawn || work.drawn->seed != of_block.seed || work.drawn->point != of_block.point ||
      work.drawn->replicate != of_block.replicate) {
    work.parameters = stratified_parameters(of_block);
    work.drawn = of_block;
  }
  for (std::uint32_t i = from; i < to; ++i) {
    std::uint32_t const replicate = block * block_size + i;
    try {
      StreamKey const key{task.seed, task.stream_point, replicate};
      if (years > 1)
        simulate_years(*task.plan, *task.policies, key, work.parameters[i], task.wanted, work.replicate,
                       work.years, work.rows);
      else
        simulate(*task.plan, *task.policies, key, work.parameters[i], task.wanted, work.replicate, work.rows);
    } catch (std::exception const& error) {
      out.failures.push_back({task.point, replicate, error.what()});
      continue;
    }
    add_replicate(task, work.replicate, work.rows, out);
  }
  out.done = true;
  return out;
}

} // namespace

BlockResult run_block(BlockTask const& task, std::uint32_t block, BlockWorkspace& work) {
  return run_part(task, block, 0, block_size, work);
}

BlockResult run_quarter(BlockTask const& task, std::uint64_t quarter, BlockWorkspace& work) {
  constexpr std::uint32_t quarters = block_size / quarter_size;
  auto const from = static_cast<std::uint32_t>(quarter % quarters) * quarter_size;
  return run_part(task, static_cast<std::uint32_t>(quarter / quarters), from, from + quarter_size, work);
}

} // namespace likvard
