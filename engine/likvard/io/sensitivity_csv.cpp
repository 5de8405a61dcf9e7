#include "likvard/io/sensitivity_csv.hpp"

#include "likvard/io/detail/scenario_problems.hpp"
#include "likvard/io/number_table.hpp"
#include "likvard/study/errors.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace likvard {
namespace {

/// Numbers, or the places of texts among those there are.
void read_factor(PlainTable const& table, std::size_t column, SensitivityData& out) {
  FactorInfo factor;
  factor.name = factor.title = factor.key = table.columns[column];
  std::vector<double> values(table.rows.size());
  bool numbers = true;
  for (std::size_t j = 0; j < values.size(); ++j)
    numbers = numbers && read_number(table.rows[j][column], values[j]);
  if (!numbers)
    for (std::size_t j = 0; j < values.size(); ++j) {
      auto const& text = table.rows[j][column];
      auto found = std::find(factor.levels.begin(), factor.levels.end(), text);
      if (found == factor.levels.end()) found = factor.levels.insert(found, text);
      constexpr std::size_t most = 1000;
      if (factor.levels.size() > most)
        throw ScenarioError(
            {fmt::format("{}:{}: {} = '{}' (numbers, or at most {} different texts)", table.path,
                         table.line[j], table.columns[column], detail::quotable(text), most)});
      values[j] = static_cast<double>(found - factor.levels.begin());
    }
  auto const [low, high] = std::minmax_element(values.begin(), values.end());
  factor.law =
      numbers ? fmt::format("{:g} to {:g}", *low, *high) : fmt::format("{} categories", factor.levels.size());
  auto const d = table.columns.size();
  for (std::size_t j = 0; j < values.size(); ++j) out.x[j * d + column] = values[j];
  out.factors.push_back(std::move(factor));
}

std::string cell(std::string const& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

} // namespace

SensitivityData read_own_runs(std::filesystem::path const& design, std::filesystem::path const& output) {
  return own_runs(read_plain_table(design), read_plain_table(output));
}

SensitivityData own_runs(PlainTable const& x, PlainTable const& y) {
  if (x.rows.size() != y.rows.size())
    throw ScenarioError(
        {fmt::format("{}: {} rows ({} has {})", y.path, y.rows.size(), x.path, x.rows.size())});
  constexpr std::size_t fewest = 20;
  if (x.rows.size() < fewest)
    throw ScenarioError({fmt::format("{}: {} rows (at least {} are wanted)", x.path, x.rows.size(), fewest)});
  SensitivityData out{.title = std::filesystem::path(x.path).filename().string() + " and " +
                               std::filesystem::path(y.path).filename().string(),
                      .question = "",
                      .source = x.path,
                      .scenario_text = ""};
  out.rows = x.rows.size();
  out.x.resize(x.rows.size() * x.columns.size());
  for (std::size_t i = 0; i < x.columns.size(); ++i) {
    read_factor(x, i, out);
    out.sets.push_back({static_cast<std::uint32_t>(i)});
    out.set_name.push_back(x.columns[i]);
    out.set_title.push_back(x.columns[i]);
  }
  for (std::size_t k = 0; k < y.columns.size(); ++k) {
    out.outputs.push_back({y.columns[k], y.columns[k], ""});
    std::vector<double> values(y.rows.size());
    for (std::size_t j = 0; j < values.size(); ++j) {
      if (!read_number(y.rows[j][k], values[j]))
        throw ScenarioError({fmt::format("{}:{}: {} = '{}' (a number is wanted)", y.path, y.line[j],
                                         y.columns[k], detail::quotable(y.rows[j][k]))});
      out.failed += std::isnan(values[j]);
    }
    out.y.push_back(std::move(values));
  }
  if (out.failed > 0) out.first_failure = "no number in the file";
  return out;
}

std::string runs_csv(SensitivityData const& data) {
  std::string text = "row,block";
  for (auto const& factor : data.factors) text += "," + cell(factor.name);
  for (auto const& output : data.outputs)
    for (std::uint32_t k = 0; k < data.replicates; ++k)
      text += "," + cell(output.key) + (data.replicates > 1 ? fmt::format("_{}", k + 1) : "");
  text += "\r\n";
  std::size_t const d = data.factors.size();
  for (std::uint64_t run = 0; run < data.rows * data.blocks; ++run) {
    fmt::format_to(std::back_inserter(text), "{},{}", run / data.blocks, run % data.blocks);
    for (std::size_t i = 0; i < d; ++i) {
      double const value = data.x[run * d + i];
      auto const& levels = data.factors[i].levels;
      if (levels.empty())
        fmt::format_to(std::back_inserter(text), ",{}", value);
      else
        text += "," + cell(levels[static_cast<std::size_t>(value)]);
    }
    for (auto const& y : data.y)
      for (std::uint32_t k = 0; k < data.replicates; ++k) {
        double const value = y[run * data.replicates + k];
        if (std::isnan(value))
          text += ",";
        else
          fmt::format_to(std::back_inserter(text), ",{}", value);
      }
    text += "\r\n";
  }
  return text;
}

} // namespace likvard
