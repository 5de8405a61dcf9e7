#include "power_table.hpp"
#include "table.hpp"

#include "likvard/study/power.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace likvard::cli {
namespace {

/// A curve over the years in eighths of a line.
std::string curve(PowerResult const& power, std::size_t point, std::size_t pool) {
  constexpr std::array<char const*, 9> bars{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string out;
  for (std::uint32_t t = 0; t < power.years; ++t)
    out += bars[static_cast<std::size_t>(
        std::lround(8 * std::clamp(power.power[power.index(point, pool, t)], 0.0, 1.0)))];
  return out;
}

std::string percent(PowerResult const& power, std::size_t at) {
  double const value = 100 * power.power[at], error = 100 * power.standard_error[at];
  return fmt::format("{:.1f} ± {:.1f}", value, error);
}

/// Years worth a column: first, second, fourth, … and last.
std::set<std::uint32_t> shown_years(std::uint32_t years) {
  std::set<std::uint32_t> out;
  for (std::uint32_t t = 1; t < years; t *= 2) out.insert(t);
  out.insert(years);
  return out;
}

/// Fewest pooled municipalities that reach what is wanted within the years.
std::string pooled_enough(PowerResult const& power, std::size_t point) {
  for (std::size_t k = 0; k < power.pooled.size(); ++k)
    if (std::uint32_t const year = first_year_enough(power, point, k); year > 0)
      return fmt::format("{} (year {})", power.pooled[k], year);
  return fmt::format("over {}", power.pooled.back());
}

} // namespace

std::string power_text(Points const& points, PowerResult const& power) {
  auto const years = shown_years(power.years);
  TextTable table{{"point", "pupils", "units"}, {false, true, true}, {}};
  for (auto const year : years) {
    table.header.push_back(fmt::format("{} {}", year, year == 1 ? "year" : "years"));
    table.right.push_back(true);
  }
  table.header.insert(table.header.end(), {"curve", "a year more", "pooled for enough"});
  table.right.insert(table.right.end(), {false, true, true});
  double smallest = 0;
  std::string smallest_name;
  for (std::size_t g = 0; g < points.size(); ++g) {
    auto const& municipality = points[g].parameters;
    std::vector<std::string> row{points[g].name, std::to_string(municipality.pupils),
                                 std::to_string(municipality.units)};
    for (auto const year : years) row.push_back(percent(power, power.index(g, 0, year - 1)));
    std::size_t const last = power.index(g, 0, power.years - 1);
    row.push_back(curve(power, g, 0));
    row.push_back(power.years > 1 ? fmt::format("{:+.1f}", 100 * (power.power[last] - power.power[last - 1]))
                                  : "");
    row.push_back(pooled_enough(power, g));
    table.rows.push_back(std::move(row));
    bool const enough = first_year_enough(power, g, 0) > 0;
    if (enough && (smallest == 0 || municipality.pupils < smallest)) {
      smallest = municipality.pupils;
      smallest_name = points[g].name;
    }
  }
  std::string text =
      fmt::format("Power, %: the probability that {} pooled {} sees, by a two-sided test at {:g} %, that "
                  "results rose where "
                  "money came\n({}, {:g} % of the budget; true effect {:g} SD per +10 % money; {} years of "
                  "results before). "
                  "± Monte Carlo standard error.\n\n",
                  power.pooled.front(), power.pooled.front() == 1 ? "municipality" : "municipalities",
                  100 * power.level, power.policy, 100 * power.share, power.effect, power.years_before);
  text += to_text(table);
  text += smallest > 0
              ? fmt::format("\nSmallest of these that reaches {:g} % within {} years: {} ({:.0f} pupils).\n",
                            100 * power.wanted, power.years, smallest_name, smallest)
              : fmt::format("\nNone of these reaches {:g} % within {} years by itself.\n", 100 * power.wanted,
                            power.years);
  text +=
      "'a year more': gain in power, percentage points, of the last year. 'pooled for enough': fewest like "
      "municipalities\ntogether that reach it, and the year.\n";
  return text;
}

} // namespace likvard::cli
