#include "likvard/analysis/national_statistics.hpp"

#include "likvard/core/random.hpp"
#include "likvard/study/values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <optional>

namespace likvard {
namespace {

double logit_of(double p) {
  return p > 0 && p < 1 ? std::log(p / (1 - p)) : not_known;
}
double signed_root(double x) {
  return std::copysign(std::sqrt(std::abs(x)), x);
}

struct Quantity {
  std::string_view name;
  double (*of)(MunicipalityRow const&);
};

constexpr std::array<Quantity, 7> spreads{{
    {"pupils", [](MunicipalityRow const& r) { return r.pupils; }},
    {"units", [](MunicipalityRow const& r) { return r.units; }},
    {"share low education", [](MunicipalityRow const& r) { return r.low_education.share; }},
    {"share foreign background", [](MunicipalityRow const& r) { return r.foreign.share; }},
    {"eps2 low education", [](MunicipalityRow const& r) { return r.low_education.eps2; }},
    {"eps2 foreign background", [](MunicipalityRow const& r) { return r.foreign.eps2; }},
    {"independent share", [](MunicipalityRow const& r) { return r.independent_share; }},
}};

constexpr std::array<double, 5> quantile_levels{0.05, 0.25, 0.5, 0.75, 0.95};

constexpr Quantity size{"ln N", [](MunicipalityRow const& r) { return std::log(r.pupils); }};
constexpr std::array<Quantity, 6> lines{{
    {"ln K", [](MunicipalityRow const& r) { return std::log(r.units); }},
    {"logit low education", [](MunicipalityRow const& r) { return logit_of(r.low_education.share); }},
    {"logit foreign", [](MunicipalityRow const& r) { return logit_of(r.foreign.share); }},
    {"root eps2 low education", [](MunicipalityRow const& r) { return signed_root(r.low_education.eps2); }},
    {"root eps2 foreign", [](MunicipalityRow const& r) { return signed_root(r.foreign.eps2); }},
    {"independent share", [](MunicipalityRow const& r) { return r.independent_share; }},
}};

/// Pairs where both are known.
struct Pairs {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0; ///< means, then sums of squares about them
};

Pairs pairs_of(std::vector<MunicipalityRow> const& rows, Quantity const& a, Quantity const& b) {
  Pairs p;
  for (auto const& row : rows) {
    double const x = a.of(row), y = b.of(row);
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    ++p.n;
    double const dx = x - p.x, dy = y - p.y; // Welford 1962
    p.x += dx / p.n;
    p.y += dy / p.n;
    p.xx += dx * (x - p.x);
    p.yy += dy * (y - p.y);
    p.xy += dx * (y - p.y);
  }
  return p;
}

struct UnitsClass {
  std::string_view name;
  double from, to;
};
constexpr std::array<UnitsClass, 5> units_classes{
    {{"2-3", 2, 3}, {"4-5", 4, 5}, {"6-9", 6, 9}, {"10-15", 10, 15}, {"over 15", 16, 1e9}}};

} // namespace

std::vector<ChanceClass> told_from_chance(std::vector<MunicipalityRow> const& rows,
                                          MarkerRow MunicipalityRow::* marker, double level) {
  std::vector<ChanceClass> out;
  for (auto const& each : units_classes) {
    ChanceClass c{std::string(each.name), 0, 0};
    double chance = 0;
    for (auto const& row : rows) {
      double const p = (row.*marker).p_value, units = (row.*marker).units;
      if (units < each.from || units > each.to || !std::isfinite(p)) continue;
      ++c.municipalities;
      chance += p >= level;
    }
    c.share = c.municipalities > 0 ? chance / static_cast<double>(c.municipalities) : not_known;
    out.push_back(std::move(c));
  }
  return out;
}

std::vector<TableFigure> table_figures(std::vector<MunicipalityRow> const& rows) {
  std::vector<TableFigure> out;
  std::vector<double> values;
  double pupils = 0, units = 0;
  for (auto const& row : rows) {
    pupils += row.pupils;
    units += row.units;
  }
  out.push_back({"in all", "pupils", pupils});
  out.push_back({"in all", "units", units});
  out.push_back({"in all", "pupils per unit", pupils / units});
  for (auto const& quantity : spreads) {
    values.clear();
    for (auto const& row : rows)
      if (double const x = quantity.of(row); std::isfinite(x)) values.push_back(x);
    for (double level : quantile_levels)
      out.push_back({"quantile", fmt::format("{}, {:g} %", quantity.name, 100 * level),
                     values.empty() ? not_known : sample_quantile(values, level)});
  }
  for (auto const& y : lines) {
    if (&y == &lines.back()) break; // a share with many zeros has no line
    Pairs const p = pairs_of(rows, size, y);
    bool const enough = p.n > 2 && p.xx > 0;
    double const slope = enough ? p.xy / p.xx : not_known;
    out.push_back({"regression on ln N", fmt::format("{}, intercept", y.name), p.y - slope * p.x});
    out.push_back({"regression on ln N", fmt::format("{}, slope", y.name), slope});
    out.push_back({"regression on ln N", fmt::format("{}, residual sd", y.name),
                   enough ? std::sqrt(std::max(0.0, p.yy - slope * p.xy) / (p.n - 2)) : not_known});
  }
  std::vector<Quantity> all{size};
  all.insert(all.end(), lines.begin(), lines.end());
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      Pairs const p = pairs_of(rows, all[i], all[j]);
      out.push_back({"correlation", fmt::format("{} with {}", all[i].name, all[j].name),
                     p.xx > 0 && p.yy > 0 ? p.xy / std::sqrt(p.xx * p.yy) : not_known});
    }
  auto const chance = [&](std::string const& name, MarkerRow MunicipalityRow::* marker) {
    for (auto const& c : told_from_chance(rows, marker))
      out.push_back({"not told from chance", fmt::format("{}, {} units", name, c.units), c.share});
  };
  chance("low education", &MunicipalityRow::low_education);
  chance("foreign background", &MunicipalityRow::foreign);
  return out;
}

std::vector<FigureMatch> match_figures(std::vector<TableFigure> const& target,
                                       std::vector<MunicipalityRow> const& achieved, std::uint64_t seed,
                                       std::uint32_t resamples) {
  auto const found = table_figures(achieved);
  std::vector<double> sum(found.size()), square(found.size()), count(found.size());
  std::vector<MunicipalityRow> sample(achieved.size());
  for (std::uint32_t b = 0; b < resamples; ++b) {
    Stream stream({seed, 0, b}, Purpose::resampling);
    for (auto& row : sample) {
      auto const i = static_cast<std::size_t>(uniform01(stream) * static_cast<double>(achieved.size()));
      row = achieved[std::min(i, achieved.size() - 1)];
    }
    auto const again = table_figures(sample);
    for (std::size_t i = 0; i < again.size(); ++i) {
      double const d = again[i].value - found[i].value;
      if (!std::isfinite(d)) continue;
      sum[i] += d;
      square[i] += d * d;
      ++count[i];
    }
  }
  std::vector<FigureMatch> out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto const wanted = std::find_if(target.begin(), target.end(), [&](TableFigure const& f) {
      return f.kind == found[i].kind && f.name == found[i].name;
    });
    if (wanted == target.end()) continue;
    double const mean = sum[i] / count[i];
    double const variance = count[i] > 1 ? (square[i] - count[i] * mean * mean) / (count[i] - 1) : not_known;
    out.push_back(
        {found[i].kind, found[i].name, wanted->value, found[i].value, std::sqrt(std::max(0.0, variance))});
  }
  return out;
}

std::vector<FigureMatch> match_tables(std::vector<MunicipalityRow> const& target,
                                      std::vector<MunicipalityRow> const& achieved, std::uint64_t seed,
                                      std::uint32_t resamples) {
  return match_figures(table_figures(target), achieved, seed, resamples);
}

std::vector<TableFigure> published_figures(Stage stage) {
  if (stage == Stage::forskola)
    return {{"in all", "pupils", 501'000},       {"in all", "units", 9'129},
            {"in all", "pupils per unit", 55},   {"quantile", "pupils, 5 %", 224},
            {"quantile", "pupils, 25 %", 473},   {"quantile", "pupils, 50 %", 767},
            {"quantile", "pupils, 75 %", 1'709}, {"quantile", "pupils, 95 %", 5'073}};
  std::vector<TableFigure> out{{"in all", "pupils", 1'110'028},
                               {"in all", "units", 4'665},
                               {"in all", "pupils per unit", 238},
                               {"quantile", "independent share, 50 %", 0.05},
                               {"quantile", "independent share, 75 %", 0.14}};
  auto const quantiles = [&](std::string const& name, std::array<double, 5> const& values) {
    for (std::size_t i = 0; i < values.size(); ++i)
      out.push_back({"quantile", fmt::format("{}, {:g} %", name, 100 * quantile_levels[i]), values[i]});
  };
  quantiles("pupils", {424, 972, 1'718, 4'111, 12'466});
  quantiles("units", {3, 6, 9, 17, 51});
  auto const line = [&](std::string const& name, double intercept, double slope, double sd) {
    out.push_back({"regression on ln N", name + ", intercept", intercept});
    out.push_back({"regression on ln N", name + ", slope", slope});
    out.push_back({"regression on ln N", name + ", residual sd", sd});
  };
  line("ln K", -3.588, 0.781, 0.29);
  line("logit low education", 2.013, -0.295, 0.37);
  line("logit foreign", -2.455, 0.150, 0.52);
  line("root eps2 low education", -0.361, 0.0680, 0.061);
  line("root eps2 foreign", -0.537, 0.1025, 0.101);
  out.push_back({"correlation", "logit low education with logit foreign", 0.23});
  auto const chance = [&](std::string const& name, std::array<double, 5> const& shares) {
    for (std::size_t i = 0; i < shares.size(); ++i)
      out.push_back(
          {"not told from chance", fmt::format("{}, {} units", name, units_classes[i].name), shares[i]});
  };
  chance("low education", {0.94, 0.42, 0.24, 0.06, 0});
  chance("foreign background", {0.61, 0.41, 0.09, 0, 0});
  return out;
}

} // namespace likvard
