#include "likvard/analysis/detail/page_parts.hpp"
#include "likvard/analysis/segregation_study.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace likvard {
namespace {

nlohmann::json number(double x) {
  return std::isfinite(x) ? nlohmann::json(x) : nlohmann::json(nullptr);
}
nlohmann::json number(std::optional<double> x) {
  return x ? number(*x) : nlohmann::json(nullptr);
}

} // namespace

std::string segregation_page(SegregationStudy const& study, std::vector<std::string> const& notes) {
  nlohmann::json data{{"answer", segregation_answer(study)},
                      {"notes", notes},
                      {"level", study.level},
                      {"dealings", study.dealings},
                      {"units", nlohmann::json::array()},
                      {"groups", study.group},
                      {"tables", nlohmann::json::array()}};
  for (std::size_t k = 0; k < study.unit.size(); ++k) {
    auto counts = nlohmann::json::array();
    for (Eigen::Index g = 0; g < study.counts.cols(); ++g)
      counts.push_back(study.counts(static_cast<Eigen::Index>(k), g));
    data["units"].push_back({{"name", study.unit[k]}, {"counts", counts}});
  }
  for (auto const& table : study.tables) {
    auto rows = nlohmann::json::array();
    for (auto const& i : table.indices)
      rows.push_back({{"key", i.key},
                      {"title", i.title},
                      {"value", number(i.value)},
                      {"expected", number(i.expected)},
                      {"sd", number(i.sd)},
                      {"z", number(i.z)},
                      {"systematic", number(i.systematic)},
                      {"low", number(i.interval.low)},
                      {"high", number(i.interval.high)},
                      {"largest", number(i.largest)}});
    data["tables"].push_back(
        {{"group", table.group}, {"defined", table.defined}, {"share", table.share}, {"rows", rows}});
  }
  if (study.between_districts) data["between_districts"] = *study.between_districts;
  return assemble_json_page("segregation.html", data);
}

} // namespace likvard
