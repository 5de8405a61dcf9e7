#include "likvard/analysis/detail/page_decision.hpp"

#include "likvard/analysis/detail/page_years.hpp"
#include "likvard/analysis/one_for_all.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <iterator>
#include <tuple>

namespace likvard {

std::string decision_json(DecisionResult const& d, Points const& points) {
  auto const everywhere = one_for_all(d.behind, d.behind_se, point_weights(points), d.policy.size());
  nlohmann::json all = nlohmann::json::array();
  for (auto const& e : everywhere)
    all.push_back({{"mean", e.mean}, {"mean_se", e.mean_se}, {"largest", e.largest}, {"where", e.where}});
  nlohmann::json const head = {
      {"measure", d.measure}, {"confidence", d.confidence}, {"replicates", d.replicates},
      {"policy", d.policy},   {"parameter", d.parameter},   {"objective", d.objective},
      {"best", d.best},       {"everywhere", all}};
  std::string out = head.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  out.pop_back(); // the closing brace: the arrays follow
  for (auto const& [name, values] : {std::tuple{"sure", &d.sure},
                                     {"evpi", &d.evpi},
                                     {"evpi_se", &d.evpi_se},
                                     {"chance", &d.chance},
                                     {"chance_se", &d.chance_se},
                                     {"evppi", &d.evppi},
                                     {"evppi_se", &d.evppi_se},
                                     {"mean", &d.mean},
                                     {"behind", &d.behind},
                                     {"behind_se", &d.behind_se},
                                     {"probability", &d.probability},
                                     {"regret", &d.regret},
                                     {"regret_se", &d.regret_se},
                                     {"high_regret", &d.high_regret},
                                     {"high_regret_se", &d.high_regret_se},
                                     {"largest_regret", &d.largest_regret},
                                     {"front", &d.front},
                                     {"objective_mean", &d.objective_mean},
                                     {"objective_se", &d.objective_se}})
    fmt::format_to(std::back_inserter(out), ",\"{}\":{}", name, json_numbers(*values));
  return out + "}";
}

} // namespace likvard
