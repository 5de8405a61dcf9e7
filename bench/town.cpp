#include "town.hpp"

#include "likvard/io/scenario_file.hpp"

#include <algorithm>
#include <stdexcept>

namespace likvard::bench {

Town make_town(std::int64_t pupils, std::int64_t units, std::int64_t policies,
               std::vector<std::string> settings) {
  settings.push_back("municipality.pupils=" + std::to_string(pupils));
  settings.push_back("municipality.units=" + std::to_string(units));
  Town town{.scenario = read_scenario(LIKVARD_TOWN, settings),
            .plan = {},
            .policies = {},
            .kept = {},
            .wanted = {}};
  town.plan = make_plan(town.scenario.points.front().parameters.all(), town.scenario.seed);
  for (auto const& policy : town.scenario.policies)
    if (policies == 40
            ? policy.share > 0
            : (policies == 2 && policy.share == 0) || (policy.name == "proportional" && policy.share == 0.1))
      town.policies.push_back(policy);
  if (std::ssize(town.policies) != policies) throw std::logic_error("town.toml has other policies");
  auto const& measures = town.scenario.measures;
  for (std::size_t k = 0; k < measure_count; ++k)
    if (std::find(measures.begin(), measures.end(), measure_table()[k].key) != measures.end())
      town.kept.push_back(k);
  town.wanted = wanted_for(town.kept);
  return town;
}

} // namespace likvard::bench
