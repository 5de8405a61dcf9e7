#include "likvard/study/compute.hpp"

#include "likvard/study/collect.hpp"
#include "likvard/study/detail/open_point.hpp"
#include "likvard/study/errors.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <optional>
#include <thread>

namespace likvard {
namespace {

using detail::OpenPoint;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t quarters_per_block = block_size / quarter_size;

/// All threads take work from here: quarters of the points that are open, in order, or the next point to
/// open. At most as many points are open as there are threads, so memory does not grow with the study.
class Engine {
public:
  Engine(Scenario const& scenario, RunOptions const& options, Work const& work, Store const& store,
         int threads)
      : scenario_(scenario), options_(options), work_(work), store_(store), kept_(kept_measures(scenario)),
        wanted_(wanted_for(kept_)), ranges_(ranges_of(work.shard, extent_of(scenario, work.round))),
        threads_(static_cast<std::size_t>(threads)), reporter_(options, start()),
        next_checkpoint_(Clock::now() + seconds(work.checkpoint_seconds)) {}

  bool go() {
    std::vector<std::thread> others;
    for (std::size_t t = 1; t < threads_; ++t) others.emplace_back([this] { take_part(); });
    take_part();
    for (auto& thread : others) thread.join();
    if (!problems_.empty()) {
      std::sort(problems_.begin(), problems_.end());
      throw ScenarioError(problems_);
    }
    if (failure_) std::rethrow_exception(failure_);
    bool const complete = open_.empty() && next_point_ == ranges_.size();
    for (auto const& open : open_) close(*open);
    return complete;
  }

private:
  struct Share { ///< of the work: quarters [from, to) of the point's list; none: the point is to be prepared
    std::shared_ptr<OpenPoint> open;
    std::size_t from = 0, to = 0;
  };

  static Clock::duration seconds(double s) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(s));
  }

  Progress start() const {
    Progress progress;
    for (auto const& range : ranges_)
      if (!range.empty()) {
        progress.total += (range.end - range.begin) * quarter_size;
        ++progress.points;
      }
    return progress;
  }

  /// Are blocks added here until a precision is reached? Of rounds, the merge decides that.
  bool grows() const { return !scenario_.precision.empty() && work_.round.empty(); }

  bool stopped() const {
    return failed_.load(std::memory_order_relaxed) ||
           (options_.stop && options_.stop->load(std::memory_order_relaxed));
  }

  void take_part() {
    try {
      BlockWorkspace workspace;
      while (auto const share = next()) {
        if (share->from == share->to)
          prepare(*share->open);
        else
          perform(*share, workspace);
        give_back(share->open);
        checkpoint_if_due();
      }
    } catch (...) {
      std::lock_guard const lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      failed_ = true;
    }
    std::lock_guard const lock(mutex_);
    changed_.notify_all(); // whoever waits sees why this one ended
  }

  /// Waits while there is nothing to hand out but others may still make some; nothing: the work is over.
  std::optional<Share> next() {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (stopped()) return {};
      for (auto const& open : open_)
        if (open->ready && open->next < open->todo.size()) {
          // A whole block at a time where there is plenty, so that threads seldom meet; the last ones by
          // quarters, so that threads end together.
          std::size_t const left = open->todo.size() - open->next;
          std::size_t const take = left > 2 * quarters_per_block * threads_ ? quarters_per_block : 1;
          Share share{open, open->next, open->next + take};
          open->next += take;
          ++open->running;
          return share;
        }
      while (next_point_ < ranges_.size() && ranges_[next_point_].empty()) ++next_point_;
      if (next_point_ < ranges_.size() && open_.size() < threads_) {
        auto open = std::make_shared<OpenPoint>();
        open->point = next_point_;
        open->range = ranges_[next_point_++];
        open->running = 1;
        open_.push_back(open);
        return Share{open, 0, 0};
      }
      if (open_.empty()) return {};
      changed_.wait(lock);
    }
  }

  void prepare(OpenPoint& open) {
    reporter_.add(detail::load(open, scenario_, store_), 0);
    reporter_.grow(detail::advance(open, scenario_, grows()));
    if (open.done) return;
    std::string const problem = detail::try_plan(scenario_, open.point, &laws_, open.plan);
    if (problem.empty()) return;
    std::lock_guard const lock(mutex_);
    problems_.push_back(problem);
    failed_ = true;
  }

  void perform(Share const& share, BlockWorkspace& workspace) {
    OpenPoint& open = *share.open;
    auto const point = static_cast<std::uint32_t>(open.point);
    BlockTask const task{.plan = &open.plan,
                         .policies = &scenario_.policies,
                         .kept = &kept_,
                         .wanted = wanted_,
                         .seed = scenario_.seed,
                         .stream_point = scenario_.luck == Luck::common ? 0 : point + 1,
                         .point = point,
                         .draws = scenario_.draws};
    for (std::size_t i = share.from; i < share.to; ++i) {
      detail::run_and_keep(open, scenario_, task, open.todo[i], workspace, store_);
      reporter_.add(quarter_size, 0);
    }
  }

  /// The last one back of a point looks what comes next, and closes it when nothing does.
  void give_back(std::shared_ptr<OpenPoint> const& open) {
    {
      std::lock_guard const lock(mutex_);
      if (--open->running > 0 || open->next < open->todo.size()) {
        open->ready = true;
        changed_.notify_all();
        return;
      }
      open->ready = false; // nobody else touches it now
    }
    if (stopped()) return;
    if (!open->done) reporter_.grow(detail::advance(*open, scenario_, grows()));
    if (open->done) {
      close(*open);
      reporter_.add(0, 1);
    }
    std::lock_guard const lock(mutex_);
    if (open->done)
      std::erase(open_, open);
    else
      open->ready = true;
    changed_.notify_all();
  }

  void close(OpenPoint& open) {
    detail::save_new(open, store_);
    if (store_.close) store_.close(open.point, open.pile);
  }

  /// Time spent on checkpoints stays below half a per cent: after one that took long the next waits longer.
  void checkpoint_if_due() {
    if (!store_.checkpoint || work_.checkpoint_seconds <= 0) return;
    std::vector<std::shared_ptr<OpenPoint>> open;
    auto const start = Clock::now();
    {
      std::lock_guard const lock(mutex_);
      if (start < next_checkpoint_) return;
      next_checkpoint_ = Clock::time_point::max(); // nobody else begins one
      open = open_;
    }
    for (auto const& point : open) detail::save_new(*point, store_);
    store_.checkpoint();
    std::lock_guard const lock(mutex_);
    next_checkpoint_ =
        Clock::now() + std::max(seconds(work_.checkpoint_seconds), 200 * (Clock::now() - start));
  }

  Scenario const& scenario_;
  RunOptions const& options_;
  Work const& work_;
  Store const& store_;
  CoefficientLaws const laws_ = detail::first_laws(scenario_);
  std::vector<std::size_t> kept_;
  Wanted wanted_;
  std::vector<Range> ranges_;
  std::size_t threads_;
  detail::Reporter reporter_;

  std::mutex mutex_; ///< of what follows
  std::condition_variable changed_;
  std::vector<std::shared_ptr<OpenPoint>> open_;
  std::size_t next_point_ = 0;
  Clock::time_point next_checkpoint_;
  std::vector<std::string> problems_;
  std::exception_ptr failure_;
  std::atomic<bool> failed_{false};
};

} // namespace

Extent extent_of(Scenario const& scenario, std::vector<Range> round) {
  return {scenario.points.size(), (scenario.replicates + block_size - 1) / block_size,
          !scenario.precision.empty(), std::move(round)};
}

bool compute(Scenario const& scenario, RunOptions const& options, Work const& work, Store const& store) {
  int const threads = options.threads > 0 ? options.threads : tbb::this_task_arena::max_concurrency();
  return Engine(scenario, options, work, store, threads).go();
}

} // namespace likvard
