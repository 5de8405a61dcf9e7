#include "commands.hpp"
#include "result_table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"

#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard::cli {
namespace {

/// RFC 4180: quoted where needed, quotes doubled.
std::string cell(std::string const& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

/// The shortest text that reads back as the same double; nothing for NaN.
std::string cell(double x) {
  return std::isfinite(x) ? fmt::format("{}", x) : "";
}

std::string csv_text(Result const& r, std::vector<std::size_t> const& measures) {
  std::string text = "point";
  for (auto const& axis : r.axes) text += "," + cell(axis);
  text += ",pupils,units,municipalities,replicates,policy,policy_title,share,measure,unit,mean,standard_"
          "error,low95,high95,variance,"
          "difference,difference_standard_error,difference_low95,difference_high95";
  for (double level : r.quantile_levels)
    text += fmt::format(",quantile_{0:g},difference_quantile_{0:g}", level);
  text += "\r\n";
  std::size_t const all = r.mean.size();
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    std::string start = cell(r.points[g].name);
    for (auto const& axis : r.axes)
      start += "," + (r.points[g].at.contains(axis) ? cell(r.points[g].at.at(axis)) : std::string());
    auto const& municipality = r.points[g].parameters.municipality;
    start += fmt::format(",{},{},{:g},{}", municipality.pupils, municipality.units,
                         r.points[g].municipalities, r.replicates[g]);
    for (std::size_t m = 0; m < r.policy_name.size(); ++m)
      for (std::size_t k : measures) {
        std::size_t const i = r.index(g, m, k);
        double const half = half_width(r.standard_error[i], r.degrees_of_freedom[g]),
                     dhalf = half_width(r.difference_standard_error[i], r.degrees_of_freedom[g]);
        text += fmt::format("{},{},{},{},{},{}", start, cell(r.policy_name[m]), cell(r.policy_title[m]),
                            r.policy_share[m], cell(r.measures[k].key), cell(r.measures[k].unit));
        for (double x : {r.mean[i], r.standard_error[i], r.mean[i] - half, r.mean[i] + half, r.variance[i],
                         r.difference[i], r.difference_standard_error[i], r.difference[i] - dhalf,
                         r.difference[i] + dhalf})
          text += "," + cell(x);
        for (std::size_t q = 0; q < r.quantile_levels.size(); ++q)
          text += "," + cell(r.quantiles[q * all + i]) + "," + cell(r.difference_quantiles[q * all + i]);
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
