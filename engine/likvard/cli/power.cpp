#include "commands.hpp"
#include "power_table.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/scenario_file.hpp"
#include "likvard/study/power.hpp"

#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace likvard::cli {
namespace {

std::string csv(Scenario const& scenario, PowerResult const& power) {
  std::string text = "point,pupils,units,pooled,years,power,standard_error\n";
  for (std::size_t g = 0; g < scenario.points.size(); ++g)
    for (std::size_t k = 0; k < power.pooled.size(); ++k)
      for (std::uint32_t t = 0; t < power.years; ++t) {
        auto const& municipality = scenario.points[g].parameters;
        std::size_t const at = power.index(g, k, t);
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{}\n", csv_cell(scenario.points[g].name),
                       municipality.pupils, municipality.units, power.pooled[k], t + 1,
                       csv_cell(power.power[at]), csv_cell(power.standard_error[at]));
      }
  return text;
}

nlohmann::json json(Scenario const& scenario, PowerResult const& power) {
  auto list = nlohmann::json::array();
  for (std::size_t g = 0; g < scenario.points.size(); ++g)
    for (std::size_t k = 0; k < power.pooled.size(); ++k)
      for (std::uint32_t t = 0; t < power.years; ++t) {
        std::size_t const at = power.index(g, k, t);
        list.push_back({{"point", scenario.points[g].name},
                        {"pupils", scenario.points[g].parameters.pupils},
                        {"pooled", power.pooled[k]},
                        {"years", t + 1},
                        {"power", power.power[at]},
                        {"standard_error", power.standard_error[at]}});
      }
  return {{"policy", power.policy}, {"share", power.share},   {"effect", power.effect},
          {"level", power.level},   {"wanted", power.wanted}, {"power", list}};
}

} // namespace

int power(PowerArgs const& args) {
  Scenario const scenario = read_scenario(args.scenario, args.settings);
  PowerResult const result = run_power(scenario, args.threads);
  if (!args.output.empty()) write_file(args.output, csv(scenario, result));
  if (args.json)
    out(json(scenario, result).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else
    fmt::print("{}", power_text(scenario.points, result));
  if (!args.output.empty() && !args.json) out(args.output);
  return ok;
}

} // namespace likvard::cli
