#include "commands.hpp"
#include "csv_format.hpp"
#include "result_table.hpp"
#include "stata.hpp"
#include "table.hpp"

#include "likvard/io/file.hpp"
#include "likvard/io/result_file.hpp"

#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace likvard::cli {
namespace {

std::vector<Column> columns_of(Result const& r) {
  std::vector<Column> columns{{"point", "Point of the design", false}};
  for (auto const& axis : r.axes) columns.push_back({axis, "The point's " + axis, false});
  for (Column const& column : std::initializer_list<Column>{
           {"pupils", "Pupils of the municipality"},
           {"units", "Units (schools or preschools)"},
           {"municipalities", "Municipalities that the point stands for"},
           {"replicates", "Replicates simulated"},
           {"policy", "Policy", false},
           {"policy_title", "Title of the policy", false},
           {"share", "Share of the budget given out by need"},
           {"measure", "Measure", false},
           {"unit", "Unit of the measure", false},
           {"mean", "Mean over replicates"},
           {"standard_error", "Monte Carlo standard error of the mean"},
           {"low95", "Mean, low end of its 95 % interval"},
           {"high95", "Mean, high end of its 95 % interval"},
           {"variance", "Variance over replicates"},
           {"difference", "Mean difference from the first policy, paired"},
           {"difference_standard_error", "Monte Carlo standard error of the difference"},
           {"difference_low95", "Difference, low end of its 95 % interval"},
           {"difference_high95", "Difference, high end of its 95 % interval"}})
    columns.push_back(column);
  for (double level : r.quantile_levels) {
    columns.push_back(
        {fmt::format("quantile_{:g}", level), fmt::format("Quantile {:g} over replicates", level)});
    columns.push_back({fmt::format("difference_quantile_{:g}", level),
                       fmt::format("Quantile {:g} of the difference over replicates", level)});
  }
  return columns;
}

std::string csv_text(Result const& r, std::vector<std::size_t> const& measures, CsvFormat const& format) {
  std::string text = format.mark ? "\xEF\xBB\xBF" : "", row;
  auto const add = [&](auto const& cell) {
    row += format.separator;
    row += csv_cell(cell, format);
  };
  for (auto const& column : columns_of(r)) add(column.name);
  text += row.substr(1) + "\r\n";
  std::size_t const all = r.mean.size();
  for (std::size_t g = 0; g < r.points.size(); ++g) {
    Point const point = r.points[g];
    row = csv_cell(point.name, format);
    for (auto const& axis : r.axes) add(point.at.contains(axis) ? point.at.at(axis) : std::string());
    auto const& municipality = point.parameters;
    add(fmt::format("{}", municipality.pupils));
    add(fmt::format("{}", municipality.units));
    add(fmt::format("{:g}", point.municipalities));
    add(fmt::format("{}", r.replicates[g]));
    std::string const start = row;
    for (std::size_t m = 0; m < r.policy_name.size(); ++m)
      for (std::size_t k : measures) {
        std::size_t const i = r.index(g, m, k);
        double const half = half_width(r.standard_error[i], r.degrees_of_freedom[g]),
                     dhalf = half_width(r.difference_standard_error[i], r.degrees_of_freedom[g]);
        row = start;
        add(r.policy_name[m]);
        add(r.policy_title[m]);
        add(r.policy_share[m]);
        add(r.measures[k].key);
        add(r.measures[k].unit);
        for (double x : {r.mean[i], r.standard_error[i], r.mean[i] - half, r.mean[i] + half, r.variance[i],
                         r.difference[i], r.difference_standard_error[i], r.difference[i] - dhalf,
                         r.difference[i] + dhalf})
          add(x);
        for (std::size_t q = 0; q < r.quantile_levels.size(); ++q) {
          add(r.quantiles[q * all + i]);
          add(r.difference_quantiles[q * all + i]);
        }
        text += row + "\r\n";
      }
  }
  return text;
}

} // namespace

int export_csv(ExportArgs const& args) {
  bool const printed = args.output.empty() || args.output == "-";
  if (printed && !args.labels.empty()) {
    err("likvard: --labels needs -o FILE.csv: the script reads that file (likvard export --help)");
    return usage;
  }
  Result const result = read_result(args.result);
  auto measures = find_measures(result, args.measures);
  if (measures.empty()) {
    measures.resize(result.measures.size());
    std::iota(measures.begin(), measures.end(), std::size_t{0});
  }
  CsvFormat const format = csv_format(args.locale);
  std::string const text = csv_text(result, measures, format);
  if (printed)
    fmt::print("{}", text);
  else {
    write_file(args.output, text);
    out(args.output);
  }
  if (!args.labels.empty()) {
    write_file(args.labels, stata_script(result, columns_of(result), measures, args.output, format));
    out(args.labels);
  }
  return ok;
}

} // namespace likvard::cli
