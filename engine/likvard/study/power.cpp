#include "likvard/study/power.hpp"

#include "likvard/core/contract.hpp"
#include "likvard/core/moments.hpp"
#include "likvard/model/power.hpp"
#include "likvard/model/years.hpp"
#include "likvard/study/block.hpp"
#include "likvard/study/detail/open_point.hpp"
#include "likvard/study/errors.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace likvard {
namespace {

Plan plan_of(Scenario const& scenario, std::size_t point) {
  Parameters parameters = scenario.points[point].parameters.all();
  parameters.outcome.theta = Fixed{scenario.power.effect};
  Plan plan;
  if (std::string const problem = detail::try_plan(scenario, point, parameters, nullptr, plan);
      !problem.empty())
    throw ScenarioError({problem});
  return plan;
}

/// What one municipality can see of the policy's money.
Contrast contrast_of_replicate(Plan const& plan, Workspace const& work) {
  Years const& years = plan.parameters.years;
  std::size_t const units = work.sizes.size();
  std::size_t const lanes = work.effects.size() / (2 * units); // the policy is in the first
  std::vector<double> effect(units), variance(units);
  for (std::size_t s = 0; s < units; ++s) {
    double const n = work.sizes[s], needy = work.needy[s] / n;
    effect[s] = (1 - needy) * work.effects[2 * s * lanes] + needy * work.effects[(2 * s + 1) * lanes];
    variance[s] = plan.pupil_model.sigma * plan.pupil_model.sigma / std::max(1.0, years.measured * n) +
                  years.unit_year_sd * years.unit_year_sd;
  }
  return contrast_of(work.unit_money, effect, variance);
}

std::vector<Contrast> contrasts(Scenario const& scenario, std::size_t point, Policy const& policy) {
  Plan const plan = plan_of(scenario, point);
  std::vector<Contrast> out(scenario.replicates);
  std::uint32_t const stream_point =
      scenario.luck == Luck::common ? 0 : static_cast<std::uint32_t>(point) + 1;
  std::vector<Policy> const policies{policy};
  tbb::enumerable_thread_specific<Workspace> workspaces;
  tbb::parallel_for(std::uint32_t{0}, scenario.replicates / block_size, [&](std::uint32_t block) {
    Workspace& work = workspaces.local();
    std::vector<double> row(measure_count);
    auto const u = draw_parameters({scenario.seed, stream_point, block}, scenario.draws);
    for (std::uint32_t i = 0; i < block_size; ++i) {
      std::uint32_t const replicate = block * block_size + i;
      simulate(plan, policies, {scenario.seed, stream_point, replicate}, u[i], wanted_for({}), work, row);
      out[replicate] = contrast_of_replicate(plan, work);
    }
  });
  return out;
}

void fill(Scenario const& scenario, std::size_t point, Policy const& policy, PowerResult& out) {
  auto const all = contrasts(scenario, point, policy);
  auto const weights = effect_weights(scenario.points[point].parameters.all().years);
  auto const& question = scenario.power;
  for (std::size_t k = 0; k < question.pooled.size(); ++k) {
    std::size_t const size = question.pooled[k], pools = all.size() / size;
    // 4,096 pools give a standard error of 0.008 at worst.
    std::size_t const used = std::min<std::size_t>(pools, 4096);
    std::vector<double> power(used * question.years);
    tbb::parallel_for(std::size_t{0}, used, [&](std::size_t i) {
      Contrast sum;
      for (std::size_t r = 0; r < size; ++r) sum.add(all[i * size + r]);
      for (std::uint32_t t = 0; t < question.years; ++t)
        power[i * question.years + t] =
            comparison_power(sum, weights, t + 1, question.years_before, question.level);
    });
    for (std::uint32_t t = 0; t < question.years; ++t) {
      Moments moments;
      for (std::size_t i = 0; i < used; ++i) moments.add(power[i * question.years + t]);
      std::size_t const at = out.index(point, k, t);
      out.power[at] = moments.mean;
      out.standard_error[at] = moments.standard_error();
    }
  }
}

} // namespace

std::size_t answer_policy(Scenario const& scenario) {
  std::size_t best = 0;
  for (std::size_t m = 1; m < scenario.policies.size(); ++m) {
    if (scenario.policies[m].name != scenario.answer.policy) continue;
    auto const distance = [&](std::size_t i) {
      return std::abs(scenario.policies[i].share - scenario.answer.share);
    };
    if (best == 0 || distance(m) < distance(best)) best = m;
  }
  return best;
}

PowerResult run_power(Scenario const& scenario, int threads) {
  auto const& question = scenario.power;
  std::size_t const policy = answer_policy(scenario);
  if (policy == 0)
    throw ScenarioError(
        {fmt::format("{}: power (needs a [[policy]] that gives money by need)", scenario.path)});
  LIKVARD_EXPECT(!question.pooled.empty());
  if (question.pooled.back() > scenario.replicates / 2)
    throw ScenarioError(
        {fmt::format("{}: power.pooled has {} (of {} replicates at least two pools are wanted: "
                     "at most {})",
                     scenario.path, question.pooled.back(), scenario.replicates, scenario.replicates / 2)});
  PowerResult out{.policy = scenario.policies[policy].title,
                  .share = scenario.policies[policy].share,
                  .effect = question.effect,
                  .level = question.level,
                  .wanted = question.wanted,
                  .years = question.years,
                  .years_before = question.years_before,
                  .pooled = question.pooled,
                  .power = {},
                  .standard_error = {}};
  out.power.assign(scenario.points.size() * out.pooled.size() * out.years, 0.0);
  out.standard_error = out.power;
  int const count = threads > 0 ? threads : tbb::this_task_arena::max_concurrency();
  tbb::global_control const allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(count));
  tbb::task_arena arena(count);
  arena.execute([&] {
    for (std::size_t g = 0; g < scenario.points.size(); ++g)
      fill(scenario, g, scenario.policies[policy], out);
  });
  return out;
}

std::uint32_t first_year_enough(PowerResult const& power, std::size_t point, std::size_t pool) {
  for (std::uint32_t t = 0; t < power.years; ++t)
    if (power.power[power.index(point, pool, t)] >= power.wanted) return t + 1;
  return 0;
}

} // namespace likvard
