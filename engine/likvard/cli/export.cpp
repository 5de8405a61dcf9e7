#include "commands.hpp"
#include "result_table.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"

#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard::cli {
namespace {

std::string csv_text(Result const& r, std::vector<std::size_t> const& measures) {
  std::string text = "point";
  for (auto const& axis : r.axes) text += "," + csv_cell(axis);
  text += ",pupils,units,municipalities,replicates,policy,policy_title,share,measure,unit,mean,standard_"
          "error,low95,high95,variance,"
          "difference,difference_standard_error,difference_low95,difference_high95";
  for (double level : r.quantile_levels)
    text += fmt::format(",quantile_{0:g},difference_quantile_{0:g}", level);
  text += "\r\n";
  std::size_t const all = r.mean.size();
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    std::string start = csv_cell(r.points[g].name);
    for (auto const& axis : r.axes)
      start += "," + (r.points[g].at.contains(axis) ? csv_cell(r.points[g].at.at(axis)) : std::string());
    auto const& municipality = r.points[g].parameters.municipality;
    start += fmt::format(",{},{},{:g},{}", municipality.pupils, municipality.units,
                         r.points[g].municipalities, r.replicates[g]);
    for (std::size_t m = 0; m < r.policy_name.size(); ++m)
      for (std::size_t k : measures) {
        std::size_t const i = r.index(g, m, k);
        double const half = half_width(r.standard_error[i], r.degrees_of_freedom[g]),
                     dhalf = half_width(r.difference_standard_error[i], r.degrees_of_freedom[g]);
        text +=
            fmt::format("{},{},{},{},{},{}", start, csv_cell(r.policy_name[m]), csv_cell(r.policy_title[m]),
                        r.policy_share[m], csv_cell(r.measures[k].key), csv_cell(r.measures[k].unit));
        for (double x : {r.mean[i], r.standard_error[i], r.mean[i] - half, r.mean[i] + half, r.variance[i],
                         r.difference[i], r.difference_standard_error[i], r.difference[i] - dhalf,
                         r.difference[i] + dhalf})
          text += "," + csv_cell(x);
        for (std::size_t q = 0; q < r.quantile_levels.size(); ++q)
          text +=
              "," + csv_cell(r.quantiles[q * all + i]) + "," + csv_cell(r.difference_quantiles[q * all + i]);
        text += "\r\n";
      }
  }
  return text;
}

} // namespace

int export_csv(ExportArgs const& args) {
  Result const result = read_result(args.result);
  auto measures = find_measures(result, args.measures);
  if (measures.empty()) {
    measures.resize(result.measures.size());
    std::iota(measures.begin(), measures.end(), std::size_t{0});
  }
  std::string const text = csv_text(result, measures);
  if (args.output.empty() || args.output == "-")
    fmt::print("{}", text);
  else {
    write_file(args.output, text);
    out(args.output);
  }
  return ok;
}

} // namespace likvard::cli
