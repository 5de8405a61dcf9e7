#include "likvard/model/marker.hpp"
#include "likvard/model/replicate.hpp"

#include <numeric>

namespace likvard {
namespace {

std::vector<std::uint32_t> plan_sizes(Municipality const& municipality) {
  if (!municipality.given.pupils.empty()) return municipality.given.pupils;
  if (!municipality.unit_pupils.empty()) return municipality.unit_pupils;
  std::vector<double> const weight = municipality.sizes == SizeRule::equal
                                         ? std::vector<double>(municipality.units, 1.0)
                                         : typical_sizes(municipality.units, municipality.size_log_sd);
  return split_pupils(municipality.pupils, weight, municipality.smallest_unit);
}

/// Where the units' registers are given, the municipality's composition is theirs.
void adopt_given(Parameters& parameters, Profiles& profiles, std::span<double const> weight) {
  Table const pi = given_composition(profiles, parameters.background, parameters.municipality.given);
  auto& joint = parameters.background.joint;
  joint.assign(profiles.size(), 0.0);
  for (Eigen::Index s = 0; s < pi.rows(); ++s)
    for (std::size_t p = 0; p < joint.size(); ++p)
      joint[p] += weight[s] * pi(s, static_cast<Eigen::Index>(p));
  profiles = make_profiles(parameters.background, parameters.outcome.not_qualified);
}

} // namespace

Plan make_plan(Parameters const& parameters, std::uint64_t seed, CoefficientLaws const* known) {
  Plan plan;
  plan.parameters = parameters;
  plan.profiles = make_profiles(parameters.background, parameters.outcome.not_qualified);
  plan.sizes = plan_sizes(parameters.municipality);
  auto const pupils = std::accumulate(plan.sizes.begin(), plan.sizes.end(), std::uint64_t{0});
  std::vector<double> weight;
  for (auto size : plan.sizes) weight.push_back(static_cast<double>(size) / static_cast<double>(pupils));

  Mechanism const mechanism = parameters.sorting.mechanism;
  if (mechanism == Mechanism::given) adopt_given(plan.parameters, plan.profiles, weight);
  plan.pupil_model = make_pupil_model(parameters.outcome, plan.profiles);
  plan.totals.resize(plan.profiles.size());
  round_to_sum(plan.profiles.share, static_cast<std::uint32_t>(pupils), plan.totals);
  for (auto const& need : parameters.needs)
    plan.need_values.push_back(marker_values(need.marker, plan.profiles));
  plan.laws = coefficient_laws(parameters.outcome, known);
  plan.cohorts = cohorts_seen(parameters.needs);

  plan.sorter = make_sorter(plan.parameters, plan.profiles, weight, seed);
  bool const same_sizes = mechanism == Mechanism::given || parameters.municipality.sizes == SizeRule::equal;
  if (same_sizes && !plan.sorter.random)
    sort_units(plan.sorter, weight, plan.profiles, {seed, 0, 0}, plan.pi);
  if (mechanism == Mechanism::given) {
    plan.given.resize(plan.pi.rows(), plan.pi.cols());
    for (Eigen::Index s = 0; s < plan.pi.rows(); ++s) {
      std::size_t const width = plan.profiles.size();
      round_to_sum({&plan.pi(s, 0), width}, plan.sizes[s], {&plan.given(s, 0), width});
    }
  }
  return plan;
}

} // namespace likvard
