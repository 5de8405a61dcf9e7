#include "likvard/analysis/detail/page_parts.hpp"
#include "likvard/analysis/sensitivity.hpp"

#include <nlohmann/json.hpp>

namespace likvard {

std::string sensitivity_page(SensitivityData const& data, SensitivityAnalysis const& analysis) {
  auto json = sensitivity_json(data, analysis);
  auto const& p = data.provenance;
  json["provenance"] = {{"program", "likvard " + p.version},
                        {"command", p.command},
                        {"made", p.finished_utc},
                        {"seconds", p.seconds},
                        {"threads", p.threads},
                        {"libraries", p.libraries},
                        {"compiler", p.compiler}};
  json["scenario"] = data.scenario_text;
  return assemble_json_page("sensitivity.html", json);
}

} // namespace likvard
