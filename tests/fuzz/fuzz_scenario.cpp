// Any bytes as a scenario file: a scenario whose promises hold, or messages with a place; never a crash.
#include "bytes.hpp"

#include "likvard/io/scenario_file.hpp"

#include <cmath>

using namespace likvard;

namespace {

/// What every later stage takes for granted.
void promise_scenario(Scenario const& scenario) {
  bool sound = !scenario.points.empty() && !scenario.policies.empty() && scenario.replicates > 0 &&
               scenario.replicates % 64 == 0 && scenario.policies.front().name == "per_head";
  for (auto const& policy : scenario.policies)
    sound = sound && std::isfinite(policy.share) && policy.share >= 0 && policy.share <= 1;
  for (auto const& point : scenario.points) {
    auto const& municipality = point.parameters;
    sound = sound && !point.name.empty() && municipality.units > 0 &&
            std::isfinite(municipality.budget_per_pupil_sek) && municipality.budget_per_pupil_sek > 0;
  }
  if (!sound) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  try {
    promise_scenario(parse_scenario(std::string(data, data + size), "s.toml"));
  } catch (ScenarioError const& error) {
    if (error.problems().empty()) std::abort();
    for (auto const& line : error.problems())
      if (line.empty()) std::abort(); // of a units file or a model it begins with that file's name
  } catch (FileError const&) {        // a data file that is not there
  }
  return 0;
}
