#include "likvard/study/policy_rows.hpp"

#include "likvard/study/errors.hpp"

#include <exception>
#include <fmt/format.h>

namespace likvard {
namespace {

std::array<double, coefficient_count> as_array(Coefficients const& c) {
  return {c.theta, c.effect_ratio, c.curvature, c.pass_through, c.use_mean,
          c.peer,  c.selection,    c.dilution,  c.carry};
}

} // namespace

RowBlock rows_of_block(RowTask const& task, std::uint32_t block, BlockWorkspace& work) {
  std::size_t const policies = task.policies->size(), years = task.plan->parameters.years.count;
  Wanted const wanted = wanted_for(*task.measures);
  RowBlock out;
  out.value.reserve(block_size * policies * task.measures->size());
  out.parameter.reserve(std::size_t{block_size} * coefficient_count);
  work.rows.resize(years * policies * measure_count);
  auto const parameters = draw_parameters({task.seed, task.stream_point, block}, task.draws);
  for (std::uint32_t i = 0; i < block_size; ++i) {
    std::uint32_t const replicate = block * block_size + i;
    StreamKey const key{task.seed, task.stream_point, replicate};
    try {
      if (years > 1)
        simulate_years(*task.plan, *task.policies, key, parameters[i], wanted, work.replicate, work.years,
                       work.rows);
      else
        simulate(*task.plan, *task.policies, key, parameters[i], wanted, work.replicate, work.rows);
    } catch (std::exception const& error) {
      out.failures.push_back({task.point, replicate, error.what()});
      continue;
    }
    ++out.count;
    auto const last = std::span<double const>(work.rows).last(policies * measure_count);
    for (std::size_t m = 0; m < policies; ++m)
      for (std::size_t k : *task.measures) out.value.push_back(last[m * measure_count + k]);
    auto const drawn = as_array(draw_coefficients(task.plan->laws, parameters[i]));
    out.parameter.insert(out.parameter.end(), drawn.begin(), drawn.end());
  }
  return out;
}

Plan plan_of_point(Scenario const& scenario, std::size_t point, CoefficientLaws const* known) {
  auto const refuse = [&](char const* what) {
    throw ScenarioError(
        {fmt::format("{}: point '{}': {}", scenario.path, scenario.points[point].name, what)});
  };
  try {
    return make_plan(scenario.points[point].parameters, scenario.seed, known);
  } catch (Unreachable const& error) {
    refuse(error.what());
  } catch (std::domain_error const& error) {
    refuse(error.what());
  }
  return {};
}

std::array<std::string_view, coefficient_count> coefficient_keys() {
  return {"outcome.theta",        "outcome.effect_ratio", "outcome.curvature",
          "outcome.pass_through", "outcome.use_mean",     "outcome.peer",
          "outcome.selection",    "outcome.dilution",     "outcome.carry"};
}

std::vector<std::size_t> uncertain_coefficients(Outcome const& o) {
  std::array<Prior const*, coefficient_count> const priors{&o.theta,        &o.effect_ratio, &o.curvature,
                                                           &o.pass_through, &o.use_mean,     &o.peer,
                                                           &o.selection,    &o.dilution,     &o.carry};
  std::vector<std::size_t> out;
  for (std::size_t j = 0; j < coefficient_count; ++j)
    if (!is_fixed(*priors[j])) out.push_back(j);
  return out;
}

} // namespace likvard
