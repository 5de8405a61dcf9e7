#include "likvard/io/detail/result_decision.hpp"

#include "likvard/study/errors.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace likvard::hdf5 {
namespace {

constexpr char const* unit_of_measure = "as the measure";

/// [G], of the point.
auto of_points(auto& d) {
  return std::array{
      std::tuple{"degrees_of_freedom", &d.degrees_of_freedom, "1", "Of the standard errors"},
      std::tuple{"sure", &d.sure, "1", "Probability, at least, that the best by the means is the best"},
      std::tuple{"evpi", &d.evpi, unit_of_measure, "Value of knowing every uncertain parameter"},
      std::tuple{"evpi_standard_error", &d.evpi_se, unit_of_measure, "Monte Carlo standard error"},
      std::tuple{"chance", &d.chance, unit_of_measure, "Value of knowing chance too"},
      std::tuple{"chance_standard_error", &d.chance_se, unit_of_measure, "Monte Carlo standard error"}};
}

/// [G][A], of the point and policy.
auto of_policies(auto& d) {
  return std::array{
      std::tuple{"mean", &d.mean, unit_of_measure, "Mean over replicates"},
      std::tuple{"standard_error", &d.standard_error, unit_of_measure, "Monte Carlo standard error"},
      std::tuple{"behind", &d.behind, unit_of_measure, "Paired: how much worse than the best"},
      std::tuple{"behind_standard_error", &d.behind_se, unit_of_measure, "Monte Carlo standard error"},
      std::tuple{"correlation", &d.correlation, "1", "With the best, over blocks"},
      std::tuple{"runs_saved", &d.saved, "1", "Times as many runs independent luck would need"},
      std::tuple{"gain_low", &d.gain_low, unit_of_measure,
                 "Over the best of the others, simultaneous interval"},
      std::tuple{"gain_high", &d.gain_high, unit_of_measure, "Its upper end"},
      std::tuple{"probability_best", &d.probability, "1", "Over the uncertain parameters"},
      std::tuple{"probability_best_standard_error", &d.probability_se, "1", "Monte Carlo standard error"},
      std::tuple{"regret", &d.regret, unit_of_measure, "Expected regret over the uncertain parameters"},
      std::tuple{"regret_standard_error", &d.regret_se, unit_of_measure, "Monte Carlo standard error"},
      std::tuple{"high_regret", &d.high_regret, unit_of_measure, "95 % quantile of regret"},
      std::tuple{"high_regret_standard_error", &d.high_regret_se, unit_of_measure,
                 "Monte Carlo standard error"},
      std::tuple{"largest_regret", &d.largest_regret, unit_of_measure, "Largest among the drawn parameters"},
      std::tuple{"front", &d.front, "1", "Probability of being on the Pareto front"}};
}

std::vector<std::uint64_t> places(Handle const& group, std::string const& name, std::size_t below) {
  auto out = read_counts(group, name, length_of(group, name));
  if (std::any_of(out.begin(), out.end(), [&](std::uint64_t i) { return i >= below; }))
    throw FileError("its decision is damaged");
  return out;
}

} // namespace

void write_decision(Handle const& file, Result const& r) {
  if (!r.decision) return;
  auto const& d = *r.decision;
  std::size_t const points = r.points.size(), policies = d.policy.size(), objectives = d.objective.size();
  Handle const group = create_group(file, "decision");
  write_attribute(group, "measure", d.measure);
  write_attribute(group, "confidence", d.confidence);
  write_attribute(group, "replicates", static_cast<std::int64_t>(d.replicates));
  write_counts(group, "policy", d.policy, "1", "Places of the policies compared");
  write_counts(group, "best", d.best, "1", "Of each point: place among the policies compared");
  write_texts(group, "parameter", d.parameter, "Keys of the uncertain parameters");
  write_texts(group, "objective", d.objective, "Measures of the Pareto front");
  for (auto const& [name, values, unit, what] : of_points(d))
    write_numbers(group, name, *values, {points}, unit, what);
  for (auto const& [name, values, unit, what] : of_policies(d))
    write_numbers(group, name, *values, {points, policies}, unit, what);
  if (!d.parameter.empty()) {
    std::vector<std::size_t> const shape{points, d.parameter.size()};
    write_numbers(group, "evppi", d.evppi, shape, unit_of_measure, "Value of knowing one parameter");
    write_numbers(group, "evppi_standard_error", d.evppi_se, shape, unit_of_measure,
                  "Monte Carlo standard error");
  }
  std::vector<std::size_t> const shape{points, policies, objectives};
  write_numbers(group, "objective_mean", d.objective_mean, shape, unit_of_measure, "Mean over replicates");
  write_numbers(group, "objective_standard_error", d.objective_se, shape, unit_of_measure,
                "Monte Carlo standard error");
}

void read_decision(Handle const& file, Result& r) {
  if (!exists(file, "decision")) return;
  Handle const group = open_group(file, "decision");
  DecisionResult d;
  d.measure = read_text_attribute(group, "measure");
  d.confidence = read_number_attribute(group, "confidence");
  d.replicates = static_cast<std::uint64_t>(read_integer_attribute(group, "replicates"));
  d.policy = places(group, "policy", r.policy_name.size());
  std::size_t const points = r.points.size(), policies = d.policy.size();
  d.best = places(group, "best", policies);
  d.parameter = read_texts(group, "parameter");
  d.objective = read_texts(group, "objective");
  if (!(d.confidence > 0 && d.confidence < 1) || policies < 2 || d.best.size() != points ||
      d.objective.empty())
    throw FileError("its decision is damaged");
  for (auto const& entry : of_points(d))
    *std::get<1>(entry) = read_numbers(group, std::get<0>(entry), points);
  for (auto const& entry : of_policies(d))
    *std::get<1>(entry) = read_numbers(group, std::get<0>(entry), points * policies);
  if (!d.parameter.empty()) {
    d.evppi = read_numbers(group, "evppi", points * d.parameter.size());
    d.evppi_se = read_numbers(group, "evppi_standard_error", points * d.parameter.size());
  }
  d.objective_mean = read_numbers(group, "objective_mean", points * policies * d.objective.size());
  d.objective_se = read_numbers(group, "objective_standard_error", d.objective_mean.size());
  r.decision = std::move(d);
}

} // namespace likvard::hdf5
