#include "likvard/analysis/result_names.hpp"

#include "likvard/core/text.hpp"
#include "likvard/study/errors.hpp"

#include <fmt/format.h>
#include <string_view>

namespace likvard {
namespace {

std::vector<std::size_t> find_names(std::vector<std::string> const& all,
                                    std::vector<std::string> const& wanted, std::string_view what) {
  std::vector<std::size_t> found;
  for (auto const& name : wanted) {
    bool any = false;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i] == name) found.push_back(i), any = true;
    if (any) continue;
    std::vector<std::string_view> const names(all.begin(), all.end());
    auto const close = nearest(name, names);
    throw ScenarioError({fmt::format("no {} '{}' in this result{}", what, name,
                                     close.empty() ? "" : fmt::format(" - did you mean '{}'?", close))});
  }
  return found;
}

} // namespace

std::vector<std::size_t> find_measures(Result const& result, std::vector<std::string> const& names) {
  std::vector<std::string> keys;
  for (auto const& measure : result.measures) keys.push_back(measure.key);
  return find_names(keys, names, "measure");
}
std::vector<std::size_t> find_policies(Result const& result, std::vector<std::string> const& names) {
  return find_names(result.policy_name, names, "policy");
}

} // namespace likvard
