#include "likvard/study/detail/open_point.hpp"
#include "likvard/study/collect.hpp"
#include "likvard/study/stopping.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace likvard::detail {

CoefficientLaws first_laws(Scenario const& scenario) {
  return coefficient_laws(scenario.points.front().parameters.all().outcome);
}

std::string try_plan(Scenario const& scenario, std::size_t point, CoefficientLaws const* known, Plan& plan) {
  return try_plan(scenario, point, scenario.points[point].parameters.all(), known, plan);
}

std::string try_plan(Scenario const& scenario, std::size_t point, Parameters const& parameters,
                     CoefficientLaws const* known, Plan& plan) {
  auto const problem = [&](std::exception const& error) {
    return fmt::format("{}: point '{}': {}", scenario.path, scenario.points[point].name, error.what());
  };
  try {
    plan = make_plan(parameters, scenario.seed, known);
  } catch (Unreachable const& error) {
    return problem(error);
  } catch (std::domain_error const& error) {
    return problem(error);
  }
  return {};
}

namespace {

/// Is every precision reached at this point?
bool settled(Scenario const& scenario, Pile const& pile) {
  PointNumbers const numbers = numbers_of(pile.total(), shape_of(scenario));
  std::vector<std::string_view> measures;
  for (std::size_t k : kept_measures(scenario)) measures.push_back(measure_table()[k].key);
  return precise_enough(scenario.precision, {measures, numbers.difference_standard_error});
}

} // namespace

std::uint64_t quarters_with_values(Scenario const& scenario) {
  return scenario.quantiles.empty() ? 0 : quantile_replicates / quarter_size;
}

std::uint64_t load(OpenPoint& open, Scenario const& scenario, Store const& store) {
  std::uint64_t found = 0;
  open.values.assign(quarters_with_values(scenario), 0);
  if (!store.load) return found;
  Loaded loaded = store.load(open.point);
  for (auto& part : loaded.parts) {
    found += part.quarters() * quarter_size;
    open.pile.add_saved(std::move(part));
  }
  std::copy_n(loaded.values.begin(), std::min(loaded.values.size(), open.values.size()), open.values.begin());
  return found;
}

std::uint64_t advance(OpenPoint& open, Scenario const& scenario, bool grows) {
  std::uint64_t more = 0;
  for (;;) {
    open.todo.clear();
    open.next = 0;
    for (std::uint64_t q = open.range.begin; q < open.range.end; ++q)
      if (!open.pile.covers(q) || (q < open.values.size() && open.values[q] == 0)) open.todo.push_back(q);
    if (!open.todo.empty()) return more;
    bool const went_on = open.pile.end() > open.range.end;
    bool const budget_left = open.range.end * 2 * quarter_size <= scenario.max_replicates;
    if (!grows || (!went_on && (!budget_left || settled(scenario, open.pile)))) {
      open.done = true;
      return more;
    }
    more += open.range.end * quarter_size;
    open.range.end *= 2;
  }
}

void run_and_keep(OpenPoint& open, Scenario const& scenario, BlockTask task, std::uint64_t quarter,
                  BlockWorkspace& work, Store const& store) {
  task.keep_values = quarter < open.values.size() && open.values[quarter] == 0;
  BlockResult const result = run_quarter(task, quarter, work);
  if (task.keep_values && store.save_values)
    store.save_values(open.point, values_of(result, quarter, shape_of(scenario)));
  std::lock_guard const lock(open.mutex);
  if (task.keep_values) open.values[quarter] = 1;
  if (!open.pile.covers(quarter)) open.pile.add(partial_of(result, quarter));
}

void save_new(OpenPoint& open, Store const& store) {
  if (!store.save) return;
  std::vector<Partial> parts;
  {
    std::lock_guard const lock(open.mutex);
    for (Partial const* part : open.pile.unsaved()) parts.push_back(*part);
  }
  for (auto const& part : parts) store.save(open.point, part);
}

Reporter::Reporter(RunOptions const& options, Progress start) : options_(options), progress_(start) {
  tell();
}
void Reporter::add(std::uint64_t replicates, std::size_t points) {
  std::lock_guard const lock(mutex_);
  progress_.done += replicates;
  progress_.points_done += points;
  auto const now = std::chrono::steady_clock::now();
  if (now - told_ < std::chrono::milliseconds(100) && progress_.done < progress_.total) return;
  told_ = now;
  tell();
}
void Reporter::grow(std::uint64_t replicates) {
  std::lock_guard const lock(mutex_);
  progress_.total += replicates;
}
void Reporter::tell() const {
  if (options_.on_progress) options_.on_progress(progress_);
}

} // namespace likvard::detail
