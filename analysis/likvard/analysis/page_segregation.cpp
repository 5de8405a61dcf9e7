#include "likvard/analysis/detail/page_parts.hpp"
#include "likvard/analysis/json_number.hpp"
#include "likvard/analysis/segregation_study.hpp"

#include <nlohmann/json.hpp>

namespace likvard {
namespace {

nlohmann::json json_number(std::optional<double> x) {
  return x ? likvard::json_number(*x) : nlohmann::json(nullptr);
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
                      {"value", json_number(i.value)},
                      {"expected", json_number(i.expected)},
                      {"sd", json_number(i.sd)},
                      {"z", json_number(i.z)},
                      {"systematic", json_number(i.systematic)},
                      {"low", json_number(i.interval.low)},
                      {"high", json_number(i.interval.high)},
                      {"largest", json_number(i.largest)}});
    data["tables"].push_back(
        {{"group", table.group}, {"defined", table.defined}, {"share", table.share}, {"rows", rows}});
  }
  if (study.between_districts) data["between_districts"] = *study.between_districts;
  return assemble_json_page("segregation.html", data);
}

} // namespace likvard
