#include "likvard/study/sensitivity.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/model/years.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <mutex>

namespace likvard {
namespace {

Wanted wanted_of(std::vector<SensitivityQuestion::Output> const& outputs) {
  std::vector<std::size_t> measures;
  for (auto const& output : outputs) measures.push_back(output.measure);
  return wanted_for(measures);
}

/// Put values in place of the outcome's distributions.
void set_coefficients(SensitivityQuestion const& question, std::span<double const> x, Plan& plan) {
  Outcome& outcome = plan.parameters.outcome;
  std::array<Prior*, coefficient_count> const priors{
      &outcome.theta, &outcome.effect_ratio, &outcome.curvature, &outcome.pass_through, &outcome.use_mean,
      &outcome.peer,  &outcome.selection,    &outcome.dilution,  &outcome.carry};
  for (std::size_t i = 0; i < x.size(); ++i)
    if (question.coefficient[i] >= 0) {
      auto const at = static_cast<std::size_t>(question.coefficient[i]);
      *priors[at] = Fixed{x[i]};
      plan.laws[at] = PriorTable(*priors[at]);
    }
}

struct Made {
  Plan plan;
  std::vector<Policy> policies;
  std::string problem; ///< why there is no plan
};

/// Scratch of one thread. Plans are kept while the structural values recur: neighbours in a row share them.
struct Scratch {
  DesignScratch design;
  Workspace work;
  YearsWorkspace years;
  std::vector<double> x, rows;
  std::map<std::vector<double>, std::shared_ptr<Made>> made;
  CoefficientLaws laws; ///< of the plan made last
};

class Rows {
public:
  Rows(SensitivityQuestion const& question, DesignPlan const& plan, RunOptions const& options,
       SensitivityData& data)
      : question_(question), plan_(plan), options_(options), data_(data),
        wanted_(wanted_of(question.outputs)), first_(data.rows) {}

  void go(std::uint64_t rows) {
    std::size_t const more = (rows - first_) * plan_.blocks, m = question_.replicates;
    data_.x.resize(data_.x.size() + more * plan_.design.factors.size());
    for (auto& y : data_.y) y.resize(y.size() + more * m, std::numeric_limits<double>::quiet_NaN());
    progress_ = {0, more * m, static_cast<std::size_t>(first_), static_cast<std::size_t>(rows)};
    tbb::enumerable_thread_specific<Scratch> scratch;
    tbb::parallel_for(tbb::blocked_range<std::uint64_t>(first_, rows, 1), [&](auto const& range) {
      for (std::uint64_t row = range.begin(); row < range.end(); ++row) {
        if (stopped()) return;
        for (std::uint32_t block = 0; block < plan_.blocks; ++block)
          run_one(row * plan_.blocks + block, block, scratch.local());
        tell();
      }
    });
    data_.rows = rows;
    if (stopped()) data_.complete = false;
  }

private:
  bool stopped() const { return options_.stop && options_.stop->load(std::memory_order_relaxed); }

  Made const& make(Scratch& scratch) {
    std::vector<double> key;
    for (std::size_t i = 0; i < scratch.x.size(); ++i)
      if (question_.structural[i]) key.push_back(scratch.x[i]);
    if (auto const found = scratch.made.find(key); found != scratch.made.end()) return *found->second;
    constexpr std::size_t most = 256;
    if (scratch.made.size() >= most) scratch.made.clear();
    auto made = std::make_shared<Made>();
    try {
      RunSetup setup;
      {
        std::lock_guard const lock(mutex_);
        setup = question_.make(scratch.x);
      }
      made->plan = make_plan(setup.parameters, question_.seed, &scratch.laws);
      scratch.laws = made->plan.laws;
      made->policies = std::move(setup.policies);
    } catch (std::exception const& error) {
      made->problem = error.what();
    }
    return *scratch.made.emplace(std::move(key), std::move(made)).first->second;
  }

  void run_one(std::uint64_t run, std::uint32_t block, Scratch& scratch) {
    std::size_t const d = plan_.design.factors.size(), m = question_.replicates;
    scratch.x.resize(d);
    design_run(plan_, run, scratch.design, scratch.x);
    std::copy(scratch.x.begin(), scratch.x.end(), data_.x.begin() + static_cast<std::ptrdiff_t>(run * d));
    Made const& made = make(scratch);
    if (!made.problem.empty()) return fail(made.problem);
    try {
      Plan plan = made.plan;
      set_coefficients(question_, scratch.x, plan);
      std::size_t const times = question_.base_only && block > 0 ? 1 : m;
      for (std::size_t k = 0; k < times; ++k) run_replicate(plan, made.policies, run, k, scratch);
    } catch (std::exception const& error) {
      fail(error.what());
      for (auto& y : data_.y)
        std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(run * m), m,
                    std::numeric_limits<double>::quiet_NaN());
    }
  }

  void run_replicate(Plan const& plan, std::vector<Policy> const& policies, std::uint64_t run, std::size_t k,
                     Scratch& scratch) {
    static constexpr std::array<double, coefficient_count> middle{0.5, 0.5, 0.5, 0.5, 0.5,
                                                                  0.5, 0.5, 0.5, 0.5};
    StreamKey const key{question_.seed, static_cast<std::uint32_t>(run + 1), static_cast<std::uint32_t>(k)};
    std::size_t const cells = policies.size() * measure_count;
    scratch.rows.resize(question_.years * cells);
    if (question_.years > 1)
      simulate_years(plan, policies, key, middle, wanted_, scratch.work, scratch.years, scratch.rows);
    else
      simulate(plan, policies, key, middle, wanted_, scratch.work, scratch.rows);
    double const* last = scratch.rows.data() + (question_.years - 1) * cells;
    for (std::size_t o = 0; o < question_.outputs.size(); ++o) {
      auto const& output = question_.outputs[o];
      double value = last[(policies.size() - 1) * measure_count + output.measure];
      if (output.difference) value -= last[output.measure];
      data_.y[o][run * question_.replicates + k] = value;
    }
  }

  void fail(std::string const& what) {
    std::lock_guard const lock(mutex_);
    // The least text, not the first in time: the same for any number of threads.
    if (data_.failed++ == 0 || what < data_.first_failure) data_.first_failure = what;
  }

  void tell() {
    std::lock_guard const lock(mutex_);
    progress_.done += std::uint64_t{plan_.blocks} * question_.replicates;
    ++progress_.points_done;
    auto const now = std::chrono::steady_clock::now();
    if (!options_.on_progress || now - told_ < std::chrono::milliseconds(100)) return;
    told_ = now;
    options_.on_progress(progress_);
  }

  SensitivityQuestion const& question_;
  DesignPlan const& plan_;
  RunOptions const& options_;
  SensitivityData& data_;
  Wanted wanted_;
  std::uint64_t first_;
  Progress progress_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point told_{};
};

} // namespace

SensitivityData empty_sensitivity(SensitivityQuestion const& question, DesignPlan const& plan) {
  SensitivityData out{.title = question.title,
                      .question = question.question,
                      .source = question.source,
                      .scenario_text = question.scenario_text};
  out.seed = question.seed;
  out.scheme = plan.design.scheme;
  out.dependent = plan.dependent();
  out.base_only = question.base_only;
  out.replicates = question.replicates;
  out.blocks = plan.blocks;
  for (auto const& factor : plan.design.factors) {
    auto const* levels = std::get_if<Levels>(&factor.law);
    out.factors.push_back({factor.name, factor.title, factor.key, law_text(factor), factor.role,
                           levels && levels->value.empty() ? levels->name : std::vector<std::string>{}});
  }
  out.sets = plan.sets;
  out.set_name = plan.set_name;
  out.set_title = plan.set_title;
  out.split = plan.split;
  for (auto const& output : question.outputs) out.outputs.push_back(output.info);
  out.y.resize(out.outputs.size());
  return out;
}

void run_rows(SensitivityQuestion const& question, DesignPlan const& plan, std::uint64_t rows,
              RunOptions const& options, SensitivityData& data) {
  LIKVARD_EXPECT(rows >= data.rows && rows * plan.blocks < std::numeric_limits<std::uint32_t>::max());
  auto const start = std::chrono::steady_clock::now();
  int const threads = options.threads > 0 ? options.threads : tbb::this_task_arena::max_concurrency();
  tbb::global_control const allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  tbb::task_arena arena(threads);
  std::uint64_t const from = data.rows;
  std::size_t const sets = plan.sets.size();
  bool const strata = plan.source.columns > 0 && plan.source.kind != PointKind::random;
  bool const moves = plan.design.scheme == Scheme::shapley || plan.design.scheme == Scheme::morris;
  for (std::uint64_t row = from; row < rows; ++row) {
    if (strata) data.stratum.push_back(design_stratum(plan, row));
    if (!moves) continue;
    data.order.resize((row + 1) * sets);
    data.step.resize((row + 1) * sets);
    design_moves(plan, row, std::span(data.order).subspan(row * sets, sets),
                 std::span(data.step).subspan(row * sets, sets));
  }
  arena.execute([&] { Rows(question, plan, options, data).go(rows); });
  data.provenance.threads = threads;
  data.provenance.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace likvard
