#include "likvard/analysis/detail/selection_run.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace likvard::detail {

bool SelectionRun::take(std::span<SampleRequest const> requests, std::vector<double>& values) {
  std::size_t const count =
      std::accumulate(requests.begin(), requests.end(), std::size_t{0},
                      [](std::size_t sum, SampleRequest const& r) { return sum + r.count; });
  auto const stopped = [&] { return options_.stop && options_.stop->load(std::memory_order_relaxed); };
  result.end = SelectionEnd::budget;
  if (count > options_.budget - std::min(options_.budget, result.used)) return false;
  result.end = SelectionEnd::interrupted;
  if (stopped()) return false;
  values.resize(count);
  sampler_(requests, values);
  if (stopped()) return false;       // a sampler that was stopped may have left gaps
  result.end = SelectionEnd::budget; // what ends it if nothing else does
  result.used += count;
  if (options_.on_progress) options_.on_progress(result.used, left());
  return true;
}

bool SelectionRun::extend(std::span<std::size_t const> more) {
  std::vector<SampleRequest> requests;
  for (std::size_t i = 0; i < more.size(); ++i)
    if (more[i] > 0) requests.push_back({i, static_cast<std::size_t>(result.sample[i].count), more[i]});
  if (requests.empty()) return true;
  std::vector<double> values;
  if (!take(requests, values)) return false;
  std::size_t at = 0;
  for (auto const& request : requests)
    for (std::size_t r = 0; r < request.count; ++r) result.sample[request.alternative].add(values[at++]);
  return true;
}

bool SelectionRun::extend_alive(std::size_t count) {
  std::vector<std::size_t> more(result.sample.size());
  for (std::size_t i = 0; i < more.size(); ++i) more[i] = alive(i) ? count : 0;
  return extend(more);
}

std::size_t SelectionRun::leader() const {
  std::size_t best = result.sample.size();
  for (std::size_t i = 0; i < result.sample.size(); ++i)
    if (alive(i) && (best == result.sample.size() || result.sample[i].mean > result.sample[best].mean))
      best = i;
  return best == result.sample.size() ? 0 : best;
}

std::size_t SelectionRun::left() const {
  return static_cast<std::size_t>(std::count(result.out.begin(), result.out.end(), std::uint64_t{0}));
}

Selection SelectionRun::decide(std::size_t best, double probability) {
  result.best = best;
  result.end = SelectionEnd::decided;
  result.probability = probability;
  return std::move(result);
}

Selection SelectionRun::stop() {
  result.best = leader();
  return std::move(result);
}

} // namespace likvard::detail
