#include "likvard/study/block.hpp"

#include <exception>
#include <numeric>
#include <utility>

namespace likvard {
namespace {

/// Mean and sum of squares of `rows` rows about it, cell by cell, merged into `out`; of differences to the
/// first policy's cells when `less` asks. Two passes over what is in the cache cost less than a running
/// mean's division for every number.
void fold(std::span<double const> held, std::size_t rows, std::size_t policies, std::size_t kept, bool less,
          BlockWorkspace& work, std::span<Moments> out) {
  std::size_t const cells = out.size(), year = policies * kept;
  auto const each = [&](auto&& f) {
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t t = 0; t < cells; t += year) {
        double const* first = held.data() + r * cells + t;
        for (std::size_t m = 0; m < policies; ++m) {
          double const* x = first + m * kept;
          double *mean = work.mean.data() + t + m * kept, *square = work.square.data() + t + m * kept;
          if (less)
            for (std::size_t k = 0; k < kept; ++k) f(x[k] - first[k], mean[k], square[k]);
          else
            for (std::size_t k = 0; k < kept; ++k) f(x[k], mean[k], square[k]);
        }
      }
  };
  work.mean.assign(cells, 0.0);
  work.square.assign(cells, 0.0);
  each([](double x, double& mean, double&) { mean += x; });
  double const count = static_cast<double>(rows);
  for (double& mean : work.mean) mean /= count;
  each([](double x, double& mean, double& square) { square += (x - mean) * (x - mean); });
  for (std::size_t i = 0; i < cells; ++i) out[i].merge({rows, work.mean[i], work.square[i]});
}

/// Fold what is held into the block.
void fold_held(BlockTask const& task, BlockWorkspace& work, BlockResult& out) {
  if (work.held_rows == 0) return;
  std::size_t const policies = task.policies->size(), kept = task.kept->size();
  fold(work.held, work.held_rows, policies, kept, false, work, out.value);
  fold(work.held, work.held_rows, policies, kept, true, work, out.difference);
  work.held_rows = 0;
}

/// Take one replicate's rows into the block.
void add_replicate(BlockTask const& task, BlockWorkspace& block, BlockResult& out) {
  constexpr std::size_t most = std::size_t{1} << 16; ///< numbers held, some 512 KB; at least one row
  Workspace const& work = block.replicate;
  std::span<double const> const all_rows = block.rows;
  std::size_t const policies = task.policies->size(), kept = task.kept->size();
  std::size_t const years = task.plan->parameters.years.count;
  std::size_t const cells = years * policies * kept;
  ++out.count;
  if (block.held_rows > 0 && (block.held_rows + 1) * cells > most) fold_held(task, block, out);
  if (block.held.size() < (block.held_rows + 1) * cells) block.held.resize((block.held_rows + 1) * cells);
  double* held = block.held.data() + block.held_rows++ * cells;
  for (std::size_t row = 0; row < years * policies; ++row)
    for (std::size_t column : *task.kept) *held++ = all_rows[row * measure_count + column];
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
  work.held_rows = 0;
  StreamKey const of_block{task.seed, task.stream_point, block};
  if (!work.drawn || work.drawn->seed != of_block.seed || work.drawn->point != of_block.point ||
      work.drawn->replicate != of_block.replicate) {
    work.parameters = draw_parameters(of_block, task.draws);
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
    add_replicate(task, work, out);
  }
  fold_held(task, work, out);
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
