#include "result_table.hpp"

#include "likvard/analysis/json_number.hpp"
#include "likvard/study/interval.hpp"

#include <fmt/format.h>

namespace likvard::cli {

double half_width(double standard_error, double degrees_of_freedom) {
  return t_quantile(0.975, degrees_of_freedom) * standard_error;
}

TextTable result_table(Result const& r, std::vector<std::size_t> const& measures,
                       std::vector<std::size_t> const& policies, bool difference, std::size_t most) {
  TextTable table{{"point", "policy", "share"}, {false, false, true}, {}};
  for (std::size_t k : measures) {
    table.header.push_back(
        fmt::format("{}{} [{}]", difference ? "change in " : "", r.measures[k].key, r.measures[k].unit));
    table.header.emplace_back("±95 %");
    table.right.insert(table.right.end(), {true, true});
  }
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    std::string const name = r.points[g].name;
    for (std::size_t m : policies) {
      if (difference && m == 0) continue;
      if (table.rows.size() == most) return table;
      std::vector<std::string> row{name, r.policy_title[m], fmt::format("{:.3g} %", 100 * r.policy_share[m])};
      for (std::size_t k : measures) {
        std::size_t const i = r.index(g, m, k);
        double const value = difference ? r.difference[i] : r.mean[i];
        double const error = half_width(difference ? r.difference_standard_error[i] : r.standard_error[i],
                                        r.degrees_of_freedom[g]);
        row.push_back(rounded(value, error));
        row.push_back(rounded(error, error));
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

nlohmann::json result_json(Result const& r, std::vector<std::size_t> const& measures,
                           std::vector<std::size_t> const& policies) {
  auto rows = nlohmann::json::array();
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    Point const point = r.points[g];
    for (std::size_t m : policies)
      for (std::size_t k : measures) {
        std::size_t const i = r.index(g, m, k);
        rows.push_back({{"point", point.name},
                        {"at", point.at},
                        {"policy", r.policy_name[m]},
                        {"share", r.policy_share[m]},
                        {"measure", r.measures[k].key},
                        {"unit", r.measures[k].unit},
                        {"mean", json_number(r.mean[i])},
                        {"standard_error", json_number(r.standard_error[i])},
                        {"difference", json_number(r.difference[i])},
                        {"difference_standard_error", json_number(r.difference_standard_error[i])},
                        {"replicates", r.replicates[g]}});
      }
  }
  return rows;
}

} // namespace likvard::cli
